import { test } from 'tap'
import { rateSession, tariffOfPlan, type MeteredSession, type TariffPrices } from './index.ts'
import { segment } from './examples.ts'

const at = (time: string) => `2026-01-05T${time}:00Z` // A Monday.
const readings = (...pairs: readonly (readonly [string, number])[]) =>
  pairs.map(([time, registerWh]) => ({ at: at(time), registerWh }))
const tariff = (elements: TariffPrices['elements'], more: Partial<TariffPrices> = {}): TariffPrices => ({
  currency: 'EUR',
  tax: 'added',
  elements,
  ...more
})
const energy = { dimension: 'energy', price: '0.50' } as const
const hour = { dimension: 'idle', price: '6' } as const
const twentyKwh = readings(['10:00', 1000], ['12:00', 21_000])

type Row = {
  readonly name: string
  readonly tariff: TariffPrices
  readonly session: MeteredSession
  readonly excl: string
  readonly incl?: string
}

/** Every expected sum is worked out beside its row. */
const rows: readonly Row[] = [
  {
    name: 'a start fee is taken once, tax by component', // 1 + 20 × 0.5; tax 0.2 + 1
    tariff: tariff([
      { components: [{ dimension: 'flat', price: '1', taxPercent: '20' }] },
      { components: [{ ...energy, taxPercent: '10' }] }
    ]),
    session: { readings: twentyKwh },
    excl: '11',
    incl: '12.2'
  },
  {
    name: 'prices that include tax are not raised by it', // 20 × 0.5 = 10 with tax; 10 / 1.25
    tariff: tariff([{ components: [{ ...energy, taxPercent: '25' }] }], { tax: 'included' }),
    session: { readings: twentyKwh },
    excl: '8',
    incl: '10'
  },
  {
    name: 'tiers are cut exactly where the energy reaches them', // 5 × 0.1 + 10 × 0.2 + 5 × 0.4
    tariff: tariff([
      { components: [{ dimension: 'energy', price: '0.1' }], restrictions: { maxKwh: '5' } },
      { components: [{ dimension: 'energy', price: '0.2' }], restrictions: { maxKwh: '15' } },
      { components: [{ dimension: 'energy', price: '0.4' }] }
    ]),
    session: { readings: twentyKwh },
    excl: '4.5'
  },
  {
    name: 'idle time is billed after its grace, at the price per hour', // 60 min − 15 min grace = 0.75 h × 6
    tariff: tariff([{ components: [hour], restrictions: { minIdleS: 900 } }]),
    session: { readings: twentyKwh, states: [{ at: at('12:00'), state: 'finished' }], endedAt: at('13:00') },
    excl: '4.5'
  },
  {
    name: 'idle time does not begin before the driver was told', // 12:30 to 13:00
    tariff: tariff([{ components: [hour] }]),
    session: {
      readings: twentyKwh,
      states: [{ at: at('12:00'), state: 'finished' }],
      idleToldAt: at('12:30'),
      endedAt: at('13:00')
    },
    excl: '3'
  },
  {
    name: 'the idle fee has a cap of its own',
    tariff: tariff([{ components: [{ ...hour, most: '2.50' }] }]),
    session: { readings: twentyKwh, states: [{ at: at('12:00'), state: 'finished' }], endedAt: at('13:00') },
    excl: '2.5'
  },
  {
    name: 'a vehicle that takes energy again has not been idle', // Only 12:30 to 13:00 comes after the end.
    tariff: tariff([{ components: [hour] }]),
    session: {
      readings: twentyKwh,
      states: [
        { at: at('11:00'), state: 'finished' },
        { at: at('11:30'), state: 'charging' },
        { at: at('12:30'), state: 'finished' }
      ],
      endedAt: at('13:00')
    },
    excl: '3'
  },
  {
    name: 'while we hold the vehicle back no time runs', // 10:00–11:00 charging, 11:30–12:00 paused
    tariff: tariff([
      {
        components: [
          { dimension: 'time', price: '2' },
          { dimension: 'parking', price: '4' }
        ]
      }
    ]),
    session: {
      readings: twentyKwh,
      states: [
        { at: at('11:00'), state: 'held-back' },
        { at: at('11:30'), state: 'paused' }
      ]
    },
    excl: '4'
  },
  {
    name: 'a reservation that was used costs its fee and its time', // 2 + 0.5 h × 4 + 10
    tariff: tariff([
      {
        components: [
          { dimension: 'flat', price: '2' },
          { dimension: 'reservation', price: '4' }
        ],
        restrictions: { reservation: 'made' }
      },
      { components: [energy] }
    ]),
    session: { readings: twentyKwh, reservation: { from: at('09:30'), until: at('10:00'), outcome: 'used' } },
    excl: '14'
  },
  {
    name: 'nobody came: the no-show fee and the reserved time, no start fee, no minimum', // 7 + 0.5 h × 4
    tariff: tariff(
      [
        { components: [{ dimension: 'flat', price: '7' }], restrictions: { reservation: 'expired' } },
        { components: [{ dimension: 'reservation', price: '4' }], restrictions: { reservation: 'made' } },
        { components: [{ dimension: 'flat', price: '1' }, energy] }
      ],
      { minPrice: { excl: '20', incl: '20' } }
    ),
    session: {
      readings: [],
      endedAt: at('10:00'),
      reservation: { from: at('09:30'), until: at('10:00'), outcome: 'expired' }
    },
    excl: '9'
  },
  {
    name: 'day-ahead prices by UTC instants, a factor and a margin', // 10 × (0.10×1.2+0.05) + 10 × (−0.02×1.2+0.05)
    tariff: tariff(
      [{ components: [{ dimension: 'energy', price: { series: 'spot', times: '1.2', plus: '0.05' } }] }],
      {
        series: {
          spot: {
            minutes: 60,
            prices: [
              { at: at('11:00'), price: '-0.02' },
              { at: at('10:00'), price: '0.10' }
            ]
          }
        }
      }
    ),
    session: { readings: twentyKwh },
    excl: '1.96'
  },
  {
    name: 'members and fleets have a price of their own', // 20 × 0.3
    tariff: tariff([
      { components: [{ dimension: 'energy', price: '0.3' }], restrictions: { groups: ['gold', 'fleet-7'] } },
      { components: [energy] }
    ]),
    session: { readings: twentyKwh, driver: { groups: ['fleet-7'] } },
    excl: '6'
  },
  {
    name: 'a coupon takes a share off, up to its cap', // 10 − min(5, 3)
    tariff: tariff([{ components: [energy] }], {
      discounts: [{ name: 'half', percent: '50', most: '3', restrictions: { coupons: ['HALF'] } }]
    }),
    session: { readings: twentyKwh, driver: { coupons: ['HALF'] } },
    excl: '7'
  },
  {
    name: 'a coupon that is not brought takes nothing off',
    tariff: tariff([{ components: [energy] }], {
      discounts: [{ name: 'half', percent: '50', restrictions: { coupons: ['HALF'] } }]
    }),
    session: { readings: twentyKwh },
    excl: '10'
  },
  {
    name: 'a fixed amount off never pays the driver, and its tax goes with it', // 10 − 10
    tariff: tariff([{ components: [{ ...energy, taxPercent: '10' }] }], {
      discounts: [{ name: 'gift', once: '25' }]
    }),
    session: { readings: twentyKwh },
    excl: '0',
    incl: '0'
  },
  {
    name: 'while the site is loaded less, energy is cheaper: by the recorded signal', // 10 − 10 kWh × 0.1
    tariff: tariff([{ components: [energy] }], {
      discounts: [
        { name: 'quiet site', perKwh: '0.1', restrictions: { signal: { name: 'site-load', below: '0.4' } } }
      ]
    }),
    session: {
      readings: twentyKwh,
      signals: [
        { name: 'site-load', at: at('09:00'), value: '0.9' },
        { name: 'site-load', at: at('11:00'), value: '0.3' }
      ]
    },
    excl: '9'
  },
  {
    name: 'below an outside temperature, time costs less: by the recorded signal', // 1 h × 2 + 1 h × 1
    tariff: tariff([
      {
        components: [{ dimension: 'time', price: '1' }],
        restrictions: { signal: { name: 'outside-temperature', below: '-5' } }
      },
      { components: [{ dimension: 'time', price: '2' }] }
    ]),
    session: {
      readings: twentyKwh,
      signals: [
        { name: 'outside-temperature', at: at('09:00'), value: '2.5' },
        { name: 'outside-temperature', at: at('11:00'), value: '-5.1' }
      ]
    },
    excl: '3'
  },
  {
    name: 'power bands by the average between readings', // 1 h at 16 kW × 0.3, 1 h at 4 kW × 0.2
    tariff: tariff([
      { components: [{ dimension: 'energy', price: '0.2' }], restrictions: { maxPowerKw: '11' } },
      { components: [{ dimension: 'energy', price: '0.3' }] }
    ]),
    session: { readings: readings(['10:00', 0], ['11:00', 16_000], ['12:00', 20_000]) },
    excl: '5.6'
  },
  {
    name: 'energy in whole steps, the difference at the last price', // 7 × 1 + (12 − 7) × 2
    tariff: tariff([
      { components: [{ dimension: 'energy', price: '1', step: 1 }], restrictions: { endTime: '11:00' } },
      { components: [{ dimension: 'energy', price: '2', step: 4000 }] }
    ]),
    session: { readings: readings(['10:00', 0], ['11:00', 7000], ['12:00', 9500]) },
    excl: '17'
  },
  {
    name: 'a minimum lifts each side by its own bound',
    tariff: tariff([{ components: [{ ...energy, taxPercent: '10' }] }], {
      minPrice: { excl: '12', incl: '12.5' }
    }),
    session: { readings: twentyKwh },
    excl: '12',
    incl: '12.5'
  },
  {
    name: 'a side without a bound follows the other in proportion', // 11 × 8 / 10
    tariff: tariff([{ components: [{ ...energy, taxPercent: '10' }] }], { maxPrice: { excl: '8' } }),
    session: { readings: twentyKwh },
    excl: '8',
    incl: '8.8'
  }
]

for (const { name, tariff: prices, session, excl, incl = excl } of rows)
  void test(name, async (t) => {
    const rated = rateSession(session, prices, 'UTC')
    t.strictSame([rated.review, rated.exact], [[], { excl, incl }])
    t.equal(
      rated.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      rated.total.amountMinor
    )
    t.equal(rated.net.amountMinor + rated.tax.amountMinor, rated.total.amountMinor)
    for (const { rule } of rated.lines) t.ok(rule.length > 3)
  })

void test('29 February has its day, and a date that begins there its border', async (t) => {
  const prices = tariff([
    {
      components: [{ dimension: 'energy', price: '1' }],
      restrictions: { startDate: '2028-02-29', endDate: '2028-03-01' }
    },
    { components: [{ dimension: 'energy', price: '2' }] }
  ])
  // Three local days at 1 kW in Amsterdam: 28 February, the leap day, 1 March.
  const session = {
    readings: [
      { at: '2028-02-27T23:00:00Z', registerWh: 0 },
      { at: '2028-03-01T23:00:00Z', registerWh: 72_000 }
    ]
  }
  t.equal(rateSession(session, prices, 'Europe/Amsterdam').exact.excl, '120') // 24 × 1 + 48 × 2
})

const quarters = (from: string, count: number) => ({
  minutes: 15 as const,
  prices: Array.from({ length: count }, (_, index) => ({
    at: Temporal.Instant.from(from)
      .add({ minutes: 15 * index })
      .toString(),
    price: `0.${String(index + 1).padStart(3, '0')}`
  }))
})

for (const [day, from, count] of [
  ['an ordinary day', '2026-01-04T23:00:00Z', 96],
  ['the day that loses an hour', '2026-03-28T23:00:00Z', 92],
  ['the day that gains one', '2026-10-24T22:00:00Z', 100]
] as const)
  void test(`${day} has ${count} quarter-hour prices in Amsterdam`, async (t) => {
    const prices = tariff([{ components: [{ dimension: 'energy', price: { series: 'spot' } }] }], {
      series: { spot: quarters(from, count) }
    })
    const begin = Temporal.Instant.from(from).toZonedDateTimeISO('Europe/Amsterdam')
    const session = {
      readings: [
        { at: from, registerWh: 500 },
        { at: begin.add({ days: 1 }).toInstant().toString(), registerWh: 500 + count * 1000 }
      ]
    }
    // One kWh a quarter: the sum of 0.001 … 0.count.
    const rated = rateSession(session, prices, 'Europe/Amsterdam')
    t.strictSame([rated.review, rated.lines.length], [[], count])
    t.equal(Number(rated.exact.excl), (count * (count + 1)) / 2000)
  })

void test('energy at an instant without a known price bills nothing and goes to a person', async (t) => {
  const prices = tariff([{ components: [{ dimension: 'energy', price: { series: 'spot' } }] }], {
    series: { spot: { minutes: 60, prices: [{ at: at('10:00'), price: '0.1' }] } }
  })
  t.match(rateSession({ readings: twentyKwh }, prices, 'UTC'), {
    review: ['price-missing'],
    lines: [],
    total: { amountMinor: 0 }
  })
})

void test('a time-of-use plan with a register that rolled over is rated by the full model', async (t) => {
  const plan = { currency: 'CNY', segments: [segment('all', '00:00', '24:00', '1', '0.5')] }
  const session = {
    readings: readings(['10:00', 999_000], ['11:00', 4000]),
    meter: { wrapsAtWh: 1_000_000 }
  }
  const rated = rateSession(session, plan, 'UTC')
  t.match(rated, { notes: ['rolled-over'], energyWh: '5000', exact: { excl: '7.5' } })
  t.strictSame(rated, rateSession(session, tariffOfPlan(plan), 'UTC'))
})
