import { levelOf, onGrid } from '../core/allocator/index.ts'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { Entry } from './entry.ts'

const zero: PerPhase = [0, 0, 0]
const phases = [0, 1, 2] as const
const drawsMilliA = 3_000
const untoldMs = 15_000 // A change without a reading counts as open for so long: common readings come each 10 s.

/** What the chargers together draw at least and at most at this moment, by grid phase. */
export type Bounds = { readonly least: PerPhase; readonly most: PerPhase }

/**
 * What the chargers' own meters show, and how far that may be behind: the site's meter shows a rise or a fall at once,
 * the charger tells it seconds later, and whether the car takes all it may nobody knows before.
 */
export function drawBounds(entries: Iterable<Entry>, nowMs: number, maxAgeMs: number): Bounds {
  const least: [number, number, number] = [0, 0, 0]
  const most: [number, number, number] = [0, 0, 0]
  for (const entry of entries) {
    const { draw } = entry
    const shown = draw === null || nowMs - draw.heardAtMs > maxAgeMs ? zero : draw.currents
    const low = fallenTo(entry, nowMs)
    const rise = riseOf(entry, nowMs)
    for (const phase of phases) {
      least[phase] += Math.min(shown[phase], low)
      most[phase] += shown[phase] + rise[phase]
    }
  }
  return { least, most }
}

/** On the phases that the car is seen to draw from; on all of the plug while nothing has been seen. */
function riseOf(entry: Entry, nowMs: number): PerPhase {
  const rise = untoldMilliA(entry, nowMs)
  if (rise === 0) return zero
  const [l1, l2, l3] = entry.draw?.currents ?? zero
  const on = (milliA: number) => (milliA >= drawsMilliA ? rise : 0)
  const seen: PerPhase = [on(l1), on(l2), on(l3)]
  return seen.some((each) => each > 0) ? seen : onGrid(entry.place, [rise, rise, rise])
}

/** How much more per phase it was given lately, or is being given, than its last reading answers to. */
function untoldMilliA(entry: Entry, nowMs: number): number {
  const { car, draw, place } = entry
  if (car === null) return 0
  const told = Math.max(0, ...lately(entry, nowMs))
  return Math.max(
    0,
    Math.min(told, car.wishMilliA ?? Infinity, place.ratingMilliA) - (draw?.levelMilliA ?? 0)
  )
}

/** To what it may have fallen since its last reading. */
function fallenTo(entry: Entry, nowMs: number): number {
  const { draw } = entry
  return draw === null
    ? 0
    : Math.min(draw.milliA, ...lately(entry, nowMs).filter((each) => each < draw.levelMilliA))
}

/** The set-points that may be at work now and that no reading has answered. */
function lately({ account, car }: Entry, nowMs: number): number[] {
  if (car === null) return []
  const { confirmed, sent } = account
  const level = levelOf(account, car.transactionId)
  const isNew = level !== null && confirmed !== null && nowMs - confirmed.atMs <= untoldMs
  return [
    ...(isNew ? [level] : []),
    ...sent.filter((each) => nowMs - each.atMs <= untoldMs).map(({ milliA }) => milliA)
  ]
}

/**
 * The site's consumption that is no charger, from bounds of it: what was known last, as far as the bounds let it
 * stand. A rise that a car does not take would look like less base load, one that is not told yet like more.
 */
export function within(known: PerPhase | null, least: PerPhase, most: PerPhase): PerPhase {
  if (known === null) return most
  const at = (phase: 0 | 1 | 2): number => Math.max(least[phase], Math.min(most[phase], known[phase]))
  return [at(0), at(1), at(2)]
}
