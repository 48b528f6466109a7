// RFC 3339 with liberties that real chargers take: no zone (then UTC), a space for the T, a comma, no seconds.
const shape =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,9})\d*)?\s*(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/i
// Days that every month has, in UTC: right as it stands, without asking a calendar.
const ordinary = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}Z$/

/**
 * Instant in the one form that the whole system uses, `2026-01-02T03:04:05.678Z`, so that texts compare.
 * @returns null when the text names no instant
 */
export function readInstant(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 40) return null
  if (text.length === 24 && ordinary.test(text)) return text
  const parts = shape.exec(text.trim())
  return parts ? fromParts(parts) : null
}

function fromParts([, date, minutes, seconds = ':00', fraction = '', zone = 'Z']: readonly string[]):
  | string
  | null {
  const full = `${date}T${minutes}${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}${zone.toUpperCase()}`
  return ordinary.test(full) ? full : slowly(full)
}

function slowly(text: string): string | null {
  try {
    return instantAt(Temporal.Instant.from(text).epochMilliseconds)
  } catch (cause) {
    if (cause instanceof RangeError) return null // No such day or hour.
    throw cause
  }
}

/** Epoch milliseconds to the system's form of an instant. */
export const instantAt = (epochMs: number): string =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ fractionalSecondDigits: 3 })
