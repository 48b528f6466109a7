import { generateKeyPairSync, randomUUID } from 'node:crypto'
import type { Faults } from '../../../simulators/bank/faults.ts'
import { openAlipay } from '../../../simulators/payments/alipay/server.ts'
import { openStripe } from '../../../simulators/payments/stripe/server.ts'
import { openWechat } from '../../../simulators/payments/wechat/server.ts'
import type { BillSource } from './bill.ts'
import { alipayBills } from './alipay/bill.ts'
import { alipay } from './alipay/index.ts'
import type { Provider } from './port.ts'
import { stripeBills } from './stripe/bill.ts'
import { stripe } from './stripe/index.ts'
import { wechatBills, wechatNative, wechatScore } from './wechat/index.ts'

/** One provider with its simulated house: whoever wants to be a provider of ours opens here. */
export type Opened = {
  readonly provider: Provider
  readonly url: string // Of the house, for its control routes.
  readonly method: string // Of a payer with enough money.
  readonly badMethod: string | null // Of one who is refused at once; null: whoever pays, pays later.
  readonly currency: string
  /** The payer does what the action asks; nothing where there is none. */
  pay(reference: string): Promise<void>
  readonly bills: BillSource
  /** Changes what the house has written of a captured payment: another amount, or nothing any more. */
  tamper(reference: string, how: 'amount' | 'forget'): void
  close(): Promise<void>
}

export type Opening = {
  /** Where events go; the provider's own name is put behind it where the house has one address. */
  readonly hookUrl: string
  readonly faults?: Partial<Faults>
  /** How long an answer is waited for; left out: short, for tests in which none comes. */
  readonly patienceMs?: number
}

const shortMs = 500
const now = (): number => Date.now()
const log = (): void => undefined

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
})
const apiV3Key = 'a'.repeat(32)

async function openStripeHouse({ hookUrl, faults, patienceMs = shortMs }: Opening): Promise<Opened> {
  const webhook = { url: `${hookUrl}/stripe/events`, secret: 'whsec_test' }
  const house = await openStripe({ port: 0, key: 'sk_test_1', webhook, faults, log })
  const own = { url: house.url, key: 'sk_test_1', webhookSecret: 'whsec_test', patienceMs, now }
  return {
    provider: stripe(own),
    bills: stripeBills(own),
    tamper(reference, how) {
      const found = [...house.intents.values()].find(({ metadata }) =>
        Object.values(metadata).includes(reference)
      )
      if (!found) throw new RangeError(`no intent of ${reference}`)
      const { hold } = found
      if (how === 'forget') house.intents.delete(hold.id)
      else house.intents.set(hold.id, { ...found, hold: { ...hold, capturedMinor: hold.capturedMinor + 1 } })
    },
    url: house.url,
    method: 'cus_1:pm_card_visa',
    badMethod: 'pm_card_chargeDeclined',
    currency: 'EUR',
    pay: async () => undefined,
    close: house.close
  }
}

const openWechatHouse =
  (kind: 'score' | 'native') =>
  async ({ hookUrl, faults, patienceMs = shortMs }: Opening): Promise<Opened> => {
    const merchant = { mchid: '1900000001', appid: 'wxd678efh567hg6787', serviceId: '500001' }
    const keys = { merchantPublicKey: pair.publicKey, apiV3Key }
    const house = await openWechat({ port: 0, ...merchant, ...keys, paysAtOnce: false, faults, log })
    const name = kind === 'score' ? ('wechat-score' as const) : ('wechat' as const)
    const settings = {
      url: house.url,
      ...merchant,
      serial: '3775B6A45ACD588826D15E583A95F5DD00000000',
      privateKey: pair.privateKey,
      apiV3Key,
      notifyUrl: `${hookUrl}/${name}/events`,
      patienceMs,
      now
    }
    return {
      provider: kind === 'score' ? wechatScore(settings) : wechatNative(settings),
      bills: wechatBills(settings, name),
      tamper(reference, how) {
        const no = shortOf(reference)
        const trade = house.books.trades.get(no)
        if (!trade) throw new RangeError(`no trade of ${reference}`)
        if (how === 'forget') house.books.trades.delete(no)
        else house.books.trades.set(no, { ...trade, total: trade.total + 1 })
      },
      url: house.url,
      method: 'openid-1',
      badMethod: kind === 'score' ? 'openid-declined' : null,
      currency: 'CNY',
      pay: async (reference) => payAt(house.url, reference),
      close: house.close
    }
  }

async function openAlipayHouse({ hookUrl, faults, patienceMs = shortMs }: Opening): Promise<Opened> {
  const merchant = { appId: '2021000000000001', sellerId: '2088000000000001' }
  const house = await openAlipay({
    port: 0,
    ...merchant,
    appPublicKey: pair.publicKey,
    paysAtOnce: false,
    faults,
    log
  })
  const settings = {
    url: house.url,
    ...merchant,
    privateKey: pair.privateKey,
    alipayPublicKey: house.publicKey,
    notifyUrl: `${hookUrl}/alipay/events`,
    patienceMs,
    now
  }
  const provider = alipay(settings)
  const url = house.url.replace('/gateway.do', '')
  return {
    provider,
    bills: alipayBills(settings),
    tamper(reference, how) {
      const no = `${shortOf(reference)}P`
      const trade = house.books.trades.get(no)
      if (!trade) throw new RangeError(`no trade of ${reference}`)
      if (how === 'forget') house.books.trades.delete(no)
      else house.books.trades.set(no, { ...trade, amount: trade.amount + 1 })
    },
    url,
    method: 'any',
    badMethod: null,
    currency: 'CNY',
    pay: async (reference) => payAt(url, reference),
    close: house.close
  }
}

const shortOf = (reference: string): string => reference.slice(-36).replaceAll('-', '')

async function payAt(url: string, reference: string): Promise<void> {
  const no = shortOf(reference)
  await fetch(`${url}/control/pay`, { method: 'POST', body: JSON.stringify({ no }) })
}

export const houses: Readonly<Record<string, (opening: Opening) => Promise<Opened>>> = {
  stripe: openStripeHouse,
  'wechat-score': openWechatHouse('score'),
  wechat: openWechatHouse('native'),
  alipay: openAlipayHouse
}

export const newReference = (tenant = 'demo'): string => `${tenant}.${randomUUID()}`
