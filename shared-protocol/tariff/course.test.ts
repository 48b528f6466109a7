import fc from 'fast-check'
import { test } from 'tap'
import { asksOf, pricedOf, rate, TariffPrices, type Kept, type Suspension } from './index.ts'

const began = Date.parse('2026-05-01T10:00:00.000Z')
const at = (minute: number): string => new Date(began + minute * 60_000).toISOString()
const base: Kept = {
  startedAt: at(0),
  endedAt: null,
  leftAt: null,
  standing: false,
  readings: [
    { at: at(0), registerWh: 0 },
    { at: at(60), registerWh: 10_000 }
  ],
  suspensions: [],
  groups: [],
  coupons: [],
  reservation: null,
  signals: []
}
const full: Suspension = { at: at(60), by: 'ev' }

const rules = TariffPrices.parse({
  currency: 'EUR',
  tax: 'none',
  elements: [
    { components: [{ dimension: 'energy', price: '0.5' }] },
    { components: [{ dimension: 'idle', price: '6' }], restrictions: { minIdleS: 600 } }
  ]
})
const plan = {
  currency: 'EUR',
  segments: [{ start: '00:00', end: '24:00', electricityPrice: '0.5', servicePrice: '0' }],
  rules
}
const costOf = (kept: Kept, now: string): number =>
  rate({ ...pricedOf(kept, now), plan, timeZone: 'UTC' }).total.amountMinor

const table: { title: string; kept: Partial<Kept>; now: number; minor: number }[] = [
  { title: 'it charges', kept: {}, now: 60, minor: 500 },
  { title: 'the grace runs', kept: { suspensions: [full] }, now: 70, minor: 500 },
  { title: 'it idles for ten minutes more', kept: { suspensions: [full] }, now: 80, minor: 600 },
  {
    title: 'it goes on charging: it had only paused',
    kept: { suspensions: [full, { at: at(80), by: null }] },
    now: 90,
    minor: 500
  },
  {
    title: 'it is held back by us',
    kept: { suspensions: [{ at: at(60), by: 'evse' }] },
    now: 180,
    minor: 500
  },
  {
    title: 'nobody says by whom',
    kept: { suspensions: [{ at: at(60), by: 'unknown' }] },
    now: 180,
    minor: 500
  },
  { title: 'its end, nobody waits', kept: { endedAt: at(60) }, now: 600, minor: 500 },
  { title: 'its end, and it stands there', kept: { endedAt: at(60), standing: true }, now: 80, minor: 600 },
  { title: 'it has left', kept: { endedAt: at(60), leftAt: at(90) }, now: 600, minor: 700 },
  {
    title: 'full before its end: idling goes on over it',
    kept: { suspensions: [full], endedAt: at(75), leftAt: at(90) },
    now: 600,
    minor: 700
  },
  {
    title: 'held back until its end: idling begins with the end',
    kept: { suspensions: [{ at: at(60), by: 'evse' }], endedAt: at(90), leftAt: at(110) },
    now: 600,
    minor: 600
  }
]

for (const { title, kept, now, minor } of table)
  void test(`half a euro a kilowatt-hour, 6.00 an hour idle after ten minutes; ${title}: ${minor}`, async (t) => {
    t.equal(costOf({ ...base, ...kept }, at(now)), minor)
  })

void test('a station’s clock that runs ahead loses no reading; one that is 2099 ends nothing', async (t) => {
  t.equal(costOf(base, at(30)), 500)
  const odd = { at: '2099-01-01T00:00:00Z', registerWh: 10_000, trust: 'clock' as const }
  t.equal(pricedOf({ ...base, readings: [...base.readings, odd] }, at(70)).endedAt, at(70))
})

void test('what a plan asks for is all that has to be recorded', async (t) => {
  const asks = (more: object) => asksOf({ rules: TariffPrices.parse({ currency: 'EUR', ...more }) })
  t.strictSame(asksOf({}), { departure: false, noShow: false, signals: [] })
  t.strictSame(asksOf({ rules }), { departure: true, noShow: false, signals: [] })
  t.match(asks({ elements: [{ components: [{ dimension: 'parking', price: '1' }] }] }), { departure: true })
  t.match(asks({ elements: [{ components: [{ dimension: 'time', price: '1' }] }] }), { departure: false })
  const signal = (name: string) => ({ components: [{ dimension: 'energy', price: '1' }], restrictions: { signal: { name, atLeast: '1' } } }) // prettier-ignore
  t.match(
    asks({
      elements: [signal('site-load'), signal('power'), signal('site-load')],
      discounts: [
        { name: 'cold', percent: '5', restrictions: { signal: { name: 'outside-temperature', below: '0' } } }
      ]
    }),
    { signals: ['site-load', 'outside-temperature'] },
    'power and current are of the session itself'
  )
  const reserved = {
    components: [{ dimension: 'flat', price: '5' }],
    restrictions: { reservation: 'expired' }
  }
  t.match(asks({ elements: [reserved] }), { noShow: true })
})

const by = fc.constantFrom('ev' as const, 'evse' as const, 'unknown' as const, null)
const kept = fc
  .record({
    minutes: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 12 }),
    causes: fc.infiniteStream(by),
    stands: fc.integer({ min: 0, max: 600 })
  })
  .map(({ minutes, causes, stands }) => {
    const times = minutes.toSorted((a, b) => a - b)
    const end = (times.at(-1) ?? 0) + 1
    return {
      running: {
        ...base,
        readings: [
          { at: at(0), registerWh: 0 },
          ...times.map((minute, index) => ({ at: at(minute), registerWh: (index + 1) * 100 })),
          { at: at(end), registerWh: times.length * 100 }
        ],
        suspensions: times.map((minute) => ({ at: at(minute), by: causes.next().value }))
      },
      endedAt: at(end),
      leftAt: at(end + stands)
    }
  })

void test('at its end the running cost is the bill: running, standing and over say the same of one instant', async (t) => {
  fc.assert(
    fc.property(kept, ({ running, endedAt, leftAt }) => {
      const over = { ...running, endedAt, leftAt: null }
      const stood = { ...running, endedAt, leftAt }
      return (
        costOf(running, endedAt) === costOf(over, leftAt) &&
        costOf({ ...over, standing: true }, leftAt) === costOf(stood, leftAt) &&
        costOf(stood, at(100_000)) === costOf(stood, leftAt) &&
        costOf(stood, leftAt) >= costOf(over, leftAt)
      )
    }),
    { numRuns: 500 }
  )
  t.pass()
})
