import fc from 'fast-check'
import { test } from 'tap'
import { fractionOf, showFraction, sumOf } from '../../tariff/fraction.ts'
import { rate, rateSession, tariffOfPlan, type PlanPrices, type TariffPrices } from '../../tariff/index.ts'
import { clock, isNear, price, same, sessions, show, tariffs, zones } from './random.suite.ts'

const gained = (readings: readonly { readonly registerWh: number }[]) =>
  (readings.at(-1)?.registerWh ?? 0) - (readings[0]?.registerWh ?? 0)
// The "Must hold" 2 and 3: 10,000 random sessions, five to a random tariff and zone.
const tariffCount = 2000
const each = 5

void test('window energies add up to the register; lines add up to the total; more readings on the line change nothing', async (t) => {
  const many = fc.array(sessions, { minLength: each, maxLength: each })
  fc.assert(
    fc.property(many, tariffs, zones, fc.nat(1000), (all, tariff, zone, pick) =>
      all.every((session) => {
        const bill = rateSession(session, tariff, zone)
        const energies = bill.lines
          .filter(({ kind }) => kind === 'energy')
          .map(({ quantity }) => fractionOf(quantity))
        const wh = gained(session.readings)
        const finer = rateSession({ ...session, readings: refined(session.readings, pick) }, tariff, zone)
        return (
          bill.energyWh === String(wh) &&
          (bill.billed['ENERGY_kWh'] ?? '0') === String(wh / 1000) &&
          isNear(showFraction(sumOf(energies)), String(wh / 1000)) &&
          bill.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0) === bill.total.amountMinor &&
          finer.energyWh === bill.energyWh &&
          same(finer, bill)
        )
      })
    ),
    { numRuns: tariffCount }
  )
  t.pass(`${tariffCount * each} sessions`)
})

type Reading = { readonly at: string; readonly registerWh: number | string }

/** One reading more, at a second between two others, exactly on the line between them. */
function refined(readings: readonly Reading[], pick: number): Reading[] {
  const index = 1 + (pick % (readings.length - 1))
  const [before, after] = [readings[index - 1], readings[index]]
  if (!before || !after) return [...readings]
  const [from, to] = [before, after].map(({ at }) => Temporal.Instant.from(at).epochMilliseconds / 1000)
  if (from === undefined || to === undefined) return [...readings]
  const part = 1 + (pick % (to - from - 1)) // Whole seconds, and whole watt-hours a second: it lies on the line.
  const perSecond = (Number(after.registerWh) - Number(before.registerWh)) / (to - from)
  const made = { at: show((from + part) * 1000), registerWh: Number(before.registerWh) + part * perSecond }
  return [...readings.slice(0, index), made, ...readings.slice(index)]
}

/** Borders lie at full hours; readings between 1 and 29 or 31 and 59 minutes past, as zones of half hours ask. */
const within = fc
  .tuple(
    fc.nat(23),
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(1680), fc.nat(4000)), { minLength: 3, maxLength: 9 })
  )
  .map(([hour, late, points]) => {
    const base =
      Temporal.Instant.from('2026-03-02T00:00:00Z').epochMilliseconds + (hour * 60 + (late ? 31 : 1)) * 60_000
    const seconds = [...new Set(points.map(([second]) => second))].toSorted((a, b) => a - b)
    let registerWh = 5000
    return seconds.map((second, index) => {
      registerWh += points[index]?.[1] ?? 0
      return { at: show(base + second * 1000), registerWh }
    })
  })
  .filter((readings) => readings.length >= 3)
const halfHourZones = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns'
)
const hourly = fc.array(price, { minLength: 24, maxLength: 24 }).map((prices): TariffPrices => ({
  currency: 'EUR',
  tax: 'none',
  elements: [
    { components: [{ dimension: 'energy', price: '0.123' }], restrictions: { maxKwh: '2.345' } },
    ...prices.map((each, hour) => ({
      components: [{ dimension: 'energy' as const, price: each }],
      restrictions: { startTime: clock(hour * 60), endTime: clock(((hour + 1) % 24) * 60) }
    }))
  ]
}))

void test('where no border of time lies inside, readings between the first and the last change no total', async (t) => {
  fc.assert(
    fc.property(within, hourly, halfHourZones, (readings, tariff, zone) => {
      const ends = [readings[0], readings.at(-1)].flatMap((each) => each ?? [])
      return same(rateSession({ readings }, tariff, zone), rateSession({ readings: ends }, tariff, zone))
    }),
    { numRuns: 2000 }
  )
  t.pass()
})

const plans = fc
  .tuple(
    fc.uniqueArray(fc.nat(1439), { minLength: 2, maxLength: 8 }),
    fc.array(price, { minLength: 16, maxLength: 16 })
  )
  .map(([minutes, prices]): PlanPrices => {
    const cuts = minutes.toSorted((a, b) => a - b)
    const segments = cuts.map((minute, index) => ({
      start: clock(minute),
      end: clock(cuts[(index + 1) % cuts.length] ?? 0),
      electricityPrice: prices[index] ?? '0',
      servicePrice: prices[index + 8] ?? '0'
    }))
    return { currency: 'CNY', segments }
  })

void test('the fast path for plans and the full model give one sum', async (t) => {
  fc.assert(
    fc.property(sessions, plans, zones, ({ readings }, plan, zone) => {
      const fast = rate({ readings, plan, timeZone: zone })
      const full = rateSession({ readings }, tariffOfPlan(plan), zone)
      const byPlan = rateSession({ readings }, plan, zone)
      return (
        fast.exact.incl === full.exact.incl &&
        fast.total.amountMinor === full.total.amountMinor &&
        same(full, byPlan) &&
        fast.energyWh === full.energyWh
      )
    }),
    { numRuns: 3000 }
  )
  t.pass()
})
