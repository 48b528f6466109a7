import { readFileSync } from 'node:fs'
import { test } from 'tap'
import { negated, type Document } from './document.ts'
import { documentOf, line, type Open } from './documents.suite.ts'
import { openSchematron } from './schematron.suite.ts'
import { summed } from './tax/sums.ts'
import { ublOf } from './ubl.ts'

// EN16931-UBL-validation-preprocessed.sch of ConnectingEurope/eInvoicing-EN16931 (EUPL 1.2): not ours to carry.
const official = process.env['NOVA_EN16931_SCHEMATRON']

const reverse: Open['treatment'] = {
  category: 'AE', percent: '0', name: 'VAT', source: null, exemption: { code: 'VATEX-EU-AE', text: 'Reverse charge' }
} // prettier-ignore
const idle = { part: 'service', unit: 'h', name: 'idle' } as const
const month = { kind: 'monthly', period: { from: '2026-02-01', until: '2026-02-28' } } as const
const documents: readonly (readonly [string, Document])[] = [
  ['a session with idling', documentOf([line(1249), line(333, '19', idle)])],
  ['a coupon', documentOf([line(1249), line(-125, '19', { unit: 'session', name: 'WELCOME' })])],
  ['two rates', documentOf([line(1249), line(777, '7')])],
  ['reverse charge', documentOf([line(1190, '0', { treatment: reverse, taken: '19' })])],
  ['a part that is paid, with a rounding difference', documentOf([line(3)], summed([line(3)], 1))],
  ['a month', documentOf([line(1249), line(1)], month)],
  [
    'a credit note',
    documentOf([], { kind: 'credit-note', about: '2026-000001', ...negated(summed([line(1250)])) })
  ]
]

/** What is spoilt in the XML, and the rule that says so. */
const spoilt: readonly (readonly [string, RegExp, string, string])[] = [
  ['another amount payable', /(<cbc:PayableAmount[^>]*>)[^<]*/, '$199.99', 'BR-CO-16'],
  ['another tax', /(<cac:TaxTotal>\s*<cbc:TaxAmount[^>]*>)[^<]*/, '$10.01', 'BR-CO-14'],
  ['no number', /<cbc:ID>2026-000001<\/cbc:ID>/, '', 'BR-02'],
  ['a currency that is none', /(<cbc:DocumentCurrencyCode>)EUR/, '$1XXQ', 'BR-CL-04']
]

const skip =
  official === undefined && 'NOVA_EN16931_SCHEMATRON names no file: the official rules are not asked'

void test(
  'the official rules of EN 16931 for UBL find no fault in our invoices, and find those that are made',
  { skip },
  async (t) => {
    const judge = openSchematron(readFileSync(official ?? '', 'utf8'))
    for (const [name, document] of documents) {
      const { broken, asked } = judge(ublOf(document))
      t.strictSame(broken, [], name)
      t.ok(asked > 500, `${name}: ${asked} assertions were asked`)
    }
    const sound = ublOf(documentOf([line(1249)]))
    for (const [name, where, what, rule] of spoilt)
      t.ok(judge(sound.replace(where, what)).broken.includes(rule), `${name}: ${rule}`)
  }
)

const small = `<schema xmlns="http://purl.oclc.org/dsdl/schematron">
  <ns prefix="a" uri="urn:a"/>
  <pattern>
    <rule context="/a:bill/a:line[@kind = 'x|y'] | a:gift"><assert id="first" test="number(.) &lt; 10">less</assert></rule>
    <rule context="a:line"><assert id="second" test="exists(@kind)">kind</assert></rule>
  </pattern>
  <pattern><rule context="a:line"><assert id="third" test="sum(../a:line) = 12">sum</assert></rule></pattern>
</schema>`
const bills: readonly (readonly [string, string, readonly string[], number])[] = [
  ['all hold', '<line kind="x|y">3</line><line kind="z">9</line>', [], 4],
  [
    'of a pattern the first rule that fits',
    '<line kind="x|y">11</line><line>1</line>',
    ['first', 'second'],
    4
  ],
  ['another pattern looks again', '<line kind="z">9</line>', ['third'], 2],
  ['alternatives, anywhere', '<deep><gift>10</gift></deep><line kind="z">12</line>', ['first'], 3],
  ['nothing that a rule is about', '<other/>', [], 0]
]
for (const [title, inner, broken, asked] of bills)
  void test(`a small schema: ${title}`, async (t) => {
    t.strictSame(openSchematron(small)(`<bill xmlns="urn:a">${inner}</bill>`), { broken, asked })
  })

void test('an expression or a schema that cannot be read is an error, never a rule that holds', async (t) => {
  const wrong = small.replace('exists(@kind)', 'exists(@kind')
  t.throws(() => openSchematron(wrong)('<bill xmlns="urn:a"><line/></bill>'))
  t.throws(
    () => openSchematron(small.replace('<pattern>', '<let name="x" value="1"/><pattern>')),
    /preprocessed/
  )
  t.throws(() => openSchematron(small.replace(' id="second"', '')), /without id/)
})
