import { compare, fractionOf, times, whole, type Fraction } from './fraction.ts'
import { minuteOf } from './week.ts'
import type { Restrictions, TariffPrices } from './model.ts'
import { pointsOf } from './series.ts'

/** Where a tariff may change its answer: a session is cut there, and nowhere else needs cutting. */
export type Borders = {
  readonly minutes: readonly number[] // Of a local day; 0 too where days matter.
  readonly durationsMs: readonly number[]
  readonly idlesMs: readonly number[]
  readonly energiesWh: readonly Fraction[] // Ascending.
  readonly seriesMs: readonly number[] // Ascending instants.
  readonly needsPower: boolean
}

const known = new WeakMap<TariffPrices, Borders>()

export function bordersOf(tariff: TariffPrices): Borders {
  const found = known.get(tariff) ?? makeBorders(tariff)
  known.set(tariff, found)
  return found
}

function makeBorders({ elements, discounts = [], series = {} }: TariffPrices): Borders {
  const all = [...elements, ...discounts].flatMap(({ restrictions }) => restrictions ?? [])
  const energies = all.flatMap(({ minKwh, maxKwh }) => given([minKwh, maxKwh]))
  const seconds = (pick: (each: Restrictions) => readonly (number | undefined)[]) =>
    [...new Set(all.flatMap((each) => given(pick(each))))].map((each) => each * 1000)
  return {
    minutes: [...new Set(all.flatMap(minutesOf))],
    durationsMs: seconds(({ minDurationS, maxDurationS }) => [minDurationS, maxDurationS]),
    idlesMs: seconds(({ minIdleS, maxIdleS }) => [minIdleS, maxIdleS]),
    energiesWh: energies.map((kwh) => times(fractionOf(kwh), whole(1000))).toSorted(compare),
    seriesMs: Object.values(series)
      .flatMap((each) => pointsOf(each).flatMap(({ from, to }) => [from, to]))
      .toSorted((a, b) => a - b),
    needsPower: all.some(({ minPowerKw, maxPowerKw }) => (minPowerKw ?? maxPowerKw) !== undefined)
  }
}

function minutesOf({ startTime, endTime, weekdays, startDate, endDate }: Restrictions): number[] {
  const hours = given([startTime, endTime]).map((time) => minuteOf(time) % 1440)
  const needsMidnight = hours.length > 0 || (weekdays ?? startDate ?? endDate) !== undefined
  return needsMidnight ? [0, ...hours] : []
}

const given = <Value>(values: readonly (Value | undefined)[]): Value[] =>
  values.filter((each) => each !== undefined)
