import { test } from 'tap'
import { TariffPrices, type Element } from '@nova/shared-protocol/tariff'
import { Problem } from '../../http/index.ts'
import { explainRules, insistOnRules } from './explain.ts'
import { lookBack, type PastSession } from './past.ts'
import { pricesOf } from './shapes.ts'

const energy = (price: string, restrictions?: Element['restrictions']): Element => ({
  components: [{ dimension: 'energy', price }],
  ...(restrictions ? { restrictions } : {})
})
const rules = (...elements: Element[]): TariffPrices => TariffPrices.parse({ currency: 'EUR', elements })

const odd: readonly (readonly [string, TariffPrices, readonly string[]])[] = [
  ['one price', rules(energy('0.3')), []],
  ['tiers that meet', rules(energy('0.3', { maxKwh: '10' }), energy('0.5', { minKwh: '10' })), []],
  ['no price', rules(), ['rules.elements']],
  [
    'an empty tier',
    rules(energy('0.3', { minKwh: '10.5', maxKwh: '10.50' })),
    ['rules.elements.0.restrictions.maxKwh']
  ],
  ['a tier by number, not by text', rules(energy('0.3', { minKwh: '9', maxKwh: '10' })), []],
  [
    'days the wrong way round',
    rules(energy('1', { startDate: '2026-02-01', endDate: '2026-01-01' })),
    ['rules.elements.0.restrictions.endDate']
  ],
  [
    'a grace that never ends',
    rules(energy('1', { minIdleS: 60, maxIdleS: 60 })),
    ['rules.elements.0.restrictions.maxIdleS']
  ],
  [
    'from 24:00',
    rules(energy('1', { startTime: '24:00', endTime: '06:00' })),
    ['rules.elements.0.restrictions.startTime']
  ],
  [
    'from 08:00 to 08:00',
    rules(energy('1', { startTime: '08:00', endTime: '08:00' })),
    ['rules.elements.0.restrictions.endTime']
  ],
  [
    'a price behind one that always holds',
    rules(energy('1'), energy('2', { weekdays: [1] })),
    ['rules.elements.1.components.0']
  ],
  [
    'a reservation behind one that always holds is its own',
    rules(energy('1'), {
      components: [{ dimension: 'flat', price: '1' }],
      restrictions: { reservation: 'made' }
    }),
    []
  ],
  ['a discount of nothing', { ...rules(energy('1')), discounts: [{ name: 'x' }] }, ['rules.discounts.0']],
  [
    'a series nobody asks for',
    { ...rules(energy('1')), series: { spot: { minutes: 15, prices: [] } } },
    ['rules.series.spot']
  ]
]
for (const [title, given, paths] of odd)
  void test(`${title}: ${paths.length === 0 ? 'holds' : `odd at ${paths.join()}`}`, async (t) => {
    t.strictSame(
      explainRules(given).map(({ path }) => path),
      paths
    )
  })

void test('what does not hold is refused with each place and its words', async (t) => {
  t.throws(() => insistOnRules(rules()), Problem)
  t.doesNotThrow(() => insistOnRules(rules(energy('1'))))
  t.throws(() => pricesOf({}), Problem)
  t.throws(() => pricesOf({ rules: rules(energy('1')), segments: [] }), Problem)
})

const hourly = (sessionId: string, kWh: number, billedMinor: number | null): PastSession => ({
  sessionId,
  driverId: sessionId === 's1' ? 'gold-driver' : null,
  startedAt: '2026-11-20T10:00:00Z',
  endedAt: '2026-11-20T11:00:00Z',
  readings: [
    { at: '2026-11-20T10:00:00Z', registerWh: 1000, trust: 'good' },
    { at: '2026-11-20T11:00:00Z', registerWh: 1000 + kWh * 1000, trust: 'good' }
  ],
  billed: billedMinor === null ? null : { currency: 'EUR', amountMinor: billedMinor }
})

void test('past sessions stand beside what they would have cost; who was not billed is named', async (t) => {
  const gold = {
    ...rules(energy('0.50')),
    discounts: [{ name: 'gold', percent: '10', restrictions: { groups: ['gold'] } }]
  }
  const foreign = { ...hourly('s4', 1, 1), billed: { currency: 'CNY', amountMinor: 1 } }
  const broken = { ...hourly('s5', -0.5, 100) }
  const past = [hourly('s1', 20, 800), hourly('s2', 10, 700), hourly('s3', 5, null), foreign, broken]
  const seen = lookBack(past, {
    rules: gold,
    timeZone: 'Europe/Amsterdam',
    groups: (id) => (id === 'gold-driver' ? ['gold'] : [])
  })
  // 20 kWh × 0.50 − 10 % = 9.00; 10 kWh × 0.50 = 5.00.
  t.match(seen.sessions, [
    { sessionId: 's1', energyWh: '20000', would: { amountMinor: 900 } },
    { sessionId: 's2', would: { amountMinor: 500 } }
  ])
  t.strictSame([seen.billed.amountMinor, seen.would.amountMinor], [1500, 1400])
  t.strictSame(seen.leftOut, [
    { sessionId: 's3', because: 'not-billed' },
    { sessionId: 's4', because: 'other-currency' },
    { sessionId: 's5', because: 'register-backwards' }
  ])
})
