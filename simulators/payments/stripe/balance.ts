import type { Hold } from '../../bank/accounts.ts'
import { chargeOf, intentOf, refundOf, type Kept, type KeptRefund } from './words.ts'

type Books = {
  readonly intents: ReadonlyMap<string, Kept>
  readonly refunds: ReadonlyMap<string, KeptRefund>
  readonly takenAt: ReadonlyMap<string, number>
}

const feeOf = (amount: number): number => Math.round(amount * 0.015) + 25

/** Balance transactions, newest first, in the shape of https://docs.stripe.com/api/balance_transactions/object. */
function balanceOf(books: Books, isExpanded: boolean): { id: string; created: number }[] {
  const charges = [...books.intents.values()]
    .filter(({ hold }) => hold.capturedMinor > 0)
    .flatMap(({ hold, metadata }) => {
      const created = books.takenAt.get(hold.id) ?? secondsOf(hold)
      const about = { created, source: chargeOf(hold, metadata) }
      const left = hold.amountMinor - hold.capturedMinor
      const charged = movement(hold, { ...about, type: 'charge', amount: hold.amountMinor })
      // What was not captured is charged and taken back at once: docs.stripe.com/reports/reporting-categories.
      const category = 'partial_capture_reversal'
      return left === 0
        ? [charged]
        : [charged, movement(hold, { ...about, type: 'refund', amount: 0 - left, category })]
    })
  const refunds = [...books.refunds.values()].flatMap((refund) => {
    const hold = books.intents.get(refund.holdId)?.hold
    const created = Math.floor(Date.parse(refund.createdAt) / 1000)
    const source = refundOf(refund, hold?.currency ?? '') as { id: string }
    return hold ? [movement(hold, { type: 'refund', amount: 0 - refund.amountMinor, created, source })] : []
  })
  return [...charges, ...refunds]
    .toSorted((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1))
    .map((each) => (isExpanded ? each : { ...each, source: each.source.id }))
}

const secondsOf = ({ createdAt }: Hold): number => Math.floor(Date.parse(createdAt) / 1000)

type Moved = {
  readonly type: 'charge' | 'refund'
  readonly amount: number
  readonly created: number
  readonly category?: string
  readonly source: { readonly id: string }
}

function movement(hold: Hold, { type, amount, created, source, category = type }: Moved) {
  const fee = type === 'charge' ? feeOf(amount) : 0
  return {
    id: `txn_${source.id}${category === type ? '' : '_rest'}`,
    object: 'balance_transaction',
    amount,
    available_on: created + 172_800,
    created,
    currency: hold.currency.toLowerCase(),
    description: null,
    exchange_rate: null,
    fee,
    fee_details: [],
    net: amount - fee,
    reporting_category: category,
    source,
    status: 'available',
    type
  }
}

/** A page of a list that is in order, behind the object that the caller saw last. */
export function pageOf(all: readonly { readonly id: string }[], query: URLSearchParams): object {
  const after = query.get('starting_after')
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  const limit = Number(query.get('limit') ?? 10)
  return {
    object: 'list',
    has_more: from + limit < all.length,
    data: all.slice(from, from + limit)
  }
}

/** Between two instants; `expand[]=data.source` shows what caused each. */
export function balance(books: Books, query: URLSearchParams): object {
  const [from, until] = [Number(query.get('created[gte]') ?? 0), Number(query.get('created[lt]') ?? Infinity)]
  const all = balanceOf(books, query.getAll('expand[]').includes('data.source'))
  return pageOf(
    all.filter(({ created }) => created >= from && created < until),
    query
  )
}

/** `metadata['field']:'value'`, the one question we understand. */
export function search(intents: Books['intents'], query: URLSearchParams): object {
  const [, field = '', value] = /^metadata\['(.+)'\]:'(.*)'$/.exec(query.get('query') ?? '') ?? []
  const data = [...intents.values()].filter(({ metadata }) => metadata[field] === value).map(intentOf)
  return { object: 'search_result', has_more: false, data }
}
