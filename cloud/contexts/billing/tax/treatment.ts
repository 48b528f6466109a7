import { isEuropean, rateAt, vatIdCountry, type Component, type Place } from './rates.ts'

/** UNTDID 5305: standard, zero, reverse charge, outside the scope (here also: no tax is known). */
export type Category = 'S' | 'Z' | 'AE' | 'O'

export type Treatment = {
  readonly category: Category
  readonly percent: string | null // null: no tax is stated, which is not 0 %.
  readonly name: string
  readonly source: string | null
  readonly exemption: { readonly code: string; readonly text: string } | null
}

/** `taken` is the percentage that a price as shown to everybody contains, and that is taken off it. */
export type Taxation = { readonly treatment: Treatment; readonly taken: string }

type TaxParty = { readonly country: string; readonly taxId?: string | undefined }

export type TaxQuestion = {
  readonly place: Place | undefined
  readonly day: string
  readonly component: Component
  readonly stated: string | null // What the tariff itself says, in percent.
  readonly seller: TaxParty | undefined
  readonly buyer: TaxParty | undefined
  /** Of the sales-tax port, where the country has no table: the United States. */
  readonly hooked: { readonly percent: string; readonly name: string; readonly source: string } | undefined
}

const unknown: Taxation = {
  treatment: { category: 'O', percent: null, name: 'Tax', source: null, exemption: null },
  taken: '0'
}

/** How a line is taxed: the tariff's own percentage goes before the table's, and the buyer may owe the tax itself. */
export function taxationOf(question: TaxQuestion): Taxation {
  const { place, stated } = question
  const found = foundFor(question)
  const percent = stated ?? found?.percent
  if (percent === undefined) return unknown
  if (place && isReverse(question, place)) return reverse(percent)
  const { name, source } = found ?? { name: 'VAT', source: 'tariff' }
  return standard(percent, name, stated === null ? source : 'tariff')
}

type Found = { readonly percent: string; readonly name: string; readonly source: string }

const foundFor = ({ place, component, day, hooked }: TaxQuestion): Found | undefined =>
  hooked ?? (place && rateAt(place, component, day))

const standard = (percent: string, name: string, source: string | null): Taxation => ({
  treatment: { category: /^[0.]+$/.test(percent) ? 'Z' : 'S', percent, name, source, exemption: null },
  taken: percent
})

const reverse = (taken: string): Taxation => ({
  treatment: {
    category: 'AE',
    percent: '0',
    name: 'VAT',
    source: 'Directive 2006/112/EC, art. 38, 39 and 195',
    exemption: { code: 'VATEX-EU-AE', text: 'Reverse charge' }
  },
  taken
})

/**
 * Electricity is taxed where it is used; the buyer owes the tax when the seller is not established there and the
 * buyer is known to that country's VAT (Directive 2006/112/EC, art. 38, 39, 195; Court of Justice C-282/22).
 */
function isReverse({ seller, buyer }: TaxQuestion, place: Place): boolean {
  if (!seller || buyer?.taxId === undefined || !isEuropean(place.country)) return false
  return (
    isEuropean(seller.country) &&
    seller.country !== place.country &&
    vatIdCountry(buyer.taxId) === place.country
  )
}
