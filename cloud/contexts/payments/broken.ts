import type { Listener, Tx } from '../../db/index.ts'
import { breakDecided, BreakDecided } from '../reconciliation/events.ts'
import type { z } from 'zod'
import { idFrom } from './ids.ts'
import { lockOfSession, lockPayment } from './store.ts'

type Decided = z.infer<typeof BreakDecided>
type Sending = {
  readonly paymentId: string
  readonly amountMinor: number
  readonly isSurplus: boolean // Out of suspense, and not of what the bill got.
  readonly isBooked: boolean
}

/** Sends back what two people decided that a payer gets back, once a break and payment. */
export const breakListener = (wake: () => void): Listener => ({
  name: 'payments-breaks',
  kinds: [breakDecided],
  async handle(tx, events) {
    for (const { body } of events) {
      const decided = BreakDecided.parse(body)
      if (decided.remedy === 'refund' && decided.differenceMinor > 0) await sendBack(tx, decided)
    }
    tx.afterCommit(wake)
  }
})

async function sendBack(tx: Tx, decided: Decided): Promise<void> {
  if (
    (await tx.query('select from payment_refunds where break_id = $1 limit 1', [decided.breakId])).length > 0
  )
    return
  const sendings = decided.provider === null ? await ofSession(tx, decided) : await ofPayment(tx, decided)
  for (const { paymentId, amountMinor, isSurplus, isBooked } of sendings)
    await tx.query(
      `insert into payment_refunds (tenant_id, id, payment_id, amount_minor, reason, asked_by, status, next_at, break_id,
         is_surplus, is_booked)
       values (nova_tenant(), $1, $2, $3, $4, $5, 'asked', now(), $6, $7, $8) on conflict do nothing`,
      [
        idFrom(`break:${decided.breakId}:${paymentId}${isBooked ? ':booked' : ''}`),
        paymentId,
        amountMinor,
        decided.note.slice(0, 300),
        `break:${decided.breakId}`,
        decided.breakId,
        isSurplus,
        isBooked
      ]
    )
}

/** What a provider took beside our books; one that it took without any order of ours stays in suspense. */
async function ofPayment(tx: Tx, { paymentId, provider, differenceMinor }: Decided): Promise<Sending[]> {
  const payment = paymentId === null ? undefined : await lockPayment(tx, paymentId)
  return payment?.provider === provider
    ? [{ paymentId: payment.id, amountMinor: differenceMinor, isSurplus: true, isBooked: false }]
    : []
}

/**
 * What our own payments took above a session's bill: the last payment first, never more than is left of each. Of each the
 * part that stands in suspense (taken above what was asked) before the part that stands on the driver's account.
 */
async function ofSession(tx: Tx, { sessionId, currency, differenceMinor }: Decided): Promise<Sending[]> {
  if (sessionId === null) return []
  const payments = (await lockOfSession(tx, sessionId)).filter((each) => each.currency === currency)
  const parts = await partsOf(tx, sessionId)
  let rest = differenceMinor
  return payments.toReversed().flatMap(({ id: paymentId, captured_minor: captured }) => {
    const { excess = 0, sentOfExcess = 0, sentOfBill = 0 } = parts.get(paymentId) ?? {}
    const take = (left: number): number => {
      const amountMinor = Math.max(0, Math.min(rest, left))
      rest -= amountMinor
      return amountMinor
    }
    const booked = { paymentId, amountMinor: take(excess - sentOfExcess), isSurplus: true, isBooked: true }
    const billed = { paymentId, amountMinor: take(captured - excess - sentOfBill), isSurplus: false }
    return [booked, { ...billed, isBooked: false }].filter(({ amountMinor }) => amountMinor > 0)
  })
}

type Parts = { readonly excess: number; readonly sentOfExcess: number; readonly sentOfBill: number }

/** By payment: what was captured above what was asked, and what has been sent back of either part. */
async function partsOf(tx: Tx, sessionId: string): Promise<Map<string, Parts>> {
  const rows = await tx.query<Parts & { paymentId: string }>(
    `select p.id as "paymentId",
       coalesce((select greatest(0, p.captured_minor - m.expected_minor) from payment_mismatches m
         where m.tenant_id = p.tenant_id and m.id = p.id || ':captured' and m.told_currency = p.currency), 0)::bigint as excess,
       coalesce(sum(r.amount_minor) filter (where r.is_booked), 0)::bigint as "sentOfExcess",
       coalesce(sum(r.amount_minor) filter (where not r.is_surplus), 0)::bigint as "sentOfBill"
     from payments p left join payment_refunds r on r.tenant_id = p.tenant_id and r.payment_id = p.id
       and r.status in ('proposed', 'asked', 'done')
     where p.session_id = $1 group by p.tenant_id, p.id`,
    [sessionId]
  )
  return new Map(rows.map(({ paymentId, ...parts }) => [paymentId, parts]))
}
