import type { Money } from '../../kit/text.ts'

export type Entry = { readonly amount: Money }

/** The sum of entries in each currency: zero for each when the books are right. */
export function sumsOf(entries: readonly Entry[]): readonly Money[] {
  const sums = new Map<string, number>()
  for (const { amount } of entries)
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0) + amount.amountMinor)
  return [...sums].map(([currency, amountMinor]) => ({ currency, amountMinor }))
}
