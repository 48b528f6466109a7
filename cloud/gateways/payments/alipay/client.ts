import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { exchange, json } from '../exchange.ts'
import { refused, unknown, type Acted } from '../port.ts'
import { isSigned, sign, signedNode, signedText } from './signing.ts'

const patienceMs = 10_000

export type AlipaySettings = {
  readonly url: string // https://openapi.alipay.com/gateway.do, or a simulator.
  readonly appId: string
  readonly sellerId: string // The merchant's own account: 2088…; empty: not checked.
  readonly privateKey: string // PEM, the app's.
  readonly alipayPublicKey: string // PEM, Alipay's.
  /** Where notifications go; `/{tenant}` is put behind it. */
  readonly notifyUrl: string
  readonly patienceMs?: number
  now(): number
}

const Head = z.looseObject({
  code: z.string(),
  sub_code: z.string().default(''),
  sub_msg: z.string().default('')
})
export type Head = z.infer<typeof Head>

export type Client = {
  readonly settings: AlipaySettings
  readonly publicKey: KeyObject
  /** @returns the node of the answer, proven to be Alipay's; in words why there is none */
  call(method: string, content: object, notifyUrl?: string): Promise<Head | string>
}

export function openClient(settings: AlipaySettings): Client {
  const privateKey = createPrivateKey(settings.privateKey)
  const publicKey = createPublicKey(settings.alipayPublicKey)
  return {
    settings,
    publicKey,
    async call(method, content, notifyUrl = '') {
      const fields = new Map(Object.entries(paramsOf(settings, { method, content, notifyUrl })))
      fields.set('sign', sign(signedText(fields, ['sign']), privateKey))
      const answer = await exchange(
        {
          method: 'POST',
          url: `${settings.url}?charset=utf-8`,
          headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
          body: new URLSearchParams([...fields].filter(([, value]) => value !== '')).toString()
        },
        settings.patienceMs ?? patienceMs
      )
      if (typeof answer === 'string') return answer
      if (answer.status !== 200) return `answer ${answer.status} was not understood`
      const signed = signedNode(answer.text, method)
      if (!signed || !isSigned(signed.node, signed.signature, publicKey))
        return 'an answer that is not signed by Alipay'
      const head = Head.safeParse(json(signed.node))
      return head.success ? head.data : 'the answer has no code'
    }
  }
}

type Call = { readonly method: string; readonly content: object; readonly notifyUrl: string }

const paramsOf = (
  settings: AlipaySettings,
  { method, content, notifyUrl }: Call
): Record<string, string> => ({
  app_id: settings.appId,
  method,
  format: 'JSON',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: stampOf(settings.now()),
  version: '1.0',
  notify_url: notifyUrl,
  biz_content: JSON.stringify(content)
})

/** `yyyy-MM-dd HH:mm:ss` in Chinese time, which has no summer time. */
export const stampOf = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** @returns undefined for a time of another form */
export function instantOf(stamp: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(stamp)) return undefined
  const ms = Date.parse(`${stamp.replace(' ', 'T')}+08:00`)
  return Number.isNaN(ms) ? undefined : ms
}

/** Codes of Alipay in our names; those that are not named stay as they are. */
const names: Readonly<Record<string, string>> = {
  'ACQ.TRADE_HAS_SUCCESS': 'hold-not-open',
  'ACQ.TRADE_HAS_CLOSE': 'hold-not-open',
  ORDER_ALREADY_CLOSED: 'hold-not-open',
  ORDER_ALREADY_FINISH: 'hold-not-open',
  'ACQ.AUTH_AMOUNT_NOT_ENOUGH': 'exceeds-hold',
  AUTH_AMOUNT_NOT_ENOUGH: 'exceeds-hold',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': 'exceeds-capture',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': 'exceeds-capture',
  'ACQ.CONTEXT_INCONSISTENT': 'key-reused'
}

const mayHaveHappened = /SYSTEM_ERROR|UNKNOW/

export const isDone = (said: Head | string): said is Head => typeof said !== 'string' && said.code === '10000'
export const isAbsent = (said: Head | string): boolean =>
  typeof said !== 'string' && /(AUTH_ORDER_NOT_EXIST|TRADE_NOT_EXIST)$/.test(said.sub_code)

/** 40004 is a no of the business; 20000 and whatever speaks of the system may have happened. */
export function noOf(said: Head | string): Acted {
  if (typeof said === 'string') return unknown(said)
  const { code, sub_code: sub, sub_msg: message } = said
  if (code !== '40004' || sub === '' || mayHaveHappened.test(sub)) return unknown(`${code} ${sub} ${message}`)
  return refused(names[sub] ?? sub, message)
}
