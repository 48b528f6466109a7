import type { Listener, Tx } from '../../db/index.ts'
import { breakDecided, BreakDecided } from '../reconciliation/events.ts'
import type { z } from 'zod'
import { idFrom } from './ids.ts'
import { lockOfSession, lockPayment } from './store.ts'

type Decided = z.infer<typeof BreakDecided>
type Sending = { readonly paymentId: string; readonly amountMinor: number; readonly isSurplus: boolean }

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
  for (const { paymentId, amountMinor, isSurplus } of sendings)
    await tx.query(
      `insert into payment_refunds (tenant_id, id, payment_id, amount_minor, reason, asked_by, status, next_at, break_id, is_surplus)
       values (nova_tenant(), $1, $2, $3, $4, $5, 'asked', now(), $6, $7) on conflict do nothing`,
      [
        idFrom(`break:${decided.breakId}:${paymentId}`),
        paymentId,
        amountMinor,
        decided.note.slice(0, 300),
        `break:${decided.breakId}`,
        decided.breakId,
        isSurplus
      ]
    )
}

/** What a provider took beside our books; one that it took without any order of ours stays in suspense. */
async function ofPayment(tx: Tx, { paymentId, provider, differenceMinor }: Decided): Promise<Sending[]> {
  const payment = paymentId === null ? undefined : await lockPayment(tx, paymentId)
  return payment?.provider === provider
    ? [{ paymentId: payment.id, amountMinor: differenceMinor, isSurplus: true }]
    : []
}

/** What our own payments took above a session's bill: the last payment first, never more than is left of each. */
async function ofSession(tx: Tx, { sessionId, currency, differenceMinor }: Decided): Promise<Sending[]> {
  if (sessionId === null) return []
  const asked = await tx.query<{ payment_id: string; sum: number }>(
    `select r.payment_id, sum(r.amount_minor)::bigint as sum from payment_refunds r
     join payments p on p.tenant_id = r.tenant_id and p.id = r.payment_id
     where p.session_id = $1 and r.status in ('proposed', 'asked', 'done') and not r.is_surplus group by r.payment_id`,
    [sessionId]
  )
  const payments = (await lockOfSession(tx, sessionId)).filter((each) => each.currency === currency)
  let rest = differenceMinor
  return payments.toReversed().flatMap(({ id: paymentId, captured_minor: captured }) => {
    const back = asked.find(({ payment_id: id }) => id === paymentId)?.sum ?? 0
    const amountMinor = Math.min(rest, captured - back)
    rest -= Math.max(0, amountMinor)
    return amountMinor > 0 ? [{ paymentId, amountMinor, isSurplus: false }] : []
  })
}
