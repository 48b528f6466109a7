import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import { turnedOver } from './plausible.ts'

/**
 * What batteries and inverters show by grid phase, import positive, and by how much they may be feeding in more than
 * that: one that nobody hears or believes by all it can. `draws`: what those show that draw. `flows`: what each showed last, heard or
 * not: who falls silent makes no step by that. Left out: nothing.
 */
export type DevicesShow = {
  readonly milliA: PerPhase
  readonly unsure: PerPhase
  readonly draws?: PerPhase
  readonly flows?: PerPhase
}

/**
 * Where something feeds in, a reading of the other sign or ten times what it was is one that sun could explain. So it is
 * held against what the devices themselves show: what is left for everything else has to be what it was before.
 */
export type Doubt = {
  readonly because: string
  readonly sinceMs: number
  readonly restW: Watts // What all but chargers and devices drew before.
  readonly agreed: number // Looks in a row at which it was so again.
  readonly relapses: number // How often in a row it has come back soon after it had ended.
}

/** The last doubt that is over. */
export type Ended = { readonly atMs: number; readonly relapses: number }

/** What the meter and the devices showed a moment ago, and how often in a row the one moved against the other. */
export type Moves = {
  readonly atMs: number
  readonly powerW: Watts
  readonly devicesW: Watts
  readonly against: number
  readonly restW: Watts // What all else drew before the first of these.
}

export type DoubtLook = {
  readonly nowMs: number
  readonly jumped: string | null // What this look alone shows, and what it would show read backwards.
  readonly jumpedBack: string | null
  readonly moves: Moves
  readonly ended: Ended | null
  readonly powerW: Watts
  readonly before: Watts // What all but chargers and devices drew at the look before, and at this one.
  readonly restW: Watts
}

const agreedLooks = 10
const longestMs = 600_000 // Nothing bore it out: somebody has put on what draws twice what was fed in.
const relapseMs = 60_000 // As soon as what it gave room to has moved.
const mostDoublings = 2
const nearW = 1_000
const nearShare = 0.15
const tellingW = 1_000 // Near nothing either sign fits.

const turnsW = 1_000
const turnTimes = [0.8, 1.25] as const

/** What a look left for everything but devices, and for everything but devices and chargers. */
export type Rest = { readonly besideDevicesW: Watts; readonly restW: Watts }

export type TurnLook = {
  readonly powerW: Watts
  readonly beforeW: Watts // At the look before.
  readonly devicesW: Watts
  readonly chargersW: Watts
  readonly rests: readonly Rest[] // Of the last looks.
}

/**
 * A sign that turns over in the moments in which an inverter moves: no jump from the reading before fits it. But the reading has
 * passed nothing, and read backwards it is what devices show with a rest of late, while none of late fits it as it is.
 * Chargers may explain it, but bear no doubt out: what they show is seconds old.
 * @returns what is to be held against it; null: no sign of it
 */
export function turned({ powerW, beforeW, devicesW, chargersW, rests }: TurnLook): Watts | null {
  if (powerW * beforeW >= 0 || Math.abs(powerW) < turnsW) return null
  const expected = rests.map(({ besideDevicesW }) => besideDevicesW + devicesW)
  const byCars = rests.map(({ restW }) => restW + devicesW + chargersW)
  if ([...expected, ...byCars].some((each) => Math.abs(powerW - each) <= Math.abs(powerW))) return null
  const at = expected.findIndex((each) => -powerW / each >= turnTimes[0] && -powerW / each <= turnTimes[1])
  return rests[at]?.restW ?? null
}

const movedW = 1_000
const momentMs = 5_000
const againstNeeded = 2 // A kettle may be put on while a cloud comes, but hardly twice.
const [wrongWay, tooFar] = [-0.5, 5] // Of what the devices moved; a lost decimal is ten.

/** One look at what moved: devices are read each second, and the meter has to move with them. */
export function moving(
  moves: Moves | null,
  now: Pick<Moves, 'atMs' | 'powerW' | 'devicesW' | 'restW'>
): Moves {
  if (moves === null) return { ...now, against: 0 }
  const [by, meterBy] = [now.devicesW - moves.devicesW, now.powerW - moves.powerW]
  if (Math.abs(by) < movedW)
    return now.atMs - moves.atMs < momentMs ? moves : { ...moves, ...now, restW: kept(moves, now.restW) }
  const share = meterBy / by
  if (share > wrongWay && share < tooFar) return { ...now, against: 0 }
  return { ...now, restW: moves.restW, against: moves.against + 1 }
}

const kept = ({ against, restW }: Moves, now: Watts): Watts => (against > 0 ? restW : now)

/** One look. @returns what to hold against the meter from now on; null: nothing */
export function doubted(doubt: Doubt | null, look: DoubtLook): Doubt | null {
  const { nowMs, jumpedBack, restW, powerW } = look
  if (doubt === null) return begun(look)
  if (nowMs - doubt.sinceMs >= lastsMs(doubt)) return null
  if (doubt.relapses > 0) return doubt // What ended it before has ended it wrongly.
  const near = Math.max(nearW, nearShare * Math.abs(powerW))
  const isNear = Math.abs(restW - doubt.restW) <= near
  if (jumpedBack === doubt.because && (isNear || !isStillTurned(doubt, look, near))) return null
  if (!isNear) return { ...doubt, agreed: 0 }
  if (Math.abs(powerW) < tellingW) return doubt
  return doubt.agreed + 1 >= agreedLooks ? null : { ...doubt, agreed: doubt.agreed + 1 }
}

/** A meter that is wrong and is believed does harm for seconds each time: the longer it goes on, the more seldom. */
const lastsMs = ({ relapses }: Doubt): number =>
  longestMs * 2 ** Math.min(mostDoublings, Math.max(0, relapses - 1))

/**
 * Devices that stop take a turned reading through zero: that looks like a turn back, but read backwards it shows the rest
 * that was there before.
 */
const isStillTurned = (
  { because, restW: before }: Doubt,
  { restW, powerW }: DoubtLook,
  near: Watts
): boolean => because === turnedOver && Math.abs(restW - 2 * powerW - before) <= near

function begun({ nowMs, jumped, before, moves, ended }: DoubtLook): Doubt | null {
  const isRelapse = ended !== null && nowMs - ended.atMs < relapseMs
  const fresh = { sinceMs: nowMs, agreed: 0, relapses: isRelapse ? ended.relapses + 1 : 0 }
  if (jumped !== null) return { ...fresh, because: jumped, restW: before }
  if (moves.against < againstNeeded) return null
  return { ...fresh, because: 'moves against what feeds in', restW: moves.restW }
}

/** Watts of three currents, import positive. */
export const wattsOf = ([l1, l2, l3]: PerPhase, voltageV: number): Watts => ((l1 + l2 + l3) * voltageV) / 1000
