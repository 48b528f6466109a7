import type { Prices } from '../core/horizon/index.ts'

/** A stretch of the day by the site's clock, `end` before `start` passes midnight; per kWh, in money of any kind. */
export type PriceSpan = {
  readonly start: string // hh:mm
  readonly end: string
  readonly buyPerKWh: number
  readonly carbonKgPerKWh: number
}

/** What a plan is to be good at. */
export type Goal = {
  readonly goal: 'energy' | 'cost' | 'carbon'
  readonly prices: readonly PriceSpan[]
  readonly sellPerKWh: number
  readonly demand: { readonly perKW: number; readonly peakW: number } | null // Below `peakW` nothing more is paid.
}

const hurry = 0.01 // Of a kWh's worth: of two plans alike, the earlier one.
const quarterMs = 900_000

/**
 * The goal in the optimiser's words. What the month's measured peak has cost already costs nothing more. A missing kWh costs more than the dearest hour, and more than a kW of peak would
 * that had brought it, so that no car leaves without.
 */
export function pricesOf(
  { goal, prices, sellPerKWh, demand }: Goal,
  timeZone: string,
  peakSoFarW: number
): Prices {
  const at = spanFinder(prices, timeZone)
  const [paid, carbon] = [goal === 'cost', goal === 'carbon']
  const price = (atMs: number): number => (paid ? (at(atMs)?.buyPerKWh ?? 0) : 0)
  const kilograms = (atMs: number): number => (carbon ? (at(atMs)?.carbonKgPerKWh ?? 0) : 0)
  const dearest = Math.max(0, ...prices.map((each) => (paid ? each.buyPerKWh : each.carbonKgPerKWh)))
  const valuePerKWh = 1 + 2 * dearest + (paid ? (demand?.perKW ?? 0) : 0)
  return {
    buyPerKWh: price,
    sellPerKWh: () => (paid ? sellPerKWh : 0),
    carbonKgPerKWh: kilograms,
    carbonPerKg: carbon ? 1 : 0,
    demand: paid && demand !== null ? { perKW: demand.perKW, peakSoFarW, peakHintW: demand.peakW } : null,
    valuePerKWh,
    hurryPerKWhHour: goal === 'energy' ? hurry : (hurry * dearest) / 24
  }
}

/** What a kWh left in a battery is worth by the end: what it would cost on the average. For energy alone a little. */
export function storeWorth({ goal, prices }: Pick<Goal, 'goal' | 'prices'>): number {
  if (goal === 'energy' || prices.length === 0) return leastStoreWorth
  const each = prices.map(({ buyPerKWh, carbonKgPerKWh }) => (goal === 'cost' ? buyPerKWh : carbonKgPerKWh))
  return each.reduce((sum, price) => sum + price, 0) / each.length
}

const leastStoreWorth = 0.1 // Of a kWh in a car: rather full than empty, and cars come first.

/** When prices step between two instants, to the quarter of an hour. */
export function stepsOf(
  { prices }: Pick<Goal, 'prices'>,
  timeZone: string,
  [fromMs, untilMs]: readonly [number, number]
): number[] {
  const at = spanFinder(prices, timeZone)
  const steps: number[] = []
  let before = at(fromMs)
  for (let ms = (Math.floor(fromMs / quarterMs) + 1) * quarterMs; ms < untilMs; ms += quarterMs) {
    const now = at(ms)
    if (now !== before) steps.push(ms)
    before = now
  }
  return steps
}

/** The first span that holds then. */
function spanFinder(prices: readonly PriceSpan[], timeZone: string): (atMs: number) => PriceSpan | undefined {
  const known = new Map<number, PriceSpan | undefined>()
  return (atMs) => {
    const minute = Math.floor(atMs / 60_000)
    if (!known.has(minute))
      known.set(
        minute,
        prices.find((span) => holds(span, timeAt(minute * 60_000, timeZone)))
      )
    return known.get(minute)
  }
}

const timeAt = (atMs: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' })

const holds = ({ start, end }: PriceSpan, time: string): boolean =>
  start < end ? start <= time && time < end : start <= time || time < end
