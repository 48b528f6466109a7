import { test } from 'tap'
import {
  rateSession,
  reviewReasons,
  type MeteredSession,
  type ReviewReason,
  type TariffPrices
} from './index.ts'

const at = (time: string) => `2026-01-05T${time}:00Z`
const readings = (...pairs: readonly (readonly [string, number | string])[]) =>
  pairs.map(([time, registerWh]) => ({ at: at(time), registerWh }))
const perKwh: TariffPrices = {
  currency: 'EUR',
  tax: 'none',
  elements: [
    {
      components: [
        { dimension: 'energy', price: '1' },
        { dimension: 'flat', price: '2' }
      ]
    }
  ]
}
const spot: TariffPrices = {
  ...perKwh,
  elements: [{ components: [{ dimension: 'energy', price: { series: 'spot' } }] }],
  series: { spot: { minutes: 15, prices: [] } }
}
const over = { endedAt: at('12:00') }

type Bad = readonly [name: string, MeteredSession, ReviewReason, TariffPrices?]
const bad: readonly Bad[] = [
  ['a session that is over without a reading', { readings: [], ...over }, 'no-readings'],
  ['a beginning without an end', { readings: readings(['10:00', 5]), ...over }, 'one-reading'],
  [
    'all readings but one are untrusted',
    {
      readings: [
        { at: at('10:00'), registerWh: 5 },
        { at: at('11:00'), registerWh: 9, trust: 'implausible' }
      ],
      ...over
    },
    'one-reading'
  ],
  [
    'a register that is no number',
    { readings: readings(['10:00', 0], ['11:00', 'n/a']) },
    'reading-unreadable'
  ],
  ['an instant that is none', { readings: [{ at: 'noon', registerWh: 0 }] }, 'reading-unreadable'],
  ['a register that goes back', { readings: readings(['10:00', 900], ['11:00', 899]) }, 'register-backwards'],
  [
    'a fall that is no roll-over',
    { readings: readings(['10:00', 500_000], ['11:00', 10]), meter: { wrapsAtWh: 1_000_000 } },
    'register-backwards'
  ],
  [
    'a beginning of 0 against an end of 910 kWh', // citrineos-core pull request 1060: 0.083 kWh were delivered.
    { readings: readings(['10:00', 0], ['10:05', '910031.5']), ...over },
    'begin-at-zero'
  ],
  [
    'the same over a whole night, when its power is nothing odd',
    { readings: readings(['01:00', 0], ['12:00', 910_031]), ...over },
    'begin-at-zero'
  ],
  [
    'a 22 kW connector that gave 80 kWh in an hour',
    { readings: readings(['10:00', 7000], ['11:00', 87_000]), meter: { mostPowerW: 22_000 } },
    'impossible-power'
  ],
  [
    'prices that were never published',
    { readings: readings(['10:00', 0], ['11:00', 1]) },
    'price-missing',
    spot
  ]
]

for (const [name, session, reason, tariff = perKwh] of bad)
  void test(`${name}: nothing is billed, a person looks`, async (t) => {
    const rated = rateSession(session, tariff, 'UTC')
    t.strictSame(rated.review, [reason])
    t.strictSame([rated.lines, rated.total.amountMinor, rated.exact.incl, rated.energyWh], [[], 0, '0', '0'])
    const plan = {
      currency: 'EUR',
      segments: [{ start: '00:00', end: '24:00', electricityPrice: '1', servicePrice: '0' }]
    }
    if (tariff === perKwh) t.strictSame(rateSession(session, plan, 'UTC').review, [reason])
  })

void test('every reason of the closed list is shown above', async (t) => {
  t.strictSame(new Set(bad.map(([, , reason]) => reason)), new Set(reviewReasons))
})

void test('a session that runs has no price yet for its first reading, but its start fee', async (t) => {
  const rated = rateSession({ readings: readings(['10:00', 5]) }, perKwh, 'UTC')
  t.match(rated, { review: [], exact: { excl: '2' }, energyWh: '0' })
})

void test('a register that begins at 0 with each session is nothing odd', async (t) => {
  const rated = rateSession({ readings: readings(['10:00', 0], ['12:00', 80_000]), ...over }, perKwh, 'UTC')
  t.match(rated, { review: [], exact: { excl: '82' } })
})

void test('readings out of order are put in order, untrusted ones left out, both are noted', async (t) => {
  const session = {
    readings: [
      ...readings(['11:00', 3000], ['10:00', 1000]),
      { at: at('10:30'), registerWh: 9_000_000, trust: 'implausible' as const }
    ]
  }
  t.match(rateSession(session, perKwh, 'UTC'), {
    exact: { excl: '4' },
    notes: ['untrusted-left-out', 'out-of-order']
  })
})

void test('a register may roll over, twice if need be', async (t) => {
  const rounds = readings(
    ['10:00', 99_000],
    ['10:30', 500],
    ['11:00', 50_000],
    ['11:30', 99_500],
    ['12:00', 0]
  )
  const rated = rateSession({ readings: rounds, meter: { wrapsAtWh: 100_000 } }, perKwh, 'UTC')
  t.match(rated, { energyWh: '101000', exact: { excl: '103' }, notes: ['rolled-over'] })
})
