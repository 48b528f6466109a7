import { fractionOf, showFraction, type Fraction } from './fraction.ts'
import { testOf, type Test } from './holds.ts'
import type { Component, Dimension, Discount, Element, TariffPrices } from './model.ts'
import { seriesOf, type PriceAt } from './series.ts'
import { wordsOf } from './words.ts'

/** One price, ready to be asked. */
export type Priced = {
  readonly component: Component
  readonly element: number
  readonly test: Test
  readonly priceAt: PriceAt
  readonly tax: Fraction | undefined
  readonly taxText: string | null // As bills say it; null: no tax is known.
  readonly priceText: string | undefined // Of a fixed price; undefined: it is of a series.
  readonly name: string
  readonly rule: string
  readonly key: string // One of its own among the tariff's prices.
}

/** All prices for one dimension and part, in the order of the elements: the first that holds is taken. */
export type Slot = { readonly key: string; readonly dimension: Dimension; readonly prices: readonly Priced[] }

export type Reduction = { readonly discount: Discount; readonly test: Test; readonly rule: string }

export type Compiled = {
  readonly tariff: TariffPrices
  readonly slots: readonly Slot[]
  readonly reductions: readonly Reduction[]
}

const known = new WeakMap<TariffPrices, Compiled>()

/** Kept per tariff object. @throws RangeError on a series or decimal that does not hold; see `explainTariff` */
export function compiled(tariff: TariffPrices): Compiled {
  const found = known.get(tariff) ?? compile(tariff)
  known.set(tariff, found)
  return found
}

function compile(tariff: TariffPrices): Compiled {
  const bySlot = new Map<string, { dimension: Dimension; prices: Priced[] }>()
  for (const [index, element] of tariff.elements.entries()) {
    const test = testOf(element.restrictions)
    for (const component of element.components) {
      const key = slotKey(component)
      const slot = bySlot.get(key) ?? { dimension: component.dimension, prices: [] }
      bySlot.set(key, slot)
      const place = `${key} ${slot.prices.length}`
      slot.prices.push(pricedOf(tariff, { element, index, test, component, key: place }))
    }
  }
  return {
    tariff,
    slots: [...bySlot].map(([key, slot]) => ({ key, ...slot })),
    reductions: (tariff.discounts ?? []).map((discount) => ({
      discount,
      test: anywhere(discount),
      rule: ruleOf(`discount ${discount.name}`, wordsOf(discount.restrictions))
    }))
  }
}

const slotKey = ({ dimension, part }: Component): string =>
  part === undefined ? dimension : `${dimension}.${part}`

type Place = {
  readonly element: Element
  readonly index: number
  readonly test: Test
  readonly component: Component
  readonly key: string
}

function pricedOf(tariff: TariffPrices, { element, index, test, component, key }: Place): Priced {
  const { taxPercent, name, dimension, part } = component
  const words = wordsOf(element.restrictions)
  const source = typeof component.price === 'string' ? '' : ` by series ${component.price.series}`
  return {
    component,
    element: index,
    test,
    key,
    priceAt: seriesOf(tariff, component),
    tax: taxPercent === undefined ? undefined : fractionOf(taxPercent),
    taxText: taxPercent === undefined ? null : showFraction(fractionOf(taxPercent)),
    priceText: typeof component.price === 'string' ? showFraction(fractionOf(component.price)) : undefined,
    name: name ?? element.name ?? part ?? dimension,
    rule: ruleOf(
      `element ${index + 1}${element.name ? ` (${element.name})` : ''}: ${dimension}${source}`,
      words
    )
  }
}

const ruleOf = (what: string, words: string): string => (words === '' ? what : `${what}; ${words}`)

/** A discount is taken off reservations too, unless it says otherwise. */
function anywhere({ restrictions }: Discount): Test {
  const test = testOf(restrictions)
  if (restrictions?.reservation !== undefined) return test
  return (slice, driver) => test(slice.reservation === null ? slice : { ...slice, reservation: null }, driver)
}
