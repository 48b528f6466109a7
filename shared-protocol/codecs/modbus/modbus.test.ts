import fc from 'fast-check'
import { test } from 'tap'
import {
  decodeAnswer,
  decodeRequest,
  encodeAnswer,
  encodeFrame,
  encodeRequest,
  functionOf,
  readNumber,
  splitFrames,
  wordsOf,
  writeNumber,
  type Answer,
  type Kind,
  type Request
} from './index.ts'

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (each) => each.toString(16).padStart(2, '0')).join(' ')
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.split(' ').map((each) => Number.parseInt(each, 16)))

// Examples of the Modbus Application Protocol V1.1b3, §6.1, 6.2, 6.3, 6.4, 6.6 and 6.12.
const requests: { request: Request; bytes: string }[] = [
  { request: { kind: 'read-bits', from: 'coils', start: 19, count: 19 }, bytes: '01 00 13 00 13' },
  { request: { kind: 'read-bits', from: 'discrete', start: 196, count: 22 }, bytes: '02 00 c4 00 16' },
  { request: { kind: 'read', from: 'holding', start: 107, count: 3 }, bytes: '03 00 6b 00 03' },
  { request: { kind: 'read', from: 'input', start: 8, count: 1 }, bytes: '04 00 08 00 01' },
  { request: { kind: 'write-one', register: 1, value: 3 }, bytes: '06 00 01 00 03' },
  { request: { kind: 'write', start: 1, values: [10, 0x0102] }, bytes: '10 00 01 00 02 04 00 0a 01 02' }
]
/** Bits as the standard writes them: the highest of a byte first. */
const bits = (...bytes: readonly string[]): boolean[] =>
  bytes.flatMap((byte) => Array.from(byte, (bit) => bit === '1').toReversed())

const answers: { asked: Request; answer: Answer; bytes: string }[] = [
  {
    asked: { kind: 'read-bits', from: 'coils', start: 19, count: 19 },
    answer: { kind: 'read-bits', from: 'coils', values: bits('11001101', '01101011', '101') },
    bytes: '01 03 cd 6b 05'
  },
  {
    asked: { kind: 'read-bits', from: 'discrete', start: 196, count: 22 },
    answer: { kind: 'read-bits', from: 'discrete', values: bits('10101100', '11011011', '110101') },
    bytes: '02 03 ac db 35'
  },
  {
    asked: { kind: 'read', from: 'holding', start: 107, count: 3 },
    answer: { kind: 'read', from: 'holding', values: [0x022b, 0, 0x64] },
    bytes: '03 06 02 2b 00 00 00 64'
  },
  {
    asked: { kind: 'read', from: 'input', start: 8, count: 1 },
    answer: { kind: 'read', from: 'input', values: [10] },
    bytes: '04 02 00 0a'
  },
  {
    asked: { kind: 'write-one', register: 1, value: 3 },
    answer: { kind: 'write-one', register: 1, value: 3 },
    bytes: '06 00 01 00 03'
  },
  {
    asked: { kind: 'write', start: 1, values: [10, 0x0102] },
    answer: { kind: 'write', start: 1, count: 2 },
    bytes: '10 00 01 00 02'
  },
  {
    asked: { kind: 'read', from: 'input', start: 8, count: 1 },
    answer: { kind: 'exception', function: 4, code: 2 },
    bytes: '84 02'
  }
]

for (const { request, bytes } of requests)
  void test(`request ${bytes}`, async (t) => {
    t.equal(hex(encodeRequest(request)), bytes)
    t.strictSame(decodeRequest(bytesOf(bytes)), { ok: true, value: request })
  })

for (const { asked, answer, bytes } of answers)
  void test(`answer ${bytes}`, async (t) => {
    t.equal(hex(encodeAnswer(answer)), bytes)
    t.strictSame(decodeAnswer(bytesOf(bytes), asked), { ok: true, value: answer })
  })

const refused: [bytes: string, exception: number][] = [
  ['2b 0e 01 00', 1],
  ['01 00 00 07 d1', 3],
  ['02 ff ff 00 02', 2],
  ['04 00 08 00 00', 3],
  ['04 00 08 00 7e', 3],
  ['04 ff ff 00 02', 2],
  ['04 00 08 00', 3],
  ['06 00 01 00', 3],
  ['10 00 01 00 02 03 00 0a 01 02', 3],
  ['10 00 01 00 02 04 00 0a 01', 3],
  ['10 ff ff 00 02 04 00 0a 01 02', 2]
]

for (const [bytes, exception] of refused)
  void test(`the server answers ${bytes} with exception ${exception}`, async (t) => {
    t.strictSame(decodeRequest(bytesOf(bytes)), { ok: false, exception })
  })

const strange: [bytes: string, asked: Request][] = [
  ['04 04 00 0a 00 00', { kind: 'read', from: 'input', start: 8, count: 1 }],
  ['03 02 00 0a', { kind: 'read', from: 'input', start: 8, count: 1 }],
  ['01 01 01', { kind: 'read-bits', from: 'coils', start: 0, count: 9 }],
  ['01 02 01 00', { kind: 'read-bits', from: 'coils', start: 0, count: 8 }],
  ['02 01 01', { kind: 'read-bits', from: 'coils', start: 0, count: 8 }],
  ['04 02 00', { kind: 'read', from: 'input', start: 8, count: 1 }],
  ['06 00 02 00 03', { kind: 'write-one', register: 1, value: 3 }],
  ['10 00 01 00 03', { kind: 'write', start: 1, values: [1, 2] }],
  ['84 02 00', { kind: 'read', from: 'input', start: 8, count: 1 }]
]

for (const [bytes, asked] of strange)
  void test(`${bytes} is no answer to function ${functionOf(asked)}`, async (t) => {
    t.strictSame(decodeAnswer(bytesOf(bytes), asked), { ok: false, fault: 'not-an-answer' })
  })

void test('frames are cut right however the bytes arrive', async (t) => {
  const frame = fc.record({
    transaction: fc.nat(0xffff),
    unit: fc.nat(0xff),
    pdu: fc.uint8Array({ minLength: 1, maxLength: 253 })
  })
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), (frames, step) => {
      const stream = Uint8Array.from(frames.flatMap((each) => [...encodeFrame(each)]))
      const heard = []
      let rest: Uint8Array = new Uint8Array()
      for (let at = 0; at < stream.length; at += step) {
        const split = splitFrames(Uint8Array.from([...rest, ...stream.slice(at, at + step)]))
        if (!split.ok) return false
        heard.push(...split.frames)
        rest = split.rest
      }
      return rest.length === 0 && JSON.stringify(heard) === JSON.stringify(frames)
    })
  )
  t.pass()
})

void test('what is no Modbus is named at its header', async (t) => {
  for (const bytes of [
    '00 01 00 01 00 06 01',
    '00 01 00 00 00 01 01',
    '00 01 00 00 01 00 01',
    '47 45 54 20 2f 20 48'
  ])
    t.strictSame(splitFrames(bytesOf(bytes)), { ok: false, fault: 'not-modbus' })
  t.throws(() => encodeFrame({ transaction: 0, unit: 1, pdu: new Uint8Array(254) }), RangeError)
  t.throws(() => encodeFrame({ transaction: 70_000, unit: 1, pdu: new Uint8Array(1) }), RangeError)
})

void test('no bytes at all make a parser throw', async (t) => {
  const asked: Request = { kind: 'read', from: 'input', start: 0, count: 4 }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      splitFrames(bytes)
      decodeRequest(bytes)
      decodeAnswer(bytes, asked)
      return true
    }),
    { numRuns: 2000 }
  )
  t.pass()
})

const numbers: [kind: Kind, value: number, registers: number[]][] = [
  ['float32', 230.5, [0x4366, 0x8000]],
  ['float32', NaN, [0x7fc0, 0]],
  ['int32', -2, [0xffff, 0xfffe]],
  ['uint32', 65_536, [1, 0]],
  ['int16', -1, [0xffff]],
  ['uint16', 65_535, [0xffff]],
  ['float64', 1.5, [0x3ff8, 0, 0, 0]]
]

for (const [kind, value, registers] of numbers)
  void test(`${value} as ${kind} lies in ${registers.map((each) => each.toString(16)).join(' ')}`, async (t) => {
    t.strictSame(writeNumber(value, kind), registers)
    t.strictSame(readNumber(registers, kind), value)
    t.strictSame(readNumber(registers.toReversed(), kind, true), value, 'low word first')
    t.equal(wordsOf[kind], registers.length)
  })

void test('a number of too few registers, a value that fits none and a read of nothing are the caller’s mistakes', async (t) => {
  t.throws(() => readNumber([1], 'float32'), RangeError)
  t.throws(() => encodeRequest({ kind: 'write-one', register: 1, value: 70_000 }), RangeError)
  t.throws(() => encodeRequest({ kind: 'read', from: 'input', start: 0, count: 126 }), RangeError)
})
