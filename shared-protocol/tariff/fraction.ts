import { gcd, showExact, tenTo } from './decimal.ts'

/** An exact number top / bottom; the bottom is positive. Not always in lowest terms: see `tidy`. */
export type Fraction = { readonly top: bigint; readonly bottom: bigint }

export const nought: Fraction = { top: 0n, bottom: 1n }
export const one: Fraction = { top: 1n, bottom: 1n }

export const whole = (value: bigint | number): Fraction => ({ top: BigInt(value), bottom: 1n })

const plain = /^([-+]?)(\d{1,30})(?:\.(\d{0,40}))?(?:[eE]([-+]?\d{1,2}))?$/

/**
 * A decimal text such as `-12.50` or `1e-7`, as JSON numbers are written.
 * @throws RangeError when the text is no decimal number
 */
export function fractionOf(text: string): Fraction {
  const [all, sign, before = '', after = '', exponent = '0'] = plain.exec(text) ?? []
  if (all === undefined) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`)
  const units = BigInt(before + after)
  const digits = after.length - Number(exponent)
  const top = sign === '-' ? -units : units
  return digits <= 0 ? whole(top * tenTo(-digits)) : { top, bottom: tenTo(digits) }
}

const unwieldy = 1n << 64n // Above it the common factors cost more to carry than to take out.

/** In lowest terms where that pays. */
export function tidy(value: Fraction): Fraction {
  if (value.bottom < unwieldy) return value
  const common = gcd(value.top, value.bottom)
  return common === 1n ? value : { top: value.top / common, bottom: value.bottom / common }
}

export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.bottom === b.bottom) return { top: a.top + b.top, bottom: a.bottom }
  if (a.bottom === 1n) return { top: a.top * b.bottom + b.top, bottom: b.bottom }
  if (b.bottom === 1n) return { top: a.top + b.top * a.bottom, bottom: a.bottom }
  if (a.bottom % b.bottom === 0n) return { top: a.top + b.top * (a.bottom / b.bottom), bottom: a.bottom }
  if (b.bottom % a.bottom === 0n) return { top: a.top * (b.bottom / a.bottom) + b.top, bottom: b.bottom }
  return tidy({ top: a.top * b.bottom + b.top * a.bottom, bottom: a.bottom * b.bottom })
}

export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { top: -b.top, bottom: b.bottom })

export const times = (a: Fraction, b: Fraction): Fraction =>
  tidy({ top: a.top * b.top, bottom: a.bottom * b.bottom })

/** @throws RangeError on a division by zero */
export function per(a: Fraction, b: Fraction): Fraction {
  if (b.top === 0n) throw new RangeError('division by zero')
  const sign = b.top < 0n ? -1n : 1n
  return tidy({ top: sign * a.top * b.bottom, bottom: sign * a.bottom * b.top })
}

/** Below zero when a < b, zero when equal. */
export function compare(a: Fraction, b: Fraction): number {
  const [left, right] = [a.top * b.bottom, b.top * a.bottom]
  return left < right ? -1 : left > right ? 1 : 0
}

export const sumOf = (values: readonly Fraction[]): Fraction => values.reduce(plus, nought)

export const isNought = ({ top }: Fraction): boolean => top === 0n

/** Rounded towards minus infinity. */
export function floor({ top, bottom }: Fraction): bigint {
  const cut = top / bottom
  return top < 0n && cut * bottom !== top ? cut - 1n : cut
}

export const ceiling = ({ top, bottom }: Fraction): bigint => -floor({ top: -top, bottom })

/** Half away from zero. */
export function nearest({ top, bottom }: Fraction): bigint {
  const sign = top < 0n ? -1n : 1n
  return (sign * (2n * sign * top + bottom)) / (2n * bottom)
}

/** Unrounded text where the expansion ends, else to twelve places. */
export const showFraction = ({ top, bottom }: Fraction): string => showExact(top, bottom)

/**
 * Whole parts of a rounded sum, each next to its exact share, negative shares too: largest remainder, ties to
 * the earlier part.
 */
export function partsOf(total: bigint, shares: readonly Fraction[]): bigint[] {
  const parts = shares.map(floor)
  const left = Number(parts.reduce((rest, part) => rest - part, total))
  const rests = shares.map((share, index) => ({ index, rest: minus(share, whole(parts[index] ?? 0n)) }))
  const order = rests.toSorted((a, b) => compare(b.rest, a.rest) || a.index - b.index)
  for (const { index } of order.slice(0, left)) parts[index] = (parts[index] ?? 0n) + 1n
  return parts
}
