import { X509Certificate, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { json } from '../exchange.ts'
import type { Headers } from '../port.ts'
import { isSigned, opened, publicKeyOf } from './signing.ts'

const toleranceMs = 300_000

const Certificates = z.object({
  data: z.array(
    z.object({
      serial_no: z.string().max(100),
      encrypt_certificate: z.object({
        algorithm: z.string(),
        nonce: z.string(),
        associated_data: z.string().optional(),
        ciphertext: z.string()
      })
    })
  )
})

export type Marked = { readonly rawBytes: Uint8Array; readonly headers: Headers; readonly nowMs: number }

/** Public keys of WeChat Pay by serial: those set, and those it has sent us under our APIv3 key. */
export type Keyring = {
  /** Whether bytes carry a fresh signature by a key we know. `unknown-serial`: ask for certificates first. */
  check(marked: Marked): 'genuine' | 'forged' | 'unknown-serial'
  /** Takes over the answer of `GET /v3/certificates`. @returns false when nothing in it could be opened */
  learn(text: string, nowMs: number): boolean
}

export type KeyringSettings = {
  readonly apiV3Key: string
  /** WeChat Pay's own public key, for merchants that have one (`PUB_KEY_ID_…`). */
  readonly publicKey?: { readonly id: string; readonly pem: string } | undefined
}

export function openKeyring({ apiV3Key, publicKey }: KeyringSettings): Keyring {
  const keys = new Map<string, KeyObject>()
  if (publicKey) keys.set(publicKey.id, publicKeyOf(publicKey.pem))
  return {
    check({ rawBytes, headers, nowMs }) {
      const mark = markOf(headers)
      if (!mark || Math.abs(nowMs - Number(mark.timestamp) * 1000) > toleranceMs) return 'forged'
      const key = keys.get(mark.serial)
      if (!key) return 'unknown-serial'
      return isSigned(key, mark, rawBytes) ? 'genuine' : 'forged'
    },
    learn(text, nowMs) {
      const list = Certificates.safeParse(json(text))
      if (!list.success) return false
      let learned = 0
      for (const { serial_no: serial, encrypt_certificate: sealed } of list.data.data) {
        const pem = opened(apiV3Key, sealed)
        const key = pem === undefined ? undefined : keyOf(pem, serial, nowMs)
        if (key) keys.set(serial, key)
        if (key) learned++
      }
      return learned > 0
    }
  }
}

/** Whoever could seal it knows our APIv3 key; serial and dates must still be those of the certificate itself. */
function keyOf(pem: string, serial: string, nowMs: number): KeyObject | undefined {
  try {
    const { serialNumber, validFromDate, validToDate, publicKey } = new X509Certificate(pem)
    const isValid = validFromDate.getTime() <= nowMs && nowMs < validToDate.getTime()
    return isValid && serialNumber.toUpperCase() === serial.toUpperCase() ? publicKey : undefined
  } catch {
    return undefined
  }
}

function markOf(headers: Headers) {
  const [timestamp, nonce, signature, serial] = ['timestamp', 'nonce', 'signature', 'serial'].map(
    (name) => headers[`wechatpay-${name}`]
  )
  return typeof timestamp === 'string' &&
    /^\d{1,12}$/.test(timestamp) &&
    typeof nonce === 'string' &&
    typeof signature === 'string' &&
    typeof serial === 'string'
    ? { timestamp, nonce, signature, serial }
    : undefined
}
