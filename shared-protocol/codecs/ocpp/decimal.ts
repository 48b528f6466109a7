const shape = /^\s*([+-]?)(\d{0,18})(?:\.(\d{0,18}))?(?:[eE]([+-]?\d{1,2}))?\s*$/
const whole = /^\d{1,12}$/
const plain = /^(\d{1,9})\.(\d{1,3})$/ // What meters send; few enough digits for exact arithmetic on integers.

/**
 * A decimal text times 10^`shift`, rounded half up to an integer, with no binary float on the way:
 * "12.3456" kWh is 12346 Wh with shift 3.
 * @returns null when it is no decimal or beyond ±2^53
 */
export function scaled(text: unknown, shift: number): number | null {
  if (typeof text !== 'string') return typeof text === 'number' ? scaled(String(text), shift) : null
  if (shift === 0 && whole.test(text)) return Number(text)
  const usual = shift >= 3 ? plain.exec(text) : null
  if (usual) return quickly(usual, shift)
  const parts = text.length <= 40 ? shape.exec(text) : null
  return parts ? fromParts(parts, shift) : null
}

/** Nothing to round: the shift is at least as long as the fraction. */
const quickly = ([, integer = '', fraction = '']: readonly string[], shift: number): number =>
  Number(`${integer}${fraction}`) * 10 ** (shift - fraction.length)

function fromParts(parts: readonly string[], shift: number): number | null {
  const [, sign, integer = '', fraction = '', exponent = '0'] = parts
  if (integer === '' && fraction === '') return null
  const size = Number(rounded(BigInt(`${integer}${fraction}`), shift + Number(exponent) - fraction.length))
  return Number.isSafeInteger(size) ? (sign === '-' ? 0 - size : size) : null
}

function rounded(digits: bigint, power: number): bigint {
  if (digits === 0n) return 0n
  if (power >= 0) return digits * 10n ** BigInt(Math.min(power, 200))
  const unit = 10n ** BigInt(-power)
  return (2n * digits + unit) / (2n * unit)
}
