import fc from 'fast-check'
import { test } from 'tap'
import { readDecimal, showExact, showUnits, unitsAt } from './decimal.ts'
import { epochMs } from './instant.ts'
import { highestCost } from './estimate.ts'
import { segment } from './examples.ts'

void test('every instant reads as Temporal reads it', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(ms)
      const text = instant.toString({ smallestUnit: 'millisecond' })
      const whole = instant.round({ smallestUnit: 'second', roundingMode: 'floor' })
      return epochMs(text) === ms && epochMs(whole.toString()) === whole.epochMilliseconds
    }),
    { numRuns: 5000 }
  )
  t.equal(epochMs('2024-02-29T00:00:00Z'), 1_709_164_800_000)
  t.equal(epochMs('2026-01-01T08:00:00.123456+08:00'), 1_767_225_600_123)
})

for (const text of [
  '',
  'yesterday',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-01T00:00:00',
  '2026-01-01T25:00:00Z'
]) {
  void test(`"${text}" is no instant`, async (t) => {
    t.throws(() => epochMs(text), { name: 'RangeError' })
  })
}

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

const times = [
  'T10:00:00Z',
  'T10:00:00.5Z',
  'T10:00:00.123Z',
  'T10:00:00.123456Z',
  'T10:00:00.12aZ',
  'T10:00:00,123Z',
  'T23:59:59.999Z',
  'T24:00:00Z',
  'T10:60:00Z',
  'T10:00:60Z',
  'T1:000:00Z',
  'T10-00-00Z',
  'T:0:00:00Z',
  't10:00:00z',
  ' 10:00:00Z',
  'T10:00:00',
  'T10:00:00+01:00',
  'T10:00:00.123+01:00',
  'T10:00Z',
  'T10:00:00ZZ',
  ''
]
void test('whatever follows a date that was just read is taken or refused as if it had not been', async (t) => {
  const outcome = (read: (text: string) => number, text: string): number | string => {
    try {
      return read(text)
    } catch (error) {
      if (error instanceof RangeError) return 'refused'
      throw error
    }
  }
  for (const time of times) {
    for (const date of ['2026-11-21', '2028-02-29']) {
      epochMs(`${date}T00:00:00Z`)
      const text = `${date}${time}`
      const expected = outcome((each) => Temporal.Instant.from(each).epochMilliseconds, text)
      t.equal(outcome(epochMs, text), expected, text)
    }
  }
})

void test('instants of days in any order are read as Temporal reads them', async (t) => {
  const instants = fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(fc.array(instants, { maxLength: 8 }), (list) =>
      [...list, ...list].every((each) => epochMs(each.toISOString()) === each.getTime())
    )
  )
  t.pass()
})
