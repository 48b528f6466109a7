import fc from 'fast-check'
import { test } from 'tap'
import { epochMsOf } from './index.ts'

const byCalendar = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

/** Every millisecond from the year 1900 to 2200, so that leap days, ends of months and of years come. */
const instants = fc.integer({ min: -2_208_988_800_000, max: 7_258_118_400_000 })

// The first test of the file: dates are remembered, and here there is none yet.
void test('before any date has been read, a text that has none is no instant either', async (t) => {
  for (const text of ['none', 'nonesuch-dT00:00:00Z', 'undefined-T12:00:00.000Z'])
    t.throws(() => epochMsOf(text), RangeError, text)
})

void test('an instant in the form of the system is the one that the calendar finds', (t) => {
  fc.assert(
    fc.property(instants, (ms) => {
      const text = Temporal.Instant.fromEpochMilliseconds(ms).toString({ fractionalSecondDigits: 3 })
      return epochMsOf(text) === ms
    }),
    { numRuns: 5_000 }
  )
  for (let day = 0; day < 366 * 130; day++) {
    const text = `${new Date(day * 86_400_000).toISOString().slice(0, 10)}T23:59:59.999Z`
    if (epochMsOf(text) !== byCalendar(text)) t.fail(text)
  }
  t.equal(epochMsOf('2026-01-02T03:04:05.678Z'), 1_767_323_045_678)
  t.end()
})

void test('other forms of an instant mean what the calendar says', (t) => {
  for (const text of [
    '2026-01-02T03:04:05Z',
    '2026-01-02T03:04:05.6789Z',
    '2026-01-02T03:04:05.678+08:00',
    '2026-01-02t03:04:05.678z',
    '+002026-01-02T03:04:05.678Z',
    '2024-02-29T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z'
  ])
    t.equal(epochMsOf(text), byCalendar(text), text)
  t.end()
})

void test('what is no instant is refused, also where one character is wrong', (t) => {
  const good = '2026-01-02T03:04:05.678Z'
  const wrong = fc.tuple(fc.nat({ max: 23 }), fc.constantFrom('x', ':', '-', '/', ' ', 'é', '9', '6'))
  fc.assert(
    fc.property(wrong, ([at, mark]) => {
      const text = good.slice(0, at) + mark + good.slice(at + 1)
      return resultOf(() => epochMsOf(text)) === resultOf(() => byCalendar(text))
    }),
    { numRuns: 2_000 }
  )
  for (const text of [
    '',
    'now',
    '2026-02-30T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z'
  ])
    t.throws(() => epochMsOf(text), RangeError, text)
  t.end()
})

function resultOf(read: () => number): number | string {
  try {
    return read()
  } catch (cause) {
    return cause instanceof RangeError ? 'refused' : `threw ${String(cause)}`
  }
}

void test('every instant reads as Temporal reads it', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(ms)
      const text = instant.toString({ smallestUnit: 'millisecond' })
      const whole = instant.round({ smallestUnit: 'second', roundingMode: 'floor' })
      return epochMsOf(text) === ms && epochMsOf(whole.toString()) === whole.epochMilliseconds
    }),
    { numRuns: 5000 }
  )
  t.equal(epochMsOf('2024-02-29T00:00:00Z'), 1_709_164_800_000)
  t.equal(epochMsOf('2026-01-01T08:00:00.123456+08:00'), 1_767_225_600_123)
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
    t.throws(() => epochMsOf(text), { name: 'RangeError' })
  })
}

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
      epochMsOf(`${date}T00:00:00Z`)
      const text = `${date}${time}`
      const expected = outcome((each) => Temporal.Instant.from(each).epochMilliseconds, text)
      t.equal(outcome(epochMsOf, text), expected, text)
    }
  }
})

void test('instants of days in any order are read as Temporal reads them', async (t) => {
  const instants = fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(fc.array(instants, { maxLength: 8 }), (list) =>
      [...list, ...list].every((each) => epochMsOf(each.toISOString()) === each.getTime())
    )
  )
  t.pass()
})
