import { z } from 'zod'
import type { Found } from '../port.ts'

/** A PaymentIntent, as far as we read it; its charge is asked for by `expand[]=latest_charge`. */
export const Intent = z.object({
  id: z.string().max(100),
  object: z.literal('payment_intent'),
  amount: z.int(),
  amount_received: z.int(),
  currency: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
  cancellation_reason: z.string().nullish(),
  last_payment_error: z.object({ code: z.string().nullish(), decline_code: z.string().nullish() }).nullish(),
  next_action: z.object({ redirect_to_url: z.object({ url: z.string().nullish() }).nullish() }).nullish(),
  latest_charge: z
    .union([
      z.string(),
      z.object({
        payment_method_details: z
          .object({ card: z.object({ capture_before: z.int().nullish() }).nullish() })
          .nullish()
      })
    ])
    .nullish()
})
export type Intent = z.infer<typeof Intent>

export const Intents = z.object({ data: z.array(Intent), has_more: z.boolean() })

export const Refund = z.object({
  id: z.string(),
  object: z.literal('refund'),
  amount: z.int(),
  status: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullish()
})
export const Refunds = z.object({ data: z.array(Refund), has_more: z.boolean() })

export const Failure = z.object({
  error: z.object({
    type: z.string(),
    code: z.string().nullish(),
    decline_code: z.string().nullish(),
    message: z.string().nullish()
  })
})

export const paymentField = 'nova_payment'
export const refundField = 'nova_refund'

/** Words of https://docs.stripe.com/payments/paymentintents/lifecycle in ours; anything new counts as pending. */
const states: Readonly<Record<string, Found['state']>> = {
  requires_capture: 'authorised',
  succeeded: 'captured',
  canceled: 'voided',
  requires_payment_method: 'declined'
}

export function knownOf(intent: Intent, refundReferences: readonly string[] = []): Found {
  const isLapsed = intent.status === 'canceled' && intent.cancellation_reason === 'automatic'
  const error = intent.last_payment_error
  return {
    state: isLapsed ? 'expired' : (states[intent.status] ?? 'pending'),
    reference: intent.id,
    currency: intent.currency.toUpperCase(),
    amountMinor: intent.amount,
    capturedMinor: intent.amount_received,
    expiresAt: deadlineOf(intent),
    declineCode: error?.decline_code ?? error?.code ?? null,
    refundReferences,
    action: actionOf(intent)
  }
}

function deadlineOf({ latest_charge: charge }: Intent): string | null {
  if (typeof charge !== 'object') return null
  const seconds = charge?.payment_method_details?.card?.capture_before
  return typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null
}

function actionOf({ status, next_action: next }: Intent): Found['action'] {
  const url = next?.redirect_to_url?.url
  return status === 'requires_action' && typeof url === 'string' ? { kind: 'redirect', value: url } : null
}
