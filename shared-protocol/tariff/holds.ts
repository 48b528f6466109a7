import { compare, fractionOf, times, whole, type Fraction } from './fraction.ts'
import type { Restrictions } from './model.ts'
import type { Driver, Slice } from './slice.ts'
import { minuteOf } from './week.ts'

/** Does the restriction hold in this slice for this driver? */
export type Test = (slice: Slice, driver: Driver) => boolean

const dayMs = 86_400_000
const thousand = whole(1000)
const milli = (text: string): Fraction => times(fractionOf(text), thousand)

/** One test for all restrictions of an element; an element that is not for reservations never meets one. */
export function testOf(restrictions: Restrictions = {}): Test {
  const tests = [
    clockTest(restrictions),
    dateTest(restrictions),
    energyTest(restrictions),
    bandTest(restrictions, 'powerW'),
    bandTest(restrictions, 'currentMilliA'),
    durationTest(restrictions),
    idleTest(restrictions),
    driverTest(restrictions),
    signalTest(restrictions)
  ].filter((test) => test !== undefined)
  const { reservation } = restrictions
  const [only, another] = tests
  if (only === undefined) return (slice) => meets(reservation, slice.reservation)
  if (another === undefined)
    return (slice, driver) => meets(reservation, slice.reservation) && only(slice, driver)
  return (slice, driver) =>
    meets(reservation, slice.reservation) && tests.every((test) => test(slice, driver))
}

/** What is priced for a reservation that was made also holds for one that expired, if nothing else does first. */
function meets(wanted: Restrictions['reservation'], found: Slice['reservation']): boolean {
  if (found === null || wanted === undefined) return found === null && wanted === undefined
  return wanted === 'made' || found === 'expired'
}

function clockTest({ startTime, endTime, weekdays }: Restrictions): Test | undefined {
  if (startTime === undefined && endTime === undefined && weekdays === undefined) return undefined
  const from = minuteOf(startTime ?? '00:00') * 60_000
  const given = minuteOf(endTime ?? '24:00') * 60_000
  const to = given === 0 ? dayMs : given
  // Equal times: the whole day, as the widest reading that a driver may have been told.
  const inside = (ms: number) => (from < to ? ms >= from && ms < to : from === to || ms >= from || ms < to)
  return ({ local }) => inside(local.ms) && (weekdays === undefined || weekdays.includes(local.weekday))
}

function dateTest({ startDate, endDate }: Restrictions): Test | undefined {
  if (startDate === undefined && endDate === undefined) return undefined
  const from = startDate === undefined ? Number.NEGATIVE_INFINITY : dayOf(startDate)
  const to = endDate === undefined ? Number.POSITIVE_INFINITY : dayOf(endDate)
  return ({ local }) => local.day >= from && local.day < to
}

const epoch = Temporal.PlainDate.from('1970-01-01')
const dayOf = (date: string): number => epoch.until(Temporal.PlainDate.from(date)).days

function energyTest({ minKwh, maxKwh }: Restrictions): Test | undefined {
  if (minKwh === undefined && maxKwh === undefined) return undefined
  const [low, high] = [minKwh, maxKwh].map((each) => (each === undefined ? undefined : milli(each)))
  return ({ energyBefore }) =>
    (low === undefined || compare(energyBefore, low) >= 0) &&
    (high === undefined || compare(energyBefore, high) < 0)
}

/** Lowest at least `min`, highest below `max`; what was never measured meets no bound. */
function bandTest(restrictions: Restrictions, of: 'powerW' | 'currentMilliA'): Test | undefined {
  const { minPowerKw, maxPowerKw, minCurrentA, maxCurrentA } = restrictions
  const [min, max] = of === 'powerW' ? [minPowerKw, maxPowerKw] : [minCurrentA, maxCurrentA]
  if (min === undefined && max === undefined) return undefined
  const [low, high] = [min, max].map((each) => (each === undefined ? undefined : milli(each)))
  return (slice) => {
    const found = slice[of]
    if (!found) return false
    return (
      (low === undefined || compare(found.low, low) >= 0) &&
      (high === undefined || compare(found.high, high) < 0)
    )
  }
}

function durationTest({ minDurationS = 0, maxDurationS }: Restrictions): Test | undefined {
  if (minDurationS === 0 && maxDurationS === undefined) return undefined
  const until = maxDurationS === undefined ? Number.POSITIVE_INFINITY : maxDurationS * 1000
  return ({ durationMs }) => durationMs >= minDurationS * 1000 && durationMs < until
}

function idleTest({ minIdleS, maxIdleS }: Restrictions): Test | undefined {
  if (minIdleS === undefined && maxIdleS === undefined) return undefined
  const until = maxIdleS === undefined ? Number.POSITIVE_INFINITY : maxIdleS * 1000
  return ({ idleMs }) => idleMs !== null && idleMs >= (minIdleS ?? 0) * 1000 && idleMs < until
}

function driverTest({ groups, coupons }: Restrictions): Test | undefined {
  if (groups === undefined && coupons === undefined) return undefined
  return (_, driver) =>
    (groups?.some((each) => driver.groups.has(each)) ?? true) &&
    (coupons?.some((each) => driver.coupons.has(each)) ?? true)
}

/** A signal that was not recorded meets no bound: nobody is charged or let off by a guess. */
function signalTest({ signal }: Restrictions): Test | undefined {
  if (signal === undefined) return undefined
  const [low, high] = [signal.atLeast, signal.below].map((each) =>
    each === undefined ? undefined : fractionOf(each)
  )
  return ({ signals }) => {
    const value = signals.get(signal.name)
    if (value === undefined) return false
    return (low === undefined || compare(value, low) >= 0) && (high === undefined || compare(value, high) < 0)
  }
}
