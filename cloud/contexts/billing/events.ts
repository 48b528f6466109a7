import { z } from 'zod'
import { Identifier } from '@nova/shared-protocol/model'
import { Money } from '@nova/shared-protocol/units'

const session = { sessionId: z.uuid(), siteId: Identifier }

/** The bill of a session stands, for good; key: the session. */
export const cdrIssued = 'billing.cdr-issued.v1'
export const CdrIssued = z.object({
  cdrId: z.uuid(),
  invoiceId: z.uuid(),
  invoiceNumber: z.string(),
  ...session,
  driverId: z.string().nullable(),
  tokenUid: z.string().nullable(),
  total: Money,
  energyWh: z.string(),
  tariffId: z.string(),
  tariffVersion: z.int()
})
export type CdrIssued = z.infer<typeof CdrIssued>

/** The session cannot be billed as it stands; a person has to look. */
export const cdrRefused = 'billing.cdr-refused.v1'
export const CdrRefused = z.object({ ...session, reason: z.string(), detail: z.string() })
