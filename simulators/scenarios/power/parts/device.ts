import type { Needs } from '@nova/edge-agent/participants'
import type { Chance } from '../../../world/chance.ts'
import { bodyAt, socPercent, stepBody, type Body, type Plate, type Window } from '../../../inverters/body.ts'
import type { Weather } from '../temper.ts'
import type { Ticker } from '../ticker.ts'

export type Driver = Needs['drivers'][number]
export type Point = Parameters<Driver['setPoint']>[0]
type Participant = Driver['participant']

/** How a device takes its orders; one stays as it is all day. */
export type PartTemper =
  | 'obedient'
  | 'slow' // Follows after seconds.
  | 'silent' // Falls silent for minutes: its own timer ends what it was told.
  | 'ignoring' // Confirms, and from some moment on does as it likes, as it shows.
  | 'lying' // The same, and shows what it was told: only the site's meter tells.
  | 'turned' // From some moment on does the opposite of what it was told: somebody swapped its clamps.
  | 'forgetful' // Loses an order now and then before its time; its driver sees that and says it again.
  | 'refusing' // Says no to everything.

/** A PV inverter or a battery that takes part in the day. */
export type Part = {
  readonly participant: Participant
  readonly temper: PartTemper
  readonly plate: Plate
  readonly phases: readonly (0 | 1 | 2)[]
  readonly clock: Ticker
  readonly chance: Chance
  readonly weather: Weather
  readonly wishW: () => number // What it does by itself, import positive.
  readonly isFree: boolean // When its timer has run out it does as it wishes; else it stands at 0.
  readonly sleeps: boolean // An inverter that is not heard at night.
  readonly wrongFromMs: number // From then on it ignores, lies or is turned.
  readonly body: Body
  order: { readonly point: Point; readonly endsMs: number; readonly lostAtMs: number } | null
  connected: boolean
  quietAtMs: number
  backAtMs: number
  beyondUntilMs: number // Nobody's word reaches it before, or it has just come back.
  deafSinceMs: number | null // Since when it has not taken a word that was sent to it.
  steppedMs: number
  flowMilliA: number // On each of its phases, import positive.
  readonly fedIn: number[] // The same fed in at the last looks, the newest last.
  lookedAtMs: number
}

export type Made = Pick<
  Part,
  | 'participant'
  | 'temper'
  | 'plate'
  | 'phases'
  | 'clock'
  | 'chance'
  | 'weather'
  | 'wishW'
  | 'isFree'
  | 'sleeps'
  | 'wrongFromMs'
> & { readonly storedWh: number }

export function partFrom({ storedWh, ...made }: Made): Part {
  const nowMs = made.clock.monotonicMs()
  return {
    ...made,
    body: bodyAt(storedWh, nowMs),
    order: null,
    connected: true,
    quietAtMs: made.temper === 'silent' ? nowMs + made.chance.between(60, 14_400) * 1000 : Infinity,
    backAtMs: nowMs,
    beyondUntilMs: nowMs,
    deafSinceMs: null,
    steppedMs: nowMs,
    flowMilliA: 0,
    fedIn: [],
    lookedAtMs: -Infinity
  }
}

const volts = 230
const wrongTempers: readonly PartTemper[] = ['ignoring', 'lying', 'turned']

export const isWrong = ({ temper, wrongFromMs }: Part, nowMs: number): boolean =>
  nowMs >= wrongFromMs && wrongTempers.includes(temper)

/** One second of it: its line, its orders, its power. */
export function stepPart(part: Part, nowMs: number): void {
  const { body, plate, wishW } = part
  const stepMs = nowMs - part.steppedMs
  part.steppedMs = nowMs
  const wish = wishW()
  heed(part, nowMs, wish)
  if (part.order !== null && nowMs >= part.order.endsMs) part.order = null
  if (stepMs > 0) stepBody(body, plate, { wishW: wish, window: windowOf(part, nowMs), nowMs, stepMs })
  part.flowMilliA = Math.round((body.powerW * 1000) / (part.phases.length * volts))
}

/** Whether anybody hears it. */
function heed(part: Part, nowMs: number, wish: number): void {
  const { temper, chance, plate, sleeps } = part
  if (part.connected && nowMs >= part.quietAtMs) {
    part.backAtMs = nowMs + chance.between(30, 1800) * 1000
    part.quietAtMs = part.backAtMs + chance.between(600, 14_400) * 1000
  }
  const isAsleep = sleeps && plate.kind === 'pv' && wish === 0
  const isSilent = temper === 'silent' && nowMs < part.backAtMs
  part.connected = !isAsleep && !isSilent
}

const repairedMs = 2_000 // A poll that sees it, and a write.

/** Lost before its time, and not put right yet. */
export const isLost = ({ lostAtMs }: NonNullable<Part['order']>, nowMs: number): boolean =>
  nowMs >= lostAtMs && nowMs < lostAtMs + repairedMs

const free: Window = { leastW: -Infinity, mostW: Infinity }
const still: Window = { leastW: 0, mostW: 0 }

/** What holds it now. */
function windowOf(part: Part, nowMs: number): Window {
  const { temper, order, isFree } = part
  const isFaulty = isWrong(part, nowMs)
  if (isFaulty && temper !== 'turned') return free
  if (order === null || isLost(order, nowMs)) return isFree ? free : still
  const told = windowBy(order.point)
  return isFaulty ? { leastW: -told.mostW, mostW: -told.leastW } : told
}

export function windowBy(point: Point): Window {
  if (point.kind === 'power') return { leastW: point.powerW, mostW: point.powerW }
  return { leastW: -(point.exportW ?? Infinity), mostW: point.importW ?? Infinity }
}

/** What it shows, import positive: a liar what it was told. */
export function shownW(part: Part, nowMs: number): number {
  const { temper, order, body, isFree, wishW, plate } = part
  if (temper !== 'lying' || !isWrong(part, nowMs)) return body.powerW
  const { leastW, mostW } = order === null ? (isFree ? free : still) : windowBy(order.point)
  const [floor, ceiling] = [
    Math.max(leastW, -plate.ratingW),
    Math.min(mostW, plate.kind === 'pv' ? 0 : plate.ratingW)
  ]
  return Math.min(ceiling, Math.max(floor, wishW())) + 0
}

export const chargeOf = ({ body, plate }: Part): number => socPercent(body, plate)
