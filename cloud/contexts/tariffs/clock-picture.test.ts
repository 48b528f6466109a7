import fc from 'fast-check'
import { test } from 'tap'
import { TariffPrices, validatePlan, type Element } from '@nova/shared-protocol/tariff'
import { clockPictureOf } from './clock-picture.ts'

const energy = (
  price: Element['components'][number]['price'],
  restrictions?: Element['restrictions']
): Element => ({
  components: [{ dimension: 'energy', price }],
  ...(restrictions ? { restrictions } : {})
})
const rules = (...elements: Element[]) => TariffPrices.parse({ currency: 'EUR', elements })
const all = { start: '00:00', end: '24:00', servicePrice: '0' }

const cases: readonly (readonly [string, TariffPrices, object])[] = [
  ['one price', rules(energy('0.4')), [{ ...all, electricityPrice: '0.4' }]],
  [
    'night through midnight before the rest',
    rules(energy('0.2', { startTime: '22:00', endTime: '06:00' }), energy('0.4')),
    [
      { start: '00:00', end: '06:00', electricityPrice: '0.2' },
      { start: '06:00', end: '22:00', electricityPrice: '0.4' },
      { start: '22:00', end: '24:00', electricityPrice: '0.2' }
    ]
  ],
  [
    'weekends apart',
    rules(energy('0.1', { weekdays: [6, 7] }), energy('0.4')),
    [
      { start: '00:00', end: '24:00', weekdays: [1, 2, 3, 4, 5], electricityPrice: '0.4' },
      { start: '00:00', end: '24:00', weekdays: [6, 7], electricityPrice: '0.1' }
    ]
  ],
  [
    'members pay less, but nobody knows who comes',
    rules(energy('0.1', { groups: ['gold'] }), energy('0.4')),
    [{ ...all, electricityPrice: '0.4' }]
  ],
  [
    'the first tier',
    rules(energy('0.3', { maxKwh: '10' }), energy('0.5', { minKwh: '10' })),
    [{ ...all, electricityPrice: '0.3' }]
  ],
  [
    'a margin on a series',
    rules(energy({ series: 'spot', plus: '0.12' })),
    [{ ...all, electricityPrice: '0.12' }]
  ],
  [
    'below nought and very exact',
    rules(energy('-0.1', { startTime: '12:00', endTime: '13:00' }), energy('0.12345678')),
    [{ electricityPrice: '0.123456' }, { electricityPrice: '0' }, { electricityPrice: '0.123456' }]
  ]
]
for (const [title, given, segments] of cases)
  void test(`by the clock: ${title}`, async (t) => t.match(clockPictureOf(given).segments, segments))

void test('any rules make a plan that holds, by at most 96 segments', async (t) => {
  const clock = fc
    .integer({ min: 0, max: 95 })
    .map(
      (quarter) =>
        `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`
    )
  const element = fc
    .record({
      price: fc.integer({ min: 0, max: 99 }),
      startTime: clock,
      endTime: clock,
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
    })
    .map(({ price, ...restrictions }) => energy(`0.${price}`, restrictions))
  fc.assert(
    fc.property(fc.array(element, { minLength: 1, maxLength: 40 }), (elements) => {
      const picture = clockPictureOf(rules(...elements))
      return picture.segments.length <= 96 && validatePlan(picture).length === 0
    })
  )
  t.pass('held')
})
