import type { Element, PlanPrices, TariffPrices } from '@nova/shared-protocol/tariff'

type Segment = PlanPrices['segments'][number]
type Prices = Pick<Segment, 'electricityPrice' | 'servicePrice'>

const mostSegments = 96
const free: Prices = { electricityPrice: '0', servicePrice: '0' }
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
const two = (value: number): string => String(value).padStart(2, '0')
const clockOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`

/**
 * What rules charge for energy by the clock alone, for whoever begins now and is in no group: for piles and pictures
 * that know only time of use. Nobody is billed by it. Of a dynamic price only the margin is in it; where the clock
 * has more stretches than a plan may carry, the first price stands for all.
 */
export function clockPictureOf(rules: TariffPrices): Pick<PlanPrices, 'currency' | 'segments' | 'fallback'> {
  const segments = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => segmentsOfDay(rules.elements, weekday))
  const joined = joinDays(segments)
  if (joined.length <= mostSegments) return { currency: rules.currency, segments: joined, fallback: free }
  const [first = { ...free, start: '00:00', end: '24:00' }] = joined
  return {
    currency: rules.currency,
    segments: [{ ...pricesOf(first), start: '00:00', end: '24:00' }]
  }
}

const pricesOf = ({ electricityPrice, servicePrice }: Segment): Prices => ({ electricityPrice, servicePrice })

function segmentsOfDay(elements: readonly Element[], weekday: number): Segment[] {
  const borders = elements.flatMap(({ restrictions: { startTime, endTime } = {} }) =>
    [startTime, endTime].flatMap((each) => (each === undefined ? [] : [minutesOf(each)]))
  )
  const cuts = [...new Set([0, ...borders, 1440])].toSorted((a, b) => a - b)
  return cuts.slice(0, -1).map((from, index) => ({
    start: clockOf(from),
    end: clockOf(cuts[index + 1] ?? 1440),
    weekdays: [weekday],
    ...pricesAt(elements, weekday, from)
  }))
}

function pricesAt(elements: readonly Element[], weekday: number, minute: number): Prices {
  const components = elements
    .filter(({ restrictions = {} }) => isAt(restrictions, weekday, minute))
    .flatMap((element) => element.components)
    .filter(({ dimension }) => dimension === 'energy')
  const priceOf = (isService: boolean): string => {
    const found = components.find(({ part }) => (part === 'service') === isService)
    return plain(typeof found?.price === 'string' ? found.price : (found?.price.plus ?? '0'))
  }
  return { electricityPrice: priceOf(false), servicePrice: priceOf(true) }
}

/** As a plan writes prices: not below nought, six decimals. */
const plain = (price: string): string => (price.startsWith('-') ? '0' : price.replace(/(\.\d{6})\d+$/, '$1'))

const byClock = new Set(['startTime', 'endTime', 'weekdays'])
const fromNought = new Set(['maxKwh', 'maxDurationS'])

type Restrictions = NonNullable<Element['restrictions']>

const isAt = (restrictions: Restrictions, weekday: number, minute: number): boolean =>
  isFresh(restrictions) &&
  restrictions.weekdays?.includes(weekday) !== false &&
  isBetween(minute, restrictions.startTime ?? '00:00', restrictions.endTime ?? '24:00')

/** Holds at the first instant of anybody's session: beside the clock only tiers that begin at nought are asked. */
const isFresh = (restrictions: Restrictions): boolean =>
  Object.entries(restrictions).every(
    ([name, value]) => value === undefined || byClock.has(name) || fromNought.has(name) || Number(value) === 0
  )

function isBetween(minute: number, from: string, to: string): boolean {
  const [start, end] = [minutesOf(from), minutesOf(to) || 1440]
  if (start === end) return true
  return start < end ? minute >= start && minute < end : minute >= start || minute < end
}

/** The same stretch at the same price on several days is one segment; stretches of one price are joined. */
function joinDays(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = []
  for (const segment of segments.reduce<Segment[]>(followed, [])) {
    const same = joined.findIndex(
      (each) => isSame(each, segment) && each.start === segment.start && each.end === segment.end
    )
    const before = joined[same]
    if (before)
      joined[same] = { ...before, weekdays: [...(before.weekdays ?? []), ...(segment.weekdays ?? [])] }
    else joined.push(segment)
  }
  return joined.map((each) => (each.weekdays?.length === 7 ? withoutDays(each) : each))
}

function followed(all: Segment[], next: Segment): Segment[] {
  const last = all.at(-1)
  if (last && isSame(last, next) && last.end === next.start && `${last.weekdays}` === `${next.weekdays}`)
    return [...all.slice(0, -1), { ...last, end: next.end }]
  return [...all, next]
}

const isSame = (a: Segment, b: Segment): boolean =>
  a.electricityPrice === b.electricityPrice && a.servicePrice === b.servicePrice

const withoutDays = ({ weekdays: _all, ...segment }: Segment): Segment => segment
