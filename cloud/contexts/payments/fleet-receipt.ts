import { z } from 'zod'
import { Instant } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'

/** Money of a fleet that came in, as it lies in its table. */
export type Receipt = {
  readonly id: string
  readonly account: string
  readonly currency: string
  readonly amountMinor: number
  readonly invoiceNumber: string | null
  readonly reference: string
  readonly bookedOn: string
  readonly source: 'person' | 'statement'
  readonly status: 'proposed' | 'posted' | 'rejected' | 'reversed'
  readonly notedBy: string
  readonly decidedBy: string | null
  readonly notedAt: string
  readonly statementId: string | null
  readonly replaces: string | null
}

export const receiptColumns = `id, account, currency, amount_minor as "amountMinor", invoice_number as "invoiceNumber", reference,
  booked_on as "bookedOn", source, status, noted_by as "notedBy", decided_by as "decidedBy", noted_at as "notedAt",
  statement_id as "statementId", replaces`

export const fleetId = z.string().regex(/^[A-Za-z0-9_-]{1,24}$/)
export const ReceivedAmount = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountMinor: z.int().min(1).max(1_000_000_000_000)
})

export const ReceiptView = z.object({
  id: z.uuid(),
  fleetId: z.string(),
  amount: Money,
  invoiceNumber: z.string().nullable(),
  reference: z.string(),
  bookedOn: z.iso.date(),
  source: z.enum(['person', 'statement']),
  status: z.enum(['proposed', 'posted', 'rejected', 'reversed']),
  notedBy: z.string(),
  decidedBy: z.string().nullable(),
  notedAt: Instant,
  statementId: z.uuid().nullable(),
  replaces: z.uuid().nullable()
})

export const receiptView = ({
  account,
  currency,
  amountMinor,
  ...receipt
}: Receipt): z.infer<typeof ReceiptView> => ({
  ...receipt,
  fleetId: account,
  amount: { currency, amountMinor }
})
