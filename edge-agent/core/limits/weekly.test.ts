import type { WeeklyWindow } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { gzfPercent, section14aW } from './section-14a.ts'
import { spansOf, wallClockOf, type Span } from './weekly.ts'

const ms = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds
const text = ({ startMs, endMs }: Span): string =>
  [startMs, endMs].map((each) => Temporal.Instant.fromEpochMilliseconds(each).toString()).join(' ')
const look = (from: string, until: string): Span => ({ startMs: ms(from), endMs: ms(until) })
const everyDay = [1, 2, 3, 4, 5, 6, 7]

// 2026: Berlin goes from +1 to +2 on 29 March at 01:00Z, and back on 25 October at 01:00Z.
const table: {
  title: string
  windows: WeeklyWindow[]
  zone: string
  look: Span
  spans: string[]
}[] = [
  {
    title: 'a window of working days, seen over a weekend',
    windows: [{ days: [1, 2, 3, 4, 5], from: '17:00', until: '19:00' }],
    zone: 'Asia/Shanghai', // UTC+8 all year.
    look: look('2026-03-06T00:00:00Z', '2026-03-10T00:00:00Z'), // Friday to Tuesday.
    spans: ['2026-03-06T09:00:00Z 2026-03-06T11:00:00Z', '2026-03-09T09:00:00Z 2026-03-09T11:00:00Z']
  },
  {
    title: 'a night belongs to the day on which it begins',
    windows: [{ days: [7], from: '22:00', until: '06:00' }],
    zone: 'UTC',
    look: look('2026-03-09T01:00:00Z', '2026-03-09T02:00:00Z'), // Monday, one in the morning.
    spans: ['2026-03-08T22:00:00Z 2026-03-09T06:00:00Z']
  },
  {
    title: 'the whole day ends at 24:00, and days that touch are one span',
    windows: [{ days: [1, 2], from: '00:00', until: '24:00' }],
    zone: 'UTC',
    look: look('2026-03-08T00:00:00Z', '2026-03-12T00:00:00Z'),
    spans: ['2026-03-09T00:00:00Z 2026-03-11T00:00:00Z']
  },
  {
    title: 'summer and winter: the wall clock rules, not the UTC hour',
    windows: [{ days: [3], from: '08:00', until: '09:00' }],
    zone: 'Europe/Berlin',
    look: look('2026-03-25T00:00:00Z', '2026-04-02T00:00:00Z'),
    spans: ['2026-03-25T07:00:00Z 2026-03-25T08:00:00Z', '2026-04-01T06:00:00Z 2026-04-01T07:00:00Z']
  },
  {
    title: 'it begins in the hour that spring takes out: at the jump of the clock, not half an hour later',
    windows: [{ days: [7], from: '02:30', until: '04:00' }],
    zone: 'Europe/Berlin',
    look: look('2026-03-29T00:00:00Z', '2026-03-29T12:00:00Z'),
    spans: ['2026-03-29T01:00:00Z 2026-03-29T02:00:00Z']
  },
  {
    title: 'it ends in the hour that spring takes out: at the jump',
    windows: [{ days: [7], from: '01:00', until: '02:30' }],
    zone: 'Europe/Berlin',
    look: look('2026-03-28T23:00:00Z', '2026-03-29T12:00:00Z'),
    spans: ['2026-03-29T00:00:00Z 2026-03-29T01:00:00Z']
  },
  {
    title: 'it begins in the hour that autumn gives twice: the first time',
    windows: [{ days: [7], from: '02:30', until: '04:00' }],
    zone: 'Europe/Berlin',
    look: look('2026-10-25T00:00:00Z', '2026-10-25T12:00:00Z'),
    spans: ['2026-10-25T00:30:00Z 2026-10-25T03:00:00Z']
  },
  {
    title: 'it ends in the hour that autumn gives twice: the second time',
    windows: [{ days: [7], from: '01:00', until: '02:30' }],
    zone: 'Europe/Berlin',
    look: look('2026-10-24T20:00:00Z', '2026-10-25T12:00:00Z'),
    spans: ['2026-10-24T23:00:00Z 2026-10-25T01:30:00Z']
  },
  {
    title: 'a day of 23 hours is a whole day',
    windows: [{ days: [7], from: '00:00', until: '24:00' }],
    zone: 'Europe/Berlin',
    look: look('2026-03-29T00:00:00Z', '2026-03-29T12:00:00Z'),
    spans: ['2026-03-28T23:00:00Z 2026-03-29T22:00:00Z']
  }
]

for (const { title, windows, zone, look: at, spans } of table)
  void test(title, async (t) => {
    t.strictSame(spansOf(windows, at, wallClockOf(zone)).map(text), spans)
  })

const minute = fc.integer({ min: 0, max: 1439 }).map((each) => {
  const [hours, minutes] = [Math.floor(each / 60), each % 60]
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
})
const window = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...everyDay), { minLength: 1 }),
    from: minute,
    until: minute
  })
  .filter(({ from, until }) => from !== until)

/** What the wall clock alone says: the judge of the property. */
function isOpen({ days, from, until }: WeeklyWindow, atMs: number, zone: string): boolean {
  const wall = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone)
  const time = wall.toPlainTime().toString({ smallestUnit: 'minute' })
  const yesterday = wall.subtract({ days: 1 }).dayOfWeek
  if (from < until) return days.includes(wall.dayOfWeek) && time >= from && time < until
  return (days.includes(wall.dayOfWeek) && time >= from) || (days.includes(yesterday) && time < until)
}

void test('whenever the wall clock says that a window is open, a span covers it, in every zone and all year', async (t) => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/Los_Angeles',
    'Australia/Lord_Howe',
    'Asia/Shanghai'
  )
  const year = fc.integer({ min: ms('2026-01-01T00:00:00Z'), max: ms('2026-12-31T00:00:00Z') })
  const nearChanges = fc.oneof(
    year,
    fc.integer({ min: ms('2026-03-28T20:00:00Z'), max: ms('2026-03-29T06:00:00Z') }),
    fc.integer({ min: ms('2026-10-24T20:00:00Z'), max: ms('2026-10-25T06:00:00Z') }),
    fc.integer({ min: ms('2026-04-04T12:00:00Z'), max: ms('2026-04-04T18:00:00Z') }) // Lord Howe: half an hour back.
  )
  let open = 0
  fc.assert(
    fc.property(window, zones, nearChanges, (each, zone, atMs) => {
      const covered = spansOf([each], { startMs: atMs, endMs: atMs + 1 }, wallClockOf(zone)).length > 0
      if (isOpen(each, atMs, zone)) open++
      return covered || !isOpen(each, atMs, zone)
    }),
    { numRuns: 2_000 }
  )
  t.ok(open > 200, `${open} times a window was open`)
})

const berlin = wallClockOf('Europe/Berlin')

void test('away from clock changes a span is exactly what the wall clock says', async (t) => {
  fc.assert(
    fc.property(window, fc.integer({ min: 0, max: 90 * 1440 }), (each, minutes) => {
      const atMs = ms('2026-05-01T00:00:00Z') + minutes * 60_000
      const covered = spansOf([each], { startMs: atMs, endMs: atMs + 1 }, berlin).length > 0
      return covered === isOpen(each, atMs, 'Europe/Berlin')
    }),
    { numRuns: 1_000 }
  )
  t.pass()
})

// 4,200 + (n − 1) · GZF · 4,200 by hand.
const dimmed: [devices: number, ems: boolean, watts: number][] = [
  [1, true, 4_200],
  [2, true, 7_560],
  [3, true, 10_500],
  [4, true, 13_020],
  [5, true, 15_120],
  [6, true, 16_800],
  [7, true, 18_060],
  [8, true, 18_900],
  [9, true, 19_320],
  [20, true, 40_110],
  [1, false, 4_200],
  [3, false, 12_600]
]

for (const [devices, ems, watts] of dimmed)
  void test(`§14a: ${devices} devices ${ems ? 'behind a management system' : 'each by itself'} keep ${watts} W`, async (t) => {
    t.equal(section14aW({ devices, ems }), watts)
  })

void test('a management system never gets more than its devices by themselves, nor less for one more of them', async (t) => {
  for (let devices = 1; devices < 200; devices++) {
    t.ok(section14aW({ devices, ems: true }) <= section14aW({ devices, ems: false }))
    t.ok(section14aW({ devices: devices + 1, ems: true }) >= section14aW({ devices, ems: true }))
  }
  t.equal(gzfPercent(9), 45)
  for (const devices of [0, -1, 1.5, Number.NaN])
    t.throws(() => section14aW({ devices, ems: true }), RangeError)
})
