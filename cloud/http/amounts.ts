import { Money } from '@nova/shared-protocol/units'
import { z } from 'zod'
import { problem } from './problem.ts'

const Minor = z.int().min(1).max(1_000_000_000_000)
const Amount = Money.extend({ amountMinor: Minor })

/** A body that states an amount: as money is stated everywhere, or bare where the currency is that of the thing itself. */
export const stating = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.union([z.strictObject({ amount: Amount, ...shape }), z.strictObject({ amountMinor: Minor, ...shape })])

type Stated = { readonly amount: z.infer<typeof Amount> } | { readonly amountMinor: number }

/** Minor units of what is stated. @throws Problem 422 `currency-differs`: nothing is converted silently */
export function minorIn(currency: string, stated: Stated): number {
  if (!('amount' in stated)) return stated.amountMinor
  if (stated.amount.currency === currency) return stated.amount.amountMinor
  throw problem(422, 'currency-differs', `It is in ${currency}, and ${stated.amount.currency} was stated.`)
}
