import { z } from 'zod'
import { fromBase64, fromHex, fromUtf8 } from './bytes.ts'
import { curveNamed, type Curve } from './key.ts'
import { RawReadings, readReadings, type SignedReading } from './reading.ts'

export type RecordFault = 'not-ocmf' | 'too-long' | 'payload-not-readable' | 'signature-not-readable'

export type Algorithm = {
  readonly curve: Curve | null // What the record names, or the format's default; null: a name nobody knows.
  readonly isNamed: boolean
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null
}
export type Signature = Algorithm & {
  readonly bytes: Uint8Array
}

export type SignedRecord = {
  readonly text: string // The whole record as received.
  readonly payload: string // Exactly what was signed, to be read as UTF-8.
  readonly meterSerial: string | null
  readonly gatewaySerial: string | null
  readonly pagination: string | null
  readonly identification: {
    readonly given: boolean | null
    readonly type: string | null
    readonly data: string | null
  }
  readonly readings: readonly SignedReading[]
  readonly signature: Signature
}

export type ReadRecord =
  | { readonly ok: true; readonly record: SignedRecord }
  | { readonly ok: false; readonly fault: RecordFault }

const longest = 262_144
const header = 'OCMF|'

const word = z.string().max(500).nullable().catch(null).default(null)
const Payload = z.object({
  GS: word,
  MS: word,
  PG: word,
  IS: z.boolean().nullable().catch(null).default(null),
  IT: word,
  ID: word,
  RD: RawReadings.default([])
})
const Signed = z.object({
  SA: z.string().nullish(),
  SE: z.string().nullish(),
  SD: z.string().min(8).max(2_000)
})

/** Reads a record: plain, or as a whole in hex or Base64 as some chargers send it. Never throws. */
export function readRecord(received: string): ReadRecord {
  if (received.length > longest) return { ok: false, fault: 'too-long' }
  const text = plain(received.trim())
  if (text === undefined) return { ok: false, fault: 'not-ocmf' }
  // A name in the payload may hold a bar, so only the first and the last one divide.
  const last = text.lastIndexOf('|')
  if (last < header.length) return { ok: false, fault: 'not-ocmf' }
  return assembled(text, text.slice(header.length, last), text.slice(last + 1))
}

function plain(text: string): string | undefined {
  if (text.startsWith(header)) return text
  const bytes = fromHex(text) ?? fromBase64(text)
  const decoded = bytes && fromUtf8(bytes)?.trim()
  return decoded?.startsWith(header) ? decoded : undefined
}

function assembled(text: string, payload: string, signature: string): ReadRecord {
  const read = payload.isWellFormed() ? Payload.safeParse(json(payload)) : undefined
  if (!read?.success) return { ok: false, fault: 'payload-not-readable' }
  const signed = readSignature(signature)
  if (typeof signed === 'string') return { ok: false, fault: signed }
  const { GS, MS, PG, IS, IT, ID, RD } = read.data
  const record = {
    text,
    payload,
    meterSerial: MS,
    gatewaySerial: GS,
    pagination: PG,
    identification: { given: IS, type: IT, data: ID },
    readings: readReadings(RD),
    signature: signed
  }
  return { ok: true, record }
}

function readSignature(text: string): Signature | RecordFault {
  const section = Signed.safeParse(json(text))
  if (!section.success) return 'signature-not-readable'
  const { SA, SE, SD } = section.data
  // Hex is the default; a text that is no hex can only be the other one.
  const bytes = SE?.toLowerCase() === 'base64' ? fromBase64(SD) : (fromHex(SD) ?? fromBase64(SD))
  return bytes ? { ...readAlgorithm(SA ?? ''), bytes } : 'signature-not-readable'
}

const algorithmShape = /^(?:ECDSA-)?([A-Za-z0-9]+)-SHA-?(256|384|512)$/i

/** `ECDSA-secp256r1-SHA256`, which is also what is meant when nothing is named. */
export function readAlgorithm(named: string): Algorithm {
  if (named === '') return { curve: 'secp256r1', isNamed: false, hash: 'sha256' }
  const [, name = '', bits] = algorithmShape.exec(named.trim()) ?? []
  const hash = bits === '256' || bits === '384' || bits === '512' ? (`sha${bits}` as const) : null
  return { curve: curveNamed(name) ?? null, isNamed: true, hash }
}

type Source = { readonly source?: string }

/** Numbers stay the text they were: 2.10720 is not 2.1072 here, and no binary float touches a register. */
function json(text: string): unknown {
  const asWritten = (_: string, value: unknown, context?: Source): unknown =>
    typeof value === 'number' ? (context?.source ?? String(value)) : value
  try {
    return JSON.parse(text, asWritten)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}
