import { commitmentOf, onGrid } from '../core/allocator/index.ts'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { Entry } from './entry.ts'
import { onLines } from './lines.ts'
import { standingOf } from './standing.ts'

const zero: PerPhase = [0, 0, 0]
const phases = [0, 1, 2] as const
const drawsMilliA = 3_000
/**
 * A set-point that no reading has answered counts for so long: many chargers tell once a minute. What it may draw by then
 * is reserved for it anyway, so that its rise, taken for a base load, would be counted twice and pause it for itself.
 */
export const untoldMs = 120_000
const settledMs = 8_000 // An answer within 3 s, and the 5 s in which a vehicle follows its pilot (IEC 61851-1).

/** What the chargers together draw at least and at most at this moment, by grid phase. */
export type Bounds = {
  readonly least: PerPhase
  readonly shown: PerPhase
  readonly most: PerPhase
  readonly rising: PerPhase // By how much more than a moment ago at the most.
  readonly unshown: PerPhase // What those whom no reading has shown to have risen may have taken on.
}

/**
 * What the chargers' own meters show, and how far that may be behind: the site's meter shows a rise or a fall at once,
 * the charger tells it seconds later, and whether the car takes all it may nobody knows before.
 */
export function drawBounds(entries: Iterable<Entry>, nowMs: number, maxAgeMs: number): Bounds {
  const least: [number, number, number] = [0, 0, 0]
  const most: [number, number, number] = [0, 0, 0]
  const all: [number, number, number] = [0, 0, 0]
  const rising: [number, number, number] = [0, 0, 0]
  const unshown: [number, number, number] = [0, 0, 0]
  for (const entry of entries) {
    if (entry.connected && entry.car === null && entry.draw === null) continue // Nobody is there: it draws nothing.
    const { shown, low, rise, falls } = entry.connected
      ? heard(entry, nowMs, nowMs - maxAgeMs)
      : silent(entry)
    const lines = onLines(entry.place, shown)
    const fallen = onLines(entry.place, low)
    const risen = onLines(entry.place, rise)
    const openRise = openRiseOf(entry, nowMs)
    for (const phase of phases) {
      all[phase] += lines[phase]
      least[phase] += fallen[phase]
      most[phase] += lines[phase] + risen[phase]
      if (!falls) rising[phase] += lines[phase] + risen[phase] - fallen[phase]
      unshown[phase] += Math.min(openRise, lines[phase] + risen[phase] - fallen[phase])
    }
  }
  return { least, shown: all, most, rising, unshown }
}

type Drawn = {
  readonly shown: PerPhase
  readonly low: PerPhase
  readonly rise: PerPhase
  readonly falls: boolean
}

function heard(entry: Entry, nowMs: number, sinceMs: number): Drawn {
  const { draw } = entry
  const isOld = draw !== null && draw.heardAtMs < sinceMs
  const shown = draw === null || isOld ? zero : draw.currents
  if (isInDoubt(entry) || (isOld && entry.car !== null))
    return { shown, low: zero, rise: unheardOf(entry, shown, nowMs), falls: false }
  const fallen = fallenTo(entry, nowMs)
  const low = eachAtMost(shown, fallen)
  return {
    shown: countedOf(entry, { shown, fallen, nowMs }),
    low,
    rise: riseOf(entry, nowMs),
    falls: isFalling(entry, nowMs)
  }
}

type Fall = { readonly shown: PerPhase; readonly fallen: number; readonly nowMs: number }

/** Counted as fallen, although its last word is older: what the site draws beyond that is somebody else's, or hidden. */
const countedOf = (entry: Entry, { shown, fallen, nowMs }: Fall): PerPhase =>
  fallen < (entry.draw?.milliA ?? 0) ? eachAtMost(shown, Math.max(fallen, mayDraw(entry, nowMs))) : shown

/**
 * What it may draw stays reserved for it. So of what the site draws only that is taken for its own that it draws for
 * certain: else a base load that rose while it was silent would go unseen, and both would be drawn when its next car comes.
 */
function silent({ draw, quiet }: Entry): Drawn {
  const [last, fell] = [draw?.currents ?? zero, quiet?.fell ?? zero]
  const at = (phase: 0 | 1 | 2): number => Math.max(0, last[phase] - fell[phase])
  const certain: PerPhase = [at(0), at(1), at(2)]
  return { shown: certain, low: certain, rise: zero, falls: true }
}

const eachAtMost = ([l1, l2, l3]: PerPhase, most: number): PerPhase => [
  Math.min(l1, most),
  Math.min(l2, most),
  Math.min(l3, most)
]

/** Out of touch, or back and not heard yet: what it draws may be anything between nothing and what it may. */
export const isInDoubt = ({ connected, car, draw, touchedAtMs }: Entry): boolean =>
  !connected || (car !== null && (draw === null || draw.heardAtMs < touchedAtMs))

function unheardOf(entry: Entry, shown: PerPhase, nowMs: number): PerPhase {
  const more = Math.max(0, mayDraw(entry, nowMs) - Math.max(...shown))
  return onGrid(entry.place, [more, more, more])
}

/** Never more than the account counts it with: what flows at the site beyond that is in the base load, whoever takes it. */
export const mayDraw = (entry: Entry, nowMs: number): number =>
  commitmentOf(entry.account, standingOf(entry), nowMs)

/** On the phases that the car is seen to draw from; on all of the plug while nothing has been seen. */
function riseOf(entry: Entry, nowMs: number): PerPhase {
  const rise = untoldMilliA(entry, nowMs)
  if (rise === 0) return zero
  const [l1, l2, l3] = entry.draw?.currents ?? zero
  const on = (milliA: number) => (milliA >= drawsMilliA ? rise : 0)
  const seen: PerPhase = [on(l1), on(l2), on(l3)]
  return seen.some((each) => each > 0) ? seen : onGrid(entry.place, [rise, rise, rise])
}

/** How much more per phase it may draw by now than its last reading shows. */
function untoldMilliA(entry: Entry, nowMs: number): number {
  const { car, draw, place } = entry
  if (car === null) return 0
  const told = Math.min(highest(entry, nowMs), car.wishMilliA ?? Infinity, place.ratingMilliA)
  const more = told - (draw?.milliA ?? 0)
  // A car that leaves some of its set-point may leave as much of the next.
  const rise = Math.min(more, told - (draw?.levelMilliA ?? 0))
  return rise <= 0 ? 0 : Math.max(0, Math.min(rise, mayDraw(entry, nowMs) - (draw?.milliA ?? 0)))
}

function highest(entry: Entry, nowMs: number): number {
  let most = 0
  for (const each of entry.told) if (isOpen(entry, each, nowMs)) most = Math.max(most, each.milliA)
  return most
}

/** To what it may have fallen since its last reading. */
function fallenTo(entry: Entry, nowMs: number): number {
  let least = entry.draw?.milliA ?? 0
  for (const each of entry.told) if (isOpen(entry, each, nowMs)) least = Math.min(least, each.milliA)
  return least
}

/** Each set-point that may be at work says less than the one before. */
function isFalling(entry: Entry, nowMs: number): boolean {
  let last = entry.draw?.milliA ?? 0
  for (const each of entry.told) {
    if (!isOpen(entry, each, nowMs)) continue
    if (each.milliA > last) return false
    last = each.milliA
  }
  return true
}

/** A set-point that may be at work by now and that no reading has answered. */
const isOpen = ({ draw }: Entry, { atMs }: Entry['told'][number], nowMs: number): boolean =>
  nowMs - atMs <= untoldMs && (draw === null || draw.heardAtMs - atMs < settledMs)

const shownMs = 10_000 // Readings come each 5 to 10 s; who tells once a minute holds nobody up for longer.
const followMs = 3_000

/** By how much it was told to rise a moment ago, with no reading that answers it yet. */
function openRiseOf({ told, draw }: Entry, nowMs: number): number {
  let before = 0
  let [from, most]: [number | null, number] = [null, 0]
  for (const { milliA, atMs } of told) {
    const isOpenRise = milliA > before && nowMs - atMs < shownMs
    if (isOpenRise && (draw === null || draw.heardAtMs - atMs < followMs)) from ??= before
    if (from !== null) most = Math.max(most, milliA)
    before = milliA
  }
  return from === null ? 0 : most - from
}

/**
 * What the site draws beside the chargers at the most, if those who were told to rise have taken none of it yet: what looks like
 * their rise may be what somebody hides (seeds 1000269 and 1000446).
 */
export function restAtMost(known: PerPhase, unseen: PerPhase, unshown: PerPhase): PerPhase {
  const at = (phase: 0 | 1 | 2): number =>
    Math.max(known[phase], Math.min(unseen[phase], known[phase] + unshown[phase]))
  return [at(0), at(1), at(2)]
}

/**
 * What was known last, as far as its bounds let it stand. For the site's consumption that is no charger: a rise that a
 * car does not take would look like less of it, one that is not told yet like more.
 */
export function within(known: PerPhase, least: PerPhase, most: PerPhase): PerPhase {
  const at = (phase: 0 | 1 | 2): number => Math.max(least[phase], Math.min(most[phase], known[phase]))
  return [at(0), at(1), at(2)]
}
