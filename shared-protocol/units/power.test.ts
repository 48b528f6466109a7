import fc from 'fast-check'
import { test } from 'tap'
import { ampsOf, milliAmpsOf, powerOfW } from './power.ts'
import { roundHalfUp } from './rounding.ts'

void test('a three-phase type 2 charger at 32 A and 230 V draws 22080 W', async (t) => {
  t.equal(powerOfW(32_000, 3, 230), 22_080)
})

void test('every tenth of an ampere survives the way to milliamperes and back', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 50_000 }),
      (tenths) => ampsOf(milliAmpsOf(tenths / 10)) === tenths / 10
    )
  )
  t.pass()
})

void test('half is rounded away from zero on both sides', async (t) => {
  const table: readonly (readonly [bigint, bigint, bigint])[] = [
    [5n, 10n, 1n],
    [-5n, 10n, -1n],
    [4n, 10n, 0n],
    [14n, 10n, 1n],
    [15n, 10n, 2n]
  ]
  for (const [numerator, denominator, rounded] of table) t.equal(roundHalfUp(numerator, denominator), rounded)
  t.throws(() => roundHalfUp(1n, 0n), RangeError)
})

void test('what is rounded is never more than half away', async (t) => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt({ min: 1n, max: 10n ** 20n }), (numerator, denominator) => {
      const off = 2n * (roundHalfUp(numerator, denominator) * denominator - numerator)
      return off <= denominator && off >= -denominator
    })
  )
  t.pass()
})
