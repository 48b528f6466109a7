import type { Component, Element, Restrictions, TariffPrices } from '../../tariff/model.ts'
import type { Loss } from './loss.ts'
import { decimalText, exactly, sidesOf, textOf } from './numbers.ts'
import { restrictionsIn } from './restrictions-in.ts'
import { isNought, minus, one, per, sumOf, times, whole } from '../../tariff/fraction.ts'
import type { OcpiComponent, OcpiTariff, PriceForm } from './wire.ts'

export type Imported = { readonly prices: TariffPrices; readonly losses: readonly Loss[] }

const understood = new Set(
  'country_code party_id id currency type tariff_alt_text tariff_alt_url elements tax_included min_price max_price last_updated'.split(
    ' '
  )
)

/**
 * An OCPI tariff as prices of ours. Validity dates, texts and the energy mix belong to a version, not to its
 * prices, and are said as losses.
 */
export function importTariff(tariff: OcpiTariff): Imported {
  const losses: Loss[] = Object.keys(tariff)
    .filter((key) => !understood.has(key) && tariff[key] !== null)
    .map((key) => ({ at: key, what: 'not part of the prices' }))
  const elements = tariff.elements.map((element, index) => {
    const at = `elements[${index}]`
    const restrictions = restrictionsIn(element.restrictions ?? {}, `${at}.restrictions`, losses)
    const components = element.price_components.flatMap(
      (each, place) =>
        componentIn(each, restrictions, { at: `${at}.price_components[${place}]`, losses }) ?? []
    )
    return { components, ...(Object.keys(restrictions).length > 0 ? { restrictions } : {}) }
  })
  const [minPrice, maxPrice] = [tariff.min_price, tariff.max_price].map(limitIn)
  const prices: TariffPrices = {
    currency: tariff.currency.toUpperCase(),
    tax: taxIn(tariff.tax_included),
    elements: elements.filter(({ components }): boolean => components.length > 0) satisfies Element[],
    ...(minPrice ? { minPrice } : {}),
    ...(maxPrice ? { maxPrice } : {})
  }
  return { prices, losses }
}

const limitIn = (price: PriceForm | null | undefined) =>
  price === null || price === undefined ? undefined : sidesOf(price)

/** `tax_included` is of 2.3.0; before it, prices are without tax. */
function taxIn(included: OcpiTariff['tax_included']): TariffPrices['tax'] {
  const said = String(included ?? 'NO').toUpperCase()
  return said === 'YES' || said === 'TRUE' ? 'included' : said === 'N/A' ? 'none' : 'added'
}

const dimensions: ReadonlyMap<string, Component['dimension']> = new Map([
  ['ENERGY', 'energy'],
  ['TIME', 'time'],
  ['PARKING_TIME', 'parking'],
  ['FLAT', 'flat'],
  ['SESSION_TIME', 'session'] // A hub's own word (Gireve, 2.1.1): charging or not.
])

type Place = { readonly at: string; readonly losses: Loss[] }

function componentIn(
  given: OcpiComponent,
  restrictions: Restrictions,
  { at, losses }: Place
): Component | undefined {
  const named = dimensions.get(given.type.toUpperCase())
  if (named === undefined) {
    losses.push({ at, what: `dimension ${given.type} is not one of OCPI's` })
    return undefined
  }
  const isReservation = restrictions.reservation !== undefined
  const dimension = isReservation && named === 'time' ? 'reservation' : named
  if (isReservation && dimension !== 'reservation' && dimension !== 'flat')
    losses.push({ at, what: `a reservation has no ${given.type}` })
  const { excl = '0' } = sidesOf(given.price)
  return { dimension, price: excl, ...taxOf(given), ...stepOf(given, at, losses), ...roundingOf(given) }
}

function taxOf({ vat, taxes, price }: OcpiComponent): Pick<Component, 'taxPercent'> {
  if (vat !== null && vat !== undefined) return { taxPercent: textOf(vat) }
  const percents = (taxes ?? []).flatMap(({ percentage }) => percentage ?? [])
  if (percents.length > 0) return { taxPercent: decimalText(sumOf(percents.map(exactly))) }
  const { excl, incl } = sidesOf(price)
  if (excl === undefined || incl === undefined || isNought(exactly(excl))) return {}
  const factor = minus(per(exactly(incl), exactly(excl)), one)
  return { taxPercent: decimalText(times(factor, whole(100))) }
}

function stepOf(
  { step_size, step_round, type }: OcpiComponent,
  at: string,
  losses: Loss[]
): Partial<Component> {
  const step = Number(step_size ?? 0)
  const isWhole = Number.isSafeInteger(step) && step >= 0
  if (!isWhole) losses.push({ at: `${at}.step_size`, what: `${step_size} is no whole step` })
  if (!isWhole || step === 0 || type.toUpperCase() === 'FLAT') return {}
  const rule = ruleIn(step_round)
  return { step, ...(rule && rule !== 'up' ? { stepRounding: rule } : {}) }
}

const ruleIn = (round: OcpiComponent['step_round']) => rules.get(round?.round_rule?.toUpperCase() ?? '')

const rules: ReadonlyMap<string, 'up' | 'down' | 'near'> = new Map([
  ['ROUND_UP', 'up'],
  ['ROUND_DOWN', 'down'],
  ['ROUND_NEAR', 'near']
])
const granularities: ReadonlyMap<string, number> = new Map([
  ['UNIT', 0],
  ['TENTH', 1],
  ['HUNDREDTH', 2],
  ['HUNDRETH', 2], // As Gireve's own table spells it.
  ['THOUSANDTH', 3]
])

/** Gireve's `price_round`: the amount of this price is rounded by itself. */
function roundingOf({ price_round }: OcpiComponent): Pick<Component, 'rounding'> {
  const rule = ruleIn(price_round)
  const digits = granularities.get(price_round?.round_granularity?.toUpperCase() ?? '')
  return rule === undefined || digits === undefined ? {} : { rounding: { rule, digits } }
}
