import { minorDigits, money, type Money } from '../units/index.ts'
import { amountOf } from './book.ts'
import { tenTo } from './decimal.ts'
import {
  ceiling,
  compare,
  fractionOf,
  nought,
  one,
  per,
  plus,
  sumOf,
  times,
  whole,
  type Fraction
} from './fraction.ts'
import type { Component, TariffPrices } from './model.ts'

/**
 * The most that `energyWh` can cost by these rules with its fees and tax, rounded up; no time, idling or
 * reservation, whose length nobody knows yet. Under the tariff's maximum, above its minimum.
 */
export function highestByRules(tariff: TariffPrices, energyWh: number): Money {
  const bySlot = new Map<string, Fraction>()
  const charged = tariff.elements.filter(({ restrictions }) => restrictions?.reservation === undefined)
  for (const component of charged.flatMap(({ components }) => components)) {
    const slot = `${component.dimension} ${component.part ?? ''}`
    const amount = amountFor(tariff, component, whole(energyWh))
    bySlot.set(slot, larger(bySlot.get(slot) ?? nought, amount))
  }
  const kept = within(tariff, sumOf([...bySlot.values()]))
  return money(tariff.currency, Number(ceiling(times(kept, whole(tenTo(minorDigits(tariff.currency)))))))
}

function within({ minPrice, maxPrice }: TariffPrices, sum: Fraction): Fraction {
  const [min, max] = [minPrice?.incl, maxPrice?.incl]
  const raised = min === undefined ? sum : larger(sum, fractionOf(min))
  return max === undefined || compare(raised, fractionOf(max)) <= 0 ? raised : fractionOf(max)
}

const larger = (a: Fraction, b: Fraction): Fraction => (compare(a, b) >= 0 ? a : b)

function amountFor(tariff: TariffPrices, component: Component, energyWh: Fraction): Fraction {
  const { dimension, taxPercent } = component
  if (dimension !== 'energy' && dimension !== 'flat') return nought
  const amount = amountOf(dimension, dimension === 'flat' ? one : energyWh, highestPrice(tariff, component))
  if (taxPercent === undefined || tariff.tax !== 'added') return amount
  return times(amount, plus(one, per(fractionOf(taxPercent), whole(100))))
}

/** Of a series: its highest price, with the component's factor and margin. */
function highestPrice({ series = {} }: TariffPrices, { price }: Component): Fraction {
  if (typeof price === 'string') return fractionOf(price)
  const factor = fractionOf(price.times ?? '1')
  const margin = fractionOf(price.plus ?? '0')
  const prices = series[price.series]?.prices ?? []
  return prices.map((each) => plus(times(fractionOf(each.price), factor), margin)).reduce(larger, nought)
}
