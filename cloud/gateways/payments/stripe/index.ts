import type { z } from 'zod'
import { exchange, json } from '../exchange.ts'
import { guarded } from '../guard.ts'
import {
  done,
  refused,
  unknown,
  type Acted,
  type Held,
  type Known,
  type Order,
  type Provider
} from '../port.ts'
import { formOf } from './form.ts'
import { Failure, Intent, Intents, knownOf, paymentField, Refund, refundField, Refunds } from './intents.ts'
import { hintOf, isGenuine } from './webhook.ts'

export const apiVersion = '2025-03-31.basil' // Pinned: an account's default may change under us.
const patienceMs = 10_000
const dayMs = 86_400_000
const clockSlackSeconds = 300
const pageSize = 100
const mostPages = 10 // Payments of one payer within minutes: far fewer than a thousand.

export type StripeSettings = {
  readonly url: string // https://api.stripe.com, or a simulator.
  readonly key: string
  readonly webhookSecret: string
  readonly patienceMs?: number
  now(): number
}

type Fields = Parameters<typeof formOf>[0]
type Ask = (path: string, post?: { readonly key: string; readonly fields: Fields }) => Promise<Said>
type Said = { readonly status: number; readonly body: unknown } | string

const asking =
  ({ url, key: secret, patienceMs: patience = patienceMs }: StripeSettings): Ask =>
  async (path, post) => {
    const headers = { authorization: `Bearer ${secret}`, 'stripe-version': apiVersion }
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': post?.key ?? '' }
    const answer = await exchange(
      {
        method: post ? 'POST' : 'GET',
        url: `${url}${path}`,
        headers: post ? { ...headers, ...form } : headers,
        body: post && formOf(post.fields)
      },
      patience
    )
    return typeof answer === 'string' ? answer : { status: answer.status, body: json(answer.text) }
  }

/** Codes of https://docs.stripe.com/error-codes in our names. */
const names: Readonly<Record<string, string>> = {
  amount_too_large: 'exceeds-hold',
  payment_intent_unexpected_state: 'hold-not-open',
  charge_already_captured: 'hold-not-open',
  charge_already_refunded: 'exceeds-capture',
  idempotency_key_in_use: 'key-in-use'
}

const isClear = (status: number): boolean => status === 400 || status === 402 || status === 404

/** Only a clear no is a no. Everything else may have happened. */
function noOf(said: Said): Acted {
  if (typeof said === 'string') return unknown(said)
  const failure = Failure.safeParse(said.body)
  if (!isClear(said.status) || !failure.success) return unknown(`answer ${said.status} was not understood`)
  const { type, message } = failure.data.error
  return refused(type === 'idempotency_error' ? 'key-reused' : nameOf(failure.data.error), message ?? '')
}

const nameOf = ({ type, code, decline_code: declined }: z.infer<typeof Failure>['error']): string =>
  declined ?? names[code ?? ''] ?? code ?? type

function intentOf(said: Said): Acted {
  if (typeof said === 'string' || said.status !== 200) return noOf(said)
  const intent = Intent.safeParse(said.body)
  return intent.success ? done(knownOf(intent.data)) : unknown('the answer is no payment intent')
}

const payerOf = (method: string): { customer?: string; payment_method: string } => {
  const [first = '', second] = method.split(':')
  return second === undefined ? { payment_method: first } : { customer: first, payment_method: second }
}

const intentFields = ({ reference, method, currency, amountMinor }: Order): Fields => ({
  amount: amountMinor,
  currency: currency.toLowerCase(),
  capture_method: 'manual',
  confirm: true,
  off_session: true,
  ...payerOf(method),
  payment_method_types: ['card'],
  payment_method_options: { card: { request_incremental_authorization: 'if_available' } },
  metadata: { [paymentField]: reference },
  expand: ['latest_charge']
})

/**
 * Stripe: PaymentIntents with manual capture. `method` of an order is `{customer}:{payment method}` or a payment
 * method alone. A payment whose id we never heard is looked for in the payer's list: search is late by design.
 */
export function stripe(settings: StripeSettings): Provider {
  const ask = asking(settings)
  const act = async (key: string, path: string, fields: Fields): Promise<Acted> =>
    intentOf(
      await ask(`/v1/payment_intents${path}`, { key, fields: { ...fields, expand: ['latest_charge'] } })
    )
  const idOf = (held: Held): string => encodeURIComponent(held.providerReference ?? 'none')
  const provider: Provider = {
    name: 'stripe',
    capabilities: {
      currencies: null,
      maxHoldMs: 7 * dayMs,
      partialCapture: true,
      multiCapture: false, // Only on some price plans.
      increase: true,
      refundWindowMs: null
    },
    authorise: async (key, order) => act(key, '', intentFields(order)),
    increase: async (key, held, totalMinor) =>
      act(key, `/${idOf(held)}/increment_authorization`, { amount: totalMinor }),
    capture: async (key, held, { amountMinor }) =>
      act(key, `/${idOf(held)}/capture`, { amount_to_capture: amountMinor }),
    void: async (key, held) => act(key, `/${idOf(held)}/cancel`, { cancellation_reason: 'abandoned' }),
    refund: async (key, held, { id, amountMinor }) => {
      const metadata = { [paymentField]: held.reference, [refundField]: id }
      const fields = { payment_intent: held.providerReference ?? '', amount: amountMinor, metadata }
      return refundOf(await ask('/v1/refunds', { key, fields }), held)
    },
    query: async (held) => found(ask, held),
    parseEvent: (rawBytes, headers, nowMs) =>
      isGenuine(settings.webhookSecret, { rawBytes, headers, nowMs }) ? hintOf(rawBytes) : undefined,
    taken: { status: 200, type: 'application/json', text: '{"received":true}' }
  }
  return guarded(provider, settings.now)
}

/** A refund that is on its way is not done: it is asked for again until it is. */
function refundOf(said: Said, held: Held): Acted {
  if (typeof said === 'string' || said.status !== 200) return noOf(said)
  const refund = Refund.safeParse(said.body)
  if (!refund.success) return unknown('the answer is no refund')
  const { status, metadata } = refund.data
  if (status === 'failed' || status === 'canceled') return refused('refund-failed', `the refund is ${status}`)
  if (status !== 'succeeded') return unknown(`the refund is ${status}`)
  return done({
    state: 'captured',
    reference: held.providerReference ?? '',
    currency: held.currency,
    amountMinor: held.amountMinor,
    capturedMinor: held.capturedMinor,
    expiresAt: null,
    declineCode: null,
    refundReferences: [metadata?.[refundField] ?? ''],
    action: null
  })
}

async function found(ask: Ask, held: Held): Promise<Known | null> {
  const intent =
    held.providerReference === null ? await search(ask, held) : await read(ask, held.providerReference)
  if (intent === null || intent === 'absent') return intent && { state: 'absent' }
  const refunds = held.refundIds.length === 0 ? [] : await refundsOf(ask, intent.id)
  return refunds && knownOf(intent, refunds)
}

async function read(ask: Ask, id: string): Promise<Intent | null> {
  const said = await ask(`/v1/payment_intents/${encodeURIComponent(id)}?expand[]=latest_charge`)
  const intent = typeof said !== 'string' && said.status === 200 ? Intent.safeParse(said.body) : undefined
  return intent?.success === true ? intent.data : null
}

async function search(ask: Ask, { reference, method, createdAtMs }: Held): Promise<Intent | 'absent' | null> {
  const { customer } = payerOf(method)
  const since = Math.floor(createdAtMs / 1000) - clockSlackSeconds
  const query = formOf({ limit: pageSize, created: { gte: since }, customer, expand: ['data.latest_charge'] })
  let after = ''
  for (let page = 0; page < mostPages; page++) {
    const said = await ask(`/v1/payment_intents?${query}${after}`)
    const list = typeof said !== 'string' && said.status === 200 ? Intents.safeParse(said.body) : undefined
    if (list?.success !== true) return null
    const { data, has_more: more } = list.data
    const mine = data.find(({ metadata }) => metadata[paymentField] === reference)
    if (mine) return mine
    if (!more) return 'absent'
    after = `&starting_after=${encodeURIComponent(data.at(-1)?.id ?? '')}`
  }
  return null
}

async function refundsOf(ask: Ask, intentId: string): Promise<string[] | null> {
  const said = await ask(`/v1/refunds?${formOf({ limit: pageSize, payment_intent: intentId })}`)
  const list = typeof said !== 'string' && said.status === 200 ? Refunds.safeParse(said.body) : undefined
  if (list?.success !== true) return null
  return list.data.data.flatMap(({ status, metadata }) => {
    const id = metadata?.[refundField]
    return status === 'succeeded' && id !== undefined ? [id] : []
  })
}
