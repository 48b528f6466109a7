import fc from 'fast-check'
import { test } from 'tap'
import {
  add,
  common,
  exactly,
  floored,
  intOf,
  isDivisible,
  mul,
  negated,
  order,
  restOf,
  type Int
} from './int.ts'

const edge = 2n ** 53n
/** Small numbers, numbers around the last safe one, and numbers far beyond. */
const wholes = fc.oneof(
  fc.bigInt({ min: -1_000n, max: 1_000n }),
  fc.bigInt({ min: edge - 5n, max: edge + 5n }),
  fc.bigInt({ min: -edge - 5n, max: -edge + 5n }),
  fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n })
)
/** The same value as the engine would hold it, or as a bigint that could be smaller: both must do. */
const held = fc.tuple(wholes, fc.boolean()).map(([value, isLong]): Int => (isLong ? value : intOf(value)))
const isExact = (value: Int): boolean => typeof value === 'bigint' || Number.isSafeInteger(value)

void test('a plain number is used up to the last safe one, and never beyond', async (t) => {
  t.equal(intOf(edge - 1n), Number.MAX_SAFE_INTEGER)
  t.equal(intOf(edge), edge)
  t.equal(intOf(1n - edge), Number.MIN_SAFE_INTEGER)
  t.equal(intOf(-edge), -edge)
})

void test('sum and product are those of whole numbers, whatever their size', async (t) => {
  fc.assert(
    fc.property(held, held, (a, b) => {
      const [sum, product] = [add(a, b), mul(a, b)]
      return (
        BigInt(sum) === BigInt(a) + BigInt(b) &&
        BigInt(product) === BigInt(a) * BigInt(b) &&
        isExact(sum) &&
        isExact(product)
      )
    })
  )
  t.equal(add(Number.MAX_SAFE_INTEGER, 1), edge, 'the first that is not safe')
  t.equal(mul(3, 3_002_399_751_580_331), 9_007_199_254_740_993n, 'a product that no float has')
})

void test('the greatest whole number that is not above the quotient', async (t) => {
  const positive = held.filter((value) => value > 0)
  fc.assert(
    fc.property(held, positive, (a, b) => {
      const cut = BigInt(floored(a, b))
      return cut * BigInt(b) <= BigInt(a) && (cut + 1n) * BigInt(b) > BigInt(a)
    })
  )
  t.equal(floored(-7, 2), -4)
  t.equal(floored(-8, 2), -4)
  t.equal(floored(-(edge + 1n), 2), Number(-(edge / 2n) - 1n))
})

void test('what is divided without a rest comes back', async (t) => {
  fc.assert(
    fc.property(
      held,
      held.filter((value) => value !== 0 && value !== 0n),
      (a, b) => isDivisible(mul(a, b), b) && BigInt(exactly(mul(a, b), b)) === BigInt(a)
    )
  )
  t.notOk(isDivisible(7, 2))
  t.notOk(isDivisible(edge + 1n, 2))
})

void test('the greatest common divisor divides both, and nothing greater does', async (t) => {
  const slow = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : slow(b, a % b))
  fc.assert(fc.property(held, held, (a, b) => BigInt(common(a, b)) === slow(BigInt(a), BigInt(b))))
  t.equal(common(0, -6), 6)
  t.equal(common(2n ** 70n, 3n * 2n ** 60n), 2n ** 60n)
})

void test('order is that of the values, however they are held, and turning twice changes nothing', async (t) => {
  fc.assert(
    fc.property(held, held, (a, b) => {
      const expected = BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0
      return (
        order(a, b) === expected &&
        BigInt(negated(negated(a))) === BigInt(a) &&
        BigInt(negated(a)) === -BigInt(a)
      )
    })
  )
  t.ok(Object.is(negated(0), 0), 'nought has no sign')
})

void test('the rest of a division is that of whole numbers, on both sides of the bound of its short way', async (t) => {
  const safe = fc.oneof(
    fc.integer({ min: 0, max: 1_000_000 }),
    fc.maxSafeNat(),
    fc.integer({ min: -3, max: 3 }).map((off) => 2 ** 52 + off),
    fc.integer({ min: -3, max: 0 }).map((off) => Number.MAX_SAFE_INTEGER + off)
  )
  const holds = (a: number, b: number): boolean => BigInt(restOf(a, b)) === BigInt(a) % BigInt(b)
  fc.assert(
    fc.property(
      safe,
      safe.filter((b) => b > 0),
      holds
    ),
    { numRuns: 5_000 }
  )
  // One below a multiple: the rounded quotient is one too high, and that is seen.
  const multiples = fc.tuple(fc.integer({ min: 1, max: 2 ** 26 }), fc.integer({ min: 1, max: 2 ** 25 }))
  fc.assert(
    fc.property(multiples, ([a, b]) => [-1, 0, 1].every((off) => holds(a * b + off, b))),
    { numRuns: 5_000 }
  )
  t.equal(restOf(7, 2), 1)
})
