import { test } from 'tap'
import type { TariffPrices } from '@nova/shared-protocol/tariff'
import { idlePriceOf } from './idle-price.ts'

type Elements = TariffPrices['elements']
const rules = (...elements: Elements): TariffPrices => ({ currency: 'EUR', tax: 'none', elements })
const energy: Elements[number] = { components: [{ dimension: 'energy', price: '0.40' }] }
const idle = (price: string, minIdleS?: number): Elements[number] => ({
  components: [{ dimension: 'idle', price }],
  ...(minIdleS === undefined ? {} : { restrictions: { minIdleS } })
})

const table: readonly (readonly [string, TariffPrices | null, object | undefined])[] = [
  ['time of use', null, undefined],
  ['energy alone', rules(energy), undefined],
  ['a price of nothing', rules(energy, idle('0', 60)), undefined],
  ['an idle price', rules(energy, idle('6')), { price: '6', currency: 'EUR', graceS: 0 }],
  ['a grace of ten minutes', rules(energy, idle('6', 600)), { price: '6', currency: 'EUR', graceS: 600 }],
  [
    'two steps: the first is told',
    rules(idle('12', 3600), idle('6', 600)),
    { price: '6', currency: 'EUR', graceS: 600 }
  ],
  [
    'parking after charging',
    rules({ components: [{ dimension: 'parking', price: '3' }] }),
    { price: '3', currency: 'EUR', graceS: 0 }
  ]
]
for (const [what, given, wanted] of table)
  void test(`standing after charging costs, by ${what}: ${wanted ? 'so much' : 'nothing'}`, async (t) =>
    t.strictSame(idlePriceOf(given), wanted))
