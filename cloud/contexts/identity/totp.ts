import { createHmac, timingSafeEqual } from 'node:crypto'

const stepSeconds = 30 // RFC 6238 §5.2
const digits = 6
const drift = 1 // Steps that a phone's clock may be off in either direction.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * The time step that a code belongs to, or undefined when it is wrong or was used before (RFC 6238 §5.2).
 * @param lastStep step of the last code that was taken; that one and older ones count no more
 */
export function stepOf(
  secret: Uint8Array,
  code: string,
  now: { readonly seconds: number; readonly lastStep: number }
): number | undefined {
  const current = Math.floor(now.seconds / stepSeconds)
  for (let step = current - drift; step <= current + drift; step++) {
    if (step > now.lastStep && same(codeAt(secret, step), code)) return step
  }
  return undefined
}

/** HOTP value (RFC 4226 §5.3) of a step, six digits. */
export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f
  const value = mac.readUInt32BE(offset) & 0x7fffffff
  return String(value % 10 ** digits).padStart(digits, '0')
}

/** RFC 4648 §6 without padding, as authenticator apps take it. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet[parseInt(group.padEnd(5, '0'), 2)]).join('')
}

const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right))
