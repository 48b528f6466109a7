import fc from 'fast-check'
import { test } from 'tap'
import { oddDay, seriesOfDays, spanOfDay, type Minutes, type PriceDay } from './price-day.ts'

// Hours of a day by the calendars of the world: change days of 23, 25, 23.5 and 24.5 hours.
const days = [
  ['2026-06-01', 'Europe/Amsterdam', 24],
  ['2026-03-29', 'Europe/Amsterdam', 23],
  ['2026-10-25', 'Europe/Amsterdam', 25],
  ['2026-10-04', 'Australia/Lord_Howe', 23.5],
  ['2026-04-05', 'Australia/Lord_Howe', 24.5],
  ['2026-11-21', 'Asia/Shanghai', 24],
  ['2026-11-01', 'America/New_York', 25],
  ['2028-02-29', 'Asia/Kolkata', 24]
] as const
for (const [day, zone, hours] of days)
  void test(`${day} in ${zone} has ${hours} hours of prices`, async (t) => {
    t.equal(spanOfDay(day, zone, 15).steps, hours * 4)
    t.equal(spanOfDay(day, zone, 30).steps, hours * 2)
    if (Number.isInteger(hours)) t.equal(spanOfDay(day, zone, 60).steps, hours)
    else t.throws(() => spanOfDay(day, zone, 60), RangeError)
  })

const many = (length: number) => Array.from({ length }, (_, index) => `0.${index}`)
const upload = (more: Partial<PriceDay>): PriceDay => ({
  day: '2026-03-29',
  timeZone: 'Europe/Amsterdam',
  minutes: 15,
  prices: many(92),
  ...more
})
const odd: readonly (readonly [string, Partial<PriceDay>, RegExp | null])[] = [
  ['92 on the spring day', {}, null],
  ['96 on the spring day', { prices: many(96) }, /23 hours.*92 prices of 15 minutes, not 96/],
  ['100 on the autumn day', { day: '2026-10-25', prices: many(100) }, null],
  ['24 hours on the autumn day', { day: '2026-10-25', minutes: 60, prices: many(24) }, /25 prices/],
  ['no such day', { day: '2026-02-30' }, /./],
  ['no such zone', { timeZone: 'Mars/Base' }, /./]
]
for (const [title, more, words] of odd)
  void test(`an upload: ${title}`, async (t) => {
    const found = oddDay(upload(more))
    if (words === null) t.equal(found, null)
    else t.match(found, words)
  })

void test('prices follow each other without a hole through a change of clocks', async (t) => {
  const { prices, minutes } = seriesOfDays([upload({})])
  t.equal(minutes, 15)
  t.equal(prices[0]?.at, '2026-03-28T23:00:00Z')
  t.equal(prices.at(-1)?.at, '2026-03-29T21:45:00Z') // 24:00 summer time is 22:00 UTC.
})

void test('hours beside quarter-hours become quarter-hours of the same price', async (t) => {
  const hourly = upload({ day: '2026-03-28', minutes: 60, prices: many(24) })
  const { prices, minutes } = seriesOfDays([hourly, upload({})])
  t.equal(minutes, 15)
  t.equal(prices.length, 96 + 92)
  t.strictSame(
    prices.slice(4, 8).map(({ price }) => price),
    ['0.1', '0.1', '0.1', '0.1']
  )
})

void test('any day of any zone is covered from its first to its last instant, each step once', async (t) => {
  const zone = fc.constantFrom('Europe/Amsterdam', 'Asia/Shanghai', 'America/New_York', 'Asia/Kolkata', 'UTC')
  const step = fc.constantFrom<Minutes>(15, 30, 60)
  const date = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(zone, step, date, (timeZone, minutes, at) => {
      const day = at.toISOString().slice(0, 10)
      const { from, until, steps } = spanOfDay(day, timeZone, minutes)
      const { prices } = seriesOfDays([{ day, timeZone, minutes, prices: many(steps) }])
      const instants = [...prices.map((each) => Date.parse(each.at)), Date.parse(until)]
      return (
        instants[0] === Date.parse(from) &&
        instants.slice(1).every((each, index) => each - (instants[index] ?? 0) === minutes * 60_000)
      )
    })
  )
  t.pass('held')
})
