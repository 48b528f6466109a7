import { test } from 'tap'
import { SignedValue } from '../../model/index.ts'
import { readMeter16, readSigned16 } from './index.ts'

const heardAt = '2026-01-02T03:05:00.000Z'
const at = '2026-01-02T03:04:05.000Z'
const raw = 'OCMF|{"RD":[{"RV":2.10720}]}|{"SD":"00"}'
const sample = (more: object = {}) => ({
  value: raw,
  format: 'SignedData',
  context: 'Transaction.End',
  ...more
})
const values = (...sampledValue: unknown[]) => [{ timestamp: '2026-01-02T03:04:05Z', sampledValue }]

void test('signed data is taken to the letter, beside the register that is read as ever', async (t) => {
  const both = values({ value: '1234' }, sample())
  t.strictSame(readSigned16(both, heardAt), {
    signed: [{ at, context: 'Transaction.End', raw }],
    problems: []
  })
  t.match(readMeter16(both, heardAt), { readings: [{ at, registerWh: 1234 }], problems: [] })
})

const odd: readonly [string, unknown, object[]][] = [
  ['no list', {}, []],
  ['nothing signed', values({ value: '1' }), []],
  ['an entry that is none', [null, 7], []],
  ['a value that is no text', values(sample({ value: 7 }), sample({ value: '' })), []],
  ['no context', values(sample({ context: undefined })), [{ context: null }]],
  ['no time', [{ sampledValue: sample() }], [{ at: heardAt, raw }]]
]
for (const [title, given, signed] of odd) {
  void test(`${title}: ${JSON.stringify(signed).slice(0, 40)}`, async (t) => {
    t.match(readSigned16(given, heardAt).signed, signed)
    t.equal(readSigned16(given, heardAt).signed.length, signed.length)
  })
}

void test('what is too long or too much is left out by name; what is taken fits the model', async (t) => {
  const long = readSigned16(values(sample({ value: 'x'.repeat(20_001) })), heardAt)
  t.match(long, { signed: [], problems: ['a signed value of 20001 characters is left out'] })
  const many = readSigned16(values(...Array.from({ length: 50 }, () => sample())), heardAt)
  t.equal(many.signed.length, 20)
  t.equal(many.problems.length, 3)
  for (const each of many.signed) t.ok(SignedValue.safeParse(each).success)
})
