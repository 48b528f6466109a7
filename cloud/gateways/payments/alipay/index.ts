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
import { fenOf, yuanOf } from './amounts.ts'
import { isAbsent, isDone, noOf, openClient, type AlipaySettings, type Client } from './client.ts'
import { hintOf } from './notify.ts'

export type { AlipaySettings } from './client.ts'

const dayMs = 86_400_000
const productCode = 'PREAUTH_PAY'

const Voucher = z.looseObject({ code_value: z.string().max(1_000) })

const Yuan = z.string().refine((text) => fenOf(text) !== undefined)
const Detail = z.looseObject({
  auth_no: z.string(),
  order_status: z.string(), // INIT, AUTHORIZED, FINISH, CLOSED
  status: z.string(), // Of the freeze itself: INIT, SUCCESS, CLOSED
  amount: Yuan,
  total_pay_amount: Yuan.default('0.00')
})
type Detail = z.infer<typeof Detail>

const fen = (text: string): number => fenOf(text) ?? 0

/** The payment made from the frozen money. */
const tradeNo = (order: Order): string => `${shortReference(order.reference)}P`

function stateOf({ order_status: order, status, total_pay_amount: paid }: Detail): Found['state'] {
  if (status === 'INIT' || order === 'INIT') return 'pending'
  if (order === 'AUTHORIZED') return 'authorised'
  return fen(paid) > 0 ? 'captured' : 'voided'
}

const knownOf = (detail: Detail, refundReferences: readonly string[]): Found => ({
  state: stateOf(detail),
  reference: detail.auth_no,
  currency: 'CNY',
  amountMinor: fen(detail.amount),
  capturedMinor: fen(detail.total_pay_amount),
  expiresAt: null,
  declineCode: null,
  refundReferences,
  action: null
})

/**
 * Alipay, 资金授权: money is frozen by a code that the payer scans, paid from what is frozen, and the rest is unfrozen
 * with the last payment (`auth_confirm_mode` COMPLETE). The classic product cannot freeze more later.
 */
export function alipay(settings: AlipaySettings): Provider {
  const client = openClient(settings)
  const provider: Provider = {
    name: 'alipay',
    capabilities: {
      currencies: ['CNY'],
      maxHoldMs: 30 * dayMs,
      partialCapture: true,
      multiCapture: false, // The product can; one trade number a payment is what we keep.
      increase: false,
      refundWindowMs: 365 * dayMs
    },
    authorise: async (_, order) => freeze(client, order),
    capture: async (_, held, taking) => pay(client, held, taking),
    void: async (_, held) => unfreeze(client, held),
    refund: async (_, held, wanted) => refund(client, held, wanted),
    query: async (held) => found(client, held),
    parseEvent: (rawBytes, _, nowMs) => hintOf(client, rawBytes, nowMs),
    taken: { status: 200, type: 'text/plain', text: 'success' }
  }
  return guarded(provider, settings.now)
}

const notifyUrl = ({ settings }: Client, { reference }: Order): string =>
  `${settings.notifyUrl}/${tenantOf(reference)}`

async function freeze(client: Client, order: Order): Promise<Acted> {
  const no = shortReference(order.reference)
  const content = {
    out_order_no: no,
    out_request_no: no,
    order_title: '电动汽车充电',
    amount: yuanOf(order.amountMinor),
    product_code: productCode,
    pay_timeout: '15m',
    ...(client.settings.sellerId === '' ? {} : { payee_user_id: client.settings.sellerId })
  }
  const said = await client.call('alipay.fund.auth.order.voucher.create', content, notifyUrl(client, order))
  if (!isDone(said)) return noOf(said)
  const voucher = Voucher.safeParse(said)
  if (!voucher.success) return unknown('the answer has no code to scan')
  const { currency, amountMinor } = order
  return done({
    state: 'pending',
    reference: '',
    currency,
    amountMinor,
    capturedMinor: 0,
    expiresAt: null,
    declineCode: null,
    refundReferences: [],
    action: { kind: 'qr', value: voucher.data.code_value }
  })
}

/** What Alipay says after an act: asked for, because its answers to acts do not tell the whole. */
async function then(client: Client, held: Held): Promise<Acted> {
  const known = await found(client, held)
  return known ? done(known) : unknown('no answer to the question')
}

async function pay(client: Client, held: Held, { amountMinor, final }: Taking): Promise<Acted> {
  const content = {
    out_trade_no: tradeNo(held),
    auth_no: held.providerReference ?? '',
    product_code: productCode,
    auth_confirm_mode: final ? 'COMPLETE' : 'NOT_COMPLETE',
    subject: '电动汽车充电',
    // The only column of a trade bill that is ours to fill beside the order's number.
    ...storeOf(tenantOf(held.reference)),
    total_amount: yuanOf(amountMinor)
  }
  const said = await client.call('alipay.trade.pay', content, notifyUrl(client, held))
  return isDone(said) ? then(client, held) : noOf(said)
}

const longestStore = 32
/** A tenant with a longer name is known by its payments alone. */
const storeOf = (tenant: string): { store_id?: string } =>
  tenant.length > longestStore ? {} : { store_id: tenant }

/** Frozen money is unfrozen; a code that nobody has scanned is called back. */
async function unfreeze(client: Client, held: Held): Promise<Acted> {
  const detail = await read(client, held)
  if (detail === null) return unknown('no answer to the question')
  const no = shortReference(held.reference)
  const isFrozen = detail !== 'absent' && stateOf(detail) === 'authorised'
  const said = isFrozen
    ? await client.call('alipay.fund.auth.order.unfreeze', {
        auth_no: detail.auth_no,
        out_request_no: `${no}U`,
        amount: yuanOf(fen(detail.amount) - fen(detail.total_pay_amount)),
        remark: 'not used'
      })
    : await client.call('alipay.fund.auth.operation.cancel', {
        out_order_no: no,
        out_request_no: no,
        remark: 'not used'
      })
  return isDone(said) ? then(client, held) : noOf(said)
}

async function refund(client: Client, held: Held, { id, amountMinor }: Refund): Promise<Acted> {
  const said = await client.call('alipay.trade.refund', {
    out_trade_no: tradeNo(held),
    out_request_no: id,
    refund_amount: yuanOf(amountMinor)
  })
  if (!isDone(said)) return noOf(said)
  const known = await found(client, { ...held, refundIds: [...held.refundIds, id] })
  if (known === null || known.state === 'absent' || !known.refundReferences.includes(id))
    return unknown('the refund is on its way')
  return done(known)
}

async function read(client: Client, held: Held): Promise<Detail | 'absent' | null> {
  const no = shortReference(held.reference)
  const content = { out_order_no: no, out_request_no: no, operation_type: 'FREEZE' }
  const said = await client.call('alipay.fund.auth.operation.detail.query', content)
  if (isAbsent(said)) return 'absent'
  if (!isDone(said)) return null
  const detail = Detail.safeParse(said)
  return detail.success ? detail.data : null
}

async function found(client: Client, held: Held): Promise<Known | null> {
  const detail = await read(client, held)
  if (detail === null || detail === 'absent') return detail && { state: 'absent' }
  const back: string[] = []
  for (const id of held.refundIds) {
    const content = { out_trade_no: tradeNo(held), out_request_no: id }
    const said = await client.call('alipay.trade.fastpay.refund.query', content)
    if (!isDone(said) && !isAbsent(said)) return null
    if (isDone(said) && said['refund_status'] === 'REFUND_SUCCESS') back.push(id)
  }
  return knownOf(detail, back)
}
