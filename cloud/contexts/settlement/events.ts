import { z } from 'zod'

/** A settlement was posted to the ledger; key: the settlement. */
export const settlementClosed = 'settlement.closed.v1'
export const SettlementClosed = z.object({
  settlementId: z.uuid(),
  firstDate: z.iso.date(),
  lastDate: z.iso.date()
})

/** The payout file of a settlement was made; key: the settlement. */
export const settlementPaid = 'settlement.paid.v1'
export const SettlementPaid = z.object({ settlementId: z.uuid(), payouts: z.int() })
