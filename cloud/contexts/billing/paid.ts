import type { Money } from '@nova/shared-protocol/units'
import type { Listener, Tx } from '../../db/index.ts'
import { paymentCaptured, PaymentCaptured, paymentRefunded, PaymentRefunded } from '../payments/events.ts'

const onAccount = 'invoice-later' // Taken on a fleet's account: the collective invoice is what asks for it.

/** Keeps what was paid for a session, so that a collective invoice asks only for the rest. */
export const paidListener: Listener = {
  name: 'billing-paid',
  kinds: [paymentCaptured, paymentRefunded],
  async handle(tx, events) {
    for (const { kind, body } of events) {
      const { sessionId, amount, provider } = (
        kind === paymentCaptured ? PaymentCaptured : PaymentRefunded
      ).parse(body)
      if (provider === onAccount) continue
      await addPaid(tx, sessionId, {
        ...amount,
        amountMinor: kind === paymentCaptured ? amount.amountMinor : 0 - amount.amountMinor
      })
    }
  }
}

async function addPaid(tx: Tx, sessionId: string, { currency, amountMinor }: Money): Promise<void> {
  await tx.query(
    `insert into billing_paid (tenant_id, session_id, currency, amount_minor) values (nova_tenant(), $1, $2, $3)
     on conflict (tenant_id, session_id, currency) do update
       set amount_minor = billing_paid.amount_minor + excluded.amount_minor`,
    [sessionId, currency, amountMinor]
  )
}
