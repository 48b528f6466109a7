import { test } from 'tap'
import { TariffPrices, type Element } from '@nova/shared-protocol/tariff'
import { Problem } from '../../http/index.ts'
import { insistOnRules } from './explain.ts'
import { lookBack, type PastSession } from './past.ts'
import { pricesOf } from './shapes.ts'

const energy = (price: string, restrictions?: Element['restrictions']): Element => ({
  components: [{ dimension: 'energy', price }],
  ...(restrictions ? { restrictions } : {})
})
const rules = (...elements: Element[]): TariffPrices => TariffPrices.parse({ currency: 'EUR', elements })

const problemOf = (work: () => unknown): Problem | undefined => {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}

void test('rules that cannot be meant are refused with the place and the words of each', async (t) => {
  const empty = rules(energy('0.3', { minKwh: '10.5', maxKwh: '10.50' }))
  const refused = problemOf(() => insistOnRules(empty))
  t.match(refused, { status: 422, code: 'tariff-invalid' })
  t.match(refused?.message ?? '', /./)
})

void test('what is odd is said and kept', async (t) => {
  t.strictSame(insistOnRules(rules(energy('0.3'))), [])
  const hidden = insistOnRules(rules(energy('1'), energy('2', { weekdays: [1] })))
  t.match(hidden, [{ path: /^rules\.elements\[1\]/, code: 'never-reached' }])
  const dynamic = rules({ components: [{ dimension: 'energy', price: { series: 'spot' } }] })
  t.strictSame(insistOnRules(dynamic), [], 'its days are uploaded later')
})

void test('prices are of one kind', async (t) => {
  t.throws(() => pricesOf({}), Problem)
  t.throws(() => pricesOf({ rules: rules(energy('1')), segments: [] }), Problem)
})

const hourly = (sessionId: string, kWh: number, billedMinor: number | null): PastSession => ({
  sessionId,
  driverId: sessionId === 's1' ? 'gold-driver' : null,
  startedAt: '2026-11-20T10:00:00Z',
  endedAt: '2026-11-20T11:00:00Z',
  course: {},
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
