import type { Money } from '../../kit/text.ts'

/** What one is more than the other; both are in one currency. */
export const differenceOf = (left: Money, right: Money): Money => ({
  currency: left.currency,
  amountMinor: left.amountMinor - right.amountMinor
})
