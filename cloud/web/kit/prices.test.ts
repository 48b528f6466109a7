import fc from 'fast-check'
import { test } from 'tap'
import { bandsOfDay, clockOf, heightOf, nowAndNext, type Prices } from './prices.ts'

const prices: Prices = {
  currency: 'CNY',
  segments: [
    { name: 'valley', start: '22:00', end: '06:00', electricityPrice: '0.30', servicePrice: '0.4' },
    {
      name: 'peak',
      start: '08:00',
      end: '12:00',
      weekdays: [1, 2, 3, 4, 5],
      electricityPrice: '1.10',
      servicePrice: '0.4'
    }
  ],
  fallback: { electricityPrice: '0.70', servicePrice: '0.4' }
}

void test('a workday: valley over midnight, fallback between, peak in the morning', async (t) => {
  const read = bandsOfDay(prices, 3).map(({ fromMinute, toMinute, price }) => [
    clockOf(fromMinute),
    clockOf(toMinute),
    price
  ])
  t.strictSame(read, [
    ['00:00', '06:00', '0.70'],
    ['06:00', '08:00', '1.10'],
    ['08:00', '12:00', '1.50'],
    ['12:00', '22:00', '1.10'],
    ['22:00', '24:00', '0.70']
  ])
})

void test('at the weekend there is no peak', async (t) => {
  t.strictSame(
    bandsOfDay(prices, 7).map(({ price }) => price),
    ['0.70', '1.10', '0.70']
  )
})

void test('now and what comes next, over midnight too', async (t) => {
  const { now, next } = nowAndNext(prices, 3, 9 * 60)
  t.match(now, { name: 'peak', price: '1.50' })
  t.match(next, { fromMinute: 720, price: '1.10' })
  t.match(nowAndNext(prices, 3, 23 * 60).next, { fromMinute: 360 })
})

void test('without a fallback the uncovered minutes have no price', async (t) => {
  const { now } = nowAndNext({ currency: 'CNY', segments: prices.segments }, 6, 13 * 60)
  t.equal(now, null)
})

void test('the bands of a day lie in order, touch nothing twice and have a height between 0 and 1', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 7 }), (weekday) => {
      const bands = bandsOfDay(prices, weekday)
      return bands.every(
        (band, index) =>
          band.toMinute > band.fromMinute &&
          (index === 0 || (bands[index - 1]?.toMinute ?? 0) <= band.fromMinute) &&
          heightOf(band.price, bands) >= 0 &&
          heightOf(band.price, bands) <= 1
      )
    })
  )
  t.pass()
})
