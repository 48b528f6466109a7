/**
 * Modbus requests and answers (Modbus Application Protocol V1.1b3): read coils (1, §6.1) and discrete inputs
 * (2, §6.2), holding (3, §6.3) and input registers (4, §6.4), write one (6, §6.6) and several registers (16, §6.12).
 */
export type Request =
  | {
      readonly kind: 'read'
      readonly from: 'holding' | 'input'
      readonly start: number
      readonly count: number
    }
  | {
      readonly kind: 'read-bits'
      readonly from: 'coils' | 'discrete'
      readonly start: number
      readonly count: number
    }
  | { readonly kind: 'write-one'; readonly register: number; readonly value: number }
  | { readonly kind: 'write'; readonly start: number; readonly values: readonly number[] }

export type Answer =
  | { readonly kind: 'read'; readonly from: 'holding' | 'input'; readonly values: readonly number[] }
  | { readonly kind: 'read-bits'; readonly from: 'coils' | 'discrete'; readonly values: readonly boolean[] }
  | { readonly kind: 'write-one'; readonly register: number; readonly value: number }
  | { readonly kind: 'write'; readonly start: number; readonly count: number }
  | { readonly kind: 'exception'; readonly function: number; readonly code: number }

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly exception: number } // The code that a server answers with.

/** §7: the codes that a register server needs. */
export const exceptions = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4
} as const

const readAtMost = 125 // §6.3, §6.4: fits one PDU.
const bitsAtMost = 2000 // §6.1, §6.2.
const writeAtMost = 123 // §6.12.
const codes = { coils: 1, discrete: 2, holding: 3, input: 4, writeOne: 6, write: 16 } as const

/** @throws RangeError when a field does not fit the wire: the caller's mistake, not the wire's */
export function encodeRequest(request: Request): Uint8Array {
  switch (request.kind) {
    case 'read':
      checked(request.start, request.count, readAtMost)
      return words(codes[request.from], [request.start, request.count])
    case 'read-bits':
      checked(request.start, request.count, bitsAtMost)
      return words(codes[request.from], [request.start, request.count])
    case 'write-one':
      return words(codes.writeOne, [request.register, request.value])
    case 'write': {
      const { start, values } = request
      checked(start, values.length, writeAtMost)
      const head = words(codes.write, [start, values.length])
      return joined(head, [values.length * 2], words(0, values).slice(1))
    }
  }
}

/** @returns the request, or the exception that the server has to answer */
export function decodeRequest(pdu: Uint8Array): Read<Request> {
  const view = viewOf(pdu)
  switch (pdu[0]) {
    case codes.coils:
    case codes.discrete:
    case codes.holding:
    case codes.input:
      return decodeRead(pdu, view)
    case codes.writeOne:
      return pdu.length === 5
        ? { ok: true, value: { kind: 'write-one', register: view.getUint16(1), value: view.getUint16(3) } }
        : { ok: false, exception: exceptions.illegalValue }
    case codes.write:
      return decodeWrite(pdu, view)
    default:
      return { ok: false, exception: exceptions.illegalFunction }
  }
}

export function encodeAnswer(answer: Answer): Uint8Array {
  switch (answer.kind) {
    case 'read':
      return joined([codes[answer.from], answer.values.length * 2], words(0, answer.values).slice(1))
    case 'read-bits': {
      const bytes = bytesOfBits(answer.values)
      return joined([codes[answer.from], bytes.length], bytes)
    }
    case 'write-one':
      return words(codes.writeOne, [answer.register, answer.value])
    case 'write':
      return words(codes.write, [answer.start, answer.count])
    case 'exception':
      return Uint8Array.of(answer.function | 0x80, answer.code)
  }
}

/**
 * @param asked what the answer belongs to: an answer to something else is a fault
 * @returns the answer, or a fault when the bytes are no answer to what was asked
 */
export function decodeAnswer(
  pdu: Uint8Array,
  asked: Request
): { readonly ok: true; readonly value: Answer } | { readonly ok: false; readonly fault: 'not-an-answer' } {
  const wanted = functionOf(asked)
  const [code = 0, second = 0] = pdu
  if (code === (wanted | 0x80) && pdu.length === 2)
    return { ok: true, value: { kind: 'exception', function: wanted, code: second } }
  const value = code === wanted ? answerTo(asked, pdu) : null
  return value === null ? { ok: false, fault: 'not-an-answer' } : { ok: true, value }
}

export function functionOf(request: Request): number {
  switch (request.kind) {
    case 'read':
    case 'read-bits':
      return codes[request.from]
    case 'write-one':
      return codes.writeOne
    case 'write':
      return codes.write
  }
}

function answerTo(asked: Request, pdu: Uint8Array): Answer | null {
  switch (asked.kind) {
    case 'read':
      return readBack(asked, pdu)
    case 'read-bits':
      return bitsBack(asked, pdu)
    case 'write-one':
      return echoes(pdu, asked.register, asked.value)
        ? { kind: 'write-one', register: asked.register, value: asked.value }
        : null
    case 'write': {
      const count = asked.values.length
      return echoes(pdu, asked.start, count) ? { kind: 'write', start: asked.start, count } : null
    }
  }
}

function readBack({ from, count }: Extract<Request, { kind: 'read' }>, pdu: Uint8Array): Answer | null {
  if (pdu.length !== count * 2 + 2 || pdu[1] !== count * 2) return null
  const view = viewOf(pdu)
  return { kind: 'read', from, values: Array.from({ length: count }, (_, at) => view.getUint16(2 + at * 2)) }
}

function bitsBack({ from, count }: Extract<Request, { kind: 'read-bits' }>, pdu: Uint8Array): Answer | null {
  const bytes = Math.ceil(count / 8)
  if (pdu.length !== bytes + 2 || pdu[1] !== bytes) return null
  const bit = (at: number): boolean => (((pdu[2 + (at >> 3)] ?? 0) >> (at & 7)) & 1) === 1
  return { kind: 'read-bits', from, values: Array.from({ length: count }, (_, at) => bit(at)) }
}

/** The first bit is the lowest of the first byte; what is left of the last one is 0 (§6.1). */
function bytesOfBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  bits.forEach((bit, at) => {
    if (bit) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7))
  })
  return bytes
}

const echoes = (pdu: Uint8Array, first: number, second: number): boolean =>
  pdu.length === 5 && viewOf(pdu).getUint16(1) === first && viewOf(pdu).getUint16(3) === second

function decodeRead(pdu: Uint8Array, view: DataView): Read<Request> {
  if (pdu.length !== 5) return { ok: false, exception: exceptions.illegalValue }
  const [code, start, count] = [pdu[0], view.getUint16(1), view.getUint16(3)]
  const bits = code === codes.coils || code === codes.discrete
  if (count < 1 || count > (bits ? bitsAtMost : readAtMost))
    return { ok: false, exception: exceptions.illegalValue }
  if (start + count > 0x10000) return { ok: false, exception: exceptions.illegalAddress }
  const value: Request = bits
    ? { kind: 'read-bits', from: code === codes.coils ? 'coils' : 'discrete', start, count }
    : { kind: 'read', from: code === codes.input ? 'input' : 'holding', start, count }
  return { ok: true, value }
}

function decodeWrite(pdu: Uint8Array, view: DataView): Read<Request> {
  const count = pdu.length >= 6 ? view.getUint16(3) : 0
  const whole = count >= 1 && count <= writeAtMost && pdu[5] === count * 2 && pdu.length === 6 + count * 2
  if (!whole) return { ok: false, exception: exceptions.illegalValue }
  const start = view.getUint16(1)
  if (start + count > 0x10000) return { ok: false, exception: exceptions.illegalAddress }
  const values = Array.from({ length: count }, (_, index) => view.getUint16(6 + index * 2))
  return { ok: true, value: { kind: 'write', start, values } }
}

function checked(start: number, count: number, most: number): void {
  if (count < 1 || count > most || start < 0 || start + count > 0x10000)
    throw new RangeError(`${count} registers from ${start}`)
}

/** @throws RangeError when a value is no 16-bit word */
function words(code: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(1 + values.length * 2)
  bytes[0] = code
  const view = viewOf(bytes)
  values.forEach((value, index) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff)
      throw new RangeError(`no register value: ${value}`)
    view.setUint16(1 + index * 2, value)
  })
  return bytes
}

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]))

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
