import type { Tx } from '../../db/index.ts'
import { heldFrom, type Needs } from './advance.ts'
import { squareSession } from './corrected.ts'
import { paymentRefunded, refundRefused, surplusReturned } from './events.ts'
import { pauseAfter } from './model.ts'
import type { Acted, Provider } from './provider.ts'
import { refundColumns, type Refund } from './refunds.ts'
import { lockPayment, type PaymentRow } from './store.ts'
import { paymentOf } from './tell.ts'
import type { Books } from './wallet.ts'
import { endBack } from './wallet-refunds.ts'

type RefundNeeds = Needs & { readonly books: Books }
type Taken = { readonly refund: Refund; readonly payment: PaymentRow; readonly method: string }

/** Moves a refund by one provider call; after a lost answer it asks first and sends only what never arrived. */
export async function advanceRefund(needs: RefundNeeds, tenantId: string, id: string): Promise<void> {
  const taken = await needs.database.tenant(tenantId, async (tx) => take(tx, id))
  if (!taken) return
  const provider = needs.provider(taken.payment.provider)
  const acted: Acted = provider
    ? await send(provider, tenantId, taken)
    : { kind: 'unknown', detail: 'this provider is not configured' }
  await needs.database.tenant(tenantId, async (tx) => settle(needs, tx, { ...taken, acted }))
}

async function take(tx: Tx, id: string): Promise<Taken | undefined> {
  const refund = await tx.maybe<Refund>(
    `update payment_refunds set tries = tries + 1 where id = $1 and status = 'asked'
     returning ${refundColumns}`,
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
  const held = heldFrom(sentFor(payment, refund), { tenantId, method, refundIds: [refund.id] })
  if (refund.tries > 1) {
    const known = await provider.query(held)
    if (!known) return { kind: 'unknown', detail: 'no answer to the question' }
    if (known.state !== 'absent' && known.refundReferences.includes(refund.id)) return { kind: 'done', known }
  }
  const key = refund.sent === 1 ? `refund:${refund.id}` : `refund:${refund.id}:${refund.sent}`
  return provider.refund(key, held, { id: refund.id, amountMinor: refund.amount_minor })
}

/** The payment as its provider knows it: with what it took beside our books. */
const sentFor = (payment: PaymentRow, refund: Refund): PaymentRow =>
  refund.is_surplus && !refund.is_booked
    ? { ...payment, captured_minor: payment.captured_minor + refund.amount_minor }
    : payment

/** Takes over what came of the call: once, whoever comes first. */
async function settle(
  needs: RefundNeeds,
  tx: Tx,
  { refund: { id, tries }, payment, acted }: Taken & { readonly acted: Acted }
): Promise<void> {
  const detail = acted.kind === 'done' ? null : acted.detail
  const status = statusAfter(acted)
  const nextInMs = status === 'asked' ? pauseAfter(tries, 'capture') : null
  await lockPayment(tx, payment.id)
  const [refund] = await tx.query<Refund>(
    `update payment_refunds set status = $2, last_error = $3,
       next_at = now() + $4::double precision * interval '1 millisecond'
     where id = $1 and status = 'asked' returning ${refundColumns}`,
    [id, status, detail, nextInMs]
  )
  if (!refund || status === 'asked') return
  const { amount_minor: amountMinor, fee_minor: feeMinor } = refund
  if (refund.request_id !== null) await endBack(needs, tx, { id, amountMinor, feeMinor, status, payment })
  return status === 'failed' ? refused(tx, { refund, payment }, detail ?? '') : sent(tx, { refund, payment })
}

/** The payer has it: told as what it was, a part of the bill or an excess. */
async function sent(tx: Tx, { refund, payment }: About): Promise<void> {
  const {
    amount_minor: amountMinor,
    counted_minor: counted,
    is_surplus: isSurplus,
    is_booked: isBooked
  } = refund
  if (!isSurplus || isBooked)
    await tx.query(
      'update payments set refunded_minor = refunded_minor + $2, updated_at = now() where id = $1',
      [payment.id, amountMinor]
    )
  const about = aboutRefund(refund, payment)
  const body = isSurplus
    ? { ...about, breakId: refund.break_id, isBooked }
    : { ...about, fromPartiesMinor: isOfBill(refund) ? amountMinor - counted : 0 }
  await tx.emit({ kind: isSurplus ? surplusReturned : paymentRefunded, key: payment.session_id, body })
}

/** Not of a correction, whose parties have returned their part; nor of a wallet or a break, in which no party has one. */
const isOfBill = ({ correction_id: correction, request_id: request, break_id: broken }: Refund): boolean =>
  correction === null && request === null && broken === null

const statusAfter = ({ kind }: Acted): 'done' | 'failed' | 'asked' =>
  kind === 'done' ? 'done' : kind === 'refused' ? 'failed' : 'asked'

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
