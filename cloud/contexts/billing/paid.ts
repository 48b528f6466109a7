import type { Money } from '@nova/shared-protocol/units'
import type { Listener, Tx } from '../../db/index.ts'
import {
  paymentCaptured,
  PaymentCaptured,
  paymentRefunded,
  PaymentRefunded,
  refundCounted,
  RefundCounted
} from '../payments/events.ts'

const onAccount = 'invoice-later' // Taken on a fleet's account: the collective invoice is what asks for it.

/** What an event changes in what is paid of a bill. */
const changes: Readonly<Record<string, (body: unknown) => Change>> = {
  [paymentCaptured]: (body) => changeOf(PaymentCaptured.parse(body), 1),
  [paymentRefunded]: (body) => {
    const { fromPartiesMinor, ...refund } = PaymentRefunded.parse(body)
    // What a person gave as a gift is not asked for again: the bill stands, and was paid.
    const giftMinor = fromPartiesMinor ?? refund.amount.amountMinor
    return changeOf(refund, -1, giftMinor)
  },
  [refundCounted]: (body) => changeOf(RefundCounted.parse(body), -1)
}

type Change = { readonly sessionId: string; readonly provider: string; readonly amount: Money }

const changeOf = ({ sessionId, provider, amount }: Change, sign: 1 | -1, withoutMinor = 0): Change => ({
  sessionId,
  provider,
  amount: { ...amount, amountMinor: sign * (amount.amountMinor - withoutMinor) + 0 }
})

/** Keeps what was paid for a session, so that a collective invoice asks only for the rest. */
export const paidListener: Listener = {
  name: 'billing-paid',
  kinds: Object.keys(changes),
  async handle(tx, events) {
    for (const { kind, body } of events) {
      const change = changes[kind]?.(body)
      if (change && change.provider !== onAccount) await addPaid(tx, change.sessionId, change.amount)
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
