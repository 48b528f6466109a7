import type { RegisterReading, ReviewReason } from '@nova/shared-protocol/model'
import { epochMsOf } from '@nova/shared-protocol/units'

/** Before it there were no such stations: a clock that shows less has lost its battery (1970, 2000). */
const earliestMs = epochMsOf('2020-01-01T00:00:00.000Z')

/** A station with a wrong time zone is off by up to 14 h and is still heard by its own clock; more is no clock. */
const aheadMs = 24 * 3_600_000

/** Clocks are set in mid-session (a wrong zone or summer time is an hour), so energy may seem this much early. */
const slackMs = 3_600_000

/** Ratings are nominal; grid voltage and meter tolerance add to them. */
const tolerance = { numerator: 6, denominator: 5 } as const

/** Where no rating is known: more than any connector of today delivers. */
const anyRatingW = 1_500_000

/** @returns Unix ms, or null when the text is no instant */
export function msOf(at: string): number | null {
  try {
    return epochMsOf(at)
  } catch {
    return null
  }
}

/** For instants that were checked before: 0 never comes. */
export const msAt = (at: string): number => msOf(at) ?? 0

const usual = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/

/** An instant in the one form that facts carry; drivers speak it already, here it is made sure. */
export const utc = (at: string): string => (usual.test(at) ? at : Temporal.Instant.from(at).toString())

/** Whether the station's clock can be believed, heard by the edge at `heardAt`. */
export function isClockGood(at: string, heardAt: string): boolean {
  const ms = msOf(at)
  const heard = msOf(heardAt)
  return ms !== null && ms >= earliestMs && (heard === null || ms <= heard + aheadMs)
}

/** Most energy in Wh that a connector of `ratingW` can have delivered in `durationMs` of a clock that may be off. */
export function mostWh(ratingW: number | null, durationMs: number): number {
  const watts = ratingW ?? anyRatingW
  const ms = Math.max(0, durationMs) + slackMs
  return Math.ceil((watts * ms * tolerance.numerator) / (3_600_000 * tolerance.denominator))
}

export type Doubt = { readonly reason: ReviewReason; readonly detail: string }

/** What is wrong with a register that follows another in time; null when it may be billed from. */
export function doubt(before: RegisterReading, after: RegisterReading, ratingW: number | null): Doubt | null {
  const grown = after.registerWh - before.registerWh
  if (grown < 0)
    return {
      reason: 'register-rollback',
      detail: `${before.registerWh} Wh, then ${after.registerWh} Wh at ${after.at}`
    }
  const duration = msAt(after.at) - msAt(before.at)
  const most = mostWh(ratingW, duration)
  if (grown <= most) return null
  return {
    reason: 'register-jump',
    detail: `${grown} Wh in ${Math.round(duration / 1000)} s, at most ${most} Wh`
  }
}

/** Registers beyond it are no meter: 9 TWh. */
const highestWh = 9_000_000_000_000

/** A register counts up from 0: below it a station tells of no meter (reliability O18). */
export const isRegister = (wh: number): boolean => Number.isInteger(wh) && wh >= 0 && wh <= highestWh
