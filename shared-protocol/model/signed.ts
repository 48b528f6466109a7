import { z } from 'zod'
import { Instant } from './words.ts'

/** Longest signed value that is carried; with every character escaped twice it still fits into an event. */
export const longestSigned = 20_000

/** A signed meter record exactly as the charger sent it; nobody between charger and verifier touches `raw`. */
export const SignedValue = z.strictObject({
  at: Instant,
  context: z.string().max(40).nullable(), // OCPP 1.6 §7.35, such as `Transaction.End`; null: none was given.
  raw: z.string().min(1).max(longestSigned)
})
export type SignedValue = z.infer<typeof SignedValue>
