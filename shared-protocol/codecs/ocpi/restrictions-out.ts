import type { Restrictions } from '../../tariff/model.ts'
import type { Loss } from './loss.ts'
import type { Version } from './wire.ts'

const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']

type Place = { readonly at: string; readonly losses: Loss[]; readonly version: Version }

/** TariffRestrictions; undefined when the element holds only under what OCPI cannot say, and is left out. */
export function restrictionsOut(
  given: Restrictions,
  { at, losses, version }: Place
): Record<string, unknown> | undefined {
  const unsaid = unsayable(given, version)
  if (unsaid.length > 0) {
    losses.push({ at, what: `OCPI ${version} knows no ${unsaid.join(', ')}: the element is left out` })
    return undefined
  }
  const { minIdleS, maxIdleS } = given
  if (minIdleS !== undefined || maxIdleS !== undefined)
    losses.push({ at, what: `the grace of ${minIdleS ?? 0} s after charging ended is not told` })
  return { ...clockOut(given), ...numbersOut(given), ...dayOut(given), ...reservationOut(given) }
}

function unsayable(
  { groups, coupons, signal, reservation, minCurrentA, maxCurrentA }: Restrictions,
  version: Version
): string[] {
  const old = version === '2.1.1'
  return [
    ...(groups ? ['driver groups'] : []),
    ...(coupons ? ['coupons'] : []),
    ...(signal ? [`signal ${signal.name}`] : []),
    ...(old && reservation !== undefined ? ['reservation'] : []),
    ...(old && (minCurrentA ?? maxCurrentA) !== undefined ? ['current'] : [])
  ]
}

/** 24:00 is 00:00 in OCPI, whose pattern ends at 23:59. */
function clockOut({ startTime, endTime, startDate, endDate }: Restrictions): Record<string, unknown> {
  return {
    ...(startTime === undefined ? {} : { start_time: startTime }),
    ...(endTime === undefined ? {} : { end_time: endTime === '24:00' ? '00:00' : endTime }),
    ...(startDate === undefined ? {} : { start_date: startDate }),
    ...(endDate === undefined ? {} : { end_date: endDate })
  }
}

function numbersOut(given: Restrictions): Record<string, unknown> {
  const pairs = [
    ['min_kwh', given.minKwh],
    ['max_kwh', given.maxKwh],
    ['min_current', given.minCurrentA],
    ['max_current', given.maxCurrentA],
    ['min_power', given.minPowerKw],
    ['max_power', given.maxPowerKw],
    ['min_duration', given.minDurationS],
    ['max_duration', given.maxDurationS]
  ] as const
  return Object.fromEntries(
    pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key, Number(value)]]))
  )
}

const dayOut = ({ weekdays }: Restrictions): Record<string, unknown> =>
  weekdays ? { day_of_week: weekdays.map((day) => days[day - 1]) } : {}

const reservationOut = ({ reservation }: Restrictions): Record<string, unknown> =>
  reservation === undefined
    ? {}
    : { reservation: reservation === 'made' ? 'RESERVATION' : 'RESERVATION_EXPIRES' }
