const dayMs = 86_400_000
const zero = 0x30

// Where the form of the whole system, `2026-01-02T03:04:05.678Z`, has what is no digit.
const marks: readonly (readonly [at: number, code: number])[] = [
  [4, 0x2d],
  [7, 0x2d],
  [10, 0x54],
  [13, 0x3a],
  [16, 0x3a],
  [19, 0x2e],
  [23, 0x5a]
]

/**
 * An instant's text (RFC 3339, as `Temporal.Instant` takes it) → ms since 1970, cut off like `epochMilliseconds`.
 * Days that every month has, written in the system's own form, need no calendar: each meter value asks for several.
 * @throws RangeError when the text is no instant
 */
export function epochMsOf(text: string): number {
  return plainly(text) ?? Temporal.Instant.from(text).epochMilliseconds
}

/** @returns null for any other form, other years than 1970 to 9999, and the days 29, 30 and 31 */
function plainly(text: string): number | null {
  if (text.length !== 24) return null
  for (const [at, code] of marks) if (text.charCodeAt(at) !== code) return null
  const date = dateMs(100 * pair(text, 0) + pair(text, 2), pair(text, 5), pair(text, 8))
  const time = timeMs(pair(text, 11), pair(text, 14), pair(text, 17))
  const ms = date + time + 10 * pair(text, 20) + digit(text, 22)
  return Number.isNaN(ms) ? null : ms
}

// Comparisons with NaN, for what is no digit, are false.
const timeMs = (hours: number, minutes: number, seconds: number): number =>
  hours < 24 && minutes < 60 && seconds < 60 ? ((hours * 60 + minutes) * 60 + seconds) * 1000 : Number.NaN

const dateMs = (year: number, month: number, day: number): number =>
  year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28
    ? daysBefore(year, month, day) * dayMs
    : Number.NaN

/** Days from 1970-01-01, counted in years that begin in March: the leap day is their last. */
function daysBefore(year: number, month: number, day: number): number {
  const marchYear = month < 3 ? year - 1 : year
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400)
  const daysInYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return marchYear * 365 + leapDays + daysInYear - 719_468
}

const pair = (text: string, at: number): number => 10 * digit(text, at) + digit(text, at + 1)

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - zero
  return value >= 0 && value <= 9 ? value : Number.NaN
}
