import { test } from 'tap'
import { isEuropean, rateAt, rates, vatIdCountry } from './rates.ts'
import { taxationOf, type TaxQuestion } from './treatment.ts'

const table = [
  { country: 'DE', day: '2020-06-30', percent: '19' },
  { country: 'DE', day: '2020-07-01', percent: '16' },
  { country: 'DE', day: '2020-12-31', percent: '16' },
  { country: 'DE', day: '2021-01-01', percent: '19' },
  { country: 'EE', day: '2025-06-30', percent: '22' },
  { country: 'EE', day: '2025-07-01', percent: '24' },
  { country: 'FI', day: '2024-08-31', percent: '24' },
  { country: 'FI', day: '2024-09-01', percent: '25.5' },
  { country: 'RO', day: '2025-08-01', percent: '21' },
  { country: 'SK', day: '2025-01-01', percent: '23' },
  { country: 'CH', day: '2023-12-31', percent: '7.7' },
  { country: 'CH', day: '2024-01-01', percent: '8.1' },
  { country: 'SG', day: '2024-01-01', percent: '9' },
  { country: 'CA', day: '2026-01-01', percent: '5' },
  { country: 'CA', region: 'ON', day: '2026-01-01', percent: '13' },
  { country: 'CA', region: 'NS', day: '2025-03-31', percent: '15' },
  { country: 'CA', region: 'NS', day: '2025-04-01', percent: '14' },
  { country: 'JP', day: '2026-01-01', percent: '10' },
  { country: 'US', region: 'CA', day: '2026-01-01', percent: undefined },
  { country: 'DE', day: '1999-01-01', percent: undefined }
]
for (const { country, region = null, day, percent } of table)
  void test(`${country} ${region ?? ''} on ${day}: ${percent ?? 'no rate known'}`, async (t) => {
    t.equal(rateAt({ country, region }, 'service', day)?.percent, percent)
  })

void test('China taxes electricity and service apart: 13 % and 6 %', async (t) => {
  const place = { country: 'CN', region: null }
  t.equal(rateAt(place, 'electricity', '2026-03-01')?.percent, '13')
  t.equal(rateAt(place, 'electricity', '2019-03-31')?.percent, '16')
  t.equal(rateAt(place, 'service', '2026-03-01')?.percent, '6')
})

void test('every member state has a rate today, every row its source, and no two rows say the same', async (t) => {
  const members = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(
    ' '
  )
  t.equal(members.length, 27)
  for (const country of members) {
    t.ok(isEuropean(country))
    t.ok(rateAt({ country, region: null }, 'electricity', '2026-03-01'), country)
  }
  const keys = rates.map(({ country, region, component, validFrom }) =>
    [country, region, component, validFrom].join()
  )
  t.equal(new Set(keys).size, keys.length)
})

const ids = [
  { id: 'DE123456789', country: 'DE' },
  { id: 'ATU12345678', country: 'AT' },
  { id: 'EL123456789', country: 'GR' },
  { id: 'NL123456789B01', country: 'NL' },
  { id: 'GR123456789', country: undefined },
  { id: 'DE12345678', country: undefined },
  { id: 'XX123', country: undefined },
  { id: '91310000MA1FL0', country: undefined }
]
for (const { id, country } of ids)
  void test(`${id} is ${country ? `a VAT number of ${country}` : 'no VAT number of the Union'}`, async (t) => {
    t.equal(vatIdCountry(id), country)
  })

const question: TaxQuestion = {
  place: { country: 'DE', region: null },
  day: '2026-03-01',
  component: 'electricity',
  stated: null,
  seller: { country: 'NL', taxId: 'NL123456789B01' },
  buyer: { country: 'DE', taxId: 'DE123456789' },
  hooked: undefined
}
const cases: readonly { title: string; change: Partial<TaxQuestion>; category: string; percent: string | null; taken: string }[] = [
  { title: 'a seller from abroad and a German VAT number: reverse charge', change: {}, category: 'AE', percent: '0', taken: '19' },
  { title: 'no VAT number: German tax', change: { buyer: { country: 'DE' } }, category: 'S', percent: '19', taken: '19' },
  { title: 'nobody known: German tax', change: { buyer: undefined }, category: 'S', percent: '19', taken: '19' },
  { title: 'a seller established in Germany: German tax', change: { seller: { country: 'DE' } }, category: 'S', percent: '19', taken: '19' },
  { title: 'a VAT number of another country than where the car is: German tax', change: { buyer: { country: 'FR', taxId: 'FR12345678901' } }, category: 'S', percent: '19', taken: '19' },
  { title: 'a VAT number that is not well formed: German tax', change: { buyer: { country: 'DE', taxId: 'DE1' } }, category: 'S', percent: '19', taken: '19' },
  { title: 'a Swiss seller: German tax, Switzerland is outside', change: { seller: { country: 'CH' } }, category: 'S', percent: '19', taken: '19' },
  { title: 'the tariff’s own percentage goes before the table', change: { stated: '7', buyer: undefined }, category: 'S', percent: '7', taken: '7' },
  { title: 'a tariff that says 0 %', change: { stated: '0.0', buyer: undefined }, category: 'Z', percent: '0.0', taken: '0.0' },
  { title: 'no place: no tax is stated', change: { place: undefined }, category: 'O', percent: null, taken: '0' },
  { title: 'no place, but a tariff that knows', change: { place: undefined, stated: '19' }, category: 'S', percent: '19', taken: '19' },
  { title: 'the United States without a port: no tax is stated', change: { place: { country: 'US', region: 'CA' } }, category: 'O', percent: null, taken: '0' },
  { title: 'the United States with a port', change: { place: { country: 'US', region: 'CA' }, hooked: { percent: '7.25', name: 'Sales tax', source: 'port' } }, category: 'S', percent: '7.25', taken: '7.25' }
] // prettier-ignore
for (const { title, change, category, percent, taken } of cases)
  void test(title, async (t) => {
    const taxation = taxationOf({ ...question, ...change })
    t.match(taxation, { treatment: { category, percent }, taken })
    t.equal(taxation.treatment.exemption?.code, category === 'AE' ? 'VATEX-EU-AE' : undefined)
  })
