/**
 * A whole number: a plain one while it is safe, which almost all are and which costs a twentieth, else a bigint.
 * Every operation here is exact: what would not be safe goes on as a bigint.
 */
export type Int = number | bigint

const most = Number.MAX_SAFE_INTEGER

/** An exact result of 2^53 or more is 2^53 or more in floats too, so this never lets a rounded number pass. */
const isSafe = (value: number): boolean => value <= most && value >= -most

/** As a plain number where it is safe. */
export const intOf = (value: bigint): Int =>
  value <= 9_007_199_254_740_991n && value >= -9_007_199_254_740_991n ? Number(value) : value

export function mul(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (isSafe(product)) return product
  }
  return BigInt(a) * BigInt(b)
}

export function add(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (isSafe(sum)) return sum
  }
  return BigInt(a) + BigInt(b)
}

/** a − b. */
export const less = (a: Int, b: Int): Int => add(a, negated(b))

export const negated = (value: Int): Int => (typeof value === 'bigint' ? -value : value === 0 ? 0 : -value)

/** Divides where nothing is left over. */
export const exactly = (a: Int, b: Int): Int =>
  typeof a === 'number' && typeof b === 'number' ? a / b : intOf(BigInt(a) / BigInt(b))

export function isDivisible(a: Int, b: Int): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return BigInt(a) % BigInt(b) === 0n
  return restOf(a < 0 ? -a : a, b < 0 ? -b : b) === 0
}

const near = 4_503_599_627_370_496 // 2^52: the sum of two smaller ones is safe.

/**
 * `a % b` of safe whole numbers, `a` not below 0, `b` above 0. By division, which costs a fifth of the remainder of floats:
 * the rounded quotient is at most one too high, and then its product is below a + b and so exact.
 */
export function restOf(a: number, b: number): number {
  if (a >= near || b >= near) return a % b
  const rest = a - Math.floor(a / b) * b
  return rest < 0 ? rest + b : rest
}

/** Towards minus infinity. */
export function floored(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a >= 0 && b > 0) return (a - restOf(a, b)) / b // Exact: both are whole, and the quotient is.
    const rest = a % b
    const cut = (a - rest) / b
    return rest < 0 ? cut - 1 : cut
  }
  const [left, right] = [BigInt(a), BigInt(b)]
  const cut = left / right
  return intOf(left < 0n && cut * right !== left ? cut - 1n : cut)
}

/** Below zero when a < b, zero when equal. Plain numbers and bigints compare by value. */
export const order = (a: Int, b: Int): number => (a < b ? -1 : a > b ? 1 : 0)

/** Greatest common divisor, positive; of nought and b: b. */
export function common(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    let [left, right] = [a < 0 ? -a : a, b < 0 ? -b : b]
    while (right !== 0) {
      const rest = restOf(left, right)
      left = right
      right = rest
    }
    return left
  }
  return commonOfLong(BigInt(a), BigInt(b))
}

function commonOfLong(a: bigint, b: bigint): Int {
  let [left, right] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (right > 9_007_199_254_740_991n) [left, right] = [right, left % right]
  if (right === 0n) return intOf(left)
  return common(Number(right), Number(left % right)) // The rest is small: on in plain numbers.
}
