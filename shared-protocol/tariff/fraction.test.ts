import fc from 'fast-check'
import { test } from 'tap'
import {
  ceiling,
  compare,
  floor,
  fractionOf,
  isNought,
  minus,
  nearest,
  partsOf,
  per,
  plus,
  ratio,
  showFraction,
  sumOf,
  tidy,
  times,
  whole,
  type Fraction
} from './fraction.ts'

const reads: readonly (readonly [string, string])[] = [
  ['0', '0'],
  ['-12.50', '-12.5'],
  ['+3.', '3'],
  ['1e-7', '0.0000001'],
  ['2.5E+3', '2500'],
  ['12.000000000000000001', '12.000000000000000001'],
  ['123456789012345678901234567890', '123456789012345678901234567890']
]
for (const [text, shown] of reads)
  void test(`${text} is read as ${shown}`, async (t) => {
    t.equal(showFraction(fractionOf(text)), shown)
  })

for (const text of ['', '.', '.5', '1,5', '0x10', 'NaN', 'Infinity', '1e400', '--1', '1 2'])
  void test(`"${text}" is no decimal`, async (t) => {
    t.throws(() => fractionOf(text), RangeError)
  })

/** Small ones, long ones, and those about 2^53, where plain numbers end. */
const border = 2n ** 53n
const ints = fc.oneof(
  fc.bigInt({ min: -1_000_000n, max: 1_000_000n }),
  fc.bigInt({ min: border - 3n, max: border + 3n }),
  fc.bigInt({ min: -border - 3n, max: -border + 3n }),
  fc.bigInt({ min: 94_906_264n, max: 94_906_268n }), // Its square lies on either side of the border.
  fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n })
)
const fractions = fc
  .tuple(ints, ints)
  .map(([top, bottom]): Fraction => ratio(top, bottom > 0n ? bottom : bottom < 0n ? -bottom : 1n))
const equal = (a: Fraction, b: Fraction) =>
  BigInt(a.top) * BigInt(b.bottom) === BigInt(b.top) * BigInt(a.bottom)

void test('sums, products and quotients are exact, and their bottoms positive', async (t) => {
  fc.assert(
    fc.property(fractions, fractions, fractions, (a, b, c) => {
      const back = isNought(b) ? a : times(per(a, b), b)
      return (
        equal(minus(plus(a, b), b), a) &&
        equal(times(plus(a, b), c), plus(times(a, c), times(b, c))) &&
        equal(back, a) &&
        equal(tidy(a), a) &&
        [plus(a, b), times(a, b), back].every(({ bottom }) => bottom > 0) &&
        compare(plus(a, whole(1)), a) > 0 &&
        Math.sign(compare(a, b)) === 0 - Math.sign(compare(b, a))
      )
    })
  )
  t.throws(() => per(whole(1), whole(0)), RangeError)
})

void test('rounding: down, up, and to the nearest with halves away from zero', async (t) => {
  fc.assert(
    fc.property(fractions, (a) => {
      const [low, high, near] = [whole(floor(a)), whole(ceiling(a)), whole(nearest(a))]
      const off = minus(near, a)
      return (
        compare(low, a) <= 0 &&
        compare(high, a) >= 0 &&
        compare(minus(high, low), whole(1)) <= 0 &&
        compare({ top: off.top < 0n ? -off.top : off.top, bottom: off.bottom }, { top: 1n, bottom: 2n }) <= 0
      )
    })
  )
  t.strictSame(
    ['2.5', '-2.5', '2.4999', '-0.5'].map((text) => nearest(fractionOf(text))),
    [3n, -3n, 2n, -1n]
  )
})

void test('parts of a rounded sum add up to it and are each within one of their share, negative ones too', async (t) => {
  const shares = fc.array(
    fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 5000 }))
      .map(([top, bottom]): Fraction => ({ top: BigInt(top), bottom: BigInt(bottom) })),
    { maxLength: 40 }
  )
  fc.assert(
    fc.property(shares, (all) => {
      const total = nearest(sumOf(all))
      const parts = partsOf(total, all)
      return (
        parts.reduce<bigint>((sum, part) => sum + BigInt(part), 0n) === total &&
        parts.every((part, index) => {
          const off = minus(whole(part), all[index] ?? whole(0))
          return compare({ top: off.top < 0n ? -off.top : off.top, bottom: off.bottom }, whole(1)) <= 0
        })
      )
    })
  )
  t.strictSame(partsOf(1n, [fractionOf('0.5'), fractionOf('0.5')]), [1, 0]) // Ties go to the earlier part.
})

void test('what has no end is shown to twelve places, half up', async (t) => {
  t.equal(showFraction({ top: 2n, bottom: 3n }), '0.666666666667')
  t.equal(showFraction({ top: -1n, bottom: 3n }), '-0.333333333333')
  t.equal(showFraction({ top: 1n, bottom: 2n ** 20n }), '0.00000095367431640625')
})
