import {
  createCipheriv,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  randomBytes,
  type KeyObject
} from 'node:crypto'
import { certificateOf } from './certificate.ts'

const yearMs = 31_536_000_000

/** The platform's side: its key and certificate, the merchant's public key, the APIv3 key they share. */
export type Seals = {
  readonly serial: string
  readonly certificate: string
  /** `Wechatpay-…` headers for a body of ours; forged: by a stranger's key under our serial. */
  headers(body: string, forged?: boolean): Record<string, string>
  /** AES-256-GCM under the APIv3 key, as in callbacks and in the list of certificates. */
  envelope(text: string, associated: string): object
  /** @returns whether a request is signed by the merchant, within five minutes */
  isMerchants(request: { method: string; path: string; body: string; authorization: string }): boolean
}

export type SealSettings = {
  readonly mchid: string
  readonly merchantPublicKey: string
  readonly apiV3Key: string
}

export function openSeals({ mchid, merchantPublicKey, apiV3Key }: SealSettings): Seals {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const serial = `5${randomBytes(20).toString('hex').slice(1)}`.toUpperCase()
  const now = Date.now()
  const dates = { from: now - yearMs, until: now + yearMs }
  const merchant = createPublicKey(merchantPublicKey)
  return {
    serial,
    certificate: certificateOf({ name: 'Tenpay.com sign', serial, ...dates, ...pair }),
    headers(body, forged = false) {
      const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(16).toString('hex')]
      const key = forged ? stranger : pair.privateKey
      const signature = createSign('RSA-SHA256')
        .update(`${timestamp}\n${nonce}\n${body}\n`)
        .sign(key, 'base64')
      return {
        'wechatpay-timestamp': timestamp,
        'wechatpay-nonce': nonce,
        'wechatpay-signature': signature,
        'wechatpay-serial': serial,
        'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048'
      }
    },
    envelope(text, associated) {
      const nonce = randomBytes(6).toString('hex')
      const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce)
      cipher.setAAD(Buffer.from(associated))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return {
        algorithm: 'AEAD_AES_256_GCM',
        nonce,
        associated_data: associated,
        ciphertext: sealed.toString('base64')
      }
    },
    isMerchants: (request) => isMerchants(request, mchid, merchant)
  }
}

function isMerchants(
  {
    method,
    path,
    body,
    authorization
  }: { method: string; path: string; body: string; authorization: string },
  mchid: string,
  merchant: KeyObject
): boolean {
  const [scheme, rest = ''] = authorization.split(/ (.*)/s)
  const fields = Object.fromEntries(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
  )
  const { timestamp = '', nonce_str: nonce = '', signature = '' } = fields
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048' || fields['mchid'] !== mchid || fields['serial_no'] === '')
    return false
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false
  const text = `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`
  return createVerify('RSA-SHA256').update(text).verify(merchant, signature, 'base64')
}
