import type { Series } from '@nova/shared-protocol/tariff'

export type Minutes = Series['minutes']

/** A local day's prices in their order, each for `minutes`. */
export type PriceDay = {
  readonly day: string // 2026-03-29
  readonly timeZone: string
  readonly minutes: Minutes
  readonly prices: readonly string[]
}

export type DaySpan = { readonly from: string; readonly until: string; readonly steps: number }

/**
 * A local day as instants: a day of 23 hours has 92 quarter-hours, one of 25 has 100.
 * @throws RangeError on a day or zone that does not exist, or a day that is no whole number of steps
 */
export function spanOfDay(day: string, timeZone: string, minutes: Minutes): DaySpan {
  const date = Temporal.PlainDate.from(day)
  const from = date.toZonedDateTime({ timeZone }).toInstant()
  const until = date.add({ days: 1 }).toZonedDateTime({ timeZone }).toInstant()
  const steps = (until.epochMilliseconds - from.epochMilliseconds) / (minutes * 60_000)
  if (!Number.isInteger(steps))
    throw new RangeError(`${day} in ${timeZone} is no whole number of ${minutes} minutes`)
  return { from: from.toString(), until: until.toString(), steps }
}

/** What is wrong with an upload, in words for the person who made it; null when it holds. */
export function oddDay({ day, timeZone, minutes, prices }: PriceDay): string | null {
  try {
    const { steps } = spanOfDay(day, timeZone, minutes)
    if (steps === prices.length) return null
    const hours = (steps * minutes) / 60
    return `${day} has ${hours} hours in ${timeZone}: ${steps} prices of ${minutes} minutes, not ${prices.length}.`
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

/**
 * Days as one series. Where days differ in their step the finest is taken and longer prices are repeated in it, so
 * that no price is stretched over what has none.
 */
export function seriesOfDays(days: readonly PriceDay[]): Series {
  const minutes = days.reduce<Minutes>((least, day) => (day.minutes < least ? day.minutes : least), 60)
  return { minutes, prices: days.flatMap((day) => pointsOf(day, minutes)) }
}

function pointsOf(priceDay: PriceDay, minutes: Minutes): Series['prices'] {
  const begin = Temporal.Instant.from(spanOfDay(priceDay.day, priceDay.timeZone, priceDay.minutes).from)
  const parts = priceDay.minutes / minutes
  return priceDay.prices.flatMap((price, index) =>
    Array.from({ length: parts }, (_, part) => ({
      at: begin.add({ minutes: index * priceDay.minutes + part * minutes }).toString(),
      price
    }))
  )
}
