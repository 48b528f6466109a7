import { compare, fractionOf, isNought, plus } from '../../tariff/fraction.ts'
import type { Component, Element, Limit, TariffPrices } from '../../tariff/model.ts'
import type { Loss } from './loss.ts'
import { decimalText } from './numbers.ts'
import { restrictionsOut } from './restrictions-out.ts'
import { spelledOut } from './series-out.ts'
import type { Version } from './wire.ts'

export type Identity = {
  readonly countryCode: string
  readonly partyId: string
  readonly id: string
  readonly lastUpdated: string
  readonly timeZone?: string | undefined // Of the location: with it prices of a series are told by local time.
}

/** JSON of an OCPI Tariff object, ready to be sent. */
export type TariffJson = { readonly [field: string]: unknown; readonly elements: readonly ElementJson[] }
export type ElementJson = {
  readonly price_components: readonly ComponentJson[]
  readonly restrictions?: Readonly<Record<string, unknown>>
}
export type ComponentJson = {
  readonly type: string
  readonly price: number
  readonly vat?: number
  readonly step_size: number
}

export type Exported = { readonly tariff: TariffJson; readonly losses: readonly Loss[] }

/** Prices and amounts leave as JSON numbers: at most fifteen digits, so that the double writes them back. */
export function jsonNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new RangeError(`not a number: ${text}`)
  return value
}

/**
 * Prices of ours as an OCPI Tariff object, with all that OCPI of that version cannot say. What cannot be said is
 * left out, never rounded off in silence: read the losses before sending.
 */
export function exportTariff(prices: TariffPrices, identity: Identity, version: Version): Exported {
  const losses: Loss[] = []
  const { timeZone } = identity
  const told = timeZone === undefined ? prices : spelledOut(prices, timeZone, losses)
  const elements = told.elements.flatMap((element, index) =>
    elementOut(element, { at: `elements[${index}]`, losses, version })
  )
  for (const each of prices.discounts ?? [])
    losses.push({ at: 'discounts', what: `discount ${each.name} is not told; a CDR shows it in its total` })
  const owner = version === '2.1.1' ? {} : { country_code: identity.countryCode, party_id: identity.partyId }
  const tariff: TariffJson = {
    ...owner,
    id: identity.id,
    currency: prices.currency,
    ...taxOut(prices, version, losses),
    ...limitOut('min_price', prices.minPrice, { version, losses }),
    ...limitOut('max_price', prices.maxPrice, { version, losses }),
    elements: elements.length > 0 ? elements : [free],
    last_updated: identity.lastUpdated
  }
  return { tariff, losses }
}

/** OCPI's own way to say that a tariff is free of charge. */
const free: ElementJson = { price_components: [{ type: 'FLAT', price: 0, step_size: 0 }] }

function taxOut({ tax }: TariffPrices, version: Version, losses: Loss[]): Record<string, unknown> {
  if (version === '2.3.0') return { tax_included: { added: 'NO', included: 'YES', none: 'N/A' }[tax] }
  if (tax === 'included')
    losses.push({ at: 'tax', what: `prices include tax; ${version} reads them as before tax` })
  return {}
}

type Place = { readonly at: string; readonly losses: Loss[]; readonly version: Version }

function limitOut(
  field: string,
  limit: Limit | undefined,
  { version, losses }: Omit<Place, 'at'>
): Record<string, unknown> {
  if (!limit) return {}
  const { excl, incl } = limit
  if (version === '2.1.1' || excl === undefined) {
    losses.push({
      at: field,
      what: `${version} has no ${field}${excl === undefined ? ' after tax only' : ''}`
    })
    return {}
  }
  const [before, after] = version === '2.3.0' ? ['before_taxes', 'after_taxes'] : ['excl_vat', 'incl_vat']
  return {
    [field]: {
      [before]: jsonNumber(excl),
      ...(incl === undefined ? {} : { [after]: jsonNumber(incl) })
    }
  }
}

function elementOut({ components, restrictions = {} }: Element, place: Place): ElementJson[] {
  const conditions = restrictionsOut(restrictions, place)
  if (!conditions) return []
  const said = merged(
    components.flatMap((each, index) => spread(each, `${place.at}.components[${index}]`, place)),
    place
  )
  if (said.length === 0) return []
  const price_components = said.map((each) => componentOut(each, place))
  return [{ price_components, ...(Object.keys(conditions).length > 0 ? { restrictions: conditions } : {}) }]
}

const words: ReadonlyMap<Component['dimension'], string> = new Map([
  ['energy', 'ENERGY'],
  ['time', 'TIME'],
  ['reservation', 'TIME'],
  ['parking', 'PARKING_TIME'],
  ['idle', 'PARKING_TIME'],
  ['flat', 'FLAT']
])

/** What OCPI has no word for is said in its words where that is true, else left out and named. */
function spread(component: Component, at: string, { losses }: Place): Component[] {
  const { dimension, price, most, rounding, stepRounding } = component
  if (typeof price !== 'string') {
    losses.push({ at, what: `prices of series ${price.series} change by instants; they are left out` })
    return []
  }
  if (most !== undefined) losses.push({ at, what: `the cap of ${most} on this price is not told` })
  if (rounding ?? stepRounding) losses.push({ at, what: 'rounding of its own is not told' })
  if (dimension === 'idle')
    losses.push({
      at,
      what: 'idle time counts from the end of charging; OCPI counts all parking time (ocpi#543)'
    })
  if (dimension !== 'session') return [component]
  return [
    { ...component, dimension: 'time' },
    { ...component, dimension: 'parking' }
  ]
}

/** Electricity and service of one element are one price in OCPI, where their tax and steps agree. */
function merged(components: readonly Component[], { at, losses }: Place): Component[] {
  const made: Component[] = []
  for (const each of components) {
    const index = made.findIndex(({ dimension }) => words.get(dimension) === words.get(each.dimension))
    const same = made[index]
    if (!same) made.push(each)
    else if (
      same.taxPercent !== each.taxPercent ||
      same.step !== each.step ||
      same.dimension !== each.dimension
    )
      losses.push({
        at,
        what: `a second price for ${each.dimension} (${each.part ?? 'same dimension'}) is left out`
      })
    else {
      losses.push({
        at,
        what: `${same.part ?? 'one'} and ${each.part ?? 'another'} price for ${each.dimension} are told as one sum`
      })
      made[index] = { ...same, price: sum(same.price, each.price) }
    }
  }
  return made
}

const sum = (a: Component['price'], b: Component['price']): Component['price'] =>
  typeof a === 'string' && typeof b === 'string' ? decimalText(plus(fractionOf(a), fractionOf(b))) : a

function componentOut(
  { dimension, price, taxPercent, step }: Component,
  { at, losses, version }: Place
): ComponentJson {
  const isTaxed = taxPercent !== undefined && !isNought(fractionOf(taxPercent))
  if (isTaxed && version === '2.1.1') losses.push({ at, what: `2.1.1 tells no tax (${taxPercent} %)` })
  const amount = typeof price === 'string' ? price : '0'
  if (compare(fractionOf(amount), fractionOf('0')) < 0)
    losses.push({ at, what: 'a price below 0 may be refused' })
  return {
    type: words.get(dimension) ?? 'FLAT',
    price: jsonNumber(amount),
    ...(taxPercent === undefined || version === '2.1.1' ? {} : { vat: jsonNumber(taxPercent) }),
    step_size: step ?? 0
  }
}
