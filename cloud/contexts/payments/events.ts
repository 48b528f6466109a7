import { z } from 'zod'
import { Money } from '@nova/shared-protocol/units'

/** Facts about a session's payment; the key of each event is the session. */
const payment = {
  paymentId: z.uuid(),
  sessionId: z.uuid(),
  driverId: z.string(),
  provider: z.string()
}

export const paymentHeld = 'payments.held.v1'
export const PaymentHeld = z.object({ ...payment, amount: Money })

/** No money is held and none will be. */
export const paymentDeclined = 'payments.declined.v1'
export const PaymentDeclined = z.object({ ...payment, code: z.string(), detail: z.string() })

/** What was used is taken; what was held above it is free again. */
export const paymentCaptured = 'payments.captured.v1'
export const PaymentCaptured = z.object({ ...payment, amount: Money, released: Money })

export const paymentReleased = 'payments.released.v1'
export const PaymentReleased = z.object({ ...payment, amount: Money })

export const paymentRefunded = 'payments.refunded.v1'
export const PaymentRefunded = z.object({ ...payment, refundId: z.uuid(), amount: Money })

/** A bill, or a part of it, could not be collected: the driver owes it. */
export const paymentOwed = 'payments.owed.v1'
export const PaymentOwed = z.object({ ...payment, amount: Money, detail: z.string() })
