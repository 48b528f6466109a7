import fc from 'fast-check'
import { test } from 'tap'
import { minorDigits, money } from '@nova/shared-protocol/units'
import { exchange } from './exchange.ts'

const table = [
  // 100.00 × 7.8123 = 781.23
  {
    sold: money('EUR', 10_000),
    quote: 'CNY',
    rate: '7.8123',
    spread: '0',
    bought: 78_123,
    kept: '0.000000000000',
    taken: 0
  },
  // 0.01 × 7.8123 = 0.078123: 0.07 are given, 0.8123 of a fen stay.
  {
    sold: money('EUR', 1),
    quote: 'CNY',
    rate: '7.8123',
    spread: '0',
    bought: 7,
    kept: '0.812300000000',
    taken: 0
  },
  // 10.00 EUR × 162.37 = 1623.7 yen: no half yen is given away.
  {
    sold: money('EUR', 1_000),
    quote: 'JPY',
    rate: '162.37',
    spread: '0',
    bought: 1_623,
    kept: '0.700000000000',
    taken: 0
  },
  // 1000 JPY × 0.002 = 2.000 KWD, three digits.
  {
    sold: money('JPY', 1_000),
    quote: 'KWD',
    rate: '0.002',
    spread: '0',
    bought: 2_000,
    kept: '0.000000000000',
    taken: 0
  },
  // 781.23, 0.5 % of it 3.90615, up: 3.91; 777.32 are given.
  {
    sold: money('EUR', 10_000),
    quote: 'CNY',
    rate: '7.8123',
    spread: '0.5',
    bought: 77_732,
    kept: '0.000000000000',
    taken: 391
  }
]
for (const { sold, quote, rate, spread, bought, kept, taken } of table)
  void test(`${sold.amountMinor} ${sold.currency} at ${rate}, ${spread} % apart: ${bought} ${quote}`, async (t) => {
    t.strictSame(exchange(sold, { base: sold.currency, quote, rate }, spread), {
      sold,
      bought: money(quote, bought),
      spread: money(quote, taken),
      keptExact: kept
    })
  })

void test('rounding never costs the liquidity account, and never more than a minor unit stays with it', async (t) => {
  const currency = fc.constantFrom('EUR', 'CNY', 'JPY', 'KWD', 'USD')
  const rate = fc
    .integer({ min: 1, max: 2_000_000_000 })
    .map((units) => `${Math.trunc(units / 1e6)}.${String(units % 1e6).padStart(6, '0')}`)
  const given = fc.record({
    base: currency,
    quote: currency,
    amount: fc.integer({ min: 0, max: 10_000_000 }),
    text: rate,
    percent: fc.integer({ min: 0, max: 500 })
  })
  fc.assert(
    fc.property(given, ({ base, quote, amount, text, percent }) => {
      const spreadPercent = `${Math.trunc(percent / 100)}.${String(percent % 100).padStart(2, '0')}`
      const { bought, spread } = exchange(money(base, amount), { base, quote, rate: text }, spreadPercent)
      const exact = BigInt(amount) * BigInt(text.replace('.', '')) * 10n ** BigInt(minorDigits(quote))
      const one = 10n ** BigInt(6 + minorDigits(base))
      const mid = BigInt(bought.amountMinor + spread.amountMinor)
      const spreadOk = BigInt(spread.amountMinor) * 10_000n >= mid * BigInt(percent)
      return mid * one <= exact && exact - mid * one < one && spreadOk && bought.amountMinor >= 0
    }),
    { numRuns: 5_000 }
  )
  t.pass()
})

const wrong = [
  { title: 'another currency', sold: money('USD', 1), rate: '1', spread: '0' },
  { title: 'an amount below zero', sold: money('EUR', -1), rate: '1', spread: '0' },
  { title: 'a rate of zero', sold: money('EUR', 1), rate: '0', spread: '0' },
  { title: 'no number', sold: money('EUR', 1), rate: '1e3', spread: '0' },
  { title: 'a spread above all', sold: money('EUR', 100), rate: '1', spread: '101' }
]
for (const { title, sold, rate, spread } of wrong)
  void test(`${title} is not exchanged`, async (t) => {
    t.throws(() => exchange(sold, { base: 'EUR', quote: 'CNY', rate }, spread), RangeError)
  })
