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
     on conflict (tenant_id, session_id) do update set amount_minor = payment_debts.amount_minor + excluded.amount_minor,
       detail = excluded.detail where payment_debts.settled_at is null`,
    [payment.session_id, payment.driver_id, payment.currency, amountMinor, detail.slice(0, 500)]
  )

/** Whether a driver owes for an earlier session. */
export async function hasDebt(tx: Tx, driverId: string): Promise<boolean> {
  const rows = await tx.query(
    'select from payment_debts where driver_id = $1 and settled_at is null limit 1',
    [driverId]
  )
  return rows.length > 0
}
