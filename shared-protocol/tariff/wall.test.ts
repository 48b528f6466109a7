import fc from 'fast-check'
import { test } from 'tap'
import { wallOf } from './wall.ts'

const zones = [
  'UTC',
  'Asia/Shanghai',
  'Europe/Amsterdam',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Apia'
]
const from = Temporal.Instant.from('2011-12-20T00:00:00Z').epochMilliseconds // Apia leaves a day out on the 30th.
const until = Temporal.Instant.from('2030-01-01T00:00:00Z').epochMilliseconds

void test('day, weekday and time of day are those of Temporal, everywhere', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: until }), (zone, instant) => {
      const { day, weekday, ms } = wallOf(zone).at(instant)
      const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
      const date = Temporal.PlainDate.from('1970-01-01').add({ days: day })
      const time = there.toPlainTime()
      return (
        date.equals(there.toPlainDate()) &&
        weekday === there.dayOfWeek &&
        ms === ((time.hour * 60 + time.minute) * 60 + time.second) * 1000 + time.millisecond
      )
    }),
    { numRuns: 3000 }
  )
  t.pass()
})

void test('between two of its instants the clock runs through none of the minutes asked for', async (t) => {
  const minutes = [0, 90, 120, 150, 1439]
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: from, max: until }),
      fc.nat(172_800_000),
      (zone, start, span) => {
        const wall = wallOf(zone)
        const cuts = [start, ...wall.when(start, start + span, minutes), start + span].toSorted(
          (a, b) => a - b
        )
        return cuts.every((cut, index) => {
          const next = cuts[index + 1]
          if (next === undefined || next === cut) return true
          const [a, b] = [wall.at(cut), wall.at(next - 1)]
          const passed = minutes.some((minute) => minute * 60_000 > a.ms && minute * 60_000 <= b.ms)
          return a.day === b.day && b.ms - a.ms === next - 1 - cut && !passed
        })
      }
    ),
    { numRuns: 1000 }
  )
  t.pass()
})

void test('a zone that is none is refused', async (t) => {
  t.throws(() => wallOf('Mars/Base'), RangeError)
})
