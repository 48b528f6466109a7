import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'

/** Facts about a session's payment; the key of each event is the session. */
const payment = {
  paymentId: z.uuid(),
  sessionId: z.uuid(),
  driverId: z.string(),
  provider: z.string()
}

/** A raise is a hold of its own in the books, and a part of this payment at its provider. */
const raised = { raiseOf: z.uuid().optional() }

export const paymentHeld = 'payments.held.v1'
export const PaymentHeld = z.object({ ...payment, ...raised, amount: Money })

/** No money is held and none will be. */
export const paymentDeclined = 'payments.declined.v1'
export const PaymentDeclined = z.object({ ...payment, code: z.string(), detail: z.string() })

/** What was used is taken; what was held above it is free again. */
export const paymentCaptured = 'payments.captured.v1'
export const PaymentCaptured = z.object({
  ...payment,
  ...raised,
  amount: Money,
  released: Money,
  /** What the provider took of the payment in one, raises and all; where it was raised. */
  whole: Money.optional()
})

export const paymentReleased = 'payments.released.v1'
export const PaymentReleased = z.object({ ...payment, ...raised, amount: Money })

export const paymentRefunded = 'payments.refunded.v1'
export const PaymentRefunded = z.object({
  ...payment,
  refundId: z.uuid(),
  amount: Money,
  /** What of it the parties of the contract return; the rest they returned when the bill was corrected. */
  fromPartiesMinor: z.int().min(0).optional()
})

/**
 * A refund that a person gave before a correction stands for a part of it: the parties, who returned both, get `amount`
 * back (below 0: no longer). `countedMinor`: what of the refund is counted now.
 */
export const refundCounted = 'payments.refund-counted.v1'
export const RefundCounted = z.object({
  ...payment,
  refundId: z.uuid(),
  countedMinor: z.int(),
  amount: Money
})

/** What a provider took beside our books went back by two people's decision: out of suspense. */
export const surplusReturned = 'payments.surplus-returned.v1'
export const SurplusReturned = z.object({
  ...payment,
  refundId: z.uuid(),
  breakId: z.uuid(),
  amount: Money,
  /** It lay within what our books say was captured of the session, and not beside it. */
  isBooked: z.boolean().default(false)
})

/** A provider will not carry out a refund: somebody has to see how the driver gets it. */
export const refundRefused = 'payments.refund-refused.v1'
export const RefundRefused = z.object({ ...payment, refundId: z.uuid(), amount: Money, detail: z.string() })

/** A bill, or a part of it, could not be collected: the driver owes it. */
export const paymentOwed = 'payments.owed.v1'
export const PaymentOwed = z.object({ ...payment, amount: Money, detail: z.string() })

/** What a provider holds, took or says differs from the order: the difference stands in suspense until it is cleared. */
export const paymentMismatched = 'payments.mismatched.v1'
export const PaymentMismatched = z.object({
  ...payment,
  what: z.enum(['held', 'captured']),
  expected: Money,
  told: Money,
  heldMinor: z.int(), // What the order holds in all.
  source: z.enum(['event', 'query'])
})

/** A large amount waits for its payer to say so a second time. */
export const confirmationWanted = 'payments.confirmation-wanted.v1'
export const ConfirmationWanted = z.object({ ...payment, amount: Money })

/** The payer has to scan, follow a link, or let the provider's own app do something. */
export const actionWanted = 'payments.action-wanted.v1'
export const ActionWanted = z.object({
  ...payment,
  action: z.object({ kind: z.enum(['qr', 'redirect', 'app']), value: z.string() })
})

/** A fleet has paid; `freedMinor` of it settles what was taken on its account. Key: the fleet. */
export const fleetPaid = 'payments.fleet-paid.v1'
export const FleetPaid = z.object({
  receiptId: z.uuid(),
  fleetId: z.string(),
  amount: Money,
  freedMinor: z.int(),
  invoiceNumber: z.string().nullable()
})

/** A fleet's payment was taken back by two people; what it had freed is used again. Key: the fleet. */
export const fleetPaymentReversed = 'payments.fleet-payment-reversed.v1'
export const FleetPaymentReversed = FleetPaid.extend({ reversalId: z.uuid() })

/** A driver's wallet has more to spend. Ledger: `wallet:{paymentId}:top-up`, posted with this event. */
export const walletToppedUp = 'payments.wallet-topped-up.v1'
export const WalletToppedUp = z.object({ ...payment, amount: Money, available: Money })
