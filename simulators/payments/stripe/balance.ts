import type { Hold } from '../../bank/accounts.ts'
import { chargeOf, refundOf, type Kept, type KeptRefund } from './words.ts'

type Books = {
  readonly intents: ReadonlyMap<string, Kept>
  readonly refunds: ReadonlyMap<string, KeptRefund>
  readonly takenAt: ReadonlyMap<string, number>
}

const feeOf = (amount: number): number => Math.round(amount * 0.015) + 25

/** Balance transactions, newest first, in the shape of https://docs.stripe.com/api/balance_transactions/object. */
export function balanceOf(books: Books, isExpanded: boolean): { id: string; created: number }[] {
  const charges = [...books.intents.values()]
    .filter(({ hold }) => hold.capturedMinor > 0)
    .map((kept) => {
      const created = books.takenAt.get(kept.hold.id) ?? secondsOf(kept.hold)
      const charge = chargeOf(kept.hold, kept.metadata)
      return movement(kept.hold, { type: 'charge', amount: kept.hold.capturedMinor, created, source: charge })
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
  readonly source: { readonly id: string }
}

function movement(hold: Hold, { type, amount, created, source }: Moved) {
  const fee = type === 'charge' ? feeOf(amount) : 0
  return {
    id: `txn_${source.id}`,
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
    reporting_category: type,
    source,
    status: 'available',
    type
  }
}
