import { curves, type Curve, type PublicKey } from './key.ts'
import type { SignedRecord } from './record.ts'

/** One question to whoever owns crypto: was exactly this text, in UTF-8, signed with this key? */
export type Question = {
  readonly text: string
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  readonly form: 'der' | 'raw' // `raw`: r and s side by side, each as long as a coordinate.
  readonly signature: Uint8Array
  readonly spkiHex: string
}
export type Verify = (question: Question) => boolean

/** DER of two integers (X9.62), whole; anything else that is as long as r and s is taken as them. */
export function signatureForm(bytes: Uint8Array, curve: Curve): 'der' | 'raw' | undefined {
  if (isDer(bytes)) return 'der'
  return bytes.length === 2 * curves[curve].size ? 'raw' : undefined
}

function isDer(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false
  const long = bytes[1] === 0x81 ? 1 : 0
  const start = 2 + long
  if (bytes[1 + long] !== bytes.length - start) return false
  const second = start + 2 + (bytes[start + 1] ?? 0)
  return bytes[start] === 2 && bytes[second] === 2 && second + 2 + (bytes[second + 1] ?? 0) === bytes.length
}

/**
 * Whether a record is signed by a key. The key's own curve decides; a record that names another one is named in
 * `curveDiffers`, for it was made by careless software, not by another meter.
 */
export function verifyRecord(
  { payload, signature }: Pick<SignedRecord, 'payload' | 'signature'>,
  key: PublicKey,
  verify: Verify
): { readonly isGenuine: boolean; readonly curveDiffers: boolean } {
  const form = signatureForm(signature.bytes, key.curve)
  const { hash, bytes } = signature
  const { spkiHex } = key
  return {
    isGenuine:
      form !== undefined && hash !== null && verify({ text: payload, hash, form, signature: bytes, spkiHex }),
    curveDiffers: signature.isNamed && signature.curve !== key.curve
  }
}

/** A key of a meter and when it counts, as somebody entered it. Instants in the system's form. */
export type MeterKey = PublicKey & {
  readonly serial: string
  readonly validFrom: string
  readonly validUntil: string | null
}

/** Keys that a record may be checked with: those of its meter, or of its gateway where no meter is named. */
export function keysFor(record: SignedRecord, keys: readonly MeterKey[], at: string): MeterKey[] {
  const serial = record.meterSerial || record.gatewaySerial
  return keys.filter(
    (key) =>
      serial !== null &&
      key.serial === serial &&
      key.validFrom <= at &&
      (key.validUntil === null || at < key.validUntil)
  )
}
