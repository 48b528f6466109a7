import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { heldFrom, type Needs } from './advance.ts'
import { squareSession } from './corrected.ts'
import { paymentRefunded, refundRefused } from './events.ts'
import { pauseAfter } from './model.ts'
import { readPolicy } from './policy.ts'
import type { Acted, Provider } from './provider.ts'
import { lockPayment, type PaymentRow } from './store.ts'
import { paymentOf } from './tell.ts'

export type Refund = {
  readonly id: string
  readonly payment_id: string
  readonly amount_minor: number
  readonly reason: string
  readonly status: 'proposed' | 'asked' | 'done' | 'failed'
  readonly asked_by: string
  readonly tries: number
  readonly counted_minor: number
  readonly correction_id: string | null
  readonly sent: number
}

const columns =
  'id, payment_id, amount_minor, reason, status, tries, asked_by, counted_minor, correction_id, sent'

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
      'What is in a wallet is spent, or paid out from there; its top-up stands.'
    )
  const { id = randomUUID() } = wanted
  const before = await askedBefore(tx, id, { paymentId, wanted })
  if (before) return before
  checkLeft(payment, await askedOf(tx, paymentId), wanted.amountMinor)
  return tx.one<Refund>(
    `insert into payment_refunds (tenant_id, id, payment_id, amount_minor, reason, asked_by, status, next_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, case when $6 = 'asked' then now() end) returning ${columns}`,
    [
      id,
      paymentId,
      wanted.amountMinor,
      wanted.reason,
      wanted.askedBy,
      await firstStatus(tx, wanted.amountMinor)
    ]
  )
}

/** Large refunds need two people. */
async function firstStatus(tx: Tx, amountMinor: number): Promise<Refund['status']> {
  const { twoPeopleAboveMinor } = await readPolicy(tx)
  return twoPeopleAboveMinor !== null && amountMinor > twoPeopleAboveMinor ? 'proposed' : 'asked'
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
    `select ${columns} from payment_refunds where id = $1 and payment_id = $2 for update`,
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
    `update payment_refunds set status = 'asked', approved_by = $2, next_at = now() where id = $1 returning ${columns}`,
    [refund.id, approval.by]
  )
}

type Asked = { readonly paymentId: string; readonly wanted: RefundWanted }

async function askedBefore(tx: Tx, id: string, { paymentId, wanted }: Asked): Promise<Refund | undefined> {
  const refund = await tx.maybe<Refund>(`select ${columns} from payment_refunds where id = $1`, [id])
  if (!refund || (refund.payment_id === paymentId && refund.amount_minor === wanted.amountMinor))
    return refund
  throw problem(409, 'refund-differs', 'This Idempotency-Key was used for another refund.')
}

type Taken = { readonly refund: Refund; readonly payment: PaymentRow; readonly method: string }

/** Moves a refund by one provider call; after a lost answer it asks first and sends only what never arrived. */
export async function advanceRefund(needs: Needs, tenantId: string, id: string): Promise<void> {
  const taken = await needs.database.tenant(tenantId, async (tx) => take(tx, id))
  if (!taken) return
  const provider = needs.provider(taken.payment.provider)
  const acted: Acted = provider
    ? await send(provider, tenantId, taken)
    : { kind: 'unknown', detail: 'this provider is not configured' }
  await needs.database.tenant(tenantId, async (tx) => settle(tx, taken, acted))
}

async function take(tx: Tx, id: string): Promise<Taken | undefined> {
  const refund = await tx.maybe<Refund>(
    `update payment_refunds set tries = tries + 1 where id = $1 and status = 'asked'
     returning ${columns}`,
    [id]
  )
  const payment = refund && (await lockPayment(tx, refund.payment_id))
  if (!refund || !payment) return undefined
  const { reference } = await tx.one<{ reference: string }>(
    'select reference from payment_methods where id = $1',
    [payment.method_id]
  )
  return { refund, payment, method: reference }
}

async function send(
  provider: Provider,
  tenantId: string,
  { refund, payment, method }: Taken
): Promise<Acted> {
  const held = heldFrom(payment, { tenantId, method, refundIds: [refund.id] })
  if (refund.tries > 1) {
    const known = await provider.query(held)
    if (!known) return { kind: 'unknown', detail: 'no answer to the question' }
    if (known.state !== 'absent' && known.refundReferences.includes(refund.id)) return { kind: 'done', known }
  }
  const key = refund.sent === 1 ? `refund:${refund.id}` : `refund:${refund.id}:${refund.sent}`
  return provider.refund(key, held, { id: refund.id, amountMinor: refund.amount_minor })
}

async function settle(tx: Tx, { refund: { id, tries }, payment }: Taken, acted: Acted): Promise<void> {
  const detail = acted.kind === 'done' ? null : acted.detail
  const status = acted.kind === 'done' ? 'done' : acted.kind === 'refused' ? 'failed' : 'asked'
  const nextInMs = status === 'asked' ? pauseAfter(tries, 'capture') : null
  await lockPayment(tx, payment.id)
  const [refund] = await tx.query<Refund>(
    `update payment_refunds set status = $2, last_error = $3,
       next_at = now() + $4::double precision * interval '1 millisecond'
     where id = $1 and status = 'asked' returning ${columns}`,
    [id, status, detail, nextInMs]
  )
  if (!refund || status === 'asked') return
  if (status === 'failed') return refused(tx, { refund, payment }, detail ?? '')
  await tx.query(
    'update payments set refunded_minor = refunded_minor + $2, updated_at = now() where id = $1',
    [payment.id, refund.amount_minor]
  )
  const { amount_minor: amountMinor, counted_minor: counted, correction_id: correction } = refund
  await tx.emit({
    kind: paymentRefunded,
    key: payment.session_id,
    body: {
      ...aboutRefund(refund, payment),
      fromPartiesMinor: correction === null ? amountMinor - counted : 0
    }
  })
}

type About = { readonly refund: Refund; readonly payment: PaymentRow }

const aboutRefund = (refund: Refund, payment: PaymentRow) => ({
  ...paymentOf(payment),
  refundId: refund.id,
  amount: { currency: payment.currency, amountMinor: refund.amount_minor }
})

/** Told, and what it would have stood for is given back by another refund. */
async function refused(tx: Tx, { refund, payment }: About, detail: string): Promise<void> {
  await tx.emit({
    kind: refundRefused,
    key: payment.session_id,
    body: { ...aboutRefund(refund, payment), detail: detail.slice(0, 500) }
  })
  await squareSession(tx, payment.session_id)
}

/**
 * Sends a refund that the provider refused once more, for a person who has cleared the way.
 * @throws Problem 409 `refund-not-failed`, 422 `refund-exceeds-capture`
 */
export async function retryRefund(tx: Tx, paymentId: string, id: string): Promise<Refund | undefined> {
  const payment = await lockPayment(tx, paymentId)
  const refund = await tx.maybe<Refund>(
    `select ${columns} from payment_refunds where id = $1 and payment_id = $2 for update`,
    [id, paymentId]
  )
  if (!refund || !payment) return undefined
  if (refund.status !== 'failed') throw problem(409, 'refund-not-failed', `This refund is ${refund.status}.`)
  // A refund of a correction was never given up, so its place is still kept.
  if (refund.correction_id === null) checkLeft(payment, await askedOf(tx, paymentId), refund.amount_minor)
  return tx.one<Refund>(
    `update payment_refunds set status = 'asked', tries = 0, sent = sent + 1, counted_minor = 0, next_at = now() where id = $1
     returning ${columns}`,
    [id]
  )
}

/** What is on its way back, or kept for a correction whose refund was refused. */
async function askedOf(tx: Tx, paymentId: string): Promise<number> {
  const { asked } = await tx.one<{ asked: number }>(
    `select coalesce(sum(amount_minor), 0)::bigint as asked from payment_refunds
     where payment_id = $1 and (status in ('proposed', 'asked') or (status = 'failed' and correction_id is not null))`,
    [paymentId]
  )
  return asked
}

function checkLeft(payment: PaymentRow, asked: number, amountMinor: number): void {
  const left = payment.captured_minor - payment.refunded_minor - asked
  if (amountMinor > left)
    throw problem(422, 'refund-exceeds-capture', `Only ${left} minor units of this payment can be refunded.`)
}
