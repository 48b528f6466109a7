import type { Tx } from '../../db/index.ts'
import type { PaymentRow } from './store.ts'

/** What a bill still asks; settled when a later payment takes it. */
export const addDebt = async (
  tx: Tx,
  payment: Pick<PaymentRow, 'session_id' | 'driver_id' | 'currency'>,
  amountMinor: number,
  detail: string
): Promise<unknown> =>
  tx.query(
    `insert into payment_debts (tenant_id, session_id, driver_id, currency, amount_minor, detail)
     values (nova_tenant(), $1, $2, $3, $4, $5)
     on conflict (tenant_id, session_id) do update set detail = excluded.detail, settled_at = null,
       amount_minor = excluded.amount_minor
         + case when payment_debts.settled_at is null then payment_debts.amount_minor else 0 end`,
    [payment.session_id, payment.driver_id, payment.currency, amountMinor, detail.slice(0, 500)]
  )

/** Makes what is owed for a session exactly this; 0: nothing any more. @returns by how much it is more than it was */
export async function setDebt(
  tx: Tx,
  payment: Pick<PaymentRow, 'session_id' | 'driver_id' | 'currency'>,
  amountMinor: number,
  detail: string
): Promise<number> {
  const before = await tx.maybe<{ amount_minor: number }>(
    'select amount_minor from payment_debts where session_id = $1 and settled_at is null for update',
    [payment.session_id]
  )
  const moreMinor = amountMinor - (before?.amount_minor ?? 0)
  if (moreMinor === 0) return 0
  if (before) await payOff(tx, payment.session_id, before.amount_minor)
  if (amountMinor > 0) await addDebt(tx, payment, amountMinor, detail)
  return moreMinor
}

/** Takes what was paid off what is owed for a session. */
export const payOff = async (tx: Tx, sessionId: string, paidMinor: number): Promise<unknown> =>
  tx.query(
    `update payment_debts set settled_at = case when amount_minor <= $2 then now() end,
       amount_minor = case when amount_minor <= $2 then amount_minor else amount_minor - $2 end
     where session_id = $1 and settled_at is null`,
    [sessionId, paidMinor]
  )

/** Whether a driver owes for an earlier session. */
export async function hasDebt(tx: Tx, driverId: string): Promise<boolean> {
  const rows = await tx.query(
    'select from payment_debts where driver_id = $1 and settled_at is null limit 1',
    [driverId]
  )
  return rows.length > 0
}
