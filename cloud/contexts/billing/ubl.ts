import { minorDigits, roundHalfUp } from '@nova/shared-protocol/units'
import type { Document, Line } from './document.ts'
import type { Party } from './party.ts'
import type { TaxGroup } from './tax/sums.ts'

const customization = 'urn:cen.eu:en16931:2017'
const spaces = 'urn:oasis:names:specification:ubl:schema:xsd'
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const priceDigits = 6

/** XML 1.0 has no control characters: they become spaces. */
const escaped = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, ' ').replaceAll(/[&<>"]/g, (sign) => escapes[sign] ?? '')

const tag = (name: string, ...inner: string[]): string =>
  inner.join('') === '' ? '' : `<${name}>${inner.join('')}</${name.split(' ')[0]}>`
const basic = (name: string, text: string | undefined): string => tag(`cbc:${name}`, escaped(text ?? ''))
const group = (name: string, ...inner: string[]): string => tag(`cac:${name}`, ...inner)

/** Minor units as a decimal of the currency: 1335 → `13.35`. */
export function decimalOf(amountMinor: number, currency: string): string {
  const digits = minorDigits(currency)
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return amountMinor < 0 ? `-${whole}` : whole
}

/**
 * An invoice as EN 16931 data in UBL 2.1. A document that owes money to the buyer becomes a credit note (381),
 * whose amounts are positive.
 */
export function ublOf(document: Document): string {
  const isCredit = document.totals.totalMinor < 0
  const root = isCredit ? 'CreditNote' : 'Invoice'
  const xml: Writer = {
    sign: isCredit ? -1 : 1,
    root,
    money: (name, amountMinor) =>
      `<cbc:${name} currencyID="${document.currency}">${decimalOf(isCredit ? 0 - amountMinor : amountMinor, document.currency)}</cbc:${name}>`
  }
  const body = [
    basic('CustomizationID', customization),
    basic('ID', document.number),
    basic('IssueDate', document.issuedOn),
    isCredit ? '' : basic('DueDate', document.issuedOn), // BR-CO-25; a credit note says it in its terms.
    basic(isCredit ? 'CreditNoteTypeCode' : 'InvoiceTypeCode', isCredit ? '381' : '380'),
    basic('Note', document.reason ?? ''),
    basic('DocumentCurrencyCode', document.currency),
    periodOf(document),
    document.about === null
      ? ''
      : group('BillingReference', group('InvoiceDocumentReference', basic('ID', document.about))),
    group('AccountingSupplierParty', partyOf(document.seller, document)),
    group('AccountingCustomerParty', partyOf(document.buyer, document)),
    isCredit ? group('PaymentTerms', basic('Note', 'Credited to the account')) : '',
    taxOf(xml, document),
    totalOf(xml, document),
    ...document.lines.map((line, index) => lineOf(xml, { document, line, id: index + 1 }))
  ]
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${spaces}:${root}-2" ` +
    `xmlns:cac="${spaces}:CommonAggregateComponents-2" xmlns:cbc="${spaces}:CommonBasicComponents-2">` +
    `${body.join('')}</${root}>\n`
  )
}

type Writer = {
  readonly sign: 1 | -1
  readonly root: 'Invoice' | 'CreditNote'
  money(name: string, amountMinor: number): string
}

const periodOf = ({ period }: Document): string =>
  period === null
    ? ''
    : group('InvoicePeriod', basic('StartDate', period.from), basic('EndDate', period.until))

const vat = group('TaxScheme', basic('ID', 'VAT'))

function partyOf(party: Party | null, { country }: Document): string {
  if (!party) return ''
  const address = group(
    'PostalAddress',
    basic('StreetName', party.street),
    basic('CityName', party.city),
    basic('PostalZone', party.postalCode),
    basic('CountrySubentity', party.region),
    group('Country', basic('IdentificationCode', party.country || (country ?? '')))
  )
  const taxScheme =
    party.taxId === undefined ? '' : group('PartyTaxScheme', basic('CompanyID', party.taxId), vat)
  const legal = group(
    'PartyLegalEntity',
    basic('RegistrationName', party.name),
    basic('CompanyID', party.registration)
  )
  const contact = party.email === undefined ? '' : group('Contact', basic('ElectronicMail', party.email))
  return group('Party', group('PartyName', basic('Name', party.name)), address, taxScheme, legal, contact)
}

function categoryOf(
  name: string,
  tax: Pick<TaxGroup, 'category' | 'percent' | 'exemption'>,
  full: boolean
): string {
  return group(
    name,
    basic('ID', tax.category),
    tax.category === 'O' ? '' : basic('Percent', tax.percent ?? '0'),
    full && tax.category === 'O' ? basic('TaxExemptionReasonCode', 'VATEX-EU-O') : '',
    full ? basic('TaxExemptionReasonCode', tax.exemption?.code) : '',
    full ? basic('TaxExemptionReason', tax.exemption?.text) : '',
    vat
  )
}

const taxOf = (xml: Writer, { taxes, totals }: Document): string =>
  group(
    'TaxTotal',
    xml.money('TaxAmount', totals.taxMinor),
    ...taxes.map((tax) =>
      group(
        'TaxSubtotal',
        xml.money('TaxableAmount', tax.baseMinor),
        xml.money('TaxAmount', tax.taxMinor),
        categoryOf('TaxCategory', tax, true)
      )
    )
  )

const totalOf = (xml: Writer, { totals }: Document): string =>
  group(
    'LegalMonetaryTotal',
    xml.money('LineExtensionAmount', totals.lineNetMinor),
    xml.money('TaxExclusiveAmount', totals.netMinor),
    xml.money('TaxInclusiveAmount', totals.grossMinor),
    totals.paidMinor === 0 ? '' : xml.money('PrepaidAmount', totals.paidMinor),
    totals.roundingMinor === 0 ? '' : xml.money('PayableRoundingAmount', totals.roundingMinor),
    xml.money('PayableAmount', totals.payableMinor)
  )

type Numbered = { readonly document: Document; readonly line: Line; readonly id: number }

function lineOf(xml: Writer, { document, line, id }: Numbered): string {
  const { quantity, unit, price } = pricedOf(line, document.currency, xml.sign)
  const name = xml.root === 'Invoice' ? 'InvoicedQuantity' : 'CreditedQuantity'
  return group(
    `${xml.root}Line`,
    basic('ID', String(id)),
    basic('Note', line.rule),
    `<cbc:${name} unitCode="${unit}">${quantity}</cbc:${name}>`,
    xml.money('LineExtensionAmount', line.netMinor),
    group('Item', basic('Name', line.name), categoryOf('ClassifiedTaxCategory', line.treatment, false)),
    group('Price', `<cbc:PriceAmount currencyID="${document.currency}">${price}</cbc:PriceAmount>`)
  )
}

const units: Readonly<Record<string, string>> = { kWh: 'KWH', h: 'HUR' }

type Priced = { readonly quantity: string; readonly unit: string; readonly price: string }

const size = (value: bigint): bigint => (value < 0n ? -value : value)

/**
 * Quantity and net unit price (BT-129, BT-146). A price is never negative (BR-27): the quantity carries the sign. Where
 * quantity × price would miss the line's net amount by more than 0.02 (caps, minimum prices), the line is one piece.
 */
export function pricedOf(line: Line, currency: string, sign: 1 | -1): Priced {
  const net = BigInt(sign * line.netMinor)
  const count = decimal(line.quantity)
  const signed = BigInt(sign) * count.units
  const unit = units[line.unit]
  const price = unit === undefined || signed < 0n !== net < 0n ? undefined : priceOf(net, currency, count)
  const scale = 10n ** BigInt(priceDigits)
  if (unit !== undefined && price !== undefined)
    return { quantity: sign < 0 ? flipped(line.quantity) : line.quantity, unit, price: shown(price) }
  const whole = (size(net) * scale) / 10n ** BigInt(minorDigits(currency))
  return { quantity: net < 0n ? '-1' : '1', unit: 'C62', price: shown(whole) }
}

/** Price to a millionth; undefined when nothing was counted or it would miss the net amount. */
function priceOf(net: bigint, currency: string, count: Count): bigint | undefined {
  const minor = 10n ** BigInt(minorDigits(currency))
  const bottom = size(count.units) * minor
  if (bottom === 0n) return undefined
  const unit = 10n ** BigInt(priceDigits + count.digits)
  const top = size(net) * unit
  const price = roundHalfUp(top, bottom)
  return size(price * bottom - top) * 50n > minor * unit ? undefined : price
}

const flipped = (text: string): string => (text.startsWith('-') ? text.slice(1) : `-${text}`)

type Count = { readonly units: bigint; readonly digits: number }

function decimal(text: string): Count {
  const [whole = '0', after = ''] = text.split('.')
  return { units: BigInt(whole + after), digits: after.length }
}

function shown(price: bigint): string {
  const text = price.toString().padStart(priceDigits + 1, '0')
  return `${text.slice(0, -priceDigits)}.${text.slice(-priceDigits)}`
}
