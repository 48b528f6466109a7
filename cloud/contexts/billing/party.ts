import { z } from 'zod'
import { TimeZone } from '@nova/shared-protocol/model'

const text = z.string().trim().min(1).max(200)

/** Seller or buyer as printed on an invoice. `taxId` is the VAT number with its country letters, 纳税人识别号 in China. */
export const Party = z.strictObject({
  name: text,
  street: text.optional(),
  city: text.optional(),
  postalCode: z.string().max(20).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166 code of two letters'),
  region: z.string().max(10).optional(),
  taxId: z
    .string()
    .regex(/^[A-Z0-9+*]{2,30}$/)
    .optional(),
  registration: text.optional(),
  email: z.email().optional()
})
export type Party = z.infer<typeof Party>

/** Who sells here, and which monthly invoices it wants made by themselves. */
export const Seller = Party.extend({
  timeZone: TimeZone.default('UTC'),
  monthly: z
    .array(z.enum(['driver', 'fleet', 'tenant']))
    .max(3)
    .default([])
})
export type Seller = z.infer<typeof Seller>
