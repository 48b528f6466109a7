import fc from 'fast-check'
import { test } from 'tap'
import { negated, type Document } from './document.ts'
import { documentOf, line } from './documents.suite.ts'
import { contentFaults } from './en16931.ts'
import { summed } from './tax/sums.ts'
import { decimalOf, pricedOf, ublOf } from './ubl.ts'

/** Reads the XML back as names and texts; every tag must be closed in its turn. */
function read(xml: string): { readonly path: string; readonly text: string }[] {
  const found: { path: string; text: string }[] = []
  const open: string[] = []
  for (const [, close, name = '', text = ''] of xml.matchAll(/<(\/?)([A-Za-z:]+)[^>]*>([^<]*)/g)) {
    if (close === '/') {
      if (open.pop() !== name) throw new Error(`${name} is closed out of turn`)
    } else {
      open.push(name)
      if (text.trim() !== '')
        found.push({ path: open.map((each) => each.replace(/^c[ab]c:/, '')).join('/'), text })
    }
  }
  if (open.length > 0) throw new Error('not all is closed')
  return found
}
const all = (xml: string, path: string) =>
  read(xml)
    .filter((each) => each.path === path)
    .map(({ text }) => text)

void test('an invoice says its figures in UBL 2.1', async (t) => {
  const xml = ublOf(documentOf([line(1250)]))
  // 12.50 ÷ 1.19 = 10.504 → 10.50; 10.50 × 19 % = 1.995 → 2.00; 12.50 is both: no rounding.
  const expected: [string, string[]][] = [
    ['CustomizationID', ['urn:cen.eu:en16931:2017']],
    ['ID', ['2026-000001']],
    ['InvoiceTypeCode', ['380']],
    ['DocumentCurrencyCode', ['EUR']],
    ['AccountingSupplierParty/Party/PartyTaxScheme/CompanyID', ['DE123456789']],
    ['AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName', ['Fleet']],
    ['TaxTotal/TaxAmount', ['2.00']],
    ['TaxTotal/TaxSubtotal/TaxableAmount', ['10.50']],
    ['TaxTotal/TaxSubtotal/TaxCategory/Percent', ['19']],
    ['LegalMonetaryTotal/LineExtensionAmount', ['10.50']],
    ['LegalMonetaryTotal/TaxInclusiveAmount', ['12.50']],
    ['LegalMonetaryTotal/PayableRoundingAmount', []],
    ['LegalMonetaryTotal/PayableAmount', ['12.50']],
    ['InvoiceLine/InvoicedQuantity', ['10.5']],
    ['InvoiceLine/LineExtensionAmount', ['10.50']],
    ['InvoiceLine/Price/PriceAmount', ['1.000000']],
    ['InvoiceLine/Item/Name', ['peak &amp; &quot;day&quot; &lt;8–20&gt;']]
  ]
  for (const [path, texts] of expected) t.strictSame(all(xml, `Invoice/${path}`), texts, path)
  t.match(xml, 'unitCode="KWH"')
})

void test('a rounding difference is BT-114, what was paid is BT-113', async (t) => {
  const xml = ublOf(documentOf([line(3)], summed([line(3)], 1)))
  t.strictSame(all(xml, 'Invoice/LegalMonetaryTotal/PayableRoundingAmount'), ['-0.01'])
  t.strictSame(all(xml, 'Invoice/LegalMonetaryTotal/PrepaidAmount'), ['0.01'])
  t.strictSame(all(xml, 'Invoice/LegalMonetaryTotal/PayableAmount'), ['0.02'])
})

void test('a credit note has positive amounts and names the invoice it is about', async (t) => {
  const credit = documentOf([], {
    kind: 'credit-note',
    about: '2026-000001',
    ...negated(summed([line(1250)]))
  })
  const xml = ublOf(credit)
  t.strictSame(all(xml, 'CreditNote/CreditNoteTypeCode'), ['381'])
  t.strictSame(all(xml, 'CreditNote/BillingReference/InvoiceDocumentReference/ID'), ['2026-000001'])
  t.strictSame(all(xml, 'CreditNote/LegalMonetaryTotal/PayableAmount'), ['12.50'])
  t.strictSame(all(xml, 'CreditNote/CreditNoteLine/CreditedQuantity'), ['10.5'])
})

void test('reverse charge names its reason', async (t) => {
  const treatment = {
    category: 'AE', percent: '0', name: 'VAT', source: null, exemption: { code: 'VATEX-EU-AE', text: 'Reverse charge' }
  } as const // prettier-ignore
  const xml = ublOf(documentOf([line(1190, '19', { treatment })]))
  t.strictSame(all(xml, 'Invoice/TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode'), ['VATEX-EU-AE'])
  t.strictSame(all(xml, 'Invoice/LegalMonetaryTotal/PayableAmount'), ['10.00'])
})

const amounts = [
  { amount: 1335, currency: 'CNY', text: '13.35' },
  { amount: -5, currency: 'EUR', text: '-0.05' },
  { amount: 1335, currency: 'JPY', text: '1335' },
  { amount: 1335, currency: 'KWD', text: '1.335' },
  { amount: 0, currency: 'EUR', text: '0.00' }
]
for (const { amount, currency, text } of amounts)
  void test(`${amount} minor units of ${currency} are written ${text}`, async (t) =>
    t.equal(decimalOf(amount, currency), text))

void test('quantity × net price is the line’s net amount within 0.02, and a price is never below zero', async (t) => {
  const quantity = fc
    .integer({ min: 0, max: 200_000_000 })
    .map((units) => `${Math.trunc(units / 1e6)}.${String(units % 1e6).padStart(6, '0')}`)
  fc.assert(
    fc.property(
      quantity,
      fc.integer({ min: -50_000, max: 5_000_000 }),
      fc.constantFrom<1 | -1>(1, -1),
      fc.constantFrom('kWh', 'h', 'session'),
      (count, netMinor, sign, unit) => {
        const priced = pricedOf({ ...line(0), taxMinor: 0, netMinor, quantity: count, unit }, 'EUR', sign)
        const units =
          BigInt(priced.quantity.replace('.', '')) * (priced.quantity.includes('.') ? 1n : 1_000_000n)
        const product = units * BigInt(priced.price.replace('.', ''))
        const off = product - BigInt(sign * netMinor) * 10n ** 10n
        return !priced.price.startsWith('-') && (off < 0n ? -off : off) <= 2n * 10n ** 10n
      }
    ),
    { numRuns: 5_000 }
  )
  t.pass()
})

const lacks: readonly { rule: string; change: Partial<Document> }[] = [
  { rule: 'BR-06', change: { seller: null } },
  { rule: 'BR-07', change: { buyer: null } },
  { rule: 'BR-16', change: { lines: [] } },
  { rule: 'BR-S-02', change: { seller: { name: 'x', country: 'DE', registration: '1' } } },
  { rule: 'BR-CO-26', change: { seller: { name: 'x', country: 'DE' } } },
  { rule: 'BR-55', change: { kind: 'credit-note' } }
]
void test('a whole document lacks nothing', async (t) =>
  t.strictSame(contentFaults(documentOf([line(1250)])), []))
for (const { rule, change } of lacks)
  void test(`${rule} is named when it does not hold`, async (t) => {
    t.ok(contentFaults(documentOf([line(1250)], change)).some((fault) => fault.rule === rule))
  })
