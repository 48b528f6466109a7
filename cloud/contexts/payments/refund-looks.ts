import type { Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { refundColumns, type Refund } from './refunds.ts'
import { lockPayment } from './store.ts'
import type { Books } from './wallet.ts'
import { endBack } from './wallet-refunds.ts'

export const refundStates = ['proposed', 'asked', 'done', 'failed', 'rejected'] as const
export type RefundState = (typeof refundStates)[number]

export type RefundRow = {
  readonly id: string
  readonly paymentId: string
  readonly sessionId: string
  readonly driverId: string
  readonly purpose: 'session' | 'debt' | 'top-up'
  readonly provider: string
  readonly label: string | null
  readonly currency: string
  readonly amountMinor: number
  readonly feeMinor: number
  readonly reason: string
  readonly status: RefundState
  readonly error: string | null
  readonly askedBy: string
  readonly decidedBy: string | null
  readonly requestId: string | null
  readonly createdAt: string
}

const columns = `r.id, r.payment_id as "paymentId", p.session_id as "sessionId", p.driver_id as "driverId", p.purpose,
  p.provider, m.label, p.currency, r.amount_minor as "amountMinor", r.fee_minor as "feeMinor", r.reason, r.status,
  r.last_error as error, r.asked_by as "askedBy", coalesce(r.approved_by, r.rejected_by) as "decidedBy",
  r.request_id as "requestId", date_trunc('milliseconds', r.created_at) as "createdAt"`
const tables = `payment_refunds r
  join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
  left join payment_methods m on m.tenant_id = p.tenant_id and m.id = p.method_id`

export type RefundsAsked = {
  readonly status: RefundState | undefined
  readonly after: readonly (string | number)[] | null
  readonly limit: number
}

/** Every refund of the tenant, newest first. */
export const listRefunds = async (tx: Tx, { status, after, limit }: RefundsAsked): Promise<RefundRow[]> =>
  tx.query<RefundRow>(
    `select ${columns} from ${tables}
     where ($1::text is null or r.status = $1)
       and ($2::timestamptz is null or (date_trunc('milliseconds', r.created_at), r.id) < ($2::timestamptz, $3::uuid))
     order by date_trunc('milliseconds', r.created_at) desc, r.id desc limit $4`,
    [status ?? null, after?.[0] ?? null, after?.[1] ?? null, limit]
  )

const mostWishes = 50

/** What a driver has asked back out of the wallet, newest first; each wish with its parts by top-up. */
export const walletRefunds = async (tx: Tx, driverId: string): Promise<RefundRow[]> =>
  tx.query<RefundRow>(
    `select ${columns} from ${tables}
     where p.driver_id = $1 and r.request_id in (
       select w.request_id from payment_refunds w
       join payments o on o.tenant_id = w.tenant_id and o.id = w.payment_id
       where o.driver_id = $1 and w.request_id is not null
       group by w.request_id order by max(w.created_at) desc limit $2)
     order by r.created_at desc, r.request_id, r.id`,
    [driverId, mostWishes]
  )

type Deciding = { readonly books: Books; now(): number }
export type Rejection = { readonly paymentId: string; readonly id: string; readonly by: string }

/**
 * The second person's no, or the first one's second thought: nothing is sent; of a wallet's, the money is free again.
 * @throws Problem 404, 409 `refund-not-proposed`
 */
export async function rejectRefund(
  needs: Deciding,
  tx: Tx,
  { paymentId, id, by }: Rejection
): Promise<{ readonly refund: Refund; readonly currency: string }> {
  const payment = await lockPayment(tx, paymentId)
  const before = await tx.maybe<Refund>(
    `select ${refundColumns} from payment_refunds where id = $1 and payment_id = $2 for update`,
    [id, paymentId]
  )
  if (!payment || !before) throw notFound('refund')
  if (before.status !== 'proposed')
    throw problem(409, 'refund-not-proposed', `This refund is ${before.status}.`)
  const refund = await tx.one<Refund>(
    `update payment_refunds set status = 'rejected', rejected_by = $2, next_at = null where id = $1
     returning ${refundColumns}`,
    [id, by]
  )
  const { amount_minor: amountMinor, fee_minor: feeMinor, request_id: requestId } = refund
  if (requestId !== null) await endBack(needs, tx, { id, amountMinor, feeMinor, status: 'rejected', payment })
  return { refund, currency: payment.currency }
}
