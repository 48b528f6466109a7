import fc from 'fast-check'
import { test } from 'tap'
import { rate, type PlanPrices, type Segment } from './index.ts'
import { priced, segment } from './examples.ts'
import { timelineOf } from './timeline.ts'

const dayMs = 86_400_000
const fallback = { electricityPrice: '9', servicePrice: '0' }

/** What the band at an instant is, asked of the calendar itself: slow, and nobody's arithmetic but Temporal's. */
function bandAt(plan: PlanPrices, timeZone: string, ms: number): number {
  const there = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone)
  const minute = there.hour * 60 + there.minute
  const found = plan.segments.findIndex((each) => holds(each, { minute, today: there.dayOfWeek }))
  return found === -1 ? plan.segments.length : found
}

type Moment = { readonly minute: number; readonly today: number }

function holds({ start, end, weekdays }: Segment, { minute, today }: Moment): boolean {
  const [from, to] = [start, end].map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
  if (from === undefined || to === undefined || weekdays?.includes(today) === false) return false
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

const night: PlanPrices = {
  currency: 'EUR',
  segments: [
    segment('weekend night', '22:15', '05:45', '1', '0', [5, 6]),
    segment('small hours', '01:30', '03:10', '2', '0', [2, 3, 4]),
    segment('noon', '11:00', '13:00', '3')
  ],
  fallback
}

// Days on which the wall clock jumps, and some on which it does not.
const days = [
  ['Europe/Amsterdam', '2025-03-30'],
  ['Europe/Amsterdam', '2025-10-26'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2025-04-06'],
  ['Australia/Lord_Howe', '2025-10-05'],
  ['Africa/Cairo', '2026-04-24'],
  ['America/Santiago', '2026-04-05'],
  ['Asia/Kathmandu', '2026-02-28'],
  ['Asia/Shanghai', '2024-02-29'],
  ['Pacific/Apia', '2011-12-30'],
  ['UTC', '2026-12-31']
] as const
for (const [timeZone, day] of days) {
  void test(`around ${day} in ${timeZone} every minute is priced as the calendar says`, async (t) => {
    const start = Temporal.Instant.from(`${day}T00:00:00Z`).epochMilliseconds - dayMs
    const timeline = timelineOf(night, timeZone)
    const wrong: string[] = []
    for (let ms = start; ms < start + 3 * dayMs; ms += 60_000) {
      const borders = timeline.bordersOf(Math.floor(ms / dayMs))
      const band = borders.findLast(({ from }) => from <= ms)?.band
      if (band !== bandAt(night, timeZone, ms)) wrong.push(new Date(ms).toISOString())
    }
    t.strictSame(wrong, [])
  })
}

void test('any zone, any day, any windows: the band is the one the calendar gives', async (t) => {
  const zones = fc.constantFrom(
    'Europe/London',
    'America/St_Johns',
    'Asia/Tehran',
    'Australia/Lord_Howe',
    'Asia/Shanghai'
  )
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const windows = fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 2, maxLength: 2 })
  const weekdays = fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 })
  const instants = fc.integer({ min: Date.parse('2015-01-01'), max: Date.parse('2035-01-01') })
  fc.assert(
    fc.property(zones, windows, weekdays, instants, (timeZone, [start = 0, end = 1], on, at) => {
      const plan = {
        currency: 'EUR',
        segments: [segment('w', clock(start), clock(end), '1', '0', on)],
        fallback
      }
      const band = timelineOf(plan, timeZone)
        .bordersOf(Math.floor(at / dayMs))
        .findLast(({ from }) => from <= at)?.band
      return band === bandAt(plan, timeZone, at)
    }),
    { numRuns: 2000 }
  )
  t.pass()
})

const changes = [
  {
    title: 'the hour that is skipped bills nothing',
    zone: 'Europe/Amsterdam',
    from: '2025-03-30T00:00:00Z',
    hours: 2,
    kwh: { rest: '20' }
  },
  {
    title: 'the hour that comes twice bills twice',
    zone: 'Europe/Amsterdam',
    from: '2025-10-25T23:00:00Z',
    hours: 4,
    kwh: { w: '20', rest: '20' }
  },
  {
    title: 'a usual day has the hour once',
    zone: 'Europe/Amsterdam',
    from: '2025-06-01T00:00:00Z',
    hours: 2,
    kwh: { w: '10', rest: '10' }
  }
]
for (const { title, zone, from, hours, kwh } of changes) {
  void test(`02:00 to 03:00: ${title}`, async (t) => {
    const plan = {
      currency: 'EUR',
      segments: [segment('w', '02:00', '03:00', '1'), segment('rest', '03:00', '02:00', '1')]
    }
    const at = (hour: number) => new Date(Date.parse(from) + hour * 3_600_000).toISOString()
    const readings = [
      { at: at(0), registerWh: 0 },
      { at: at(hours), registerWh: hours * 10_000 }
    ]
    t.strictSame(priced(rate({ plan, timeZone: zone, readings })), kwh)
  })
}

void test('a plan is laid out once for each zone and kept with the plan', async (t) => {
  t.equal(timelineOf(night, 'UTC'), timelineOf(night, 'UTC'))
  t.not(timelineOf(night, 'UTC'), timelineOf(night, 'Asia/Shanghai'))
  t.not(timelineOf(night, 'UTC'), timelineOf({ ...night }, 'UTC'))
})
