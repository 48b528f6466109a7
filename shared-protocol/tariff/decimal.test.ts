import fc from 'fast-check'
import { test } from 'tap'
import { gcd, readDecimal, showExact, showUnits, tenTo, unitsAt } from './decimal.ts'
import { intOf } from './int.ts'

void test('a decimal is read as it is written, and shown without what says nothing', async (t) => {
  t.strictSame(readDecimal('12.050'), { units: 12_050n, digits: 3 })
  t.strictSame(readDecimal('-0.5'), { units: -5n, digits: 1 })
  t.strictSame(readDecimal('9999999999999999.999999999'), {
    units: 9_999_999_999_999_999_999_999_999n,
    digits: 9
  })
  const texts: readonly [bigint, number, string][] = [
    [12_050n, 3, '12.05'],
    [-5n, 1, '-0.5'],
    [0n, 4, '0'],
    [-7n, 0, '-7'],
    [100n, 2, '1'],
    [5n, 12, '0.000000000005']
  ]
  for (const [units, digits, text] of texts) t.equal(showUnits(units, digits), text)
})

for (const text of [
  '',
  '.5',
  '5.',
  '1e3',
  '+1',
  ' 1',
  '1,5',
  '0x1',
  'NaN',
  '12345678901234567',
  '0.1234567890',
  '--1'
]) {
  void test(`"${text}" is no decimal`, async (t) => {
    t.throws(() => readDecimal(text), { name: 'RangeError', message: /not a decimal/ })
  })
}

const decimals = fc.record({
  units: fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
  digits: fc.integer({ min: 0, max: 9 })
})

void test('what is shown and read again is the same number', async (t) => {
  fc.assert(
    fc.property(decimals, ({ units, digits }) => {
      const again = readDecimal(showUnits(units, digits))
      return unitsAt(again, 12) === unitsAt({ units, digits }, 12)
    })
  )
  t.equal(unitsAt(readDecimal('1.25'), 6), 1_250_000n)
})

void test('powers of ten go on where the table ends', async (t) => {
  t.equal(tenTo(0), 1n)
  t.equal(tenTo(63), 10n ** 63n)
  t.equal(tenTo(64), 10n ** 64n)
  t.equal(gcd(-12n, 18n), 6n)
  t.equal(gcd(5n, 0n), 5n)
})

const fractions: readonly [number, number, string][] = [
  [1, 4, '0.25'],
  [-1, 8, '-0.125'],
  [1, 3, '0.333333333333'],
  [2, 3, '0.666666666667'], // Half up at the twelfth place.
  [-2, 3, '-0.666666666667'],
  [10, 5, '2'],
  [0, 7, '0'],
  [1, 4_096, '0.000244140625'],
  [1, 8_192, '0.0001220703125'] // Ends after more than twelve places: shown whole all the same.
]
for (const [top, bottom, text] of fractions) {
  void test(`${top}/${bottom} is shown as ${text}`, async (t) => {
    t.equal(showExact(top, bottom), text)
    t.equal(showExact(BigInt(top), BigInt(bottom)), text, 'by long division too')
    t.equal(showExact(BigInt(top) * 10n ** 30n, BigInt(bottom) * 10n ** 30n), text, 'not cut down before')
  })
}

void test('short and long division say the same, within half of the last place', async (t) => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      (top, bottom) => {
        const text = showExact(intOf(top), intOf(bottom))
        const [, after = ''] = text.split('.')
        const units = BigInt(text.replace('.', ''))
        const off = units * bottom - top * tenTo(after.length)
        const isClose = 2n * (off < 0n ? -off : off) <= bottom
        return text === showExact(top, bottom) && isClose
      }
    )
  )
  t.pass()
})
