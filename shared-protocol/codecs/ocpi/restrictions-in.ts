import type { Restrictions } from '../../tariff/model.ts'
import { textOf } from './numbers.ts'
import type { Loss } from './loss.ts'
import type { Numeric, OcpiRestrictions } from './wire.ts'

const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
const understood = new Set(
  'start_time end_time start_date end_date min_kwh max_kwh min_current max_current min_power max_power min_duration max_duration day_of_week reservation'.split(
    ' '
  )
)

/** TariffRestrictions as ours. What is not understood is said; it cannot be obeyed. */
export function restrictionsIn(given: OcpiRestrictions, at: string, losses: Loss[]): Restrictions {
  for (const key of Object.keys(given))
    if (!understood.has(key) && given[key] !== null)
      losses.push({ at: `${at}.${key}`, what: 'unknown restriction' })
  return {
    ...clockIn(given, at, losses),
    ...numbersIn(given),
    ...secondsIn(given),
    ...reservationIn(given, at, losses)
  }
}

const timeForm = /^([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$/
const midnight = /^24:00(?::00)?$/ // Not OCPI's own way to say it, but met.
const dayForm = /^\d{4}-\d{2}-\d{2}/

function clockIn(given: OcpiRestrictions, at: string, losses: Loss[]): Restrictions {
  const made: { -readonly [Key in keyof Restrictions]: Restrictions[Key] } = {}
  const time = (text: string | null | undefined, field: string): string | undefined => {
    if (text === null || text === undefined) return undefined
    if (midnight.test(text.trim())) return '00:00'
    const [whole, hour = '', minute = ''] = timeForm.exec(text.trim()) ?? []
    if (whole === undefined) losses.push({ at: `${at}.${field}`, what: `${text} is no time of day` })
    return whole === undefined ? undefined : `${hour.padStart(2, '0')}:${minute}`
  }
  const [start, end] = [time(given.start_time, 'start_time'), time(given.end_time, 'end_time')]
  if (start !== undefined) made.startTime = start
  if (end !== undefined) made.endTime = end
  const [from, to] = [given.start_date, given.end_date].map((text) => dayForm.exec(text ?? '')?.[0])
  if (from !== undefined) made.startDate = from
  if (to !== undefined) made.endDate = to
  const weekdays = weekdaysIn(given.day_of_week ?? [], at, losses)
  if (weekdays.length > 0) made.weekdays = weekdays
  return made
}

function weekdaysIn(names: readonly string[], at: string, losses: Loss[]): number[] {
  return names.flatMap((name) => {
    const index = days.indexOf(name.toUpperCase())
    if (index < 0) losses.push({ at: `${at}.day_of_week`, what: `${name} is no day of the week` })
    return index < 0 ? [] : [index + 1]
  })
}

function numbersIn(given: OcpiRestrictions): Restrictions {
  const pairs = [
    ['minKwh', given.min_kwh],
    ['maxKwh', given.max_kwh],
    ['minCurrentA', given.min_current],
    ['maxCurrentA', given.max_current],
    ['minPowerKw', given.min_power],
    ['maxPowerKw', given.max_power]
  ] as const
  return Object.fromEntries(pairs.flatMap(([key, value]) => (isGiven(value) ? [[key, textOf(value)]] : [])))
}

function secondsIn(given: OcpiRestrictions): Restrictions {
  const pairs = [
    ['minDurationS', given.min_duration],
    ['maxDurationS', given.max_duration]
  ] as const
  return Object.fromEntries(pairs.flatMap(([key, value]) => (isGiven(value) ? [[key, Number(value)]] : [])))
}

const isGiven = (value: Numeric | null | undefined): value is Numeric => value !== null && value !== undefined

function reservationIn({ reservation }: OcpiRestrictions, at: string, losses: Loss[]): Restrictions {
  const said = reservation?.toUpperCase()
  if (said === undefined) return {}
  if (said === 'RESERVATION') return { reservation: 'made' }
  if (said === 'RESERVATION_EXPIRES') return { reservation: 'expired' }
  losses.push({ at: `${at}.reservation`, what: `${said} is not one of OCPI's` })
  return {}
}
