import fc from 'fast-check'
import { test } from 'tap'
import { epochMsOf } from './index.ts'

const byCalendar = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

/** Every millisecond from the year 1900 to 2200, so that leap days, ends of months and of years come. */
const instants = fc.integer({ min: -2_208_988_800_000, max: 7_258_118_400_000 })

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
