import fc from 'fast-check'
import { test } from 'tap'
import { bordersOf } from './borders.ts'
import { compare, fractionOf } from './fraction.ts'
import type { Component, Series, TariffPrices } from './model.ts'
import { pointsOf, seriesOf } from './series.ts'

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString()
const ms = (minute: number): number => Date.parse(at(minute))
const hourly: Series = {
  minutes: 60,
  prices: [
    { at: at(60), price: '0.20' },
    { at: at(0), price: '0.10' }, // Prices may come in any order.
    { at: at(180), price: '-0.05' }
  ]
}
const tariff = (more: Partial<TariffPrices> = {}): TariffPrices => ({
  currency: 'EUR',
  tax: 'added',
  elements: [],
  series: { spot: hourly },
  ...more
})
const energy = (price: Component['price']): Component => ({ dimension: 'energy', price })
const priceAt = (price: Component['price'], minute: number): string | undefined => {
  const found = seriesOf(tariff(), energy(price))(ms(minute))
  return (
    found && ['-0.05', '0.1', '0.2', '0.25', '0.35'].find((each) => compare(found, fractionOf(each)) === 0)
  )
}

const looks: readonly [string, Component['price'], number, string | undefined][] = [
  ['before the first price there is none', { series: 'spot' }, -1, undefined],
  ['from its first millisecond a price holds', { series: 'spot' }, 0, '0.1'],
  ['until the next one begins', { series: 'spot' }, 59, '0.1'],
  ['the next one', { series: 'spot' }, 60, '0.2'],
  ['when its minutes are over there is none', { series: 'spot' }, 120, undefined],
  ['a price below nought', { series: 'spot' }, 181, '-0.05'],
  ['after the last there is none', { series: 'spot' }, 240, undefined],
  ['a factor and something on top', { series: 'spot', times: '1.5', plus: '0.05' }, 61, '0.35'],
  ['a fixed price knows no time', '0.25', 100_000, '0.25']
]
for (const [title, price, minute, shown] of looks) {
  void test(title, async (t) => t.equal(priceAt(price, minute), shown))
}

void test('a series that the tariff does not have is refused by its name', async (t) => {
  t.throws(() => seriesOf(tariff(), energy({ series: 'gas' })), { name: 'RangeError', message: /gas/ })
})

void test('points never overlap, and an instant has the price of the last one begun', async (t) => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      minutes,
      fc.constantFrom<Series['minutes']>(15, 30, 60),
      fc.integer({ min: -10, max: 700 }),
      (starts, long, look) => {
        const series: Series = {
          minutes: long,
          prices: starts.map((minute) => ({ at: at(minute), price: String(minute) }))
        }
        const points = pointsOf(series)
        const isApart = points.every(({ to }, index) => to <= (points[index + 1]?.from ?? to))
        const begun = Math.max(...starts.filter((minute) => minute <= look))
        const expected = look < begun + long ? String(begun) : undefined
        const found = seriesOf(tariff({ series: { s: series } }), energy({ series: 's' }))(ms(look))
        const isRight =
          expected === undefined || begun === Number.NEGATIVE_INFINITY
            ? found === undefined
            : found !== undefined && compare(found, fractionOf(expected)) === 0
        return isApart && isRight
      }
    )
  )
  t.pass()
})

void test('borders are where a restriction or a price may change its answer, and nowhere else', async (t) => {
  const borders = bordersOf(
    tariff({
      elements: [
        {
          components: [],
          restrictions: { startTime: '08:00', endTime: '24:00', minKwh: '2.5', maxDurationS: 3_600 }
        },
        { components: [], restrictions: { minKwh: '0.5', minPowerKw: '11', minIdleS: 60 } }
      ]
    })
  )
  t.strictSame(
    [...borders.minutes].toSorted((a, b) => a - b),
    [0, 480],
    'midnight counts where hours do'
  )
  t.strictSame(borders.durationsMs, [3_600_000])
  t.strictSame(borders.idlesMs, [60_000])
  t.ok(borders.needsPower)
  t.equal(borders.energiesWh.length, 2)
  t.ok(
    borders.energiesWh.every((wh, index) => compare(wh, fractionOf(['500', '2500'][index] ?? '')) === 0),
    'rising'
  )
  t.strictSame(borders.seriesMs, [0, 60, 60, 120, 180, 240].map(ms))
  const plain = bordersOf(tariff({ series: {}, elements: [{ components: [] }] }))
  t.strictSame([plain.minutes, plain.durationsMs, plain.needsPower], [[], [], false])
  t.strictSame(
    bordersOf(tariff({ elements: [{ components: [], restrictions: { weekdays: [1] } }] })).minutes,
    [0]
  )
})
