import fc from 'fast-check'
import { test } from 'tap'
import { readDecimal, showExact, showUnits, unitsAt } from './decimal.ts'
import { highestCost } from './estimate.ts'
import { segment } from './examples.ts'

void test('decimals go from text to units and back without loss', async (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat(9), (units, digits) => {
      const read = readDecimal(showUnits(units, digits))
      return unitsAt(read, digits) === units
    })
  )
  t.strictSame(readDecimal('0.650'), { units: 650n, digits: 3 })
  for (const odd of ['', '.5', '1.', '1e3', '0x1', '١', '1.0000000001', '12345678901234567'])
    t.throws(() => readDecimal(odd))
})

const shown = [
  [1n, 4n, '0.25'],
  [-5n, 2n, '-2.5'],
  [1n, 3n, '0.333333333333'],
  [2n, 3n, '0.666666666667'],
  [-2n, 3n, '-0.666666666667'],
  [0n, 7n, '0'],
  [30_98446472n, 100_000_000n, '30.98446472'],
  [100n, 1n, '100']
] as const
for (const [top, bottom, text] of shown) {
  void test(`${top}/${bottom} is shown as ${text}`, async (t) => {
    t.equal(showExact(top, bottom), text)
  })
}

void test('a hold covers the dearest hour of the week, rounded up', async (t) => {
  const plan = {
    currency: 'CNY',
    segments: [
      segment('a', '00:00', '12:00', '0.30', '0.10'),
      segment('b', '12:00', '24:00', '1.20001', '0.50')
    ]
  }
  t.strictSame(highestCost(plan, 1000), { currency: 'CNY', amountMinor: 171 })
})
