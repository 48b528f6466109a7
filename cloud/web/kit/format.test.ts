import fc from 'fast-check'
import { test } from 'tap'
import {
  addDecimals,
  decimalOf,
  energyParts,
  formatCurrent,
  formatDistance,
  formatMoney,
  formatPower,
  formatPrice
} from './format.ts'

const money = [
  { currency: 'CNY', amountMinor: 1234, en: '¥12.34' },
  { currency: 'CNY', amountMinor: -5, en: '-¥0.05' },
  { currency: 'JPY', amountMinor: 1234, en: 'JP¥1,234' },
  { currency: 'USD', amountMinor: 1234, en: 'US$12.34' },
  { currency: 'HKD', amountMinor: 1234, en: 'HK$12.34' },
  { currency: 'KWD', amountMinor: 1, en: /0\.001/ },
  { currency: 'EUR', amountMinor: 9_007_199_254_740_991, en: '€90,071,992,547,409.91' }
]

for (const { en, ...amount } of money)
  void test(`${amount.amountMinor} minor units of ${amount.currency} read as ${String(en)}`, async (t) => {
    t.match(formatMoney(amount, 'en'), en)
  })

void test('no two currencies look alike in one language, nor one of them otherwise in the other', async (t) => {
  const currencies = ['CNY', 'JPY', 'EUR', 'GBP', 'USD', 'HKD', 'SGD', 'AUD', 'KRW']
  for (const language of ['en', 'zh'] as const) {
    const shown = currencies.map((currency) => formatMoney({ currency, amountMinor: 0 }, language))
    t.equal(
      new Set(shown.map((each) => each.replaceAll(/[\d.]/g, ''))).size,
      currencies.length,
      shown.join(' ')
    )
  }
  const yen = { currency: 'JPY', amountMinor: 1234 }
  t.equal(formatMoney(yen, 'zh'), 'JP¥1,234')
  t.equal(formatMoney({ currency: 'CNY', amountMinor: 1234 }, 'zh'), '¥12.34')
  t.equal(formatPrice('39.6', 'JPY', 'en'), 'JP¥39.6', 'a price of a kilowatt-hour may have parts of a yen')
  t.equal(formatPrice('40', 'JPY', 'en'), 'JP¥40')
})

void test('what is unknown is a dash, never 0', async (t) => {
  t.equal(formatMoney(null, 'en'), '–')
  t.equal(formatPower(null, 'en'), '–')
  t.equal(formatPower(0, 'en'), '0.0 kW')
  t.equal(formatPrice(undefined, 'CNY', 'en'), '–')
  t.equal(formatCurrent(undefined, 'en'), '–')
})

void test('power, energy, current and distance carry their unit', async (t) => {
  t.equal(formatPower(11_040, 'en'), '11.0 kW')
  t.equal(formatPower(1_250_000, 'zh'), '1.25 MW')
  t.strictSame(energyParts(12_345, 'en'), { value: '12.35', unit: 'kWh' })
  t.strictSame(energyParts(12_345_000, 'en'), { value: '12.35', unit: 'MWh' })
  t.equal(formatCurrent(6_500, 'en'), '6.5 A')
  t.equal(formatDistance(444, 'en'), '440 m')
  t.equal(formatDistance(12_400, 'en'), '12 km')
})

void test('a price keeps every digit of the tariff', async (t) => {
  t.equal(formatPrice('0.65', 'CNY', 'en'), '¥0.65')
  t.equal(formatPrice('0.12345', 'CNY', 'en'), '¥0.12345')
})

void test('decimals add up exactly, whatever their digits', async (t) => {
  t.equal(addDecimals('0.1', '0.2'), '0.3')
  t.equal(addDecimals('1.2290', '0.5'), '1.7290')
  t.equal(addDecimals('3', '4'), '7')
  const cents = fc.integer({ min: 0, max: 1_000_000_000 })
  fc.assert(
    fc.property(cents, cents, (a, b) => addDecimals(decimalOf(a, 2), decimalOf(b, 2)) === decimalOf(a + b, 2))
  )
})
