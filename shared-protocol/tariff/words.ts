import type { Restrictions } from './model.ts'

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** The restrictions in words, for the line on the bill; empty when there are none. */
export function wordsOf(restrictions: Restrictions = {}): string {
  return [...clockWords(restrictions), ...rangeWords(restrictions), ...driverWords(restrictions)].join('; ')
}

function clockWords({ startTime, endTime, weekdays }: Restrictions): string[] {
  const hours =
    startTime === undefined && endTime === undefined ? [] : [`${startTime ?? '00:00'}–${endTime ?? '24:00'}`]
  return weekdays === undefined ? hours : [...hours, weekdays.map((day) => dayNames[day - 1]).join(', ')]
}

function rangeWords(given: Restrictions): string[] {
  return [
    ...range([given.startDate, given.endDate], '(days)'),
    ...range([given.minKwh, given.maxKwh], 'kWh'),
    ...range([given.minPowerKw, given.maxPowerKw], 'kW'),
    ...range([given.minCurrentA, given.maxCurrentA], 'A'),
    ...range([given.minDurationS, given.maxDurationS], 's of the session'),
    ...range([given.minIdleS, given.maxIdleS], 's after charging ended'),
    ...range([given.signal?.atLeast, given.signal?.below], given.signal?.name ?? '')
  ]
}

function driverWords({ reservation, groups, coupons }: Restrictions): string[] {
  return [
    ...(reservation === undefined ? [] : [`reservation ${reservation}`]),
    ...(groups === undefined ? [] : [`for ${groups.join(', ')}`]),
    ...(coupons === undefined ? [] : [`coupon ${coupons.join(', ')}`])
  ]
}

type Bounds = readonly [string | number | undefined, string | number | undefined]

function range([low, high]: Bounds, unit: string): string[] {
  if (low === undefined && high === undefined) return []
  if (high === undefined) return [`from ${low} ${unit}`]
  return [low === undefined ? `below ${high} ${unit}` : `${low} to ${high} ${unit}`]
}
