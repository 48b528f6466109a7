import { fractionOf, plus, showFraction, times } from '../../tariff/fraction.ts'
import type { Component, Element, TariffPrices } from '../../tariff/model.ts'
import { pointsOf } from '../../tariff/series.ts'
import type { Loss } from './loss.ts'

type SeriesComponent = Component & { readonly price: Exclude<Component['price'], string> }

const isOfSeries = (component: Component): component is SeriesComponent => typeof component.price !== 'string'

/**
 * Prices of a series as elements by local date and time, as OCPI's partners exchange day-ahead prices. Elements
 * with hours or dates of their own keep their series, which then counts as lost; so does the hour that comes
 * twice in autumn (ocpi#534).
 */
export function spelledOut(prices: TariffPrices, timeZone: string, losses: Loss[]): TariffPrices {
  const elements = prices.elements.flatMap((element, index) => {
    const { components, restrictions = {} } = element
    const dynamic = components.filter(isOfSeries)
    const isTimed = (['startTime', 'endTime', 'startDate', 'endDate'] as const).some(
      (key) => key in restrictions
    )
    if (dynamic.length === 0 || isTimed) return [element]
    const fixed = components.filter((each) => !isOfSeries(each))
    const place = { prices, timeZone, losses, at: `elements[${index}]` }
    return [
      ...dynamic.flatMap((component) => elementsOf(element, component, place)),
      ...(fixed.length > 0 ? [{ ...element, components: fixed }] : [])
    ]
  })
  return { ...prices, elements }
}

type Place = {
  readonly prices: TariffPrices
  readonly timeZone: string
  readonly losses: Loss[]
  readonly at: string
}

function elementsOf(element: Element, component: SeriesComponent, place: Place): Element[] {
  const { price, ...same } = component
  const series = place.prices.series?.[price.series]
  const seen = new Set<string>()
  return (series ? pointsOf(series) : []).flatMap((point) => {
    const window = localWindow(point, place.timeZone)
    const key = window && `${window.startDate} ${window.startTime}`
    if (!window || key === undefined || seen.has(key)) {
      const when = Temporal.Instant.fromEpochMilliseconds(point.from).toString()
      place.losses.push({
        at: place.at,
        what: `the price at ${when} falls into an hour that comes twice or jumps`
      })
      return []
    }
    seen.add(key)
    const exact = plus(times(point.price, fractionOf(price.times ?? '1')), fractionOf(price.plus ?? '0'))
    const restrictions = { ...element.restrictions, ...window }
    return [{ ...element, components: [{ ...same, price: showFraction(exact) }], restrictions }]
  })
}

/** The wall clock from a price's beginning on; undefined where the clock jumps inside. */
function localWindow({ from, to }: { readonly from: number; readonly to: number }, timeZone: string) {
  const [begin, last] = [from, to - 1].map((each) =>
    Temporal.Instant.fromEpochMilliseconds(each).toZonedDateTimeISO(timeZone)
  )
  if (!begin || begin.offsetNanoseconds !== last?.offsetNanoseconds) return undefined
  const minute = (time: Temporal.PlainTime) => time.toString({ smallestUnit: 'minute' })
  return {
    // By the clock that showed the beginning: the end of an hour before a change is shown otherwise.
    startTime: minute(begin.toPlainTime()),
    endTime: minute(begin.toPlainTime().add({ milliseconds: to - from })),
    startDate: begin.toPlainDate().toString(),
    endDate: begin.toPlainDate().add({ days: 1 }).toString()
  }
}
