import { addDecimals } from './format.ts'

/** A tariff's day as a picture: what a kilowatt-hour costs at which minute of the site's wall clock. */
export type Segment = {
  readonly name?: string | undefined
  readonly start: string
  readonly end: string
  readonly weekdays?: readonly number[] | undefined
  readonly electricityPrice: string
  readonly servicePrice: string
}
export type Prices = {
  readonly currency: string
  readonly segments: readonly Segment[]
  readonly fallback?: { readonly electricityPrice: string; readonly servicePrice: string } | undefined
}
export type Band = {
  readonly fromMinute: number
  readonly toMinute: number
  readonly name: string
  readonly electricityPrice: string
  readonly servicePrice: string
  readonly price: string // Both together.
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
const day = 1440

/** The segment that holds at `minute` of `weekday` (1 = Monday); a weekday is asked at each instant. */
function segmentAt(prices: Prices, weekday: number, minute: number): Segment | undefined {
  return prices.segments.find((segment) => {
    const start = minutesOf(segment.start)
    const end = minutesOf(segment.end)
    if (segment.weekdays?.includes(weekday) === false) return false
    return start < end ? minute >= start && minute < end : minute >= start || minute < end
  })
}

/** The whole day in order, stretches of one price joined; minutes without any price are left out. */
export function bandsOfDay(prices: Prices, weekday: number): readonly Band[] {
  const edges = new Set([0, day])
  for (const segment of prices.segments) {
    edges.add(minutesOf(segment.start))
    edges.add(minutesOf(segment.end))
  }
  const cuts = [...edges].filter((each) => each >= 0 && each <= day).toSorted((a, b) => a - b)
  const bands: Band[] = []
  for (const [index, fromMinute] of cuts.entries()) {
    const toMinute = cuts[index + 1]
    const band = toMinute === undefined ? null : bandAt(prices, weekday, { fromMinute, toMinute })
    if (band === null) continue
    const last = bands.at(-1)
    if (last && last.toMinute === fromMinute && sameBand(last, band))
      bands[bands.length - 1] = { ...last, toMinute: band.toMinute }
    else bands.push(band)
  }
  return bands
}

function bandAt(
  prices: Prices,
  weekday: number,
  stretch: { readonly fromMinute: number; readonly toMinute: number }
): Band | null {
  const segment = segmentAt(prices, weekday, stretch.fromMinute)
  const rate = segment ?? prices.fallback
  if (!rate) return null
  const { electricityPrice, servicePrice } = rate
  const price = addDecimals(electricityPrice, servicePrice)
  return { ...stretch, name: segment?.name ?? '', electricityPrice, servicePrice, price }
}

const sameBand = (left: Band, right: Band): boolean =>
  left.electricityPrice === right.electricityPrice &&
  left.servicePrice === right.servicePrice &&
  left.name === right.name

/** The band that holds now and the next change of price today or, failing that, tomorrow. */
export function nowAndNext(
  prices: Prices,
  weekday: number,
  minute: number
): { readonly now: Band | null; readonly next: Band | null } {
  const today = bandsOfDay(prices, weekday)
  const now = today.find((band) => minute >= band.fromMinute && minute < band.toMinute) ?? null
  const later = today.find((band) => band.fromMinute > minute && band.price !== now?.price)
  const tomorrow = bandsOfDay(prices, (weekday % 7) + 1).find((band) => band.price !== now?.price)
  return { now, next: later ?? tomorrow ?? null }
}

/** 750 is "12:30". */
export const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** Where a price stands between the day's cheapest (0) and dearest (1); 0 when there is but one. */
export function heightOf(price: string, bands: readonly Band[]): number {
  const values = bands.map((band) => Number(band.price))
  const low = Math.min(...values)
  const high = Math.max(...values)
  return high === low ? 0 : (Number(price) - low) / (high - low)
}
