import {
  absolute,
  compare,
  fractionOf,
  minus,
  nearest,
  plus,
  ratio,
  showFraction,
  times,
  whole,
  type Fraction
} from '../../tariff/fraction.ts'
import type { Numeric, PriceForm } from './wire.ts'

/** The number as it was written; JSON's own numbers by their shortest decimal text. */
export const exactly = (value: Numeric): Fraction => fractionOf(String(value).trim())

const tenDigits = whole(10_000_000_000n)

/** Decimal text of at most ten places, which is what a price carries. */
export const decimalText = (value: Fraction): string =>
  showFraction(ratio(nearest(times(value, tenDigits)), 10_000_000_000))

export const textOf = (value: Numeric): string => decimalText(exactly(value))

/** The two sides of a Price (2.2.1), a PriceLimit (2.3.0) or a bare number (2.1.1). */
export function sidesOf(price: PriceForm): { excl?: string; incl?: string } {
  if (typeof price !== 'object') return { excl: textOf(price) }
  const excl = price.excl_vat ?? price.before_taxes
  const incl = price.incl_vat ?? price.after_taxes ?? sumWithTaxes(price, excl)
  return {
    ...(excl === undefined || excl === null ? {} : { excl: textOf(excl) }),
    ...(incl === undefined || incl === null ? {} : { incl: textOf(incl) })
  }
}

function sumWithTaxes(
  price: Exclude<PriceForm, Numeric>,
  excl: Numeric | null | undefined
): string | undefined {
  if (excl === undefined || excl === null || !price.taxes) return undefined
  let sum = exactly(excl)
  for (const { amount } of price.taxes)
    if (amount !== null && amount !== undefined) sum = plus(sum, exactly(amount))
  return decimalText(sum)
}

const nearSecond = fractionOf('0.00001')

/**
 * Hours as whole seconds where that is plainly meant: 0.4166666667 h is 25 minutes, and must not become another
 * step by its tenth digit.
 */
export function secondsOf(hours: Numeric): Fraction {
  const seconds = times(exactly(hours), whole(3600))
  const rounded = nearest(seconds)
  const off = absolute(minus(seconds, whole(rounded)))
  return compare(off, nearSecond) < 0 ? whole(rounded) : seconds
}

/** kWh as Wh, to the millionth: the noise of a binary float behind it must not become another step. */
export const wattHoursOf = (kwh: Numeric): Fraction =>
  ratio(nearest(times(exactly(kwh), whole(1_000_000_000))), 1_000_000)
