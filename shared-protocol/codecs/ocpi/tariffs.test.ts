import { test } from 'tap'
import { rateSession, tariffOfPlan, type Element, type TariffPrices } from '../../tariff/index.ts'
import {
  cdrTotalsOf,
  chargingPeriodsOf,
  explainOcpi,
  exportTariff,
  importTariff,
  OcpiCdr,
  OcpiTariff,
  rateCdr,
  rateOcpi,
  Version
} from './index.ts'

const identity = { countryCode: 'NL', partyId: 'NVX', id: 'day', lastUpdated: '2026-01-01T00:00:00Z' }
const perKwh = { dimension: 'energy', price: '0.25', taxPercent: '10', step: 1 } as const
const tariff = (elements: readonly Element[], more: Partial<TariffPrices> = {}): TariffPrices => ({
  currency: 'EUR',
  tax: 'added',
  elements: [...elements],
  ...more
})
const whatOf = (losses: readonly { readonly what: string }[]) => losses.map(({ what }) => what).join('\n')

/** All that OCPI 2.2.1 can say about a tariff. */
const full = tariff(
  [
    {
      components: [{ dimension: 'flat', price: '4', taxPercent: '20' }],
      restrictions: { reservation: 'expired' }
    },
    {
      components: [{ dimension: 'reservation', price: '2', taxPercent: '20', step: 600 }],
      restrictions: { reservation: 'made' }
    },
    {
      components: [perKwh, { dimension: 'time', price: '1', step: 300 }],
      restrictions: {
        startTime: '22:00',
        endTime: '06:00',
        startDate: '2026-01-01',
        endDate: '2027-01-01',
        weekdays: [1, 7],
        minKwh: '1.5',
        maxKwh: '20',
        minCurrentA: '6',
        maxCurrentA: '32.5',
        minPowerKw: '1',
        maxPowerKw: '22',
        minDurationS: 60,
        maxDurationS: 7200
      }
    },
    { components: [{ dimension: 'parking', price: '5', taxPercent: '0', step: 900 }] }
  ],
  { minPrice: { excl: '0.5', incl: '0.55' }, maxPrice: { excl: '10', incl: '11' } }
)

for (const version of ['2.2.1', '2.3.0'] as const)
  void test(`what OCPI ${version} can say comes back as it went`, async (t) => {
    const { tariff: json, losses } = exportTariff(full, identity, version)
    t.strictSame(losses, [])
    const back = importTariff(OcpiTariff.parse(JSON.parse(JSON.stringify(json))))
    t.strictSame(back.losses, [])
    t.strictSame(back.prices, full)
    t.strictSame(
      explainOcpi(json).filter(({ severity }) => severity === 'error'),
      []
    )
  })

void test('2.3.0 says whether tax is included; earlier versions lose it', async (t) => {
  for (const [tax, word] of [
    ['added', 'NO'],
    ['included', 'YES'],
    ['none', 'N/A']
  ] as const) {
    const { tariff: json } = exportTariff(tariff([{ components: [perKwh] }], { tax }), identity, '2.3.0')
    t.equal(json['tax_included'], word)
    t.equal(importTariff(OcpiTariff.parse(json)).prices.tax, tax)
  }
  const old = exportTariff(tariff([{ components: [perKwh] }], { tax: 'included' }), identity, '2.2.1')
  t.match(whatOf(old.losses), /prices include tax/)
})

const losing: readonly (readonly [string, TariffPrices, Version, RegExp])[] = [
  [
    'a discount',
    tariff([{ components: [perKwh] }], { discounts: [{ name: 'half', percent: '50' }] }),
    '2.2.1',
    /discount half/
  ],
  [
    'a group',
    tariff([{ components: [perKwh], restrictions: { groups: ['gold'] } }]),
    '2.2.1',
    /driver groups/
  ],
  ['a coupon', tariff([{ components: [perKwh], restrictions: { coupons: ['X'] } }]), '2.2.1', /coupons/],
  [
    'a signal',
    tariff([{ components: [perKwh], restrictions: { signal: { name: 'grid', below: '1' } } }]),
    '2.3.0',
    /signal grid/
  ],
  ['idle time', tariff([{ components: [{ dimension: 'idle', price: '6' }] }]), '2.2.1', /end of charging/],
  [
    'a grace',
    tariff([{ components: [{ dimension: 'idle', price: '6' }], restrictions: { minIdleS: 900 } }]),
    '2.2.1',
    /grace of 900/
  ],
  ['a cap of one price', tariff([{ components: [{ ...perKwh, most: '5' }] }]), '2.2.1', /cap of 5/],
  [
    'a rounding of one price',
    tariff([{ components: [{ ...perKwh, rounding: { rule: 'up', digits: 2 } }] }]),
    '2.2.1',
    /rounding/
  ],
  [
    'prices of a series',
    tariff([{ components: [{ dimension: 'energy', price: { series: 'spot' } }] }], {
      series: { spot: { minutes: 15, prices: [] } }
    }),
    '2.2.1',
    /series spot/
  ],
  ['tax', tariff([{ components: [perKwh] }]), '2.1.1', /no tax/],
  ['a minimum', tariff([{ components: [perKwh] }], { minPrice: { excl: '1' } }), '2.1.1', /no min_price/],
  [
    'a limit after tax alone',
    tariff([{ components: [perKwh] }], { maxPrice: { incl: '1' } }),
    '2.2.1',
    /after tax only/
  ],
  ['a current', tariff([{ components: [perKwh], restrictions: { maxCurrentA: '16' } }]), '2.1.1', /current/],
  [
    'a reservation',
    tariff([{ components: [{ dimension: 'flat', price: '1' }], restrictions: { reservation: 'made' } }]),
    '2.1.1',
    /reservation/
  ],
  ['a negative price', tariff([{ components: [{ dimension: 'energy', price: '-0.1' }] }]), '2.2.1', /below 0/]
]

for (const [name, prices, version, words] of losing)
  void test(`${name} is lost in OCPI ${version}, and that is said`, async (t) => {
    t.match(whatOf(exportTariff(prices, identity, version).losses), words)
  })

void test('electricity and service of China are told as one price, and that is said', async (t) => {
  const plan = {
    currency: 'CNY',
    segments: [{ start: '00:00', end: '24:00', electricityPrice: '0.65', servicePrice: '0.35' }]
  }
  const { tariff: json, losses } = exportTariff(tariffOfPlan(plan), identity, '2.2.1')
  t.match(json.elements, [
    { price_components: [{ type: 'ENERGY', price: 1 }], restrictions: { end_time: '00:00' } }
  ])
  t.match(whatOf(losses), /one sum/)
})

void test('a price for the whole session is charging and parking at the same price', async (t) => {
  const { tariff: json } = exportTariff(
    tariff([{ components: [{ dimension: 'session', price: '2' }] }]),
    identity,
    '2.1.1'
  )
  t.match(json.elements, [
    {
      price_components: [
        { type: 'TIME', price: 2 },
        { type: 'PARKING_TIME', price: 2 }
      ]
    }
  ])
})

void test('day-ahead prices are told by local date and time, and cost a partner the same', async (t) => {
  const prices = Array.from({ length: 25 }, (_, hour) => ({
    at: Temporal.Instant.from('2026-10-24T22:00:00Z').add({ hours: hour }).toString(),
    price: `0.${hour + 10}`
  }))
  const dynamic = tariff(
    [{ components: [{ dimension: 'energy', price: { series: 'spot', plus: '0.05' } }] }],
    {
      series: { spot: { minutes: 60, prices } }
    }
  )
  const timeZone = 'Europe/Amsterdam'
  const { tariff: json, losses } = exportTariff(dynamic, { ...identity, timeZone }, '2.2.1')
  // 25 hours on the day that gains one: 02:00 comes twice, and OCPI has words for one of them.
  t.equal(json.elements.length, 24)
  t.match(whatOf(losses), /2026-10-25T01:00:00Z .* comes twice/)
  t.match(json.elements[0], {
    price_components: [{ type: 'ENERGY', price: 0.15 }],
    restrictions: { start_time: '00:00', end_time: '01:00', start_date: '2026-10-25', end_date: '2026-10-26' }
  })
  const session = {
    readings: [
      { at: '2026-10-25T09:30:00Z', registerWh: 0 },
      { at: '2026-10-25T11:30:00Z', registerWh: 8000 }
    ]
  }
  const partner = rateOcpi({
    tariff: OcpiTariff.parse(json),
    chargingPeriods: chargingPeriodsOf(session, dynamic, timeZone),
    timeZone
  })
  // 2 kWh at 0.21 (11 hours after midnight's 0.10), 4 at 0.22, 2 at 0.23, each and 0.05: 0.52 + 1.08 + 0.56
  t.equal(rateSession(session, dynamic, timeZone).exact.excl, '2.16')
  t.equal(partner.exact.excl, '2.16')
})

const period = (dimensions: readonly { readonly type: string; readonly volume: string | number }[]) => ({
  start_date_time: '2026-01-05T09:00:00Z',
  dimensions: [...dimensions]
})

type Form = readonly [name: string, tariff: Record<string, unknown>, excl: string, incl: string]
const energyAt = (component: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  currency: 'EUR',
  elements: [{ price_components: [{ type: 'ENERGY', ...component }] }],
  ...more
})

/** 20 kWh by forms that are met in the wild; sums are 20 × the price. */
const forms: readonly Form[] = [
  ['numbers as texts, no step', energyAt({ price: '0.2500' }), '5', '5'],
  ['a price with an exponent', energyAt({ price: 2.5e-7, step_size: 1 }), '0.000005', '0.000005'],
  [
    'nulls for what is absent',
    energyAt({ price: 0.25, vat: null, step_size: null }, { min_price: null }),
    '5',
    '5'
  ],
  ['a Price object with both sides', energyAt({ price: { excl_vat: 0.25, incl_vat: 0.3 } }), '5', '6'],
  [
    'taxes as a list',
    energyAt({ price: 0.25, taxes: [{ percentage: 5 }, { percentage: '9.975' }] }),
    '5',
    '5.74875'
  ],
  [
    'unknown fields everywhere',
    energyAt({ price: 0.25, x: 1, exact_price_component: true }, { y: [] }),
    '5',
    '5'
  ],
  ['lower case', energyAt({ type: 'energy', price: 0.25, vat: 10 }, { currency: 'eur' }), '5', '5.5'],
  ['tax included', energyAt({ price: 0.25, vat: 25 }, { tax_included: 'YES' }), '4', '5'],
  ['no tax applies', energyAt({ price: 0.25, vat: 25 }, { tax_included: 'N/A' }), '5', '5'],
  ['a bound as a bare number', energyAt({ price: 0.25, vat: 10 }, { max_price: 4 }), '4', '4.4'],
  [
    'bounds of 2.3.0',
    energyAt({ price: 0.25 }, { min_price: { before_taxes: 6, after_taxes: 7 } }),
    '6',
    '7'
  ],
  ['a tariff that ended', energyAt({ price: 0.25 }, { end_date_time: '2019-06-30T23:59:59Z' }), '5', '5'],
  ['a step far above the session', energyAt({ price: 0.25, step_size: 100_000 }), '25', '25'],
  [
    'rounding of steps and prices of its own', // 20 kWh: nearest 3 kWh are 21; 21 × 0.333 = 6.993 → down to 6.9
    energyAt({
      price: 0.333,
      step_size: 3000,
      step_round: { round_rule: 'ROUND_NEAR', round_granularity: 'UNIT' },
      price_round: { round_rule: 'ROUND_DOWN', round_granularity: 'TENTH' }
    }),
    '6.9',
    '6.9'
  ]
]

for (const [name, json, excl, incl] of forms)
  void test(`read as it is met: ${name}`, async (t) => {
    const rated = rateOcpi({
      tariff: OcpiTariff.parse(json),
      chargingPeriods: [period([{ type: 'ENERGY', volume: 20 }])],
      timeZone: 'UTC'
    })
    t.strictSame(rated.exact, { excl, incl })
  })

void test('the whole session has a price of its own at one hub', async (t) => {
  const rated = rateOcpi({
    tariff: OcpiTariff.parse({
      currency: 'EUR',
      elements: [{ price_components: [{ type: 'SESSION_TIME', price: 2, step_size: 60 }] }]
    }),
    chargingPeriods: [
      period([{ type: 'TIME', volume: '0.5' }]),
      period([{ type: 'PARKING_TIME', volume: '0.25' }])
    ],
    timeZone: 'UTC'
  })
  t.match(rated, { exact: { excl: '1.5' }, billed: { SESSION_TIME_min: '45' } })
})

void test('hours with ten decimals step as the seconds they stand for', async (t) => {
  const rated = rateOcpi({
    tariff: OcpiTariff.parse({
      currency: 'EUR',
      elements: [{ price_components: [{ type: 'TIME', price: 6, step_size: 600 }] }]
    }),
    chargingPeriods: [period([{ type: 'TIME', volume: '0.1666666667' }])],
    timeZone: 'UTC'
  })
  t.match(rated, { exact: { excl: '1' }, billed: { TIME_min: '10' } })
})

void test('a reservation without time of its own still has its fee; its session has another', async (t) => {
  const rated = rateOcpi({
    tariff: OcpiTariff.parse({
      currency: 'EUR',
      elements: [
        { price_components: [{ type: 'FLAT', price: 2 }], restrictions: { reservation: 'RESERVATION' } },
        { price_components: [{ type: 'FLAT', price: 0.5 }] }
      ]
    }),
    chargingPeriods: [period([{ type: 'ENERGY', volume: 1 }])],
    timeZone: 'UTC',
    reservationOutcome: 'RESERVATION'
  })
  t.equal(rated.exact.excl, '2.5')
})

void test('a period over a border is billed as it began, and noted; so is disorder', async (t) => {
  const rated = rateOcpi({
    tariff: OcpiTariff.parse({
      currency: 'EUR',
      elements: [
        { price_components: [{ type: 'ENERGY', price: 1 }], restrictions: { end_time: '10:00' } },
        {
          price_components: [
            { type: 'ENERGY', price: 3 },
            { type: 'WATER', price: 1 }
          ]
        }
      ]
    }),
    chargingPeriods: [
      { start_date_time: '2026-01-05T11:00:00Z', dimensions: [{ type: 'ENERGY', volume: 1 }] },
      { start_date_time: '2026-01-05T09:00:00Z', dimensions: [{ type: 'ENERGY', volume: 5 }] }
    ],
    timeZone: 'UTC'
  })
  t.equal(rated.exact.excl, '8') // 5 × 1 + 1 × 3
  t.strictSame(
    rated.notes.map(({ code }) => code),
    ['periods-out-of-order', 'period-spans-border', 'not-understood']
  )
})

void test('a CDR of ours is priced by a partner as we priced it, in each version', async (t) => {
  const prices = tariff([
    {
      components: [
        { dimension: 'flat', price: '1', taxPercent: '20' },
        perKwh,
        { dimension: 'parking', price: '6' }
      ]
    }
  ])
  const session = {
    readings: [
      { at: '2026-01-05T09:00:00Z', registerWh: 1000 },
      { at: '2026-01-05T10:00:00Z', registerWh: 21_000 }
    ],
    states: [{ at: '2026-01-05T10:00:00Z', state: 'finished' as const }],
    endedAt: '2026-01-05T10:30:00Z'
  }
  t.strictSame(rateSession(session, prices, 'UTC').exact, { excl: '9', incl: '9.7' }) // 1 + 5 + 3; 1.2 + 5.5 + 3
  for (const version of Version.options) {
    const totals = cdrTotalsOf(session, { tariff: prices, timeZone: 'UTC', version })
    t.match(totals, { total_energy: '20', total_time: '1.5', total_parking_time: '0.5' })
    const { tariff: json } = exportTariff(prices, identity, version)
    const cdr = OcpiCdr.parse({ ...totals, id: '1', tariffs: [json] })
    const checked = rateCdr(cdr, { timeZone: 'UTC' })
    t.match(checked, { differs: [], rated: { exact: { excl: '9' } } })
    const low = rateCdr({ ...cdr, total_cost: 8.9 }, { timeZone: 'UTC' })
    t.match(low, { differs: ['excl'], published: { excl: '8.9' } })
  }
  t.match(cdrTotalsOf(session, { tariff: prices, timeZone: 'UTC', version: '2.3.0' }), {
    total_cost: { before_taxes: '9', taxes: [{ name: 'VAT', amount: '0.7' }] },
    total_fixed_cost: { before_taxes: '1' },
    total_parking_cost: { before_taxes: '3', taxes: [] }
  })
  t.equal(rateCdr(OcpiCdr.parse({ currency: 'EUR', charging_periods: [] }), { timeZone: 'UTC' }), undefined)
})
