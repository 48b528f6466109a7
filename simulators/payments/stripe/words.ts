import type { Hold, Refund } from '../../bank/accounts.ts'

/** A hold as the provider keeps it, with what the merchant wrote on it. */
export type Kept = {
  readonly hold: Hold
  readonly metadata: Readonly<Record<string, string>>
  readonly customer: string | null
}
export type KeptRefund = Refund & {
  readonly holdId: string
  readonly metadata: Readonly<Record<string, string>>
}

const statuses = {
  authorised: 'requires_capture',
  captured: 'succeeded',
  voided: 'canceled',
  expired: 'canceled',
  declined: 'requires_payment_method'
} as const

const seconds = (at: string): number => Math.floor(Date.parse(at) / 1000)

/** A PaymentIntent with its charge expanded, in the shape of https://docs.stripe.com/api/payment_intents/object. */
export function intentOf({ hold, metadata, customer }: Kept): object {
  const { id, status, amountMinor, capturedMinor, declineCode } = hold
  const isDeclined = status === 'declined'
  return {
    id,
    object: 'payment_intent',
    amount: amountMinor,
    amount_capturable: status === 'authorised' ? amountMinor : 0,
    amount_received: capturedMinor,
    cancellation_reason: status === 'expired' ? 'automatic' : status === 'voided' ? 'abandoned' : null,
    capture_method: 'manual',
    created: seconds(hold.createdAt),
    currency: hold.currency.toLowerCase(),
    customer,
    last_payment_error: isDeclined
      ? { type: 'card_error', code: 'card_declined', decline_code: declineCode }
      : null,
    latest_charge: isDeclined ? null : chargeOf(hold, metadata),
    livemode: false,
    metadata,
    next_action: null,
    payment_method: hold.method,
    status: statuses[status]
  }
}

export const chargeOf = (
  hold: Hold,
  metadata: Kept['metadata']
): { readonly id: string } & Readonly<Record<string, unknown>> => ({
  id: hold.id.replace('pi_', 'ch_'),
  object: 'charge',
  amount: hold.amountMinor,
  amount_captured: hold.capturedMinor,
  amount_refunded: hold.refundedMinor,
  currency: hold.currency.toLowerCase(),
  captured: hold.status === 'captured',
  metadata,
  payment_intent: hold.id,
  payment_method_details: { type: 'card', card: { capture_before: seconds(hold.expiresAt), last4: '4242' } }
})

export const refundOf = (
  { id, amountMinor, createdAt, holdId, metadata }: KeptRefund,
  currency: string
): object => ({
  id,
  object: 'refund',
  amount: amountMinor,
  created: seconds(createdAt),
  currency: currency.toLowerCase(),
  metadata,
  payment_intent: holdId,
  status: 'succeeded'
})
