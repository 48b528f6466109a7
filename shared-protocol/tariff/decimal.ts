import { restOf, type Int } from './int.ts'

/** Exact decimals as whole numbers: `units / 10^digits`. No binary float between text and text. */
export type Decimal = { readonly units: bigint; readonly digits: number }

const pattern = /^(-?)(\d{1,16})(?:\.(\d{1,9}))?$/

/** @throws RangeError when the text is no plain decimal of at most 16 digits before and 9 after the point */
export function readDecimal(text: string): Decimal {
  const [whole, sign, before = '', after = ''] = pattern.exec(text) ?? []
  if (whole === undefined) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`)
  const units = BigInt(before + after)
  return { units: sign ? -units : units, digits: after.length }
}

const powers = Array.from({ length: 64 }, (_, exponent) => 10n ** BigInt(exponent))

export const tenTo = (exponent: number): bigint => powers[exponent] ?? 10n ** BigInt(exponent)

/** The decimal's units at a finer or equal number of digits. */
export const unitsAt = ({ units, digits }: Decimal, wanted: number): bigint => units * tenTo(wanted - digits)

export function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right]
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

const zero = 48 // Of '0'.

/** `units / 10^digits` as text without trailing zeros: 1250, 3 → "1.25". */
export function showUnits(units: bigint, digits: number): string {
  if (digits === 0) return units.toString()
  return placed(units < 0n, (units < 0n ? -units : units).toString(), digits)
}

/** Digits with their point, without trailing zeros. */
function placed(isNegative: boolean, plain: string, digits: number): string {
  const text = plain.padStart(digits + 1, '0')
  const point = text.length - digits
  let end = text.length
  while (end > point && text.charCodeAt(end - 1) === zero) end--
  const sign = isNegative ? '-' : ''
  return sign + text.slice(0, point) + (end === point ? '' : `.${text.slice(point, end)}`)
}

const periodicDigits = 12 // A third has no end: shown to a millionth of a millionth.
const longest = 60

/**
 * numerator / denominator as unrounded text when its expansion ends, else to twelve places, half up. The
 * denominator is positive.
 */
export function showExact(numerator: Int, denominator: Int): string {
  if (typeof numerator === 'number' && typeof denominator === 'number') {
    const short = showShort(numerator, denominator)
    if (short !== undefined) return short
  }
  return showLong(BigInt(numerator), BigInt(denominator))
}

type Ending = { readonly digits: number; readonly factor: number }

const endings = new Map<number, Ending | null>()
const mostEndings = 1_000 // Bottoms come of prices and percentages, and few come often.

/** How many places each fraction with this bottom ends within, and what makes it that power of ten; null: there are more. */
function endingOf(bottom: number): Ending | null {
  const known = endings.get(bottom)
  if (known !== undefined) return known
  let found: Ending | null = null
  for (let digits = 0, power = 1; found === null && digits <= periodicDigits; digits++, power *= 10)
    if (restOf(power, bottom) === 0) found = { digits, factor: power / bottom }
  if (endings.size >= mostEndings) endings.clear()
  endings.set(bottom, found)
  return found
}

/** In plain numbers, where the expansion ends within them. */
function showShort(numerator: number, denominator: number): string | undefined {
  const size = numerator < 0 ? -numerator : numerator
  const ending = endingOf(denominator)
  const units = ending === null ? Number.NaN : size * ending.factor
  if (ending !== null && Number.isSafeInteger(units))
    return ending.digits === 0
      ? String(numerator < 0 ? -units : units)
      : placed(numerator < 0, String(units), ending.digits)
  return showDivided(numerator, size, denominator)
}

/** By long division. */
function showDivided(numerator: number, size: number, denominator: number): string | undefined {
  let rest = restOf(size, denominator)
  const before = (size - rest) / denominator
  let [after, digits] = [0, 0]
  for (; rest !== 0; digits++) {
    const next = rest * 10
    if (digits === periodicDigits || !Number.isSafeInteger(next)) return undefined
    rest = restOf(next, denominator)
    after = after * 10 + (next - rest) / denominator
  }
  const sign = numerator < 0 ? '-' : ''
  return digits === 0 ? sign + before : `${sign}${before}.${String(after).padStart(digits, '0')}`
}

function showLong(numerator: bigint, denominator: bigint): string {
  const scaledUp = numerator * tenTo(periodicDigits)
  if (scaledUp % denominator === 0n) return showUnits(scaledUp / denominator, periodicDigits)
  const common = gcd(numerator, denominator)
  const [top, bottom] = common === 0n ? [0n, 1n] : [numerator / common, denominator / common]
  const digits = digitsToEnd(bottom)
  if (digits !== undefined && digits <= longest) return showUnits((top * tenTo(digits)) / bottom, digits)
  const sign = top < 0n ? -1n : 1n
  const scaled = sign * top * tenTo(periodicDigits)
  return showUnits((sign * (2n * scaled + bottom)) / (2n * bottom), periodicDigits)
}

/** Decimal places until the expansion of 1/bottom ends; undefined when it never does. */
function digitsToEnd(bottom: bigint): number | undefined {
  let [rest, twos, fives] = [bottom, 0, 0]
  for (; rest % 2n === 0n; rest /= 2n) twos++
  for (; rest % 5n === 0n; rest /= 5n) fives++
  return rest === 1n ? Math.max(twos, fives) : undefined
}
