import { showExact, tenTo } from './decimal.ts'
import {
  add,
  common,
  exactly,
  floored,
  intOf,
  isDivisible,
  less,
  mul,
  negated,
  order,
  type Int
} from './int.ts'

/** An exact number top / bottom; the bottom is positive. Not always in lowest terms: see `tidy`. */
export type Fraction = { readonly top: Int; readonly bottom: Int }

export const nought: Fraction = { top: 0, bottom: 1 }
export const one: Fraction = { top: 1, bottom: 1 }

export const whole = (value: Int): Fraction => ({
  top: typeof value === 'bigint' ? intOf(value) : value,
  bottom: 1
})

/** @param bottom positive */
export const ratio = (top: Int, bottom: Int): Fraction => ({
  top: typeof top === 'bigint' ? intOf(top) : top,
  bottom: typeof bottom === 'bigint' ? intOf(bottom) : bottom
})

const plain = /^([-+]?)(\d{1,30})(?:\.(\d{0,40}))?(?:[eE]([-+]?\d{1,2}))?$/

/**
 * A decimal text such as `-12.50` or `1e-7`, as JSON numbers are written.
 * @throws RangeError when the text is no decimal number
 */
export function fractionOf(text: string): Fraction {
  const [all, sign, before = '', after = '', exponent = '0'] = plain.exec(text) ?? []
  if (all === undefined) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`)
  const units = intOf(BigInt(before + after))
  const digits = after.length - Number(exponent)
  const top = sign === '-' ? negated(units) : units
  return digits <= 0 ? whole(mul(top, intOf(tenTo(-digits)))) : ratio(top, tenTo(digits))
}

/** In lowest terms where that pays: where numbers are no longer plain. */
export function tidy({ top, bottom }: Fraction): Fraction {
  if (typeof top === 'number' && typeof bottom === 'number') return { top, bottom }
  const divisor = common(top, bottom)
  return divisor === 1 ? { top, bottom } : { top: exactly(top, divisor), bottom: exactly(bottom, divisor) }
}

export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.top === 0) return b
  if (b.top === 0) return a
  if (a.bottom === b.bottom) return { top: add(a.top, b.top), bottom: a.bottom }
  if (isDivisible(a.bottom, b.bottom))
    return { top: add(a.top, mul(b.top, exactly(a.bottom, b.bottom))), bottom: a.bottom }
  if (isDivisible(b.bottom, a.bottom))
    return { top: add(mul(a.top, exactly(b.bottom, a.bottom)), b.top), bottom: b.bottom }
  const shared = common(a.bottom, b.bottom)
  const [left, right] = [exactly(a.bottom, shared), exactly(b.bottom, shared)]
  return tidy({ top: add(mul(a.top, right), mul(b.top, left)), bottom: mul(a.bottom, right) })
}

export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, opposite(b))

export const opposite = ({ top, bottom }: Fraction): Fraction => ({ top: negated(top), bottom })

export const absolute = (value: Fraction): Fraction => (value.top < 0 ? opposite(value) : value)

export const times = (a: Fraction, b: Fraction): Fraction =>
  tidy({ top: mul(a.top, b.top), bottom: mul(a.bottom, b.bottom) })

/** @throws RangeError on a division by zero */
export function per(a: Fraction, b: Fraction): Fraction {
  if (isNought(b)) throw new RangeError('division by zero')
  const [top, bottom] = b.top < 0 ? [negated(b.bottom), negated(b.top)] : [b.bottom, b.top]
  return times(a, { top, bottom })
}

/** Below zero when a < b, zero when equal. */
export const compare = (a: Fraction, b: Fraction): number =>
  a.bottom === b.bottom ? order(a.top, b.top) : order(mul(a.top, b.bottom), mul(b.top, a.bottom))

export const sumOf = (values: readonly Fraction[]): Fraction => values.reduce(plus, nought)

export const isNought = ({ top }: Fraction): boolean => top === 0 || top === 0n

/** Rounded towards minus infinity. */
export const floor = ({ top, bottom }: Fraction): bigint => BigInt(floored(top, bottom))

export const ceiling = (value: Fraction): bigint => -floor(opposite(value))

/** Half away from zero. */
export const nearest = (value: Fraction): bigint => BigInt(rounded(value))

/** Half away from zero, plain where it is safe. */
export function rounded(value: Fraction): Int {
  const { top, bottom } = absolute(value)
  const size = floored(add(mul(top, 2), bottom), mul(bottom, 2))
  return value.top < 0 ? negated(size) : size
}

/** Unrounded text where the expansion ends, else to twelve places. */
export const showFraction = ({ top, bottom }: Fraction): string => showExact(top, bottom)

/**
 * Whole parts of a rounded sum, each next to its exact share, negative shares too: largest remainder, ties to
 * the earlier part.
 */
export function partsOf(total: Int, shares: readonly Fraction[]): Int[] {
  const parts = shares.map(({ top, bottom }) => floored(top, bottom))
  const left = Number(parts.reduce(less, total))
  if (left === 0) return parts
  const rests = shares.map(({ top, bottom }, index) => ({
    index,
    rest: { top: less(top, mul(parts[index] ?? 0, bottom)), bottom }
  }))
  const order = rests.toSorted((a, b) => compare(b.rest, a.rest) || a.index - b.index)
  for (const { index } of order.slice(0, left)) parts[index] = add(parts[index] ?? 0, 1)
  return parts
}
