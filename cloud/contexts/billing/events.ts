import { z } from 'zod'
import { Identifier } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'

const session = { sessionId: z.uuid(), siteId: Identifier }

/** Tax by rate as the document says it; a name beside what was issued before taxes were stated. */
const Taxes = z
  .array(
    z.object({
      category: z.string(),
      percent: z.string().nullable(),
      name: z.string(),
      base: Money,
      tax: Money
    })
  )
  .optional()

/** The bill of a session stands, for good; key: the session. */
export const cdrIssued = 'billing.cdr-issued.v1'
export const CdrIssued = z.object({
  cdrId: z.uuid(),
  invoiceId: z.uuid(),
  invoiceNumber: z.string(),
  ...session,
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  fleetId: z.string().nullish(),
  total: Money,
  taxes: Taxes,
  country: z.string().nullish(),
  energyWh: z.string(),
  tariffId: z.string(),
  tariffVersion: z.int()
})
export type CdrIssued = z.infer<typeof CdrIssued>

/** The session cannot be billed as it stands; a person has to look. */
export const cdrRefused = 'billing.cdr-refused.v1'
export const CdrRefused = z.object({ ...session, reason: z.string(), detail: z.string() })

const Issued = z.object({
  cdrId: z.uuid(),
  invoiceId: z.uuid(),
  invoiceNumber: z.string(),
  total: Money,
  taxes: Taxes
})

/**
 * A CDR was taken back by a credit (`credit.total` is minus the old total), and another may stand in its place;
 * `difference` is what the customer owes more (negative: gets back). Key: the session.
 */
export const cdrCorrected = 'billing.cdr-corrected.v1'
export const CdrCorrected = z.object({
  correctionId: z.uuid(),
  ...session,
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  fleetId: z.string().nullish(),
  country: z.string().nullish(),
  original: z.object({ cdrId: z.uuid(), total: Money }),
  credit: Issued,
  replacement: Issued.extend({
    energyWh: z.string(),
    tariffId: z.string(),
    tariffVersion: z.int()
  }).nullable(),
  difference: Money,
  reason: z.string(),
  requestedBy: z.string(),
  approvedBy: z.string()
})
export type CdrCorrected = z.infer<typeof CdrCorrected>

/** A collective invoice stands; key: its customer. `payable` is what is still to be paid. */
export const invoiceIssued = 'billing.invoice-issued.v1'
export const InvoiceIssued = z.object({
  invoiceId: z.uuid(),
  number: z.string(),
  scope: z.enum(['driver', 'fleet', 'tenant']),
  customer: z.string(),
  month: z.string(),
  total: Money,
  payable: Money
})
export type InvoiceIssued = z.infer<typeof InvoiceIssued>

/** Money changed its currency: two linked amounts and the spread apart, to be posted together. Key: the reference. */
export const moneyExchanged = 'billing.money-exchanged.v1'
export const MoneyExchanged = z.object({
  conversionId: z.uuid(),
  reference: z.string(),
  sold: Money,
  bought: Money,
  spread: Money,
  rate: z.string(),
  source: z.string(),
  validAt: z.string()
})
export type MoneyExchanged = z.infer<typeof MoneyExchanged>
