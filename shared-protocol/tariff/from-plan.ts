import type { Component, Element, TariffPrices } from './model.ts'
import type { PlanPrices, Segment } from './plan.ts'

type Prices = Pick<Segment, 'electricityPrice' | 'servicePrice'>

/** A time-of-use plan in the full model, with the same prices at every instant. */
export function tariffOfPlan({ currency, segments, fallback }: PlanPrices): TariffPrices {
  const elements = segments.map(({ name, start, end, weekdays, ...prices }): Element => ({
    name: name ?? `${start}–${end}`,
    components: componentsOf(prices),
    restrictions: { startTime: start, endTime: end, ...(weekdays ? { weekdays } : {}) }
  }))
  const rest = fallback ? [{ name: 'fallback', components: componentsOf(fallback) }] : []
  return { currency, tax: 'none', elements: [...elements, ...rest] }
}

function componentsOf({ electricityPrice, servicePrice }: Prices): Component[] {
  const electricity: Component = { dimension: 'energy', part: 'electricity', price: electricityPrice }
  const service: Component = { dimension: 'energy', part: 'service', price: servicePrice }
  return /[1-9]/.test(servicePrice) ? [electricity, service] : [electricity]
}
