import { test } from 'tap'
import { TariffPrices } from '@nova/shared-protocol/tariff'
import { Problem } from '../../http/index.ts'
import { rulesOf } from './prices.ts'
import { spanOf, tried, TryAnswer, TryWanted } from './try.ts'

const rules = TariffPrices.parse({
  currency: 'EUR',
  elements: [
    { components: [{ dimension: 'flat', price: '1.00', taxPercent: '21' }] },
    { components: [{ dimension: 'energy', price: '0.40', taxPercent: '21' }] },
    { components: [{ dimension: 'idle', price: '6', taxPercent: '21' }], restrictions: { minIdleS: 900 } }
  ],
  discounts: [{ name: 'gold', percent: '10', on: ['energy'], restrictions: { groups: ['gold'] } }]
})
const wanted = TryWanted.parse({
  rules,
  timeZone: 'Europe/Amsterdam',
  session: {
    startedAt: '2026-06-01T10:00:00Z',
    endedAt: '2026-06-01T11:45:00Z',
    readings: [
      { at: '2026-06-01T10:00:00Z', registerWh: '0' },
      { at: '2026-06-01T11:00:00Z', registerWh: '25000' },
      { at: '2026-06-01T11:45:00Z', registerWh: '25000' }
    ],
    states: [
      { at: '2026-06-01T10:00:00Z', state: 'charging' },
      { at: '2026-06-01T11:00:00Z', state: 'finished' }
    ],
    driver: { groups: ['gold'] }
  }
})

void test('start fee, energy, idling after its grace, a discount and the tax of each', async (t) => {
  const bill = TryAnswer.parse({ ...tried(rules, wanted), warnings: [] })
  // 1.00 + 25 × 0.40 − 10 % of 10.00 + (45 − 15) min × 6/h = 1 + 10 − 1 + 3 = 13.00; with 21 %: 15.73.
  t.equal(bill.net.amountMinor, 1300)
  t.equal(bill.total.amountMinor, 1573)
  t.equal(bill.tax.amountMinor, 273)
  t.equal(
    bill.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    1573
  )
  t.strictSame(bill.lines.map(({ kind }) => kind).toSorted(), ['discount', 'energy', 'flat', 'idle'])
  t.strictSame(bill.review, [])
})

void test('registers that fall are not billed but named', async (t) => {
  const session = {
    ...wanted.session,
    readings: wanted.session.readings
      .toReversed()
      .map((each, index) => ({ ...each, at: wanted.session.readings[index]?.at ?? each.at }))
  }
  t.match(tried(rules, { ...wanted, session }), { review: ['register-backwards'], total: { amountMinor: 0 } })
})

void test('a zone nobody knows is refused', async (t) => {
  t.throws(() => tried(rules, { ...wanted, timeZone: 'Mars/Base' }), Problem)
})

void test('a plan by time of use is priced in the full model', async (t) => {
  const segments = [{ start: '00:00', end: '24:00', electricityPrice: '0.50', servicePrice: '0.30' }]
  const bill = tried(rulesOf({ currency: 'CNY', segments }), wanted)
  t.equal(bill.total.amountMinor, 2000) // 25 kWh × 0.80
  t.strictSame(
    bill.lines.map(({ part }) => part),
    ['electricity', 'service']
  )
})

void test('the time that series are asked for is that of the session', async (t) => {
  t.strictSame(spanOf(wanted.session), {
    from: '2026-06-01T10:00:00.000Z',
    until: '2026-06-01T11:45:00.000Z'
  })
  t.strictSame(spanOf({ readings: [] }), {
    from: '1970-01-01T00:00:00.000Z',
    until: '1970-01-01T00:00:00.000Z'
  })
})
