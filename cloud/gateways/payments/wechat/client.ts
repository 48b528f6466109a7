import { randomBytes, createPrivateKey } from 'node:crypto'
import { z } from 'zod'
import { exchange, fetchFile, json, type Answer } from '../exchange.ts'
import { refused, unknown, type Acted } from '../port.ts'
import { openKeyring, type Keyring } from './certificates.ts'
import { authorization, type Merchant } from './signing.ts'

const patienceMs = 10_000
const emptyBody = 204

export type WechatSettings = {
  readonly url: string // https://api.mch.weixin.qq.com, or a simulator.
  readonly mchid: string
  readonly appid: string
  readonly serviceId: string // Of pay-score; empty when it is not used.
  readonly serial: string // Of the merchant's certificate.
  readonly privateKey: string // PEM, the merchant's.
  readonly apiV3Key: string // 32 bytes.
  readonly publicKey?: { readonly id: string; readonly pem: string } | undefined
  /** Where callbacks go; `/{tenant}` is put behind it. */
  readonly notifyUrl: string
  readonly patienceMs?: number
  now(): number
}

export type Said = { readonly status: number; readonly body: unknown } | string
export type Client = {
  readonly settings: WechatSettings
  readonly keyring: Keyring
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<Said>
  /** A file of WeChat Pay's own, asked for with our signature; what comes is not signed. @returns in words why not */
  file(url: string): Promise<Buffer | string>
}

const Failure = z.object({ code: z.string().max(100), message: z.string().default('') })

/** Signs what goes out and believes only what comes back signed. */
export function openClient(settings: WechatSettings): Client {
  if (Buffer.byteLength(settings.apiV3Key) !== 32)
    throw new RangeError('the APIv3 key of WeChat Pay has 32 bytes')
  const keyring = openKeyring(settings)
  const merchant: Merchant = { ...settings, privateKey: createPrivateKey(settings.privateKey) }
  const send = sending(settings, merchant)
  const fetchKeys = async (): Promise<boolean> => {
    const answer = await send('GET', '/v3/certificates', '')
    return typeof answer !== 'string' && answer.status === 200 && keyring.learn(answer.text, settings.now())
  }
  const judge = (answer: Answer) =>
    keyring.check({ rawBytes: Buffer.from(answer.text), headers: answer.headers, nowMs: settings.now() })
  return {
    settings,
    keyring,
    async ask(method, path, body) {
      const answer = await send(method, path, body === undefined ? '' : JSON.stringify(body))
      if (typeof answer === 'string') return answer
      let verdict = judge(answer)
      if (verdict === 'unknown-serial' && (await fetchKeys())) verdict = judge(answer)
      if (verdict !== 'genuine') return `an answer ${answer.status} that is not signed by WeChat Pay`
      const isEmpty = answer.status === emptyBody || answer.text === ''
      return { status: answer.status, body: isEmpty ? {} : json(answer.text) }
    },
    file: async (url) => fetchBill(settings, merchant, url)
  }
}

const filePatienceMs = 30_000

/** Only from where we ask: a bill's address carries our signature. */
async function fetchBill(
  { url: own, now }: WechatSettings,
  merchant: Merchant,
  url: string
): Promise<Buffer | string> {
  const asked = new URL(url)
  if (asked.origin !== new URL(own).origin) return 'the file lies somewhere else'
  const seal = { nonce: randomBytes(16).toString('hex').toUpperCase(), seconds: Math.floor(now() / 1000) }
  const signed = { method: 'GET', path: `${asked.pathname}${asked.search}`, body: '' }
  const headers = { 'user-agent': 'nova-x', authorization: authorization(merchant, signed, seal) }
  const file = await fetchFile({ url, headers }, filePatienceMs)
  if (typeof file === 'string') return file
  return file.status === 200 ? file.bytes : `answer ${file.status}`
}

const sending =
  ({ url, now, patienceMs: patience = patienceMs }: WechatSettings, merchant: Merchant) =>
  async (method: string, path: string, body: string): Promise<Answer | string> => {
    const seal = { nonce: randomBytes(16).toString('hex').toUpperCase(), seconds: Math.floor(now() / 1000) }
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'nova-x',
      authorization: authorization(merchant, { method, path, body }, seal)
    }
    return exchange(
      { method, url: `${url}${path}`, headers, body: method === 'GET' ? undefined : body },
      patience
    )
  }

/** Codes of WeChat Pay v3 in our names; those that are not named stay as they are. */
const names: Readonly<Record<string, string>> = {
  INVALID_ORDER_STATE: 'hold-not-open',
  ORDER_DONE: 'hold-not-open',
  ORDER_CANCELED: 'hold-not-open',
  ORDER_CLOSED: 'hold-not-open',
  OUT_TRADE_NO_USED: 'key-reused',
  NOT_ENOUGH: 'merchant-balance-short'
}

const mayHaveHappened = new Set([
  'SYSTEM_ERROR',
  'SYSTEMERROR',
  'BANK_ERROR',
  'FREQUENCY_LIMITED',
  'SIGN_ERROR'
])

/** Only a clear no is a no. */
export function noOf(said: Said): Acted {
  if (typeof said === 'string') return unknown(said)
  const failure = Failure.safeParse(said.body)
  const isClear =
    said.status >= 400 && said.status < 500 && failure.success && !mayHaveHappened.has(failure.data.code)
  if (!isClear) return unknown(`answer ${said.status} was not understood`)
  return refused(names[failure.data.code] ?? failure.data.code, failure.data.message)
}

export const isAbsent = (said: Said): boolean => {
  const failure = typeof said === 'string' || said.status !== 404 ? undefined : Failure.safeParse(said.body)
  return failure?.success === true && /(NOT_EXISTS?)$/.test(failure.data.code)
}

/** What a question was answered with; null when the answer is not to be understood, and may be asked for again. */
export function readAs<Shape extends z.ZodType>(said: Said, shape: Shape): z.infer<Shape> | 'absent' | null {
  if (isAbsent(said)) return 'absent'
  if (typeof said === 'string' || said.status !== 200) return null
  const read = shape.safeParse(said.body)
  return read.success ? read.data : null
}
