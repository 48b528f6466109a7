import { epochMsOf } from '../units/index.ts'
import { fractionOf, one, nought, plus, times, type Fraction } from './fraction.ts'
import type { Component, Series, TariffPrices } from './model.ts'

/** Price at an instant; undefined where the series has none. */
export type PriceAt = (instant: number) => Fraction | undefined

type Point = { readonly from: number; readonly to: number; readonly price: Fraction }

const known = new WeakMap<Series, readonly Point[]>()

/** Prices in order, each until the next one begins or its minutes are over. */
export function pointsOf(series: Series): readonly Point[] {
  const found = known.get(series)
  if (found) return found
  const starts = series.prices
    .map(({ at, price }) => ({ from: epochMsOf(at), price: fractionOf(price) }))
    .toSorted((a, b) => a.from - b.from)
  const made = starts.map(({ from, price }, index) => ({
    from,
    to: Math.min(from + series.minutes * 60_000, starts[index + 1]?.from ?? Number.POSITIVE_INFINITY),
    price
  }))
  known.set(series, made)
  return made
}

/** @throws RangeError when the component names a series that the tariff does not have */
export function seriesOf({ series = {} }: TariffPrices, { price }: Component): PriceAt {
  if (typeof price === 'string') {
    const fixed = fractionOf(price)
    return () => fixed
  }
  const found = series[price.series]
  if (!found) throw new RangeError(`there is no price series ${price.series}`)
  const points = pointsOf(found)
  const factor = price.times === undefined ? one : fractionOf(price.times)
  const extra = price.plus === undefined ? nought : fractionOf(price.plus)
  return (instant) => {
    const point = pointAt(points, instant)
    return point && plus(times(point.price, factor), extra)
  }
}

function pointAt(points: readonly Point[], instant: number): Point | undefined {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.from ?? 0) <= instant) low = middle + 1
    else high = middle
  }
  const point = points[low - 1]
  return point && instant < point.to ? point : undefined
}
