import fc from 'fast-check'
import { test } from 'tap'
import { negated, type Document } from './document.ts'
import { documentOf, line, type Open } from './documents.suite.ts'
import { summed } from './tax/sums.ts'
import { ublOf } from './ubl.ts'

/**
 * The conditions BR-CO-* of EN 16931-1 as they are stated there, held against the XML that leaves the house and not
 * against the figures it was made from. Those about allowances and charges at document level (05 to 08, 21 to 24) hold
 * because none is ever written; 25 has been withdrawn from the validation artefacts.
 */
type Node = { readonly name: string; readonly text: string; readonly nodes: Node[] }

function parse(xml: string): Node {
  const root: Node = { name: '', text: '', nodes: [] }
  const open = [root]
  for (const [, close, name = '', empty, text = ''] of xml.matchAll(
    /<(\/?)(?:\w+:)?(\w+)[^>]*?(\/?)>([^<]*)/g
  )) {
    if (close === '/') open.pop()
    else {
      const node = { name, text: text.trim(), nodes: [] }
      open.at(-1)?.nodes.push(node)
      if (empty !== '/') open.push(node)
    }
  }
  return root.nodes.find((each) => each.name !== 'xml') ?? root
}

const all = (node: Node | undefined, path: string): Node[] =>
  path
    .split('/')
    .reduce(
      (found, name) => found.flatMap(({ nodes }) => nodes.filter((each) => each.name === name)),
      node ? [node] : []
    )
const text = (node: Node | undefined, path: string): string | undefined => all(node, path)[0]?.text

/** Hundredths; 0 where it is left out, as the standard reads absent amounts. */
const cents = (amount: string | undefined): bigint => {
  if (amount === undefined) return 0n
  const [, sign = '', whole = '', after = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount) ?? []
  if (whole === '') throw new Error(`no amount of two places: ${amount}`)
  const units = BigInt(whole + after.padEnd(2, '0'))
  return sign === '-' ? -units : units
}
const sum = (amounts: readonly (string | undefined)[]): bigint =>
  amounts.reduce((total, each) => total + cents(each), 0n)
const total = (of: Node, name: string): bigint => cents(text(of, `LegalMonetaryTotal/${name}`))
const linesOf = (of: Node): Node[] => [...all(of, 'InvoiceLine'), ...all(of, 'CreditNoteLine')]
const groupsOf = (of: Node): Node[] => all(of, 'TaxTotal/TaxSubtotal')
const parties = ['AccountingSupplierParty/Party', 'AccountingCustomerParty/Party'] as const

/** Base × percent ÷ 100, to two places, halves away from nought. */
function taxOf(base: bigint, percent: string): bigint {
  const [whole = '0', after = ''] = percent.split('.')
  const [rate, scale] = [BigInt(whole + after), 100n * 10n ** BigInt(after.length)]
  const size = (base < 0n ? -base : base) * rate
  const rounded = (2n * size + scale) / (2n * scale)
  return base < 0n ? -rounded : rounded
}

type Rule = { readonly id: string; readonly says: string; readonly holds: (invoice: Node) => boolean }

const rules: readonly Rule[] = [
  {
    id: 'BR-CO-03',
    says: 'a tax point date and its code exclude each other',
    holds: (of) =>
      all(of, 'TaxPointDate').length === 0 || all(of, 'InvoicePeriod/DescriptionCode').length === 0
  },
  {
    id: 'BR-CO-04',
    says: 'each line is of a VAT category',
    holds: (of) => linesOf(of).every((line) => (text(line, 'Item/ClassifiedTaxCategory/ID') ?? '') !== '')
  },
  ...['05', '06', '07', '08', '21', '22', '23', '24'].map((number) => ({
    id: `BR-CO-${number}`,
    says: 'allowances and charges give their reason: none is written',
    holds: (of: Node) => [of, ...linesOf(of)].every((each) => all(each, 'AllowanceCharge').length === 0)
  })),
  {
    id: 'BR-CO-09',
    says: 'VAT identifiers begin with their country',
    holds: (of) =>
      parties
        .flatMap((party) => all(of, `${party}/PartyTaxScheme`))
        .filter((scheme) => text(scheme, 'TaxScheme/ID') === 'VAT')
        .every((scheme) => /^[A-Z]{2}/.test(text(scheme, 'CompanyID') ?? ''))
  },
  {
    id: 'BR-CO-10',
    says: 'the sum of the lines is the sum of their net amounts',
    holds: (of) =>
      total(of, 'LineExtensionAmount') === sum(linesOf(of).map((line) => text(line, 'LineExtensionAmount')))
  },
  { id: 'BR-CO-11', says: 'allowances sum up', holds: (of) => total(of, 'AllowanceTotalAmount') === 0n },
  { id: 'BR-CO-12', says: 'charges sum up', holds: (of) => total(of, 'ChargeTotalAmount') === 0n },
  {
    id: 'BR-CO-13',
    says: 'without VAT = lines − allowances + charges',
    holds: (of) =>
      total(of, 'TaxExclusiveAmount') ===
      total(of, 'LineExtensionAmount') - total(of, 'AllowanceTotalAmount') + total(of, 'ChargeTotalAmount')
  },
  {
    id: 'BR-CO-14',
    says: 'the VAT is the sum of its groups',
    holds: (of) =>
      cents(text(of, 'TaxTotal/TaxAmount')) === sum(groupsOf(of).map((group) => text(group, 'TaxAmount')))
  },
  {
    id: 'BR-CO-15',
    says: 'with VAT = without + VAT',
    holds: (of) =>
      total(of, 'TaxInclusiveAmount') ===
      total(of, 'TaxExclusiveAmount') + cents(text(of, 'TaxTotal/TaxAmount'))
  },
  {
    id: 'BR-CO-16',
    says: 'payable = with VAT − paid + rounding',
    holds: (of) =>
      total(of, 'PayableAmount') ===
      total(of, 'TaxInclusiveAmount') - total(of, 'PrepaidAmount') + total(of, 'PayableRoundingAmount')
  },
  {
    id: 'BR-CO-17',
    says: 'each group’s VAT is its base × its rate, to two places',
    holds: (of) =>
      groupsOf(of).every(
        (group) =>
          cents(text(group, 'TaxAmount')) ===
          taxOf(cents(text(group, 'TaxableAmount')), text(group, 'TaxCategory/Percent') ?? '0')
      )
  },
  { id: 'BR-CO-18', says: 'there is a VAT breakdown', holds: (of) => groupsOf(of).length > 0 },
  {
    id: 'BR-CO-19',
    says: 'a period has a beginning or an end',
    holds: (of) =>
      all(of, 'InvoicePeriod').every(
        (period) => text(period, 'StartDate') !== undefined || text(period, 'EndDate') !== undefined
      )
  },
  {
    id: 'BR-CO-20',
    says: 'so has the period of a line',
    holds: (of) =>
      linesOf(of)
        .flatMap((line) => all(line, 'InvoicePeriod'))
        .every((period) => text(period, 'StartDate') !== undefined || text(period, 'EndDate') !== undefined)
  },
  {
    id: 'BR-CO-26',
    says: 'the seller can be identified',
    holds: (of) =>
      ['PartyIdentification/ID', 'PartyLegalEntity/CompanyID', 'PartyTaxScheme/CompanyID'].some(
        (where) => (text(of, `${parties[0]}/${where}`) ?? '') !== ''
      )
  }
]

const broken = (xml: string): string[] => {
  const invoice = parse(xml)
  return rules.filter(({ holds }) => !holds(invoice)).map(({ id }) => id)
}

const reverse: Open['treatment'] = {
  category: 'AE', percent: '0', name: 'VAT', source: null, exemption: { code: 'VATEX-EU-AE', text: 'Reverse charge' }
} // prettier-ignore
const idle = { part: 'service', unit: 'h', name: 'idle' } as const
const documents: readonly (readonly [string, Document])[] = [
  ['a session with idling', documentOf([line(1249), line(333, '19', idle)])],
  ['a coupon', documentOf([line(1249), line(-125, '19', { unit: 'session', name: 'WELCOME' })])],
  ['two rates', documentOf([line(1249), line(777, '7')])],
  ['reverse charge', documentOf([line(1190, '0', { treatment: reverse, taken: '19' })])],
  ['a part that is paid, with a rounding difference', documentOf([line(3)], summed([line(3)], 1))],
  ['a month', documentOf([line(1249), line(1)], { period: { from: '2026-02-01', until: '2026-02-28' } })],
  [
    'a credit note',
    documentOf([], { kind: 'credit-note', about: '2026-000001', ...negated(summed([line(1250)])) })
  ]
]
for (const [name, document] of documents)
  void test(`${name} breaks none of the ${rules.length} rules BR-CO-*`, async (t) => {
    t.strictSame(broken(ublOf(document)), [])
  })

void test('no bill of any amounts and rates breaks one', async (t) => {
  const lines = fc.array(
    fc.tuple(fc.integer({ min: -5_000, max: 100_000 }), fc.constantFrom('19', '7', '25.5', '8.1', '0')),
    { minLength: 1, maxLength: 12 }
  )
  fc.assert(
    fc.property(lines, fc.boolean(), (drawn, isCredit) => {
      const made = summed(drawn.map(([amount, percent]) => line(amount, percent)))
      const credit = { kind: 'credit-note', about: '1', ...negated(made) } as const
      return broken(ublOf(documentOf([], isCredit ? credit : made))).length === 0
    }),
    { numRuns: 500 }
  )
  t.pass()
})

/** A check that cannot fail is none: each rule is broken once, by a change to a sound invoice. */
const plain = ublOf(
  documentOf([line(1249), line(777, '7')], { period: { from: '2026-02-01', until: '2026-02-28' } })
)
const other = (pattern: RegExp) => (xml: string) => xml.replace(pattern, (_, before: string, amount: string, after: string) => `${before}1${amount}${after}`) // prettier-ignore
const after = (where: string, what: string) => (xml: string) => xml.replace(where, `${where}${what}`)
const within = (where: string, what: string) => (xml: string) => xml.replace(where, `${what}${where}`)
const allowance = '<cac:AllowanceCharge></cac:AllowanceCharge>'
const faults: readonly (readonly [string, (xml: string) => string])[] = [
  ['BR-CO-03', (xml) => after('</cac:InvoicePeriod>', '<cbc:TaxPointDate>2026-03-02</cbc:TaxPointDate>')(within('</cac:InvoicePeriod>', '<cbc:DescriptionCode>3</cbc:DescriptionCode>')(xml))],
  ['BR-CO-04', (xml) => xml.replace(/(<cac:ClassifiedTaxCategory>\s*)<cbc:ID>S<\/cbc:ID>/, '$1')],
  ['BR-CO-05', after('</cac:InvoicePeriod>', allowance)],
  ['BR-CO-09', (xml) => xml.replace('DE123456789', '123456789')],
  ['BR-CO-10', other(/(<cac:InvoiceLine>[\s\S]*?<cbc:LineExtensionAmount[^>]*>)([\d.]+)(<)/)],
  ['BR-CO-11', after('<cac:LegalMonetaryTotal>', '<cbc:AllowanceTotalAmount currencyID="EUR">1.00</cbc:AllowanceTotalAmount>')],
  ['BR-CO-12', after('<cac:LegalMonetaryTotal>', '<cbc:ChargeTotalAmount currencyID="EUR">1.00</cbc:ChargeTotalAmount>')],
  ['BR-CO-13', other(/(<cbc:TaxExclusiveAmount[^>]*>)([\d.]+)(<)/)],
  ['BR-CO-14', other(/(<cac:TaxSubtotal>[\s\S]*?<cbc:TaxAmount[^>]*>)([\d.]+)(<)/)],
  ['BR-CO-15', other(/(<cbc:TaxInclusiveAmount[^>]*>)([\d.]+)(<)/)],
  ['BR-CO-16', other(/(<cbc:PayableAmount[^>]*>)([\d.]+)(<)/)],
  ['BR-CO-17', other(/(<cbc:TaxableAmount[^>]*>)([\d.]+)(<)/)],
  ['BR-CO-18', (xml) => xml.replaceAll(/<cac:TaxSubtotal>[\s\S]*?<\/cac:TaxSubtotal>/g, '')],
  ['BR-CO-19', (xml) => xml.replaceAll(/<cbc:(?:Start|End)Date>[^<]*<\/cbc:(?:Start|End)Date>/g, '')],
  ['BR-CO-20', after('<cac:InvoiceLine>', '<cac:InvoicePeriod></cac:InvoicePeriod>')],
  ['BR-CO-26', (xml) => xml.replace('<cbc:CompanyID>DE123456789</cbc:CompanyID>', '')]
] // prettier-ignore
for (const [id, change] of faults)
  void test(`${id} is seen when it is broken: ${rules.find((each) => each.id === id)?.says}`, async (t) => {
    const changed = change(plain)
    t.not(changed, plain)
    t.ok(broken(changed).includes(id), broken(changed).join(', '))
  })
