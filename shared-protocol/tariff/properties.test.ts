import fc from 'fast-check'
import { test } from 'tap'
import { rate, validatePlan, type MeterReading, type PlanPrices } from './index.ts'

/** A day cut at random minutes, each stretch with its own prices; the last one may wrap past midnight. */
const plans = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 2, maxLength: 12 }),
    fc.array(fc.tuple(fc.nat(2_000_000), fc.nat(900_000)), { minLength: 12, maxLength: 12 }),
    fc.constantFrom('CNY', 'JPY', 'KWD')
  )
  .map(([minutes, prices, currency]): PlanPrices => {
    const cuts = minutes.toSorted((a, b) => a - b)
    const segments = cuts.map((minute, index) => ({
      name: `s${index}`,
      start: clock(minute),
      end: clock(cuts[(index + 1) % cuts.length] ?? 0),
      electricityPrice: price(prices[index]?.[0] ?? 0),
      servicePrice: price(prices[index]?.[1] ?? 0)
    }))
    return { currency, segments }
  })

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const price = (millionths: number) =>
  `${Math.floor(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, '0')}`

const zones = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Europe/Amsterdam',
  'Australia/Lord_Howe',
  'Asia/Kolkata'
)
// The two change days of Amsterdam and Lord Howe lie within these days.
const starts = fc.constantFrom(
  '2025-03-29',
  '2025-04-05',
  '2025-10-04',
  '2025-10-25',
  '2026-02-28',
  '2026-12-31'
)

const meters = fc
  .tuple(
    starts,
    fc.array(fc.tuple(fc.integer({ min: 0, max: 9e6 }), fc.nat(40_000)), { minLength: 2, maxLength: 20 })
  )
  .map(([day, steps]) => {
    let [at, registerWh] = [Temporal.Instant.from(`${day}T12:00:00Z`).epochMilliseconds, 1_000_000]
    return steps.map(([ms, wh]): { at: string; registerWh: number } => {
      at += ms
      registerWh += wh
      return { at: Temporal.Instant.fromEpochMilliseconds(at).toString(), registerWh }
    })
  })

const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0)

void test('whatever the plan, the zone and the readings, every part adds up', async (t) => {
  fc.assert(
    fc.property(plans, zones, meters, (plan, timeZone, readings) => {
      const rated = rate({ plan, timeZone, readings })
      const wh = (readings.at(-1)?.registerWh ?? 0) - (readings[0]?.registerWh ?? 0)
      const energy = rated.lines.filter(({ part }) => part === 'electricity')
      const micro = sum(energy.map(({ quantity }) => Math.round(Number(quantity) * 1e6)))
      return (
        validatePlan(plan).length === 0 &&
        sum(rated.lines.map(({ amountMinor }) => amountMinor)) === rated.total.amountMinor &&
        rated.electricity.amountMinor + rated.service.amountMinor === rated.total.amountMinor &&
        rated.energyWh === `${wh}` &&
        micro === wh * 1000
      )
    }),
    { numRuns: 1000 }
  )
  t.pass()
})

void test('the order in which readings arrive changes nothing', async (t) => {
  fc.assert(
    fc.property(plans, zones, meters, fc.nat(), (plan, timeZone, readings, turn) => {
      const shuffled = [...readings].sort((a, b) => hash(a, turn) - hash(b, turn))
      t.strictSame(rate({ plan, timeZone, readings: shuffled }), rate({ plan, timeZone, readings }))
    }),
    { numRuns: 200 }
  )
})

void test('a reading more that lies on the straight line changes nothing in the exact sum', async (t) => {
  fc.assert(
    fc.property(plans, zones, meters, fc.nat(99), (plan, timeZone, readings, pick) => {
      const index = 1 + (pick % (readings.length - 1))
      const split = between(readings, index)
      if (!split) return
      t.equal(
        rate({ plan, timeZone, readings: [...readings, split] }).exact.excl,
        rate({ plan, timeZone, readings }).exact.excl
      )
    }),
    { numRuns: 500 }
  )
})

void test('two halves of a session, each rated alone, make the exact sum of the whole', async (t) => {
  fc.assert(
    fc.property(plans, zones, meters, fc.nat(99), (plan, timeZone, readings, pick) => {
      const cut = 1 + (pick % (readings.length - 1))
      const parts = [readings.slice(0, cut), readings.slice(cut - 1)]
      const ends = parts.map((part) => Number(rate({ plan, timeZone, readings: part }).exact.excl))
      const whole = Number(rate({ plan, timeZone, readings }).exact.excl)
      return Math.abs(sum(ends) - whole) < 1e-6
    }),
    { numRuns: 300 }
  )
  t.pass()
})

void test('finer decimals of the register bill the same as whole watt-hours', async (t) => {
  fc.assert(
    fc.property(plans, zones, meters, (plan, timeZone, readings) => {
      const finer = readings.map(({ at, registerWh }): MeterReading => ({
        at,
        registerWh: `${registerWh}.000`
      }))
      const [a, b] = [finer, readings].map((each) => rate({ plan, timeZone, readings: each }))
      t.strictSame([a?.exact, a?.total, a?.lines.length], [b?.exact, b?.total, b?.lines.length])
    }),
    { numRuns: 200 }
  )
})

/** The register half-way between two readings, where time and register both have a whole half. */
function between(
  readings: readonly { at: string; registerWh: number }[],
  index: number
): MeterReading | undefined {
  const [before, after] = [readings[index - 1], readings[index]]
  if (!before || !after) return undefined
  const [from, to] = [before.at, after.at].map((at) => Temporal.Instant.from(at).epochMilliseconds)
  if (from === undefined || to === undefined || (to - from) % 2 === 1) return undefined
  const at = Temporal.Instant.fromEpochMilliseconds((from + to) / 2).toString()
  return {
    at,
    registerWh: `${Math.floor((before.registerWh + after.registerWh) / 2)}.${((before.registerWh + after.registerWh) % 2) * 5}`
  }
}

const hash = ({ at }: { at: string }, turn: number) =>
  (Temporal.Instant.from(at).epochMilliseconds * (turn + 7)) % 1009
