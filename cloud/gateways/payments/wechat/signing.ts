import { createDecipheriv, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto'
import { isBase64 } from '../port.ts'

const tagBytes = 16

export type Envelope = {
  readonly algorithm: string
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data?: string | undefined
}

type Signed = { readonly method: string; readonly path: string; readonly body: string }
export type Merchant = { readonly mchid: string; readonly serial: string; readonly privateKey: KeyObject }

/** `Authorization` of a request: RSA-SHA256 over method, path with query, time, nonce and body, a line each. */
export function authorization(
  { mchid, serial, privateKey }: Merchant,
  { method, path, body }: Signed,
  { nonce, seconds }: { readonly nonce: string; readonly seconds: number }
): string {
  const text = `${method}\n${path}\n${seconds}\n${nonce}\n${body}\n`
  const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64')
  const fields = { mchid, nonce_str: nonce, signature, timestamp: seconds, serial_no: serial }
  const listed = Object.entries(fields).map(([name, value]) => `${name}="${value}"`)
  return `WECHATPAY2-SHA256-RSA2048 ${listed.join(',')}`
}

/** Answers and callbacks: RSA-SHA256 over time, nonce and the raw body, a line each. */
export function isSigned(
  publicKey: KeyObject,
  { timestamp, nonce, signature }: { timestamp: string; nonce: string; signature: string },
  rawBytes: Uint8Array
): boolean {
  if (!isBase64(signature)) return false
  const verify = createVerify('RSA-SHA256').update(`${timestamp}\n${nonce}\n`).update(rawBytes).update('\n')
  return verify.verify(publicKey, signature, 'base64')
}

/** AES-256-GCM with the merchant's APIv3 key; the tag is the end of the ciphertext. @returns undefined when altered */
export function opened(apiV3Key: string, envelope: Envelope): string | undefined {
  const { algorithm, ciphertext, nonce, associated_data: associated = '' } = envelope
  const bytes = Buffer.from(ciphertext, 'base64')
  const isOurs = algorithm === 'AEAD_AES_256_GCM' && Buffer.byteLength(nonce) === 12
  if (!isOurs || bytes.length < tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(associated))
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  try {
    const start = decipher.update(bytes.subarray(0, bytes.length - tagBytes))
    return Buffer.concat([start, decipher.final()]).toString('utf8')
  } catch {
    return undefined // The tag does not fit: altered, or for another key.
  }
}

export const publicKeyOf = (pem: string): KeyObject => createPublicKey(pem)
