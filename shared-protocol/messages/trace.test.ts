import fc from 'fast-check'
import { test } from 'tap'
import { readTrace, traceText } from './trace.ts'

// The two examples of W3C Trace Context, §3.2.
const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'

void test('the standard’s own examples are read', async (t) => {
  t.strictSame(readTrace(`00-${traceId}-${spanId}-01`), { traceId, spanId, sampled: true })
  t.strictSame(readTrace(`00-${traceId}-${spanId}-00`), { traceId, spanId, sampled: false })
})

const table = [
  ['a later version with more behind it', `cc-${traceId}-${spanId}-01-what-the-future-will-be-like`, true],
  ['a later version as it is', `01-${traceId}-${spanId}-01`, true],
  ['flags nobody knows yet', `00-${traceId}-${spanId}-09`, true],
  ['version ff', `ff-${traceId}-${spanId}-01`, false],
  ['version 00 with more behind it', `00-${traceId}-${spanId}-01-x`, false],
  ['a later version glued to more', `cc-${traceId}-${spanId}-01.what`, false],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`, false],
  ['a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`, false],
  ['capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`, false],
  ['a short trace', `00-${traceId.slice(1)}-${spanId}-01`, false],
  ['a line break', `00-${traceId}-${spanId}-01\n`, false],
  ['a letter', `cc-${traceId}-${spanId}-01-${'x'.repeat(200)}`, false],
  ['nothing', '', false],
  ['no text', 7, false],
  ['absence', undefined, false]
] as const

for (const [title, text, isRead] of table)
  void test(`${title} is ${isRead ? 'read' : 'ignored'}`, async (t) =>
    t.equal(readTrace(text) !== undefined, isRead))

void test('what is written is read again as it was, and nothing else makes a trace', async (t) => {
  const digit = fc.constantFrom(...Array.from({ length: 16 }, (_, value) => value.toString(16)))
  const hex = (length: number) => fc.string({ unit: digit, minLength: length, maxLength: length })
  const parts = { traceId: hex(32), spanId: hex(16), sampled: fc.boolean() }
  const trace = fc.record(parts, { noNullPrototype: true })
  fc.assert(
    fc.property(trace, (each) => {
      const isReal = /[^0]/.test(each.traceId) && /[^0]/.test(each.spanId)
      return JSON.stringify(readTrace(traceText(each))) === JSON.stringify(isReal ? each : undefined)
    })
  )
  fc.assert(fc.property(fc.string(), (text) => readTrace(text) === undefined))
  t.pass()
})
