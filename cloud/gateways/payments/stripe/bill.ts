import { z } from 'zod'
import { ownerOf, type BillRow, type BillSource } from '../bill.ts'
import { exchange, json } from '../exchange.ts'
import { apiVersion, type StripeSettings } from './index.ts'
import { paymentField } from './intents.ts'

const patienceMs = 20_000
const pageSize = 100
const mostPages = 5_000 // Half a million movements a day.

const Source = z.looseObject({
  id: z.string(),
  object: z.string(),
  amount: z.int(),
  amount_captured: z.int().optional(),
  currency: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
  payment_intent: z.string().nullish()
})
const Transaction = z.looseObject({
  id: z.string(),
  type: z.string(),
  reporting_category: z.string().optional(),
  created: z.int(),
  source: Source.or(z.string()).nullable()
})
type Transaction = z.infer<typeof Transaction>
const List = z.object({ has_more: z.boolean(), data: z.array(z.unknown()) })
const Intents = z.object({
  data: z.array(z.looseObject({ status: z.string(), currency: z.string(), amount_received: z.int() }))
})

/**
 * Balance transactions of Stripe as a day's statement, each with what caused it: amounts are those that the payer paid, in
 * the payer's currency, not what came of them after fees and exchange.
 */
export function stripeBills(settings: StripeSettings): BillSource {
  return {
    provider: 'stripe',
    timeZone: 'UTC',
    download: async (date) => download(settings, date),
    parse: readTransactions,
    ownerOf,
    confirm: async (tenantId, paymentId) => confirm(settings, `${tenantId}.${paymentId}`)
  }
}

async function get({ url, key }: StripeSettings, path: string, query: URLSearchParams): Promise<unknown> {
  const headers = { authorization: `Bearer ${key}`, 'stripe-version': apiVersion }
  const answer = await exchange(
    { method: 'GET', url: `${url}${path}?${query.toString()}`, headers },
    patienceMs
  )
  return typeof answer === 'string' || answer.status !== 200 ? undefined : json(answer.text)
}

/** All pages of the day, as they came, in one JSON list. */
async function download(settings: StripeSettings, date: string): Promise<string | null> {
  const from = Date.parse(`${date}T00:00:00Z`) / 1000
  const all: unknown[] = []
  for (let page = 0, after = ''; page < mostPages; page++) {
    const query = new URLSearchParams({
      'created[gte]': String(from),
      'created[lt]': String(from + 86_400),
      limit: String(pageSize),
      'expand[]': 'data.source',
      ...(after === '' ? {} : { starting_after: after })
    })
    const list = List.safeParse(await get(settings, '/v1/balance_transactions', query))
    if (!list.success) return null
    all.push(...list.data.data)
    const last = Transaction.safeParse(list.data.data.at(-1))
    if (!list.data.has_more) return JSON.stringify(all)
    if (!last.success) return null
    after = last.data.id
  }
  return null
}

const kinds: Readonly<Record<string, { readonly kind: BillRow['kind']; readonly sign: 1 | -1 }>> = {
  charge: { kind: 'capture', sign: 1 },
  payment: { kind: 'capture', sign: 1 },
  refund: { kind: 'refund', sign: 1 },
  payment_refund: { kind: 'refund', sign: 1 },
  // A refund that came back: taken off again.
  refund_failure: { kind: 'refund', sign: -1 },
  payment_failure_refund: { kind: 'capture', sign: -1 }
}

/** What older types lump together, the reporting category tells apart (docs.stripe.com/reports/reporting-categories). */
function kindOf({ type, reporting_category: category }: Transaction): (typeof kinds)[string] | undefined {
  // Charged in full and taken back at once: the charge counts with what was captured of it.
  if (category === 'partial_capture_reversal') return undefined
  const name = type === 'adjustment' && category === 'refund_failure' ? category : type
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}

/** Charges and refunds; payouts, fees and what else moves a balance are no order's. @throws RangeError for another form */
export function readTransactions(file: string): BillRow[] {
  const list = z.array(Transaction).safeParse(json(file))
  if (!list.success) throw new RangeError(`no balance transactions: ${z.prettifyError(list.error)}`)
  return list.data.flatMap(rowOf)
}

function rowOf(transaction: Transaction): BillRow[] {
  const known = kindOf(transaction)
  const { id, created, source } = transaction
  if (!known) return []
  if (source === null || typeof source === 'string')
    throw new RangeError(`${id}: what caused it is not there`)
  const { kind, sign } = known
  const amount = kind === 'capture' ? (source.amount_captured ?? source.amount) : source.amount
  return [
    {
      id,
      kind,
      orderReference: source.metadata[paymentField] ?? source.payment_intent ?? source.id,
      currency: source.currency.toUpperCase(),
      amountMinor: sign * Math.abs(amount),
      at: new Date(created * 1000).toISOString()
    }
  ]
}

/** Found by what we wrote on it; Stripe's search knows of a payment within a minute. */
async function confirm(settings: StripeSettings, reference: string): ReturnType<BillSource['confirm']> {
  const query = new URLSearchParams({ query: `metadata['${paymentField}']:'${reference}'` })
  const found = Intents.safeParse(await get(settings, '/v1/payment_intents/search', query))
  if (!found.success) return null
  const taken = found.data.data.find(({ amount_received: received }) => received > 0)
  if (taken)
    return {
      state: 'captured',
      currency: taken.currency.toUpperCase(),
      amountMinor: taken.amount_received
    }
  const [first] = found.data.data
  return { state: first ? (first.status === 'requires_capture' ? 'open' : 'ended') : 'absent' }
}
