import { readDecimal, unitsAt } from './decimal.ts'
import type { PlanPrices, Segment } from './plan.ts'

export const priceDigits = 6
const dayMinutes = 1440

/** A segment as rating needs it: prices in millionths of the currency per kWh, and the rule in words. */
export type Band = {
  readonly name: string
  readonly electricity: bigint
  readonly service: bigint
  readonly electricityPrice: string
  readonly servicePrice: string
  readonly rule: string
}

/** [from, to) in minutes of a local day, priced by the band with that index. */
export type Piece = { readonly from: number; readonly to: number; readonly band: number }

export type Week = {
  readonly bands: readonly Band[] // One a segment, then the fallback when there is one.
  readonly days: readonly (readonly Piece[])[] // Monday first; each day whole, in order, without holes.
}

export type PlanProblem = {
  readonly code: 'zero-length' | 'starts-at-24' | 'overlap' | 'gap'
  readonly segments: readonly number[] // Indices in the plan.
  readonly detail: string
}

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

/** `07:30` → 450; `24:00` → 1440. */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

export const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/**
 * What is wrong with a plan, in words for the person who wrote it; empty when it holds. `fullDay` asks that the
 * segments cover the whole week even though a fallback stands behind them.
 */
export function validatePlan(
  plan: PlanPrices,
  options: { readonly fullDay?: boolean | undefined } = {}
): PlanProblem[] {
  const odd = plan.segments.flatMap(oddTimes)
  if (odd.length > 0) return odd
  const days = piecesByDay(plan.segments)
  const mayHaveGaps = plan.fallback !== undefined && options.fullDay !== true
  return [...overlaps(plan.segments, days), ...(mayHaveGaps ? [] : gaps(days))]
}

/** @throws RangeError with the first problem of a plan that does not hold */
export function weekOf(plan: PlanPrices): Week {
  const [problem] = validatePlan(plan)
  if (problem) throw new RangeError(`tariff plan: ${problem.detail}`)
  const bands = plan.segments.map((segment) => band(segment, nameOf(segment), ruleOf(segment)))
  const { fallback } = plan
  if (fallback) bands.push(band(fallback, 'fallback', 'fallback rate, where no segment holds'))
  const days = piecesByDay(plan.segments).map((pieces) => filled(pieces, plan.segments.length))
  return { bands, days }
}

type Prices = { readonly electricityPrice: string; readonly servicePrice: string }

function band({ electricityPrice, servicePrice }: Prices, name: string, rule: string): Band {
  const units = (price: string) => unitsAt(readDecimal(price), priceDigits)
  return {
    name,
    rule,
    electricityPrice,
    servicePrice,
    electricity: units(electricityPrice),
    service: units(servicePrice)
  }
}

const windowOf = ({ start, end }: Segment): string => `${start}–${end}`
const nameOf = (segment: Segment): string => segment.name ?? windowOf(segment)

function ruleOf(segment: Segment): string {
  const days = segment.weekdays?.toSorted((a, b) => a - b).map((day) => dayNames[day - 1])
  return `time of use ${windowOf(segment)}, ${days ? `on ${days.join(', ')}` : 'every day'}`
}

function oddTimes(segment: Segment, index: number): PlanProblem[] {
  const named = `segment ${index + 1} (${nameOf(segment)})`
  if (segment.start === '24:00')
    return [{ code: 'starts-at-24', segments: [index], detail: `${named} starts at 24:00; write 00:00` }]
  if (segment.start === segment.end)
    return [
      {
        code: 'zero-length',
        segments: [index],
        detail: `${named} starts and ends at ${segment.start}; a whole day is 00:00 to 24:00`
      }
    ]
  return []
}

/** Every segment laid on the days it touches, each day in order; pieces may overlap and leave holes. */
function piecesByDay(segments: readonly Segment[]): Piece[][] {
  const days: Piece[][] = dayNames.map(() => [])
  for (const [band, segment] of segments.entries()) {
    const [from, end] = [minuteOf(segment.start), minuteOf(segment.end)]
    for (const weekday of new Set(segment.weekdays ?? [1, 2, 3, 4, 5, 6, 7])) {
      days[weekday - 1]?.push({ from, to: from < end ? end : dayMinutes, band })
      // A weekday is asked at each instant, as OCPI does: the morning belongs to the listed day too.
      if (end < from && end > 0) days[weekday - 1]?.push({ from: 0, to: end, band })
    }
  }
  return days.map((pieces) => pieces.toSorted((a, b) => a.from - b.from || a.band - b.band))
}

/** Each pair that meets, once, with the first place where it does. */
function overlaps(segments: readonly Segment[], days: readonly (readonly Piece[])[]): PlanProblem[] {
  const meetings = days.flatMap((pieces, day) =>
    pieces.flatMap((piece, index) => {
      const before = pieces.slice(0, index).filter((each) => each.to > piece.from)
      return before.map((each) => overlap(segments, day, [each, piece]))
    })
  )
  return meetings.filter(
    (each, index) => meetings.findIndex((other) => `${other.segments}` === `${each.segments}`) === index
  )
}

function overlap(segments: readonly Segment[], day: number, [a, b]: readonly [Piece, Piece]): PlanProblem {
  const pair = [a.band, b.band].toSorted((left, right) => left - right)
  const [first, second] = pair.map((band) => `${band + 1} (${nameAt(segments, band)})`)
  const when = `${dayNames[day]} from ${clock(b.from)} to ${clock(Math.min(a.to, b.to))}`
  return { code: 'overlap', segments: pair, detail: `segments ${first} and ${second} overlap on ${when}` }
}

const nameAt = (segments: readonly Segment[], index: number): string => {
  const segment = segments[index]
  return segment ? nameOf(segment) : 'fallback'
}

function gaps(days: readonly (readonly Piece[])[]): PlanProblem[] {
  for (const [day, pieces] of days.entries()) {
    const hole = filled(pieces, -1).find((piece) => piece.band === -1)
    if (!hole) continue
    const detail = `no segment holds on ${dayNames[day]} from ${clock(hole.from)} to ${clock(hole.to)}, and there is no fallback rate`
    return [{ code: 'gap', segments: [], detail }]
  }
  return []
}

/** The day without holes: where no piece lies, one with the given band. */
function filled(pieces: readonly Piece[], band: number): Piece[] {
  const whole: Piece[] = []
  let at = 0
  for (const piece of pieces) {
    if (piece.from > at) whole.push({ from: at, to: piece.from, band })
    whole.push(piece)
    at = Math.max(at, piece.to)
  }
  if (at < dayMinutes) whole.push({ from: at, to: dayMinutes, band })
  return whole
}
