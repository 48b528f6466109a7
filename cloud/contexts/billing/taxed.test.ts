import fc from 'fast-check'
import { test } from 'tap'
import { rate, type PlanPrices } from '@nova/shared-protocol/tariff'
import { arithmeticFaults } from './en16931.ts'
import { taxed, type Taxing } from './taxed.ts'

const zones = ['Asia/Shanghai', 'Europe/Amsterdam', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/New_York']
const countries = ['CN', 'DE', 'FI', 'HU', 'GB', 'CH', 'JP', 'IN', 'AU', 'US', 'BR']
const price = fc
  .integer({ min: 0, max: 3_000_000 })
  .map((units) => `${Math.trunc(units / 1e6)}.${String(units % 1e6).padStart(6, '0')}`)
const hour = fc.integer({ min: 0, max: 23 })

const session = fc.record({
  currency: fc.constantFrom('CNY', 'EUR', 'JPY', 'KWD'),
  timeZone: fc.constantFrom(...zones),
  country: fc.constantFrom(...countries),
  border: hour,
  prices: fc.tuple(price, price, price, price),
  begin: fc
    .integer({ min: 0, max: 1_000 })
    .map((days) => Date.UTC(2025, 0, 1) + days * 86_400_000 + days * 3_571_000),
  steps: fc.array(
    fc.record({ minutes: fc.integer({ min: 1, max: 300 }), wh: fc.integer({ min: 0, max: 90_000 }) }),
    { maxLength: 8 }
  )
})

type Session = typeof session extends fc.Arbitrary<infer Value> ? Value : never

function ratedOf({ currency, timeZone, border, prices: [a, b, c, d], begin, steps }: Session) {
  const at = `${String(border).padStart(2, '0')}:00`
  const plan: PlanPrices = {
    currency,
    segments:
      border === 0
        ? [{ start: '00:00', end: '24:00', electricityPrice: a, servicePrice: b }]
        : [
            { start: '00:00', end: at, electricityPrice: a, servicePrice: b },
            { start: at, end: '24:00', electricityPrice: c, servicePrice: d }
          ]
  }
  let [ms, registerWh] = [begin, 1_000_000]
  const readings = [{ at: new Date(ms).toISOString(), registerWh }]
  for (const { minutes, wh } of steps) {
    ms += minutes * 60_000
    registerWh += wh
    readings.push({ at: new Date(ms).toISOString(), registerWh })
  }
  return rate({ plan, timeZone, readings })
}

const taxing = (country: string, reverse = false): Taxing => ({
  place: { country, region: null },
  day: '2026-03-01',
  seller: reverse ? { name: 's', country: 'NL' } : { name: 's', country },
  buyer: reverse ? { name: 'b', country, taxId: 'DE123456789' } : undefined,
  hooked: {}
})
const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0)

void test('on 10,000 random sessions and zones the invoice comes to the rating’s total to the minor unit, and its parts add up', async (t) => {
  fc.assert(
    fc.property(session, (random) => {
      const rated = ratedOf(random)
      const bill = taxed(rated.lines, taxing(random.country))
      return (
        bill.totals.totalMinor === rated.total.amountMinor &&
        sum(bill.lines.map(({ amountMinor }) => amountMinor)) === rated.total.amountMinor &&
        bill.totals.netMinor + bill.totals.taxMinor + bill.totals.roundingMinor === rated.total.amountMinor &&
        arithmeticFaults(bill).length === 0
      )
    }),
    { numRuns: 10_000 }
  )
  t.pass()
})

void test('under reverse charge the buyer pays the price without its tax', async (t) => {
  fc.assert(
    fc.property(session, (random) => {
      const rated = ratedOf(random)
      const bill = taxed(rated.lines, taxing('DE', true))
      const exact = (rated.total.amountMinor * 100) / 119
      return (
        bill.totals.taxMinor === 0 &&
        Math.abs(bill.totals.totalMinor - exact) <= 0.5 + 1e-6 &&
        arithmeticFaults(bill).length === 0
      )
    }),
    { numRuns: 1_000 }
  )
  t.pass()
})

void test('Chinese electricity and service have their own rates; a line of the tariff’s own tax keeps it', async (t) => {
  const line = { name: 'x', quantity: '1', unit: 'kWh' as const, unitPrice: '1', rule: '' }
  const bill = taxed(
    [
      { ...line, part: 'electricity', amountMinor: 11_300 },
      { ...line, part: 'service', amountMinor: 10_600 },
      { ...line, part: undefined, amountMinor: 10_900, taxPercent: '9' }
    ],
    taxing('CN')
  )
  t.match(bill.taxes, [
    { percent: '13', baseMinor: 10_000, taxMinor: 1_300 },
    { percent: '6', baseMinor: 10_000, taxMinor: 600 },
    { percent: '9', baseMinor: 10_000, taxMinor: 900, source: 'tariff' }
  ])
  t.equal(bill.totals.roundingMinor, 0)
})
