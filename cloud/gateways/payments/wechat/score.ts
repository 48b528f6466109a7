import { scoreMark } from './attach.ts'
import { z } from 'zod'
import { guarded } from '../guard.ts'
import {
  done,
  shortReference,
  tenantOf,
  unknown,
  type Acted,
  type Found,
  type Held,
  type Known,
  type Order,
  type Provider,
  type Refund,
  type Taking
} from '../port.ts'
import { hintOf } from './callback.ts'
import { noOf, openClient, readAs, type Client, type Said, type WechatSettings } from './client.ts'
import { arrived, askRefund, openEnd } from './refunds.ts'

const dayMs = 86_400_000

const ServiceOrder = z.object({
  out_order_no: z.string(),
  order_id: z.string().default(''),
  state: z.enum(['CREATED', 'DOING', 'DONE', 'REVOKED', 'EXPIRED']),
  total_amount: z.int().nullish(),
  risk_fund: z.object({ amount: z.int() }),
  package: z.string().nullish(),
  collection: z
    .object({
      state: z.enum(['USER_PAYING', 'USER_PAID']),
      paid_amount: z.int().nullish(),
      details: z.array(z.object({ transaction_id: z.string().nullish() })).nullish()
    })
    .nullish()
})
type ServiceOrder = z.infer<typeof ServiceOrder>

const states = {
  CREATED: 'pending', // The payer has not agreed yet.
  DOING: 'authorised',
  DONE: 'capturing', // Finished by us; the money is on its way until USER_PAID.
  REVOKED: 'voided',
  EXPIRED: 'expired'
} as const

const isPaid = ({ state, collection, total_amount: total }: ServiceOrder): boolean =>
  state === 'DONE' && (collection?.state === 'USER_PAID' || total === 0)

const paidOf = ({ collection, total_amount: total }: ServiceOrder): number =>
  collection?.paid_amount ?? total ?? 0

function knownOf(order: ServiceOrder, refundReferences: readonly string[] = []): Found {
  const page = order.state === 'CREATED' ? order.package : null
  return {
    state: isPaid(order) ? 'captured' : states[order.state],
    reference: order.order_id,
    currency: 'CNY',
    amountMinor: order.risk_fund.amount,
    capturedMinor: isPaid(order) ? paidOf(order) : 0,
    expiresAt: null,
    declineCode: null,
    refundReferences,
    action: typeof page === 'string' ? { kind: 'app', value: page } : null
  }
}

function orderOf(said: Said): Acted {
  if (typeof said === 'string' || said.status !== 200) return noOf(said)
  const order = ServiceOrder.safeParse(said.body)
  return order.success ? done(knownOf(order.data)) : unknown('the answer is no service order')
}

const base = '/v3/payscore/serviceorder'
const pathOf = ({ reference }: Order, act: string): string => `${base}/${shortReference(reference)}/${act}`

/**
 * 微信支付分: a service order with a risk amount stands for the hold, finishing it takes at most that amount. `method`
 * is the payer's openid, who has agreed to the service before; else the app shows WeChat's own page first.
 */
export function wechatScore(settings: WechatSettings): Provider {
  const client = openClient(settings)
  const { appid, serviceId: service_id } = settings
  const act = async (path: string, body: object): Promise<Acted> =>
    orderOf(await client.ask('POST', path, { appid, service_id, ...body }))
  const provider: Provider = {
    name: 'wechat-score',
    capabilities: {
      currencies: ['CNY'],
      maxHoldMs: 30 * dayMs,
      partialCapture: true,
      multiCapture: false,
      increase: false, // The amount can only go down.
      refundWindowMs: 365 * dayMs
    },
    authorise: async (_, order) => act(base, creation(settings, order)),
    capture: async (_, held, taking) => act(pathOf(held, 'complete'), completion(settings, taking)),
    async void(_, held) {
      const acted = await act(pathOf(held, 'cancel'), { reason: 'not used' })
      // What it answers carries no amounts: only the question says how the order stands.
      return acted.kind === 'refused' ? acted : ofKnown(await found(client, held))
    },
    refund: async (_, held, wanted) => refund(client, held, wanted),
    query: async (held) => found(client, held),
    parseEvent: (rawBytes, headers, nowMs) => hintOf(client, { rawBytes, headers, nowMs }),
    taken: { status: 204, type: 'application/json', text: '' }
  }
  return guarded(provider, settings.now)
}

const creation = ({ notifyUrl }: WechatSettings, order: Order): object => ({
  out_order_no: shortReference(order.reference),
  service_introduction: '电动汽车充电',
  time_range: { start_time: 'OnAccept' },
  risk_fund: { name: 'ESTIMATE_ORDER_COST', amount: order.amountMinor },
  attach: `${tenantOf(order.reference)}${scoreMark}`,
  notify_url: `${notifyUrl}/${tenantOf(order.reference)}`,
  openid: order.method,
  need_user_confirm: false
})

const completion = ({ now }: WechatSettings, { amountMinor }: Taking): object => ({
  post_payments: [{ name: '充电费用', amount: amountMinor, count: 1 }],
  total_amount: amountMinor,
  time_range: { end_time: stampOf(now()) }
})

/** `yyyyMMddHHmmss` in Chinese time, which has no summer time. */
const stampOf = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replaceAll(/\D/g, '')

const ofKnown = (known: Known | null): Acted => (known ? done(known) : unknown('no answer to the question'))

async function read({ ask, settings }: Client, held: Held): Promise<ServiceOrder | 'absent' | null> {
  const query = new URLSearchParams({
    out_order_no: shortReference(held.reference),
    service_id: settings.serviceId,
    appid: settings.appid
  })
  return readAs(await ask('GET', `${base}?${query}`), ServiceOrder)
}

async function found(client: Client, held: Held): Promise<Known | null> {
  const order = await read(client, held)
  if (order === null || order === 'absent') return order && { state: 'absent' }
  const refunds = await arrived(client, held.refundIds)
  return refunds && knownOf(order, refunds)
}

/** Goes by the number of the transaction that paid the order. */
async function refund(client: Client, held: Held, { id, amountMinor }: Refund): Promise<Acted> {
  const order = await read(client, held)
  if (order === null || order === 'absent') return unknown('no answer to the question')
  const paidBy = order.collection?.details?.[0]?.transaction_id
  if (typeof paidBy !== 'string') return unknown('the transaction that paid the order is not known')
  const asked = await askRefund(client, {
    of: { transaction_id: paidBy },
    no: id,
    amountMinor,
    totalMinor: paidOf(order),
    notifyUrl: `${client.settings.notifyUrl}/${tenantOf(held.reference)}`
  })
  return 'kind' in asked ? asked : (openEnd(asked) ?? done(knownOf(order, [id])))
}
