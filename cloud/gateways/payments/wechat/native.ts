import { z } from 'zod'
import { guarded } from '../guard.ts'
import {
  done,
  refused,
  shortReference,
  tenantOf,
  unknown,
  type Acted,
  type Found,
  type Held,
  type Known,
  type Order,
  type Provider
} from '../port.ts'
import { hintOf } from './callback.ts'
import { noOf, openClient, readAs, type Client, type WechatSettings } from './client.ts'
import { arrived, askRefund, openEnd, readRefund, type RefundWanted } from './refunds.ts'

const dayMs = 86_400_000
const payWithinMs = 900_000 // A code that nobody scans within a quarter of an hour lapses.

const Transaction = z.object({
  out_trade_no: z.string(),
  transaction_id: z.string().default(''),
  trade_state: z.enum(['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR']),
  amount: z.object({ total: z.int(), currency: z.string().default('CNY') }).optional()
})
type Transaction = z.infer<typeof Transaction>

const states = {
  SUCCESS: 'authorised', // All of it is paid; what is not used goes back.
  REFUND: 'authorised',
  NOTPAY: 'pending',
  USERPAYING: 'pending',
  CLOSED: 'voided',
  REVOKED: 'voided',
  PAYERROR: 'declined'
} as const

/** The number of the refund that gives back what was not used: one, so that it is given back once. */
const restNo = ({ reference }: Order): string => restOf(shortReference(reference))

/** Number of the refund that gives back what a hold did not use. */
export const restOf = (number: string): string => `${number}-rest`
const base = '/v3/pay/transactions'
const urlOf = ({ settings }: Client, { reference }: Order): string =>
  `${settings.notifyUrl}/${tenantOf(reference)}`

/**
 * WeChat Pay v3, native order: the payer scans a code and pays all of it first. So the hold is money already paid,
 * to capture is to give back the rest, and to void is to close the order or to give back everything.
 */
export function wechatNative(settings: WechatSettings): Provider {
  const client = openClient(settings)
  const provider: Provider = {
    name: 'wechat',
    capabilities: {
      currencies: ['CNY'],
      maxHoldMs: null,
      partialCapture: true,
      multiCapture: false,
      increase: false,
      refundWindowMs: 365 * dayMs
    },
    authorise: async (_, order) => authorise(client, order),
    capture: async (_, held, { amountMinor }) => giveBack(client, held, held.amountMinor - amountMinor),
    void: async (_, held) => close(client, held),
    refund: async (_, held, { id, amountMinor }) => {
      const asked = await askRefund(client, { ...whole(client, held), no: id, amountMinor })
      if ('kind' in asked) return asked
      return openEnd(asked) ?? done(captured(held, [id]))
    },
    query: async (held) => found(client, held),
    parseEvent: (rawBytes, headers, nowMs) => hintOf(client, { rawBytes, headers, nowMs }),
    taken: { status: 204, type: 'application/json', text: '' }
  }
  return guarded(provider, settings.now)
}

async function authorise(client: Client, order: Order): Promise<Acted> {
  const { appid, mchid, now } = client.settings
  const said = await client.ask('POST', `${base}/native`, {
    appid,
    mchid,
    description: '电动汽车充电',
    out_trade_no: shortReference(order.reference),
    time_expire: `${new Date(now() + payWithinMs).toISOString().slice(0, 19)}+00:00`,
    attach: tenantOf(order.reference),
    notify_url: urlOf(client, order),
    amount: { total: order.amountMinor, currency: 'CNY' }
  })
  if (typeof said === 'string' || said.status !== 200) return noOf(said)
  const made = z.object({ code_url: z.string().max(512) }).safeParse(said.body)
  if (!made.success) return unknown('the answer has no code to scan')
  return done({ ...blank(order), state: 'pending', action: { kind: 'qr', value: made.data.code_url } })
}

const blank = ({ reference, currency, amountMinor }: Order): Omit<Found, 'state'> => ({
  reference: shortReference(reference),
  currency,
  amountMinor,
  capturedMinor: 0,
  expiresAt: null,
  declineCode: null,
  refundReferences: [],
  action: null
})

const captured = (held: Held, refundReferences: readonly string[]): Found => ({
  ...blank(held),
  state: 'captured',
  capturedMinor: held.capturedMinor,
  refundReferences
})

const whole = (client: Client, held: Held): Omit<RefundWanted, 'no' | 'amountMinor'> => ({
  of: { out_trade_no: shortReference(held.reference) },
  totalMinor: held.amountMinor,
  notifyUrl: urlOf(client, held)
})

/** Ends the hold by one refund of what was not used; with nothing to give back it has ended already. */
async function giveBack(client: Client, held: Held, restMinor: number): Promise<Acted> {
  const capturedMinor = held.amountMinor - restMinor
  const ended: Found = { ...blank(held), state: capturedMinor === 0 ? 'voided' : 'captured', capturedMinor }
  if (restMinor === 0) return done(ended)
  const before = await readRefund(client, restNo(held))
  if (before !== null && before !== 'absent' && before.amount.refund !== restMinor)
    return refused('hold-not-open', `${before.amount.refund} were given back already`)
  const asked = await askRefund(client, { ...whole(client, held), no: restNo(held), amountMinor: restMinor })
  if ('kind' in asked) return asked
  // Taken on by WeChat: it ends by itself, or a person sends it on; the hold is over.
  return openEnd(asked)?.kind === 'refused' ? unknown('the rest could not be given back') : done(ended)
}

async function close(client: Client, held: Held): Promise<Acted> {
  const transaction = await read(client, held)
  if (transaction === null) return unknown('no answer to the question')
  if (transaction === 'absent') return done({ state: 'absent' })
  if (states[transaction.trade_state] === 'authorised') return giveBack(client, held, held.amountMinor)
  const path = `${base}/out-trade-no/${shortReference(held.reference)}/close`
  const said = await client.ask('POST', path, { mchid: client.settings.mchid })
  return typeof said !== 'string' && said.status === 204
    ? done({ ...blank(held), state: 'voided' })
    : noOf(said)
}

async function read({ ask, settings }: Client, held: Held): Promise<Transaction | 'absent' | null> {
  const path = `${base}/out-trade-no/${shortReference(held.reference)}?mchid=${settings.mchid}`
  return readAs(await ask('GET', path), Transaction)
}

async function found(client: Client, held: Held): Promise<Known | null> {
  const transaction = await read(client, held)
  if (transaction === null || transaction === 'absent') return transaction && { state: 'absent' }
  const { trade_state: state, amount } = transaction
  const paid = amount ? { amountMinor: amount.total, currency: amount.currency } : {}
  const known: Found = { ...blank(held), state: states[state], ...paid }
  return known.state === 'authorised' ? whatIsLeft(client, held, known) : known
}

/** Of money that was paid: whether the unused part has gone back, and which refunds have. */
async function whatIsLeft(client: Client, held: Held, known: Found): Promise<Known | null> {
  const rest = await readRefund(client, restNo(held))
  const refundReferences = await arrived(client, held.refundIds)
  if (rest === null || refundReferences === null) return null
  const isAllTaken = rest === 'absent' && held.capturedMinor === known.amountMinor
  if (rest === 'absent' && !isAllTaken) return { ...known, refundReferences }
  const capturedMinor = known.amountMinor - (rest === 'absent' ? 0 : rest.amount.refund)
  return { ...known, refundReferences, state: capturedMinor === 0 ? 'voided' : 'captured', capturedMinor }
}
