import { epochMsOf } from '../units/index.ts'
import { gcd, readDecimal, tenTo, unitsAt, type Decimal } from './decimal.ts'
import type { Timeline } from './timeline.ts'

const dayMs = 86_400_000

/** Cumulative register at an instant; decimals as text. Readings whose `trust` is not good are left out. */
export type MeterReading = {
  readonly at: string
  readonly registerWh: number | string
  readonly trust?: 'good' | 'clock' | 'implausible' | undefined
}

/**
 * Energy by band as exact fractions with one denominator: `byBand[i] / denominator` in Wh / 10^digits.
 * Their sum is `total / 1`, the difference of the first and the last register.
 */
export type Attributed = {
  readonly byBand: readonly bigint[]
  readonly denominator: bigint
  readonly digits: number
  readonly total: bigint
}

/** Whole units of 10^-digits Wh; a plain number while registers are whole watt-hours, which most are. */
type Point = { readonly at: number; readonly units: number | bigint }

export type Span = {
  readonly startedAt?: string | null | undefined
  readonly endedAt?: string | null | undefined
}

/**
 * Attributes the energy between neighbouring readings to the bands in force, evenly over the elapsed time.
 * Energy that appears within one instant belongs to the band that begins or holds there.
 * @throws RangeError when the register goes backwards
 */
export function attribute(readings: readonly MeterReading[], span: Span, timeline: Timeline): Attributed {
  const { points, digits } = pointsOf(readings, span)
  const sum = new Sum(timeline.bands.length)
  for (let index = 0; index < points.length - 1;) index = addFrom(index, { points, sum, timeline })
  const [first, last] = [points[0], points.at(-1)]
  const total = first && last ? BigInt(last.units) - BigInt(first.units) : 0n
  return { byBand: sum.byBand, denominator: sum.denominator, digits, total }
}

type Course = { readonly points: readonly Point[]; readonly sum: Sum; readonly timeline: Timeline }

/**
 * Adds the energy from the point at `index` on and returns the point it got to: as far as one band reaches in
 * one step (between the readings in it nothing can change), else one interval, cut at its borders.
 */
function addFrom(index: number, { points, sum, timeline }: Course): number {
  const before = points[index]
  if (!before) return points.length
  const { band, until } = stretchAt(before.at, timeline)
  let reached = index
  for (let next = points[index + 1]; next && next.at <= until; next = points[reached + 1]) {
    reached++
    if (next.at === until) break // What else is read at the border belongs to the band that begins there.
  }
  const after = points[Math.max(reached, index + 1)]
  if (!after) return points.length
  if (reached > index) sum.add(band, BigInt(after.units) - BigInt(before.units))
  else spread(sum, { before, after }, timeline)
  return Math.max(reached, index + 1)
}

/** The band that holds at an instant and the next border, or the day's end. */
function stretchAt(at: number, timeline: Timeline): { band: number; until: number } {
  const day = Math.floor(at / dayMs)
  const borders = timeline.bordersOf(day)
  let index = borders.length - 1
  while (index > 0 && (borders[index]?.from ?? 0) > at) index--
  return { band: borders[index]?.band ?? 0, until: borders[index + 1]?.from ?? (day + 1) * dayMs }
}

/** Trusted readings inside the span, in order of time, as whole units of the finest register's last digit. */
function pointsOf(
  readings: readonly MeterReading[],
  span: Span
): { points: readonly Point[]; digits: number } {
  const from = span.startedAt ? epochMsOf(span.startedAt) : Number.NEGATIVE_INFINITY
  const until = span.endedAt ? epochMsOf(span.endedAt) : Number.POSITIVE_INFINITY
  const read: { readonly at: number; readonly register: number | Decimal }[] = []
  let digits = 0
  for (const { at: text, registerWh, trust = 'good' } of readings) {
    const at = epochMsOf(text)
    if (trust !== 'good' || at < from || at > until) continue
    const register = registerOf(registerWh)
    if (typeof register !== 'number') digits = Math.max(digits, register.digits)
    read.push({ at, register })
  }
  return {
    points: inOrder(read.map(({ at, register }) => ({ at, units: unitsOf(register, digits) }))),
    digits
  }
}

function registerOf(registerWh: number | string): number | Decimal {
  if (typeof registerWh === 'string') return readDecimal(registerWh)
  if (!Number.isSafeInteger(registerWh)) throw new RangeError(`not whole watt-hours: ${registerWh}`)
  return registerWh
}

function unitsOf(register: number | Decimal, digits: number): number | bigint {
  if (typeof register !== 'number') return unitsAt(register, digits)
  return digits === 0 ? register : BigInt(register) * tenTo(digits)
}

function inOrder(points: readonly Point[]): readonly Point[] {
  const isOrdered = points.every(({ at, units }, index) => {
    const before = points[index - 1]
    return !before || (before.at <= at && before.units <= units)
  })
  if (isOrdered) return points
  const ordered = points.toSorted(
    (a, b) => a.at - b.at || (a.units < b.units ? -1 : a.units > b.units ? 1 : 0)
  )
  const back = ordered.findIndex(
    (point, index) => index > 0 && point.units < (ordered[index - 1]?.units ?? 0)
  )
  const at = ordered[back]?.at
  if (at === undefined) return ordered
  const when = Temporal.Instant.fromEpochMilliseconds(at).toString()
  throw new RangeError(`register goes backwards at ${when}`)
}

/** Collects fractions under one growing denominator, which stays 1 while no interval crosses a border. */
class Sum {
  readonly byBand: bigint[]
  denominator = 1n

  constructor(bands: number) {
    this.byBand = Array.from({ length: bands }, () => 0n)
  }

  add(band: number, units: bigint): void {
    this.byBand[band] = (this.byBand[band] ?? 0n) + units * this.denominator
  }

  /** Adds units × part / whole to a band. */
  addShare(band: number, units: bigint, [part, whole]: readonly [bigint, bigint]): void {
    this.widen(whole)
    this.byBand[band] = (this.byBand[band] ?? 0n) + (units * part * this.denominator) / whole
  }

  private widen(whole: bigint): void {
    const factor = whole / gcd(this.denominator, whole)
    if (factor === 1n) return
    this.denominator *= factor
    for (const band of this.byBand.keys()) this.byBand[band] = (this.byBand[band] ?? 0n) * factor
  }
}

type Interval = { readonly before: Point; readonly after: Point }

function spread(sum: Sum, { before, after }: Interval, timeline: Timeline): void {
  const units = BigInt(after.units) - BigInt(before.units)
  if (units === 0n) return
  const overlaps = overlapsOf(before.at, after.at, timeline)
  const [only, another] = overlaps
  if (only && !another) {
    sum.add(only[0], units)
    return
  }
  const common = overlaps.reduce((all, [, ms]) => gcd(all, BigInt(ms)), BigInt(after.at - before.at))
  const whole = BigInt(after.at - before.at) / common
  for (const [band, ms] of overlaps) sum.addShare(band, units, [BigInt(ms) / common, whole])
}

/** Milliseconds of [from, to) in each band, bands in the order they come; an instant counts for its band. */
function overlapsOf(from: number, to: number, timeline: Timeline): readonly (readonly [number, number])[] {
  let day = Math.floor(from / dayMs)
  let borders = timeline.bordersOf(day)
  let index = borders.findLastIndex((border) => border.from <= from)
  const byBand = new Map<number, number>()
  for (let at = from; ;) {
    const band = borders[index]?.band ?? 0
    const next = borders[index + 1]?.from ?? (day + 1) * dayMs
    byBand.set(band, (byBand.get(band) ?? 0) + Math.min(next, to) - at)
    if (next >= to) return [...byBand]
    at = next
    if (borders[++index]) continue
    borders = timeline.bordersOf(++day)
    index = 0
  }
}

/** `units / denominator` of Wh / 10^digits as Wh over a whole denominator. */
export const perWattHour = ({ denominator, digits }: Attributed): bigint => denominator * tenTo(digits)
