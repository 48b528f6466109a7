import type { MilliAmps } from '@nova/shared-protocol/units'
import { clockTime, type Moment } from './limits.ts'
import { floorOf, leastRiseMilliA, type Decision, type Seat } from './plan.ts'
import type { Row } from './network.ts'

export type Telling = {
  readonly rows: readonly Row[]
  readonly now: Moment
  readonly held?: string | null // Why a plan leaves a car less than it could have; left out: there is no plan.
  readonly turnEndsAt: string | null // When the first of those served makes room.
}

const longest = 300 // Room in the allocation's field.

/** Why this connector has what it has, in words that a driver reads at the charger. */
export function reasonOf(seat: Seat, decision: Decision, telling: Telling): string {
  return (decision.guided ? guided(seat, decision, telling) : unguided(seat, decision)).slice(0, longest)
}

function guided(seat: Seat, { target, level, binding }: Decision, telling: Telling): string {
  const row = binding.kind === 'row' ? telling.rows[binding.row] : undefined
  const own = held(seat, target, telling) ?? seat.ceiling.because
  if (target === 0) return row === undefined ? `0 A: ${own}` : waits(seat, row, telling)
  const because = row === undefined ? own : row.because
  const rising = target - level >= leastRiseMilliA ? `, then ${amps(target)} when others have made room` : ''
  return `${amps(level)}: ${because}${rising}`
}

const pilotMilliA = 1_000 // A pilot may stand so far below what is meant.

/** Nothing binds it, and yet it has less than it may: then the plan keeps it for later. */
const held = ({ ceiling }: Seat, target: MilliAmps, telling: Telling): string | null =>
  target < ceiling.milliA - pilotMilliA ? (telling.held ?? null) : null

function waits(seat: Seat, row: Row, { now, turnEndsAt }: Telling): string {
  const least = amps(floorOf(seat))
  const ends = [turnEndsAt, row.until].filter((each) => each !== null).toSorted()
  const first = ends[0]
  return first === undefined
    ? `waits: ${least} not free (${row.because})`
    : `waits: ${least} not free before ${clockTime(first, now)} (${row.because})`
}

function unguided({ standing }: Seat, { committed }: Decision): string {
  if (!standing.managed) return `${amps(committed)} kept: not managed`
  if (standing.distrustMilliA !== null) return `${amps(committed)} kept: it ignored its limit before`
  if (!standing.connected) return `${amps(committed)} kept: charger out of touch`
  if (committed === 0) return 'nothing kept: a car that comes gets what is free then'
  return `${amps(committed)} kept for a start`
}

/** 10000 → "10 A", 6500 → "6.5 A". */
export const amps = (milliA: MilliAmps): string => `${Math.round(milliA / 100) / 10} A`
