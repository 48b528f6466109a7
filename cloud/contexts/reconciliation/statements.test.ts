import fc from 'fast-check'
import { test } from 'tap'
import { ownerOfReference, readBankStatement } from './bank-statement.ts'
import type { Break } from './model.ts'
import type { Needs } from './needs.ts'
import { repair } from './repair.ts'
import { minorOf, readCsv, type Confirmed } from './statements.ts'

const id = '6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d'
const header = 'entry,kind,order,currency,amount,booked'

void test('a bank’s statement becomes rows in minor units; refunds are positive as refunds', async (t) => {
  const file = [
    header,
    `a/1,capture,demo.${id},CNY,13.35,2026-03-02T10:00:00.000Z`,
    `r1,refund,"demo.${id}",CNY,-10.00,2026-03-02T11:00:00.000Z`,
    `b/1,capture,"odd, ""quoted""",JPY,7,2026-03-02T12:00:00.000Z`,
    ''
  ].join('\r\n')
  t.match(readBankStatement(file), [
    { id: 'a/1', kind: 'capture', orderReference: `demo.${id}`, currency: 'CNY', amountMinor: 1335 },
    { id: 'r1', kind: 'refund', amountMinor: 1000, at: '2026-03-02T11:00:00.000Z' },
    { orderReference: 'odd, "quoted"', currency: 'JPY', amountMinor: 7 }
  ])
  t.strictSame(readBankStatement(`${header}\r\n`), [], 'a day without movements')
  t.strictSame(readBankStatement(''), [])
})

const unreadable = [
  ['a field too few', `${header}\na,capture,x,CNY,1.00\n`, /line 2 has 5 fields/],
  ['a kind nobody knows', `${header}\na,fee,x,CNY,1.00,2026-03-02T10:00:00Z\n`, /line 2/],
  [
    'half a cent',
    `${header}\na,capture,x,CNY,1.005,2026-03-02T10:00:00Z\n`,
    /no amount with 2 digits: 1.005/
  ],
  ['a quote that never ends', `${header}\n"a,capture\n`, /line 2, field 1/],
  ['a quote in a bare field', `${header}\na"b,capture,x,CNY,1.00,2026-03-02T10:00:00Z\n`, /line 2, field 1/]
] as const
for (const [title, file, message] of unreadable) {
  void test(`${title} is told by its line, and nothing of the file is believed`, async (t) => {
    t.throws(() => readBankStatement(file), message)
  })
}

void test('any cells written by the standard are read back', async (t) => {
  const cell = fc.string({ maxLength: 12 })
  const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 })
  const written = (cells: readonly string[]): string =>
    cells.map((each) => `"${each.replaceAll('"', '""')}"`).join(',')
  fc.assert(
    fc.property(rows, fc.constantFrom('\n', '\r\n'), (given, end) => {
      const file = [['x', 'y', 'z'], ...given].map((row) => written(row) + end).join('')
      const read = readCsv(file).map(({ x, y, z }) => [x, y, z])
      return JSON.stringify(read) === JSON.stringify(given)
    })
  )
  t.strictSame(
    readCsv('\u{feff}a,b\n1,\n'),
    [{ a: '1', b: '' }],
    'a mark before the first byte, an empty last field'
  )
})

void test('amounts are read by their currency’s digits, exactly', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -9_000_000_000, max: 9_000_000_000 }), (minor) => {
      const text = `${minor < 0 ? '-' : ''}${Math.trunc(Math.abs(minor) / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`
      return minorOf(text, 2) === minor
    })
  )
  t.equal(minorOf('13.3500', 2), 1335)
  t.equal(minorOf('5', 3), 5000)
  for (const odd of ['', '1,5', '1e3', '--1', '0.001']) t.throws(() => minorOf(odd, 2), RangeError)
})

void test('a reference names tenant and payment, or it is none of ours', async (t) => {
  t.strictSame(ownerOfReference(`a.b.${id}`), { tenantId: 'a.b', paymentId: id })
  for (const odd of [id, `demo.${id}x`, '', 'demo.7']) t.equal(ownerOfReference(odd), undefined)
})

const lost = { id, kind: 'capture', provider: 'bank', reference: id, currency: 'CNY', amountMinor: 500 }
const broken = (more: Partial<Break>): Break => ({
  key: 'k',
  class: 'missing-there',
  provider: 'bank',
  reference: id,
  paymentId: id,
  sessionId: null,
  siteId: null,
  currency: 'CNY',
  differenceMinor: -500,
  detail: '',
  evidence: { ours: lost },
  ...more
})
const said = (confirmed: Confirmed | null): Needs =>
  ({ statements: [{ provider: 'bank', confirm: async () => confirmed }] }) as unknown as Needs

const repairs: readonly [string, Confirmed | null, Partial<Break>, boolean][] = [
  ['the provider confirms it', { state: 'captured', currency: 'CNY', amountMinor: 500 }, {}, true],
  ['the provider has another amount', { state: 'captured', currency: 'CNY', amountMinor: 499 }, {}, false],
  ['the provider has another currency', { state: 'captured', currency: 'EUR', amountMinor: 500 }, {}, false],
  ['the provider only holds it', { state: 'open' }, {}, false],
  ['the provider has never heard of it', { state: 'absent' }, {}, false],
  ['nobody answers', null, {}, false],
  ['a day shift', null, { class: 'time' }, true],
  [
    'an amount that differs',
    { state: 'captured', currency: 'CNY', amountMinor: 500 },
    { class: 'amount' },
    false
  ],
  [
    'a refund',
    { state: 'captured', currency: 'CNY', amountMinor: 500 },
    { evidence: { ours: { ...lost, kind: 'refund' } } },
    false
  ]
]
for (const [title, confirmed, more, isRepaired] of repairs) {
  void test(`${title}: ${isRepaired ? 'repaired without a person' : 'a person has to look'}`, async (t) => {
    t.equal((await repair(said(confirmed), 'demo', broken(more))) !== undefined, isRepaired)
  })
}
