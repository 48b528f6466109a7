import type { Money } from '@nova/shared-protocol/units'
import type { Listener, LoggedEvent, Tx } from '../../db/index.ts'
import { cdrCorrected, cdrIssued, CdrIssued } from '../billing/events.ts'
import { breakListener } from './broken.ts'
import { onCorrected } from './corrected.ts'
import {
  reservationHoldWanted,
  reservationLetGo,
  sessionWaived,
  startAbandoned,
  startRequested,
  StartRequested
} from '../charging/events.ts'
import { confirmationWanted, paymentDeclined } from './events.ts'
import { cover } from './model.ts'
import { readPolicy } from './policy.ts'
import { createPayment, lockPayment, openOfSession, readPayment, setWant, type PaymentRow } from './store.ts'
import { noteMismatch } from './settle.ts'
import { owe } from './tell.ts'

/** The first payment of a session has the session's own id, so that a repetition meets it. */
async function onStartRequested(tx: Tx, { body }: LoggedEvent): Promise<void> {
  const { sessionId, driverId, paymentMethodId, hold } = StartRequested.parse(body)
  const known = await createPayment(tx, {
    id: sessionId,
    sessionId,
    driverId,
    methodId: paymentMethodId,
    currency: hold.currency,
    amountMinor: hold.amountMinor,
    want: 'hold',
    purpose: 'session',
    confirmAboveMinor: (await readPolicy(tx)).confirmAboveMinor
  })
  if (known) return askTwice(tx, sessionId)
  const payment = { paymentId: sessionId, sessionId, driverId, provider: 'none' }
  const why = { code: 'payment-method-unknown', detail: 'There is no such payment method.' }
  await tx.emit({ kind: paymentDeclined, key: sessionId, body: { ...payment, ...why } })
}

/** A large amount is held only after its payer has said so a second time. */
async function askTwice(tx: Tx, paymentId: string): Promise<void> {
  const row = await readPayment(tx, paymentId)
  if (row?.confirmation !== 'wanted' || row.status !== 'created') return
  const { session_id: sessionId, driver_id: driverId, provider, currency, amount_minor: amountMinor } = row
  const body = { paymentId, sessionId, driverId, provider, amount: { currency, amountMinor } }
  await tx.emit({ kind: confirmationWanted, key: sessionId, body })
}

/** Nothing will be billed: what is held goes back. */
async function onNothingToPay(tx: Tx, { body }: LoggedEvent): Promise<void> {
  const { sessionId } = body as { sessionId: string }
  for (const payment of await openOfSession(tx, sessionId)) await setWant(tx, payment.id, 'void', null)
}

/** Takes what was used of the hold; what it does not cover, or a hold that ended too soon, is owed. */
async function onCdr(tx: Tx, event: LoggedEvent): Promise<void> {
  const { sessionId, total } = CdrIssued.parse(event.body)
  if (total.amountMinor === 0) return onNothingToPay(tx, event)
  const [open] = await openOfSession(tx, sessionId)
  if (open) {
    const { captureMinor, owedMinor } = cover(open.amount_minor, total)
    await setWant(tx, open.id, 'capture', captureMinor)
    if (owedMinor > 0) await owe(tx, open, owedMinor, 'The bill is above what was held.')
    return
  }
  const past = await lastOfSession(tx, sessionId)
  // Sessions that began without a payment are on account: the ledger has them.
  if (past?.status === 'captured' && past.purpose === 'session') return afterCapture(tx, past, total)
  if (past) await owe(tx, past, total.amountMinor, 'The hold had ended before the bill was made.')
}

/** Somebody took the money at the provider before the bill was made; or the bill is told again. */
async function afterCapture(tx: Tx, past: PaymentRow, total: Money): Promise<void> {
  if (past.capture_minor !== null) return
  await tx.query('update payments set capture_minor = $2 where id = $1', [past.id, total.amountMinor])
  const kept = past.captured_minor - (await sentForBreaks(tx, past.id))
  const lacking = total.amountMinor - kept
  if (lacking > 0) await owe(tx, past, lacking, 'The provider had taken less than the bill.')
  await noteMismatch(tx, past, {
    id: `${past.id}:captured`,
    expectedMinor: total.amountMinor,
    told: { currency: past.currency, amountMinor: kept },
    source: 'query',
    what: 'captured'
  })
}

/** What two people have decided about before the bill was heard of here is no excess any more. */
async function sentForBreaks(tx: Tx, paymentId: string): Promise<number> {
  const { sent } = await tx.one<{ sent: number }>(
    `select coalesce(sum(amount_minor), 0)::bigint as sent from payment_refunds
     where payment_id = $1 and break_id is not null and not is_surplus and status in ('asked', 'done')`,
    [paymentId]
  )
  return sent
}

async function lastOfSession(tx: Tx, sessionId: string) {
  const rows = await tx.query<{ id: string }>(
    'select id from payments where session_id = $1 order by created_at desc limit 1',
    [sessionId]
  )
  const [row] = rows
  return row && (await lockPayment(tx, row.id))
}

const turns: Readonly<Record<string, (tx: Tx, event: LoggedEvent) => Promise<void>>> = {
  [startRequested]: onStartRequested,
  [startAbandoned]: onNothingToPay,
  [reservationHoldWanted]: onStartRequested,
  [reservationLetGo]: onNothingToPay,
  [sessionWaived]: onNothingToPay,
  [cdrIssued]: onCdr,
  [cdrCorrected]: onCorrected
}

export const listeners = (needs: { wake(): void }): Listener[] => [
  breakListener(needs.wake),
  {
    name: 'payments',
    kinds: Object.keys(turns),
    async handle(tx, events) {
      for (const event of events) await turns[event.kind]?.(tx, event)
      tx.afterCommit(needs.wake)
    }
  }
]
