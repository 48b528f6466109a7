import { sumOfTexts } from '../../../kit/exact.ts'
import { bandsOfDay, type Band, type Prices } from '../../../kit/prices.ts'

type Clock = {
  readonly startTime?: string | undefined
  readonly endTime?: string | undefined
  readonly weekdays?: readonly number[] | undefined
}
type SeriesPrice = { readonly series: string; readonly plus?: string | undefined }
export type RuleElement = {
  readonly name?: string | undefined
  readonly components: readonly {
    readonly dimension: string
    readonly name?: string | undefined
    readonly part?: 'electricity' | 'service' | undefined
    readonly price: string | SeriesPrice
  }[]
  readonly restrictions?: (Clock & Readonly<Record<string, unknown>>) | undefined
}
export type Rules = { readonly currency: string; readonly elements: readonly RuleElement[] }

/** What a kilowatt-hour costs whoever begins now, in no group, at each minute; dynamic: it follows a series. */
export type DayBand = Band & { readonly dynamic: boolean }
export type Priced = Prices & { readonly rules?: Rules | undefined }

/** A day of either kind of tariff; minutes without any price are left out. */
export const bandsOf = (tariff: Priced, weekday: number): readonly DayBand[] =>
  tariff.rules
    ? bandsOfRules(tariff.rules, weekday)
    : bandsOfDay(tariff, weekday).map((band) => ({ ...band, dynamic: false }))

const dayMinutes = 1440
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

function bandsOfRules({ elements }: Rules, weekday: number): readonly DayBand[] {
  const borders = elements.flatMap(({ restrictions: { startTime, endTime } = {} }) =>
    [startTime, endTime].flatMap((each) => (each === undefined ? [] : [minutesOf(each)]))
  )
  const cuts = [...new Set([0, ...borders, dayMinutes])].toSorted((a, b) => a - b)
  const bands: DayBand[] = []
  for (const [index, fromMinute] of cuts.slice(0, -1).entries()) {
    const band = bandAt(elements, { weekday, fromMinute, toMinute: cuts[index + 1] ?? dayMinutes })
    const before = bands.at(-1)
    if (before && band && before.toMinute === fromMinute && isSame(before, band))
      bands[bands.length - 1] = { ...before, toMinute: band.toMinute }
    else if (band) bands.push(band)
  }
  return bands
}

const isSame = (a: DayBand, b: DayBand): boolean =>
  a.name === b.name && a.electricityPrice === b.electricityPrice && a.servicePrice === b.servicePrice

type Stretch = { readonly weekday: number; readonly fromMinute: number; readonly toMinute: number }

type EnergyPrice = RuleElement['components'][number] & { readonly element: string | undefined }

/** For each part the first element that holds for a fresh session of nobody in particular. */
function bandAt(elements: readonly RuleElement[], { weekday, ...stretch }: Stretch): DayBand | null {
  const prices = pricesAt(elements, weekday, stretch.fromMinute)
  const electricity = prices.find(({ part }) => part !== 'service')
  const service = prices.find(({ part }) => part === 'service')
  if (!electricity && !service) return null
  const [electricityPrice, servicePrice] = [fixedOf(electricity?.price), fixedOf(service?.price)]
  return {
    ...stretch,
    name: nameOf(electricity ?? service),
    electricityPrice,
    servicePrice,
    price: sumOfTexts([electricityPrice, servicePrice]),
    dynamic: prices.some(
      (each) => (each === electricity || each === service) && typeof each.price !== 'string'
    )
  }
}

const nameOf = (price: EnergyPrice | undefined): string => price?.name ?? price?.element ?? '–'

const pricesAt = (
  elements: readonly RuleElement[],
  weekday: number,
  minute: number
): readonly EnergyPrice[] =>
  elements
    .filter(({ restrictions = {} }) => isFresh(restrictions) && isAt(restrictions, weekday, minute))
    .flatMap(({ name, components }) => components.map((component) => ({ ...component, element: name })))
    .filter(({ dimension }) => dimension === 'energy')

/** Of a dynamic price only what is added to it is known beforehand. */
const fixedOf = (price: string | SeriesPrice | undefined): string =>
  price === undefined ? '0' : typeof price === 'string' ? price : (price.plus ?? '0')

const clocked = new Set(['startTime', 'endTime', 'weekdays'])
const fromNought = new Set(['maxKwh', 'maxDurationS'])

/** Holds at the first instant of a session: nothing but the clock is asked, or tiers that begin at nought. */
const isFresh = (restrictions: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(restrictions).every(
    ([name, value]) => value === undefined || clocked.has(name) || fromNought.has(name) || Number(value) === 0
  )

function isAt({ startTime, endTime, weekdays }: Clock, weekday: number, minute: number): boolean {
  if (weekdays?.includes(weekday) === false) return false
  const start = minutesOf(startTime ?? '00:00')
  const end = minutesOf(endTime ?? '24:00') || dayMinutes
  if (start === end) return true
  return start < end ? minute >= start && minute < end : minute >= start || minute < end
}

/** Lowest and highest price of the week, so that all its days share one scale; null when there is none. */
export function rangeOf(
  week: readonly (readonly DayBand[])[]
): { readonly low: string; readonly high: string } | null {
  const sorted = week
    .flat()
    .map(({ price }) => price)
    .toSorted((a, b) => Number(a) - Number(b))
  const [low, high] = [sorted[0], sorted.at(-1)]
  return low === undefined || high === undefined ? null : { low, high }
}
