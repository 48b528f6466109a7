import fc from 'fast-check'
import { test } from 'tap'
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeFrame,
  encodeRequest,
  exceptions,
  functionOf,
  readNumber,
  splitFrames,
  wordsOf,
  writeNumber,
  type Answer,
  type Kind,
  type Request
} from './index.ts'

const word = fc.nat(0xffff)
const from = fc.constantFrom('holding' as const, 'input' as const)

/** `most` registers that still lie below 65,536. */
const span = (most: number) =>
  fc
    .tuple(word, fc.integer({ min: 1, max: most }))
    .map(([start, count]) => ({ start: Math.min(start, 0x10000 - count), count }))

const read: fc.Arbitrary<Request> = fc
  .tuple(from, span(125))
  .map(([each, place]) => ({ kind: 'read', from: each, ...place }))
const readBits: fc.Arbitrary<Request> = fc
  .tuple(fc.constantFrom('coils' as const, 'discrete' as const), span(2000))
  .map(([each, place]) => ({ kind: 'read-bits', from: each, ...place }))
const writeOne: fc.Arbitrary<Request> = fc
  .tuple(word, word)
  .map(([register, value]) => ({ kind: 'write-one', register, value }))
const write: fc.Arbitrary<Request> = span(123).chain(({ start, count }) =>
  fc
    .array(word, { minLength: count, maxLength: count })
    .map((values): Request => ({ kind: 'write', start, values }))
)
const request = fc.oneof(read, readBits, writeOne, write)

/** What a server in order says to it. */
function served(asked: Request): Answer {
  switch (asked.kind) {
    case 'read':
      return {
        kind: 'read',
        from: asked.from,
        values: Array.from({ length: asked.count }, (_, index) => (asked.start + index) & 0xffff)
      }
    case 'read-bits':
      return {
        kind: 'read-bits',
        from: asked.from,
        values: Array.from({ length: asked.count }, (_, index) => (asked.start + index) % 3 === 0)
      }
    case 'write-one':
      return asked
    case 'write':
      return { kind: 'write', start: asked.start, count: asked.values.length }
  }
}

void test('whatever a client may ask, a server understands as it was meant', async (t) => {
  fc.assert(
    fc.property(request, (each) => {
      t.strictSame(decodeRequest(encodeRequest(each)), { ok: true, value: each })
    })
  )
})

void test('whatever a server answers in order, the client that asked understands as it was meant', async (t) => {
  fc.assert(
    fc.property(request, fc.constantFrom(...Object.values(exceptions)), (asked, code) => {
      const answer = served(asked)
      t.strictSame(decodeAnswer(encodeAnswer(answer), asked), { ok: true, value: answer })
      const refusal: Answer = { kind: 'exception', function: functionOf(asked), code }
      t.strictSame(decodeAnswer(encodeAnswer(refusal), asked), { ok: true, value: refusal })
    })
  )
})

void test('an answer cut short or with something behind it is none', async (t) => {
  fc.assert(
    fc.property(
      request,
      fc.nat(300),
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
      (asked, length, more) => {
        const whole = encodeAnswer(served(asked))
        const short = whole.slice(0, length % whole.length)
        return !decodeAnswer(short, asked).ok && !decodeAnswer(Uint8Array.from([...whole, ...more]), asked).ok
      }
    )
  )
  t.pass()
})

void test('an answer to something else is never taken for one: other function, other count, other register', async (t) => {
  const isTakenFor = (asked: Request, other: Request) => {
    if (asked.kind === 'read' && other.kind === 'read')
      return asked.from === other.from && asked.count === other.count // Told apart by the transaction alone.
    if (asked.kind === 'read-bits' && other.kind === 'read-bits')
      return asked.from === other.from && Math.ceil(asked.count / 8) === Math.ceil(other.count / 8)
    return JSON.stringify(served(asked)) === JSON.stringify(served(other))
  }
  fc.assert(
    fc.property(request, request, (asked, other) => {
      const { ok } = decodeAnswer(encodeAnswer(served(other)), asked)
      return ok === isTakenFor(asked, other)
    })
  )
  t.pass()
})

void test('whatever a server makes of any bytes, it writes back the same or refuses with a code that exists', async (t) => {
  const codes: readonly number[] = Object.values(exceptions)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
      const heard = decodeRequest(bytes)
      return heard.ok
        ? JSON.stringify([...encodeRequest(heard.value)]) === JSON.stringify([...bytes])
        : codes.includes(heard.exception)
    }),
    { numRuns: 1000 }
  )
  t.pass()
})

void test('the longest requests and answers fit one frame', async (t) => {
  const registers = (count: number) => Array.from({ length: count }, () => 0xffff)
  const longest = [
    encodeRequest({ kind: 'write', start: 0, values: registers(123) }),
    encodeAnswer({ kind: 'read', from: 'input', values: registers(125) }),
    encodeAnswer({ kind: 'read-bits', from: 'coils', values: registers(2000).map(() => true) })
  ]
  for (const pdu of longest) {
    const split = splitFrames(encodeFrame({ transaction: 1, unit: 1, pdu }))
    t.strictSame(split, { ok: true, frames: [{ transaction: 1, unit: 1, pdu }], rest: new Uint8Array() })
  }
  t.throws(() => encodeRequest({ kind: 'write', start: 0, values: registers(124) }), RangeError)
  t.throws(() => encodeRequest({ kind: 'write', start: 0, values: [] }), RangeError)
  t.throws(() => encodeRequest({ kind: 'read-bits', from: 'coils', start: 0, count: 2001 }), RangeError)
  t.throws(() => encodeRequest({ kind: 'read', from: 'input', start: 65_535, count: 2 }), RangeError)
})

void test('half a frame waits and is never longer than a frame', async (t) => {
  const frame = encodeFrame({ transaction: 9, unit: 3, pdu: Uint8Array.of(4, 2, 0, 10) })
  for (let length = 0; length < frame.length; length++) {
    const part = frame.slice(0, length)
    t.strictSame(splitFrames(part), { ok: true, frames: [], rest: part })
  }
})

const ranges: { readonly [Each in Kind]: fc.Arbitrary<number> } = {
  uint16: word,
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  uint32: fc.nat(0xffffffff),
  int32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  float32: fc.float(),
  float64: fc.double()
}

for (const kind of Object.keys(ranges) as Kind[])
  void test(`every ${kind} comes back from its ${wordsOf[kind]} registers, whichever word goes first`, async (t) => {
    fc.assert(
      fc.property(ranges[kind], fc.boolean(), (value, swapped) => {
        const registers = writeNumber(value, kind, swapped)
        return (
          registers.length === wordsOf[kind] &&
          registers.every((each) => Number.isInteger(each) && each >= 0 && each <= 0xffff) &&
          Object.is(readNumber(registers, kind, swapped), value)
        )
      })
    )
    t.pass()
  })

void test('words in the wrong order are another number, unless both are alike', async (t) => {
  fc.assert(
    fc.property(ranges.uint32, (value) => {
      const [high, low] = writeNumber(value, 'uint32')
      return (readNumber(writeNumber(value, 'uint32'), 'uint32', true) === value) === (high === low)
    })
  )
  t.pass()
})
