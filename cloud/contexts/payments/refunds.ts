import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { readPolicy } from './policy.ts'
import { lockPayment, type PaymentRow } from './store.ts'

export type Refund = {
  readonly id: string
  readonly payment_id: string
  readonly amount_minor: number
  readonly reason: string
  readonly status: 'proposed' | 'asked' | 'done' | 'failed' | 'rejected'
  readonly asked_by: string
  readonly tries: number
  readonly counted_minor: number
  readonly correction_id: string | null
  readonly sent: number
  readonly request_id: string | null
  readonly fee_minor: number
  readonly break_id: string | null
  readonly is_surplus: boolean
  readonly is_booked: boolean
}

export const refundColumns =
  'id, payment_id, amount_minor, reason, status, tries, asked_by, counted_minor, correction_id, sent, request_id, fee_minor, break_id, is_surplus, is_booked'

export type RefundWanted = {
  readonly id?: string | undefined // The caller's own, so that asking again asks for nothing more.
  readonly amountMinor: number
  readonly reason: string
  readonly askedBy: string
}

/**
 * Asks for money back, never above what was captured and is not refunded or asked for already.
 * @throws Problem 409 `refund-differs`, `top-up-not-refundable`, 422 `refund-exceeds-capture`
 */
export async function askRefund(
  tx: Tx,
  paymentId: string,
  wanted: RefundWanted
): Promise<Refund | undefined> {
  const payment = await lockPayment(tx, paymentId)
  if (!payment) return undefined
  if (payment.purpose === 'top-up')
    throw problem(
      409,
      'top-up-not-refundable',
      'What is in a wallet is spent, or paid out from there by its owner (`/wallet/refunds`).'
    )
  const { id = randomUUID() } = wanted
  const before = await askedBefore(tx, id, { paymentId, wanted })
  if (before) return before
  checkLeft(payment, await askedOf(tx, paymentId), wanted.amountMinor)
  return tx.one<Refund>(
    `insert into payment_refunds (tenant_id, id, payment_id, amount_minor, reason, asked_by, status, next_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, case when $6 = 'asked' then now() end) returning ${refundColumns}`,
    [
      id,
      paymentId,
      wanted.amountMinor,
      wanted.reason,
      wanted.askedBy,
      await firstStatus(tx, paymentId, wanted.amountMinor)
    ]
  )
}

/** Much of a payment needs two people, also in small parts: what no second person has agreed to counts together. */
async function firstStatus(tx: Tx, paymentId: string, amountMinor: number): Promise<Refund['status']> {
  const { twoPeopleAboveMinor } = await readPolicy(tx)
  if (twoPeopleAboveMinor === null) return 'asked'
  const { alone } = await tx.one<{ alone: number }>(
    `select coalesce(sum(amount_minor), 0)::bigint as alone from payment_refunds
     where payment_id = $1 and status <> 'rejected' and approved_by is null and correction_id is null and break_id is null
       and not is_surplus`,
    [paymentId]
  )
  return alone + amountMinor > twoPeopleAboveMinor ? 'proposed' : 'asked'
}

/**
 * The second person's yes.
 * @throws Problem 403 `second-person-needed`, 409 `refund-not-proposed`, 422 `refund-exceeds-capture`
 */
export async function approveRefund(
  tx: Tx,
  paymentId: string,
  approval: { id: string; by: string }
): Promise<Refund | undefined> {
  const payment = await lockPayment(tx, paymentId)
  const refund = await tx.maybe<Refund>(
    `select ${refundColumns} from payment_refunds where id = $1 and payment_id = $2 for update`,
    [approval.id, paymentId]
  )
  if (!refund || !payment) return undefined
  if (refund.status !== 'proposed')
    throw problem(409, 'refund-not-proposed', `This refund is ${refund.status}.`)
  if (refund.asked_by === approval.by)
    throw problem(
      403,
      'second-person-needed',
      'Another person than the one who asked has to approve this refund.'
    )
  // A correction may have given the money back in the meantime.
  checkLeft(payment, (await askedOf(tx, paymentId)) - refund.amount_minor, refund.amount_minor)
  return tx.one<Refund>(
    `update payment_refunds set status = 'asked', approved_by = $2, next_at = now() where id = $1 returning ${refundColumns}`,
    [refund.id, approval.by]
  )
}

type Asked = { readonly paymentId: string; readonly wanted: RefundWanted }

async function askedBefore(tx: Tx, id: string, { paymentId, wanted }: Asked): Promise<Refund | undefined> {
  const refund = await tx.maybe<Refund>(`select ${refundColumns} from payment_refunds where id = $1`, [id])
  if (!refund || (refund.payment_id === paymentId && refund.amount_minor === wanted.amountMinor))
    return refund
  throw problem(409, 'refund-differs', 'This Idempotency-Key was used for another refund.')
}

/**
 * Sends a refund that the provider refused once more, for a person who has cleared the way.
 * @throws Problem 409 `refund-not-failed`, 422 `refund-exceeds-capture`
 */
export async function retryRefund(tx: Tx, paymentId: string, id: string): Promise<Refund | undefined> {
  const payment = await lockPayment(tx, paymentId)
  const refund = await tx.maybe<Refund>(
    `select ${refundColumns} from payment_refunds where id = $1 and payment_id = $2 for update`,
    [id, paymentId]
  )
  if (!refund || !payment) return undefined
  if (refund.status !== 'failed' || refund.request_id !== null)
    throw problem(409, 'refund-not-failed', `This refund is ${refund.status}.`)
  // A refund of a correction was never given up, so its place is still kept.
  if (refund.correction_id === null && (!refund.is_surplus || refund.is_booked))
    checkLeft(payment, await askedOf(tx, paymentId), refund.amount_minor)
  return tx.one<Refund>(
    `update payment_refunds set status = 'asked', tries = 0, sent = sent + 1, counted_minor = 0, next_at = now() where id = $1
     returning ${refundColumns}`,
    [id]
  )
}

/** What is on its way back, or kept for a correction whose refund was refused. */
async function askedOf(tx: Tx, paymentId: string): Promise<number> {
  const { asked } = await tx.one<{ asked: number }>(
    `select coalesce(sum(amount_minor), 0)::bigint as asked from payment_refunds
     where payment_id = $1 and (not is_surplus or is_booked) and (status in ('proposed', 'asked') or (status = 'failed' and correction_id is not null))`,
    [paymentId]
  )
  return asked
}

function checkLeft(payment: PaymentRow, asked: number, amountMinor: number): void {
  const left = payment.captured_minor - payment.refunded_minor - asked
  if (amountMinor > left)
    throw problem(422, 'refund-exceeds-capture', `Only ${left} minor units of this payment can be refunded.`)
}
