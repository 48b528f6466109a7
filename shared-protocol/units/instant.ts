const dayMs = 86_400_000

// The form everybody sends: UTC, whole seconds or milliseconds, a day that needs no leap-year rule.
const usual =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/

/**
 * Milliseconds since 1970 of an RFC 3339 instant; finer digits are cut off. The usual form is read by hand,
 * several times faster than Temporal: rating and metering read several instants for every register they look at.
 * @throws RangeError when the text is no instant
 */
export function epochMsOf(text: string): number {
  const known = knownDays(text)
  const time = known === undefined ? undefined : timeOf(text)
  if (known !== undefined && time !== undefined) return known * dayMs + time
  if (!usual.test(text)) return Temporal.Instant.from(text).epochMilliseconds
  const seconds = number(text, 11, 2) * 3600 + number(text, 14, 2) * 60 + number(text, 17, 2)
  const fraction = text.length === 24 ? number(text, 20, 3) : 0
  const days = daysFromCivil(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2))
  other = last
  last = { date: text.slice(0, 10), days }
  return days * dayMs + seconds * 1000 + fraction
}

// Most readings are of the day of the reading before, or of the day on which they are heard: a date that was good is
// not looked at again.
let last = { date: '1970-01-01', days: 0 }
let other = last

function knownDays(text: string): number | undefined {
  if (text.startsWith(last.date)) return last.days
  if (!text.startsWith(other.date)) return undefined
  ;[last, other] = [other, last]
  return last.days
}

/** Milliseconds of the day, of a text in the usual form whose date is good; undefined when it is of another form. */
function timeOf(text: string): number | undefined {
  if (!isMarked(text)) return undefined
  const seconds = pairBelow(24, text, 11) * 3600 + pairBelow(60, text, 14) * 60 + pairBelow(60, text, 17)
  const time = seconds * 1000 + millisecondsOf(text)
  return Number.isNaN(time) ? undefined : time
}

const isMarked = (text: string): boolean =>
  text[10] === 'T' && text[13] === ':' && text[16] === ':' && text.endsWith('Z')

function millisecondsOf(text: string): number {
  if (text.length === 20) return 0
  const last = text.charCodeAt(22) - 48
  const isThree = text.length === 24 && text[19] === '.' && last >= 0 && last <= 9
  return isThree ? pairBelow(100, text, 20) * 10 + last : Number.NaN
}

/** Two digits as a number; NaN when they are none, or too many. */
function pairBelow(limit: number, text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48]
  const isPair = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
  return isPair && tens * 10 + ones < limit ? tens * 10 + ones : Number.NaN
}

function number(text: string, from: number, digits: number): number {
  let value = 0
  for (let at = from; at < from + digits; at++) value = value * 10 + text.charCodeAt(at) - 48
  return value
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, counting years from March. */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}
