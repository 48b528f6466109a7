import { test } from 'tap'
import { explainTariff, type Element, type TariffPrices } from '../../tariff/index.ts'
import { explainOcpi } from './index.ts'

const perKwh = { dimension: 'energy', price: '0.25' } as const
const tariff = (elements: readonly Element[], more: Partial<TariffPrices> = {}): TariffPrices => ({
  currency: 'EUR',
  tax: 'added',
  elements: [...elements],
  ...more
})

const odd: readonly (readonly [string, TariffPrices])[] = [
  ['never-holds', tariff([{ components: [perKwh], restrictions: { minKwh: '5', maxKwh: '5' } }])],
  [
    'never-holds',
    tariff([{ components: [perKwh], restrictions: { startDate: '2026-02-01', endDate: '2026-01-01' } }])
  ],
  [
    'never-holds',
    tariff([{ components: [perKwh], restrictions: { signal: { name: 's', atLeast: '2', below: '1' } } }])
  ],
  [
    'never-reached',
    tariff([{ components: [perKwh] }, { components: [perKwh], restrictions: { maxKwh: '5' } }])
  ],
  ['free-otherwise', tariff([{ components: [perKwh], restrictions: { maxKwh: '5' } }])],
  ['whole-day', tariff([{ components: [perKwh], restrictions: { startTime: '08:00', endTime: '08:00' } }])],
  ['series-missing', tariff([{ components: [{ dimension: 'energy', price: { series: 'spot' } }] }])],
  [
    'series-gap',
    tariff([{ components: [perKwh] }], {
      series: {
        spot: {
          minutes: 60,
          prices: [
            { at: '2026-01-01T00:00:00Z', price: '1' },
            { at: '2026-01-01T02:00:00Z', price: '1' }
          ]
        }
      }
    })
  ],
  [
    'series-twice',
    tariff([{ components: [perKwh] }], {
      series: {
        spot: {
          minutes: 60,
          prices: [
            { at: '2026-01-01T00:00:00Z', price: '1' },
            { at: '2026-01-01T00:00:00Z', price: '2' }
          ]
        }
      }
    })
  ],
  ['reservation-mixed', tariff([{ components: [perKwh], restrictions: { reservation: 'made' } }])],
  ['reservation-mixed', tariff([{ components: [{ dimension: 'reservation', price: '1' }] }])],
  ['limits-cross', tariff([{ components: [perKwh] }], { minPrice: { excl: '2' }, maxPrice: { excl: '1' } })],
  [
    'idle-twice',
    tariff([
      {
        components: [
          { dimension: 'idle', price: '1' },
          { dimension: 'parking', price: '1' }
        ]
      }
    ])
  ],
  ['discount-empty', tariff([{ components: [perKwh] }], { discounts: [{ name: 'none' }] })],
  ['nothing-priced', tariff([])]
]

for (const [code, prices] of odd)
  void test(`a tariff that is odd is explained: ${code}`, async (t) => {
    const found = explainTariff(prices)
    t.ok(found.some((each) => each.code === code && each.detail.length > 10 && each.at.length > 3))
  })

void test('JSON that is no tariff is explained with the place', async (t) => {
  t.match(
    explainOcpi({ currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price: 'free' }] }] }),
    [{ code: 'unreadable', at: 'elements[0].price_components[0].price' }]
  )
  t.match(explainOcpi({ currency: 'EUR', elements: [{ price_components: [{ type: 'WATER', price: 1 }] }] }), [
    { code: 'not-understood', at: 'elements[0].price_components[0]' },
    { code: 'nothing-priced' }
  ])
})
