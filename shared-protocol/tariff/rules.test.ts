import { test } from 'tap'
import { highestCost, Plan, rate, type TariffPrices } from './index.ts'
import { segment } from './examples.ts'

const at = (time: string) => `2026-01-05T${time}:00Z`
const readings = [
  { at: at('10:00'), registerWh: 1000 },
  { at: at('11:00'), registerWh: 21_000 }
]
const rules: TariffPrices = {
  currency: 'EUR',
  tax: 'added',
  elements: [
    { components: [{ dimension: 'flat', price: '1', taxPercent: '20' }] },
    {
      components: [{ dimension: 'energy', price: '0.30', taxPercent: '10' }],
      restrictions: { maxKwh: '10' }
    },
    { components: [{ dimension: 'energy', price: '0.20', taxPercent: '10' }] },
    { components: [{ dimension: 'idle', price: '6', taxPercent: '20' }] }
  ],
  maxPrice: { incl: '40' }
}
const plan = Plan.parse({
  tariffId: 'full',
  version: 1,
  name: 'Full',
  timeZone: 'UTC',
  validFrom: null,
  validUntil: null,
  currency: 'EUR',
  segments: [segment('all day', '00:00', '24:00', '0.30')],
  rules
})

void test('a plan with rules is rated by them, in the shape of every plan', async (t) => {
  const rated = rate({ plan, timeZone: 'UTC', readings })
  // 1 + 10 × 0.3 + 10 × 0.2 = 6; tax 0.2 + 0.5
  t.match(rated, { exact: { excl: '6', incl: '6.7' }, total: { amountMinor: 670 }, energyWh: '20000' })
  t.strictSame([rated.electricity.amountMinor, rated.service.amountMinor], [550, 120])
  t.match(rated.lines, [
    { part: 'service', unit: 'session', taxPercent: '20', excl: '1', amountMinor: 120 },
    { part: 'electricity', unit: 'kWh', quantity: '10', amountMinor: 330 },
    { part: 'electricity', unit: 'kWh', quantity: '10', amountMinor: 220 }
  ])
})

void test('what happened beside the readings is asked for by rules', async (t) => {
  const course = { states: [{ at: at('11:00'), state: 'finished' as const }] }
  const rated = rate({ plan, timeZone: 'UTC', readings, endedAt: at('11:30'), course })
  t.match(rated, { exact: { excl: '9', incl: '10.3' } }) // Half an hour of idling more: 3, with tax 3.6.
})

void test('without rules the same plan is time of use', async (t) => {
  const { rules: _, ...simple } = plan
  t.equal(rate({ plan: simple, timeZone: 'UTC', readings }).exact.incl, '6') // 20 × 0.30
})

void test('a session that cannot be true is refused with its reason', async (t) => {
  const broken = [
    { at: at('10:00'), registerWh: 0 },
    { at: at('10:05'), registerWh: 910_031 }
  ]
  t.throws(() => rate({ plan, timeZone: 'UTC', readings: broken }), /begin-at-zero/)
  const dynamic = {
    ...plan,
    rules: {
      ...rules,
      elements: [{ components: [{ dimension: 'energy' as const, price: { series: 'spot' } }] }],
      series: { spot: { minutes: 60 as const, prices: [] } }
    }
  }
  t.throws(() => rate({ plan: dynamic, timeZone: 'UTC', readings }), /price-missing/)
})

void test('a hold covers fees, the dearest energy and tax, within the bounds of the tariff', async (t) => {
  t.equal(highestCost(plan, 20_000).amountMinor, 780) // 1.20 + 20 × 0.30 × 1.1
  t.equal(highestCost(plan, 900_000).amountMinor, 4000)
  t.equal(highestCost({ ...plan, rules: { ...rules, minPrice: { incl: '9' } } }, 1000).amountMinor, 900)
  const spot = {
    ...rules,
    elements: [
      { components: [{ dimension: 'energy' as const, price: { series: 's', times: '2', plus: '0.1' } }] }
    ],
    series: {
      s: {
        minutes: 15 as const,
        prices: [
          { at: at('10:00'), price: '0.2' },
          { at: at('10:15'), price: '-1' }
        ]
      }
    }
  }
  t.equal(highestCost({ ...plan, rules: spot }, 10_000).amountMinor, 500) // 10 × (0.2 × 2 + 0.1)
})
