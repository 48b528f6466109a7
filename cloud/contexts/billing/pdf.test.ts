import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { kWh, negated, type Document, type Line } from './document.ts'
import { printInvoice } from './pdf.ts'
import { textOf } from './pdf-text.suite.ts'
import { summed, type Untaxed } from './tax/sums.ts'
import { plainFont } from './woff.ts'

const line = (amountMinor: number): Omit<Line, 'netMinor' | 'taxMinor'> & Untaxed => ({
  name: '峰 peak', part: 'electricity', quantity: '10', unit: 'kWh', unitPrice: '1.19', rule: '10:00–15:00', amountMinor,
  treatment: { category: 'S', percent: '19', name: 'VAT', source: null, exemption: null }, taken: '19'
}) // prettier-ignore
const party = { name: '新星充电', country: 'CN', taxId: '91320594MA1XXXXX0P' }
const document = (lines: number, more: Partial<Document> = {}): Document => ({
  kind: 'receipt',
  number: '2026-000001',
  issuedOn: '2026-03-02',
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  country: 'CN',
  seller: party,
  buyer: party,
  period: null,
  about: null,
  reason: null,
  ...summed(Array.from({ length: lines }, (_, index) => line(1000 + index))),
  ...more
})

const kinds = [
  { title: 'a receipt', printed: document(3), language: 'both', pages: 1 },
  { title: 'a receipt without lines', printed: document(0), language: 'en', pages: 1 },
  { title: 'a credit note', printed: document(2, { kind: 'credit-note', about: '1', ...negated(document(2)) }), language: 'zh', pages: 1 },
  { title: 'a monthly invoice of 120 lines', printed: document(120, { kind: 'monthly' }), language: 'both', pages: 6 }
] as const // prettier-ignore
for (const { title, printed, language, pages } of kinds)
  void test(`${title} in "${language}" is ${pages} page(s) and carries only the glyphs it shows`, async (t) => {
    const bytes = Buffer.from(await printInvoice({ document: printed, session: null, language }))
    const text = bytes.toString('latin1')
    t.equal(text.slice(0, 5), '%PDF-')
    t.equal(Number(/\/Count (\d+)/.exec(text)?.[1]), pages)
    t.ok(bytes.length < 150_000, `${bytes.length} bytes`)
  })

const printedOf = async (printed: Document): Promise<string> =>
  textOf(await printInvoice({ document: printed, session: null, language: 'both' }))

void test('a receipt says who, what, the tax by rate, and what is paid and to pay of it', async (t) => {
  const whole = document(2)
  // 10.00 + 10.01 with 19 % inside: 16.82, of which 3.20; a cent too much, which is said.
  const text = await printedOf({
    ...whole,
    totals: { ...whole.totals, paidMinor: 1500, payableMinor: whole.totals.totalMinor - 1500 }
  })
  const said = [
    '充电账单 Charging receipt', '2026-000001', '销售方 Seller', '新星充电', '税号 Tax number: 91320594MA1XXXXX0P',
    '2026-03-02', '峰 peak · 电费 Electricity', '10 kWh', '19 %', '10.01', '10:00–15:00', 'VAT 19 %', '16.82', '3.20', '-0.01 CNY',
    '合计 Total', '20.01 CNY', '已付 Paid', '-15.00 CNY', '应付 To pay', '5.01 CNY', '2026-000001 · 1 / 1'
  ] // prettier-ignore
  for (const each of said) t.ok(text.includes(`${each}\n`), each)
})

void test('under reverse charge the paper says who owes the tax, and both numbers', async (t) => {
  const treatment = {
    category: 'AE', percent: '0', name: 'VAT', source: null, exemption: { code: 'VATEX-EU-AE', text: 'Reverse charge' }
  } as const // prettier-ignore
  const text = await printedOf(
    document(0, {
      seller: { name: 'S', country: 'NL', taxId: 'NL123456789B01' },
      buyer: { name: 'B', country: 'DE', taxId: 'DE987654321' },
      ...summed([{ ...line(1008), treatment, taken: '0' }])
    })
  )
  t.match(text.replaceAll('\n', ''), '反向征收：由购买方缴纳增值税 Reverse charge: VAT is owed by the buyer')
  for (const each of ['Tax number: NL123456789B01', 'Tax number: DE987654321', '10.08 CNY', '0.00 CNY'])
    t.match(text, each)
})

void test('a monthly invoice of many pages shows each line, once', async (t) => {
  const text = await printedOf(document(120, { kind: 'monthly', number: 'M-2026-000001' }))
  // 10.00, 10.01 … 11.19.
  for (let index = 0; index < 120; index++) {
    const amount = `${String(1000 + index).slice(0, 2)}.${String(1000 + index).slice(2)}\n`
    t.equal(text.split(`\n${amount}`).length - 1, 1, amount.trim())
  }
  t.match(text, 'M-2026-000001 · 6 / 6')
})

void test('a web font becomes the plain font it was made from: every table whole, at a multiple of four', async (t) => {
  const file = '@fontsource/noto-sans-sc/files/noto-sans-sc-latin-400-normal.woff'
  const woff = readFileSync(fileURLToPath(import.meta.resolve(file)))
  const plain = plainFont(woff)
  const count = plain.readUInt16BE(4)
  t.equal(count, woff.readUInt16BE(12))
  for (let index = 0; index < count; index++) {
    const at = 12 + index * 16
    const [offset, length] = [plain.readUInt32BE(at + 8), plain.readUInt32BE(at + 12)]
    const tag = plain.toString('latin1', at, at + 4)
    t.ok(offset % 4 === 0 && offset + length <= plain.length, tag)
    // The sum of a table's words is its checksum (OpenType); `head` has the file's own in it.
    const data = Buffer.concat([
      plain.subarray(offset, offset + length),
      Buffer.alloc((4 - (length % 4)) % 4)
    ])
    let sum = 0
    for (let word = 0; word < data.length; word += 4)
      sum = (sum + (tag === 'head' && word === 8 ? 0 : data.readUInt32BE(word))) >>> 0
    t.equal(sum, plain.readUInt32BE(at + 4), tag)
  }
  t.throws(() => plainFont(Buffer.from('wOF2 and so on')), RangeError)
})

const energies = [
  ['15545.678', '15.545678 kWh'],
  ['10000', '10 kWh'],
  ['-1', '-0.001 kWh'],
  ['0', '0 kWh'],
  ['999', '0.999 kWh']
]
for (const [wh = '', shown] of energies)
  void test(`${wh} Wh is shown as ${shown}`, async (t) => t.equal(kWh(wh), shown))
