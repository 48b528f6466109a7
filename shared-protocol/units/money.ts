import { z } from 'zod'
import { digitsByCurrency } from './currencies.ts'

/** Amount in the currency's minor unit (ISO 4217), as the HTTP API and every message show it. */
export const Money = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  amountMinor: z.int()
})
export type Money = z.infer<typeof Money>

/** Digits after the decimal point in ISO 4217: CNY 2, JPY 0, KWD 3. */
export const minorDigits = (currency: string): number => digitsByCurrency[currency] ?? 2

/** A sum beyond what numbers count exactly: 2^53 - 1 minor units. */
export class AmountTooLarge extends RangeError {}

/** @throws RangeError when the amount is not whole; `AmountTooLarge` when it is beyond safe integers */
export function money(currency: string, amountMinor: number): Money {
  if (Math.abs(amountMinor) > Number.MAX_SAFE_INTEGER)
    throw new AmountTooLarge(`more than 2^53 - 1 minor units: ${amountMinor}`)
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError(`not whole minor units: ${amountMinor}`)
  return { currency, amountMinor }
}

/** @throws RangeError when currencies differ: there is no silent conversion anywhere */
export function addMoney(left: Money, right: Money): Money {
  if (left.currency !== right.currency)
    throw new RangeError(`cannot add ${right.currency} to ${left.currency}`)
  return money(left.currency, left.amountMinor + right.amountMinor)
}

export const negated = (amount: Money): Money => money(amount.currency, 0 - amount.amountMinor)

export function sumMoney(currency: string, amounts: readonly Money[]): Money {
  return amounts.reduce(addMoney, money(currency, 0))
}

/**
 * Splits `total` in proportion to `weights` so that the parts add up to it: largest remainder (Hamilton),
 * ties to the earlier part. Weights are non-negative integers, not all zero.
 * @throws RangeError on a negative weight or when all weights are zero
 */
export function share(total: Money, weights: readonly bigint[]): Money[] {
  const sum = weights.reduce((all, each) => all + each, 0n)
  if (sum <= 0n || weights.some((each) => each < 0n))
    throw new RangeError('weights must add up to more than 0')
  const sign = total.amountMinor < 0 ? -1n : 1n
  const amount = BigInt(Math.abs(total.amountMinor))
  const floors = weights.map((weight) => (amount * weight) / sum)
  const left = Number(amount - floors.reduce((all, each) => all + each, 0n))
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % sum }))
    .toSorted((a, b) =>
      a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1
    )
  const extra = new Set(byRemainder.slice(0, left).map(({ index }) => index))
  return floors.map((floor, index) =>
    money(total.currency, Number(sign * (floor + (extra.has(index) ? 1n : 0n))))
  )
}
