/**
 * Modbus TCP framing (Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3): transaction id, protocol
 * id 0, length of what follows, unit id; then the PDU of at most 253 bytes.
 */
export type Frame = {
  readonly transaction: number // 0 … 65535, given by the asker, repeated by the answer.
  readonly unit: number // 0 … 255.
  readonly pdu: Uint8Array
}

const headerBytes = 7
const pduAtMost = 253 // Modbus Application Protocol V1.1b3, 4.1.
const lengthAtMost = pduAtMost + 1

/** @throws RangeError when the PDU is empty or longer than 253 bytes, or an id does not fit its field */
export function encodeFrame({ transaction, unit, pdu }: Frame): Uint8Array {
  if (pdu.length < 1 || pdu.length > pduAtMost) throw new RangeError(`PDU of ${pdu.length} bytes`)
  if (!fits(transaction, 0xffff) || !fits(unit, 0xff))
    throw new RangeError('transaction or unit out of range')
  const bytes = new Uint8Array(headerBytes + pdu.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, transaction)
  view.setUint16(4, pdu.length + 1)
  view.setUint8(6, unit)
  bytes.set(pdu, headerBytes)
  return bytes
}

export type Split =
  | { readonly ok: true; readonly frames: readonly Frame[]; readonly rest: Uint8Array }
  | { readonly ok: false; readonly fault: 'not-modbus' }

/**
 * Cuts what has arrived so far into whole frames; the rest waits for more bytes and is never longer than one
 * frame. A stream that is not Modbus cannot be resynchronised: the caller closes it.
 */
export function splitFrames(bytes: Uint8Array): Split {
  const frames: Frame[] = []
  let at = 0
  while (bytes.length - at >= headerBytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes)
    const length = view.getUint16(4)
    if (view.getUint16(2) !== 0 || length < 2 || length > lengthAtMost)
      return { ok: false, fault: 'not-modbus' }
    if (bytes.length - at < 6 + length) break
    const pdu = bytes.slice(at + headerBytes, at + 6 + length)
    frames.push({ transaction: view.getUint16(0), unit: view.getUint8(6), pdu })
    at += 6 + length
  }
  return { ok: true, frames, rest: bytes.slice(at) }
}

const fits = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most
