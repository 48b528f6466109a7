import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Provider } from './contexts/payments/index.ts'
import { alipay } from './gateways/payments/alipay/index.ts'
import { stripe } from './gateways/payments/stripe/index.ts'
import type { BillSource } from './gateways/payments/bill.ts'
import { alipayBills } from './gateways/payments/alipay/bill.ts'
import { stripeBills } from './gateways/payments/stripe/bill.ts'
import { wechatBills, wechatNative, wechatScore } from './gateways/payments/wechat/index.ts'

const text = z.string().default('')

/** Payment providers outside, each off until its first variable is set. Keys lie in files, never in the environment. */
export const ProviderEnvironment = z.object({
  NOVA_PUBLIC_URL: text, // Under which providers reach this cloud: https://charge.example.org
  NOVA_STRIPE_KEY: text,
  NOVA_STRIPE_URL: z.string().default('https://api.stripe.com'),
  NOVA_STRIPE_WEBHOOK_SECRET: text,
  NOVA_WECHAT_MCHID: text,
  NOVA_WECHAT_URL: z.string().default('https://api.mch.weixin.qq.com'),
  NOVA_WECHAT_APPID: text,
  NOVA_WECHAT_SERVICE_ID: text,
  NOVA_WECHAT_SERIAL: text,
  NOVA_WECHAT_KEY_FILE: text,
  NOVA_WECHAT_API_V3_KEY: text,
  NOVA_WECHAT_PUBLIC_KEY_ID: text,
  NOVA_WECHAT_PUBLIC_KEY_FILE: text,
  NOVA_ALIPAY_APP_ID: text,
  NOVA_ALIPAY_URL: z.string().default('https://openapi.alipay.com/gateway.do'),
  NOVA_ALIPAY_SELLER_ID: text,
  NOVA_ALIPAY_KEY_FILE: text,
  NOVA_ALIPAY_PUBLIC_KEY_FILE: text
})
export type ProviderSettings = z.infer<typeof ProviderEnvironment>

type Clock = { now(): number }

/** @throws Error that names the variable that is missing */
function needed<Name extends keyof ProviderSettings>(
  settings: ProviderSettings,
  ...names: readonly Name[]
): void {
  for (const name of names) if (settings[name] === '') throw new Error(`${name} is needed as well`)
}

/**
 * Adapters for the providers that are set up.
 * @throws Error when a provider is set up by half, naming what is missing
 */
export const providersFrom = (settings: ProviderSettings, clock: Clock): readonly Provider[] =>
  channelsFrom(settings, clock).map(({ provider }) => provider)

/** The bills of the providers that are set up, to be compared with our own books. */
export const billsFrom = (settings: ProviderSettings, clock: Clock): readonly BillSource[] =>
  channelsFrom(settings, clock).map(({ bills }) => bills)

type Channel = { readonly provider: Provider; readonly bills: BillSource }

const channelsFrom = (settings: ProviderSettings, clock: Clock): readonly Channel[] => [
  ...stripeFrom(settings, clock),
  ...wechatFrom(settings, clock),
  ...alipayFrom(settings, clock)
]

function stripeFrom(settings: ProviderSettings, { now }: Clock): Channel[] {
  const { NOVA_STRIPE_KEY: key, NOVA_STRIPE_URL: url, NOVA_STRIPE_WEBHOOK_SECRET: webhookSecret } = settings
  const own = { url, key, webhookSecret, now }
  return key === '' ? [] : [{ provider: stripe(own), bills: stripeBills(own) }]
}

const hookOf = ({ NOVA_PUBLIC_URL: url }: ProviderSettings, name: string): string =>
  `${url.replace(/\/$/, '')}/gateways/payments/${name}/events`

function wechatFrom(settings: ProviderSettings, { now }: Clock): Channel[] {
  if (settings.NOVA_WECHAT_MCHID === '') return []
  needed(
    settings,
    'NOVA_PUBLIC_URL',
    'NOVA_WECHAT_APPID',
    'NOVA_WECHAT_SERIAL',
    'NOVA_WECHAT_KEY_FILE',
    'NOVA_WECHAT_API_V3_KEY'
  )
  const { NOVA_WECHAT_PUBLIC_KEY_ID: id, NOVA_WECHAT_PUBLIC_KEY_FILE: file } = settings
  const common = {
    url: settings.NOVA_WECHAT_URL,
    mchid: settings.NOVA_WECHAT_MCHID,
    appid: settings.NOVA_WECHAT_APPID,
    serviceId: settings.NOVA_WECHAT_SERVICE_ID,
    serial: settings.NOVA_WECHAT_SERIAL,
    privateKey: readFileSync(settings.NOVA_WECHAT_KEY_FILE, 'utf8'),
    apiV3Key: settings.NOVA_WECHAT_API_V3_KEY,
    publicKey: id === '' ? undefined : { id, pem: readFileSync(file, 'utf8') },
    now
  }
  const asNative = { ...common, notifyUrl: hookOf(settings, 'wechat') }
  const native = { provider: wechatNative(asNative), bills: wechatBills(asNative, 'wechat') }
  if (common.serviceId === '') return [native]
  const asScore = { ...common, notifyUrl: hookOf(settings, 'wechat-score') }
  return [native, { provider: wechatScore(asScore), bills: wechatBills(asScore, 'wechat-score') }]
}

function alipayFrom(settings: ProviderSettings, { now }: Clock): Channel[] {
  if (settings.NOVA_ALIPAY_APP_ID === '') return []
  needed(settings, 'NOVA_PUBLIC_URL', 'NOVA_ALIPAY_KEY_FILE', 'NOVA_ALIPAY_PUBLIC_KEY_FILE')
  const own = {
    url: settings.NOVA_ALIPAY_URL,
    appId: settings.NOVA_ALIPAY_APP_ID,
    sellerId: settings.NOVA_ALIPAY_SELLER_ID,
    privateKey: readFileSync(settings.NOVA_ALIPAY_KEY_FILE, 'utf8'),
    alipayPublicKey: readFileSync(settings.NOVA_ALIPAY_PUBLIC_KEY_FILE, 'utf8'),
    notifyUrl: hookOf(settings, 'alipay'),
    now
  }
  return [{ provider: alipay(own), bills: alipayBills(own) }]
}
