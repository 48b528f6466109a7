import type { LoggedEvent, Tx } from '../../db/index.ts'
import { CdrCorrected } from '../billing/events.ts'
import { setDebt } from './debts.ts'
import { confirmationWanted, paymentOwed, refundCounted } from './events.ts'
import { idFrom } from './ids.ts'
import { invoiceName } from './invoice-later.ts'
import { isFinal } from './model.ts'
import { readPolicy } from './policy.ts'
import { square, type RefundLine, type Squared } from './square.ts'
import { createPayment, lockOfSession, readPayment, setWant, type PaymentRow } from './store.ts'

type Bill = {
  readonly session_id: string
  readonly currency: string
  readonly total_minor: number
  readonly correction_id: string
}

/** Takes over what the bill is now, once a correction, and squares the session's money with it. */
export async function onCorrected(tx: Tx, { body, at }: LoggedEvent): Promise<void> {
  const told = CdrCorrected.parse(body)
  const { correctionId, sessionId, driverId, original, replacement, requestedBy, approvedBy } = told
  const afterMinor = replacement?.total.amountMinor ?? 0
  const { currency, amountMinor: beforeMinor } = original.total
  const fresh = await tx.query(
    `insert into payment_corrections (tenant_id, id, session_id, driver_id, currency, before_minor, after_minor,
       requested_by, approved_by, at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
    [correctionId, sessionId, driverId, currency, beforeMinor, afterMinor, requestedBy, approvedBy, at]
  )
  if (fresh.length === 0) return
  await tx.query(
    `insert into payment_bills (tenant_id, session_id, currency, total_minor, correction_id)
     values (nova_tenant(), $1, $2, $3, $4)
     on conflict (tenant_id, session_id) do update set total_minor = excluded.total_minor,
       correction_id = excluded.correction_id`,
    [sessionId, currency, afterMinor, correctionId]
  )
  await squareSession(tx, sessionId)
}

/** Whether a correction has settled what a session's bill is. */
export const isCorrected = async (tx: Tx, sessionId: string): Promise<boolean> =>
  (await tx.query('select from payment_bills where session_id = $1', [sessionId])).length > 0

/**
 * Makes refunds and debts of a corrected session agree with its bill; does nothing for others, and nothing more when it
 * is called again. While money is on its way it waits: the end of that payment calls it.
 */
export async function squareSession(tx: Tx, sessionId: string): Promise<void> {
  const bill = await tx.maybe<Bill>(
    'select session_id, currency, total_minor, correction_id from payment_bills where session_id = $1',
    [sessionId]
  )
  if (!bill) return
  const payments = (await lockOfSession(tx, sessionId)).filter(({ currency }) => currency === bill.currency)
  const first = payments[0] // Sessions without a payment are on account: the ledger has them.
  if (!first || (await isMoving(tx, payments))) return
  const refunds = await refundsOf(tx, sessionId)
  const taken = payments
    .filter(({ captured_minor: minor }) => minor > 0)
    // What was taken above what was asked stands in suspense and is cleared from there.
    .map((row) => ({ paymentId: row.id, minor: Math.min(row.captured_minor, row.capture_minor ?? Infinity) }))
  const squared = square({ billMinor: bill.total_minor, taken, refunds })
  await count(tx, { squared, refunds, payments })
  for (const refund of squared.refunds) await giveBack(tx, bill, refund)
  await owe(tx, { bill, payments, first, debtMinor: squared.debtMinor })
}

/** Money that is being taken; what nobody has confirmed yet is withdrawn, since its amount may no longer be right. */
async function isMoving(tx: Tx, payments: readonly PaymentRow[]): Promise<boolean> {
  const open = payments.filter(({ status }) => !isFinal(status))
  for (const { id, confirmation, want } of open)
    if (confirmation === 'wanted' && want === 'capture') await setWant(tx, id, 'void', null)
  return open.length > 0
}

/** One that still waits for a second person gives nothing yet. Those of a correction that a provider refused wait for a person: they are not asked again by themselves. */
const refundsOf = async (tx: Tx, sessionId: string): Promise<(RefundLine & { status: string })[]> =>
  tx.query(
    `select r.id, r.payment_id as "paymentId", r.amount_minor as "amountMinor", r.counted_minor as "countedMinor",
       (r.correction_id is not null or r.break_id is not null) as "byCorrection", r.status
     from payment_refunds r join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
     where p.session_id = $1 and not r.is_surplus and (r.status in ('asked', 'done') or (r.status = 'failed' and r.correction_id is not null))
     order by r.created_at, r.id for update of r`,
    [sessionId]
  )

type Counting = {
  readonly squared: Squared
  readonly refunds: readonly (RefundLine & { status: string })[]
  readonly payments: readonly PaymentRow[]
}

/** The books of a refund that is still on its way are told when it is done, with what is counted by then. */
async function count(tx: Tx, { squared, refunds, payments }: Counting): Promise<void> {
  for (const { id, countedMinor } of squared.counts) {
    const before = refunds.find((each) => each.id === id)
    const payment = payments.find((each) => each.id === before?.paymentId)
    if (!before || !payment) continue
    await tx.query('update payment_refunds set counted_minor = $2 where id = $1', [id, countedMinor])
    if (before.status !== 'done') continue
    const { session_id: sessionId, driver_id: driverId, provider, currency } = payment
    await tx.emit({
      kind: refundCounted,
      key: sessionId,
      body: {
        paymentId: payment.id,
        sessionId,
        driverId,
        provider,
        refundId: id,
        countedMinor,
        amount: { currency, amountMinor: countedMinor - before.countedMinor }
      }
    })
  }
}

/** Back to where it was paid from. The correction had its approval; one refund a correction, payment and try. */
async function giveBack(tx: Tx, bill: Bill, refund: Squared['refunds'][number]): Promise<void> {
  const { correction_id: correctionId } = bill
  const { paymentId, amountMinor } = refund
  const { tries } = await tx.one<{ tries: number }>(
    'select count(*)::int as tries from payment_refunds where correction_id = $1 and payment_id = $2',
    [correctionId, paymentId]
  )
  await tx.query(
    `insert into payment_refunds (tenant_id, id, payment_id, amount_minor, reason, asked_by, status, next_at, correction_id)
     values (nova_tenant(), $1, $2, $3, 'The bill was corrected.', $4, 'asked', now(), $5)`,
    [
      idFrom(`${correctionId}:${paymentId}:${tries}`),
      paymentId,
      amountMinor,
      `correction:${correctionId}`,
      correctionId
    ]
  )
}

type Owing = {
  readonly bill: Bill
  readonly payments: readonly PaymentRow[]
  readonly first: PaymentRow
  readonly debtMinor: number
}

/** What is lacking is a debt; it is taken at once only where the payer has agreed to that. */
async function owe(tx: Tx, { bill, payments, first, debtMinor }: Owing): Promise<void> {
  const detail = 'The bill was corrected.'
  const moreMinor = await setDebt(tx, first, debtMinor, detail)
  const { session_id: sessionId, driver_id: driverId, provider, currency, id: paymentId } = first
  const amount = { currency, amountMinor: moreMinor }
  if (moreMinor > 0)
    await tx.emit({
      kind: paymentOwed,
      key: sessionId,
      body: { paymentId, sessionId, driverId, provider, amount, detail }
    })
  if (debtMinor === 0) return
  const methodId = await agreed(tx, payments)
  if (methodId !== undefined) await collect(tx, { bill, first, methodId, debtMinor })
}

/** The way the session was paid, if its owner lets us take a difference later; accounts to be invoiced always do. */
async function agreed(tx: Tx, payments: readonly PaymentRow[]): Promise<string | undefined> {
  const last = payments.findLast(({ captured_minor: minor }) => minor > 0)
  if (!last) return undefined
  if (last.provider === invoiceName) return last.method_id
  const { laterCharges } = await readPolicy(tx)
  const [allowed] = await tx.query(
    'select from payment_methods where id = $1 and active and later_charges_since is not null',
    [last.method_id]
  )
  return laterCharges === 'with-consent' && allowed ? last.method_id : undefined
}

type Collecting = {
  readonly bill: Bill
  readonly first: PaymentRow
  readonly methodId: string
  readonly debtMinor: number
}

/** Once a correction: one that is declined stays a debt. */
async function collect(tx: Tx, { bill, first, methodId, debtMinor }: Collecting): Promise<void> {
  const id = idFrom(`${bill.correction_id}:collect`)
  if (await readPayment(tx, id)) return
  const { session_id: sessionId, driver_id: driverId, currency } = first
  await createPayment(tx, {
    id,
    sessionId,
    driverId,
    methodId,
    currency,
    amountMinor: debtMinor,
    want: 'capture',
    purpose: 'debt',
    confirmAboveMinor: (await readPolicy(tx)).confirmAboveMinor
  })
  const made = await readPayment(tx, id)
  if (made?.confirmation !== 'wanted') return
  const { provider } = made
  const body = { paymentId: id, sessionId, driverId, provider, amount: { currency, amountMinor: debtMinor } }
  await tx.emit({ kind: confirmationWanted, key: sessionId, body })
}
