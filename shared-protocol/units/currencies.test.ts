import { test } from 'tap'
import { Currency, isCurrency, minorDigits } from './index.ts'

const table = [
  { currency: 'CNY', digits: 2 },
  { currency: 'EUR', digits: 2 },
  { currency: 'USD', digits: 2 },
  { currency: 'JPY', digits: 0 },
  { currency: 'KRW', digits: 0 },
  { currency: 'ISK', digits: 0 },
  { currency: 'KWD', digits: 3 },
  { currency: 'CLF', digits: 4 }
]
for (const { currency, digits } of table)
  void test(`${currency} is known and has ${digits} minor digits`, async (t) => {
    t.ok(isCurrency(currency))
    t.equal(minorDigits(currency), digits)
    t.equal(Currency.parse(currency), currency)
  })

for (const code of ['XYZ', 'ABC', 'QQQ', 'cny', 'EU', 'EURO', '', 'DEM', 'constructor'])
  void test(`"${code}" is no currency of ISO 4217`, async (t) => {
    t.notOk(isCurrency(code))
    t.throws(() => Currency.parse(code))
  })

// A second list, made by others (CLDR as Node carries it); what stands behind it came into ISO 4217 later or is a unit of account.
const others = new Set([...Intl.supportedValuesOf('currency'), 'CLF', 'UYI', 'UYW', 'VED', 'XCG', 'ZWG'])
void test('every currency we know is known elsewhere', async (t) => {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))
  const ours = all.filter(isCurrency)
  t.ok(ours.length > 150)
  t.strictSame(
    ours.filter((code) => !others.has(code)),
    []
  )
})
