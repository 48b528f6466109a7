import type { Watts, WattHours } from '@nova/shared-protocol/units'
import { leaseMs } from '../allocator/index.ts'

/** Power between two bounds, import positive: −5,000 … 0 is an inverter that may feed in 5 kW. */
export type PowerRange = { readonly leastW: Watts; readonly mostW: Watts }

/** What a device last showed. `available`: what it could follow just then. */
export type PartReading = {
  readonly totalW: Watts
  readonly socPercent: number | null
  readonly available: PowerRange
  readonly atMs: number
}

/**
 * A battery, an inverter or a car that can feed back, as a cycle sees it. Set-points are kept as the range that
 * they allow: a power to hold is a range of one value.
 */
export type Part = {
  readonly id: string
  readonly kind: 'pv' | 'battery' | 'vehicle'
  readonly rating: PowerRange
  readonly capacityWh: WattHours | null
  readonly reservePercent: number | null // Not discharged at or below; null: no reserve is asked for.
  readonly reading: PartReading | null
  readonly confirmed: { readonly range: PowerRange; readonly untilMs: number } | null // Lease ends at `untilMs`.
  readonly sent: readonly PowerRange[] // On their way, not answered yet.
  readonly fallback: PowerRange // When its lease has run out.
}

export const readingPatienceMs = 5_000 // As long as a lost meter may stay unseen.
const leaseMarginMs = 10_000 // Its timer and ours are not read at the same moment, and who was led may take seconds to turn.
/**
 * An edge may die at any moment, and chargers keep what they were told until their leases end. Only what a device was told for
 * longer than that holds beside them; its fallback goes with theirs.
 */
const outlastsMs = leaseMs + leaseMarginMs

/**
 * The most that a participant may draw, by everything that is true or may become true: what it was told, what is
 * on its way, what it does when left alone, what it shows. Below 0 only when all of that feeds in: a discharge
 * that is not confirmed, or not seen, or about to end, never frees room. The sun confirms nothing.
 */
export function mostDrawW(part: Part, nowMs: number): Watts {
  const shown = seen(part.reading, nowMs)
  const ratedW = Math.max(0, part.rating.mostW)
  if (part.confirmed === null || shown === null) return ratedW
  const { confirmed, sent, fallback } = part
  let most = Math.max(Math.min(confirmed.range.mostW, ratedW), shown.totalW)
  for (const { mostW } of sent) most = Math.max(most, Math.min(mostW, ratedW))
  if (!isLasting(confirmed, nowMs)) most = Math.max(most, Math.min(fallback.mostW, ratedW))
  return part.kind === 'pv' ? Math.max(most, 0) : most
}

/** The same for what it may feed in, as a positive number: what an export limit counts with. */
export function mostFeedW(part: Part, nowMs: number): Watts {
  const shown = seen(part.reading, nowMs)
  const ratedW = Math.max(0, -part.rating.leastW)
  if (part.confirmed === null || shown === null) return ratedW
  const { confirmed, sent, fallback } = part
  let most = Math.max(0, Math.min(-confirmed.range.leastW, ratedW), -shown.totalW)
  for (const { leastW } of sent) most = Math.max(most, Math.min(-leastW, ratedW))
  return isEnding(confirmed, nowMs) ? Math.max(most, Math.min(-fallback.leastW, ratedW)) : most
}

/** Whether it does as it was told until no charger does any longer; else what it does when left alone counts too. */
const isLasting = ({ untilMs }: NonNullable<Part['confirmed']>, nowMs: number): boolean =>
  nowMs + outlastsMs < untilMs

/** Near the end of its lease: nobody steers it any longer, or it will not do as it was told for much longer. */
const isEnding = ({ untilMs }: NonNullable<Part['confirmed']>, nowMs: number): boolean =>
  !(nowMs + leaseMarginMs < untilMs)

/**
 * What to add to a base load that the site's meter shows, which has the participant's flow in it: by how much it may
 * come to draw more than it does. A battery that feeds in so frees nothing but what is confirmed. Sun that goes is
 * like a kettle that is put on: it is in the base load, which the guard watches. One unseen may come to draw its rating,
 * beyond all that it may be feeding in now.
 */
export function beyondMeterW(part: Part, nowMs: number): Watts {
  const { rating, kind } = part
  const shown = seen(part.reading, nowMs)
  if (shown === null) return Math.max(0, rating.mostW) + unseenFeedW(part, nowMs)
  return mostDrawW(part, nowMs) - (kind === 'pv' ? Math.max(0, shown.totalW) : shown.totalW)
}

/**
 * The most that one unseen may be feeding in. Until its lease has run out for certain what it was told and showed last
 * counts; afterwards what it does when left alone. One that was never heard, or does not follow, by its rating.
 */
function unseenFeedW({ rating, reading, confirmed, sent, fallback }: Part, nowMs: number): Watts {
  const ratedW = Math.max(0, -rating.leastW)
  if (confirmed === null || reading === null || !Number.isFinite(reading.totalW)) return ratedW
  const told = sent.map(({ leastW }) => -leastW)
  const isLed = nowMs < confirmed.untilMs + leaseMarginMs
  const then = isLed ? [-confirmed.range.leastW, -reading.totalW] : []
  return Math.min(ratedW, Math.max(0, -fallback.leastW, ...told, ...then))
}

/** What it can be asked for now: its rating, what it says it could, and its reserve. Unseen: nothing. */
export function rangeOf({ rating, reading, reservePercent }: Part, nowMs: number): PowerRange {
  const shown = seen(reading, nowMs)
  if (shown === null) return { leastW: 0, mostW: 0 }
  const { available, socPercent } = shown
  const leastW = known(Math.min(0, Math.max(rating.leastW, available.leastW)))
  const mostW = known(Math.max(0, Math.min(rating.mostW, available.mostW)))
  // A state of charge that nobody knows may be empty: a reserve is then not touched.
  const full = reservePercent === null || (socPercent ?? -Infinity) > reservePercent
  return { leastW: full ? leastW : 0, mostW }
}

/** The range that a set-point allows: one value for a power to hold, magnitudes for limits. */
export function rangeFor(
  point:
    | { readonly kind: 'power'; readonly powerW: Watts }
    | { readonly kind: 'limits'; readonly importW: Watts | null; readonly exportW: Watts | null },
  rating: PowerRange
): PowerRange {
  if (point.kind === 'power') return { leastW: point.powerW, mostW: point.powerW }
  return {
    leastW: Math.max(rating.leastW, -(point.exportW ?? Infinity)),
    mostW: Math.min(rating.mostW, point.importW ?? Infinity)
  }
}

/** A reading that is young enough and is a number; else null: nothing is known. */
export function seen<Reading extends { readonly totalW: Watts; readonly atMs: number }>(
  reading: Reading | null,
  nowMs: number
): Reading | null {
  if (reading === null || !Number.isFinite(reading.totalW)) return null
  return nowMs - reading.atMs <= readingPatienceMs ? reading : null
}

const known = (watts: Watts): Watts => (Number.isFinite(watts) ? watts : 0)

export type Store = { readonly capacityWh: WattHours; readonly efficiency: number } // One way, 0 < η ≤ 1.

/** State of charge after a time at a power: less goes in than is drawn, more comes out of it than is fed in. */
export function socAfter(socPercent: number, powerW: Watts, milliseconds: number, store: Store): number {
  const wh = (powerW * milliseconds) / 3_600_000
  const stored = wh >= 0 ? wh * store.efficiency : wh / store.efficiency
  return Math.min(100, Math.max(0, socPercent + (stored / store.capacityWh) * 100))
}

/**
 * What a car that feeds back has to keep now, so that charging at `chargeW` from now on still reaches its target
 * when it leaves. With no departure known it keeps its target.
 */
export function reserveForTrip(
  target: { readonly percent: number; readonly departMs: number | null },
  chargeW: Watts,
  nowMs: number,
  store: Store
): number {
  if (target.departMs === null) return target.percent
  const left = Math.max(0, target.departMs - nowMs)
  const gained = socAfter(0, chargeW, left, store)
  return Math.max(0, target.percent - gained)
}
