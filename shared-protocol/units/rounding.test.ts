import fc from 'fast-check'
import { test } from 'tap'
import { roundHalfUp } from './index.ts'

const table: readonly (readonly [numerator: bigint, denominator: bigint, rounded: bigint])[] = [
  [14n, 10n, 1n],
  [15n, 10n, 2n],
  [-14n, 10n, -1n],
  [-15n, 10n, -2n],
  [25n, 10n, 3n],
  [0n, 7n, 0n],
  [1n, 3n, 0n],
  [2n, 3n, 1n]
]

void test('half goes away from zero, on both sides of it', async (t) => {
  for (const [numerator, denominator, rounded] of table)
    t.equal(roundHalfUp(numerator, denominator), rounded, `${numerator}/${denominator}`)
})

void test('what is rounded is never more than half a unit off, however large it is', async (t) => {
  const any = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })
  const positive = fc.bigInt({ min: 1n, max: 10n ** 20n })
  fc.assert(
    fc.property(any, positive, (numerator, denominator) => {
      const off = 2n * (numerator - roundHalfUp(numerator, denominator) * denominator)
      return off <= denominator && off >= -denominator
    })
  )
  t.throws(() => roundHalfUp(1n, 0n), RangeError)
})
