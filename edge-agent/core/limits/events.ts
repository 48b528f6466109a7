import { judgeVersion, versionOf, type LimitRefusal, type SiteLimit } from '@nova/shared-protocol/model'
import { epochMsOf } from '@nova/shared-protocol/units'

/** The newest version ever heard of each event, by its key. Kept over restarts: an old version never comes back. */
export type EventBook = ReadonlyMap<string, SiteLimit>

/** One that no longer rules, and why. */
export type Ended = { readonly limit: SiteLimit; readonly detail: string }

export const eventKey = ({ source, eventId }: SiteLimit): string | null =>
  eventId === undefined ? null : `${source} ${eventId}`

/**
 * Takes note of a limit that was judged sound. Limits without an event pass. An older version, or other words under
 * a version already heard, are refused; the same again is not.
 */
export function learn(
  book: EventBook,
  limit: SiteLimit
): { readonly book: EventBook; readonly refusal: LimitRefusal | null } {
  const key = eventKey(limit)
  if (key === null) return { book, refusal: null }
  const known = book.get(key)
  const refusal = judgeVersion(limit, known)
  return { book: refusal === null ? new Map(book).set(key, limit) : book, refusal }
}

/**
 * What rules of the limits that are given now: of each event its newest version, though an older one may be given;
 * none of an event that was cancelled. Events of the book that nobody gives any more are withdrawn.
 */
export function settleEvents(
  given: readonly SiteLimit[],
  book: EventBook
): { readonly rules: readonly SiteLimit[]; readonly ended: readonly Ended[] } {
  const rules: SiteLimit[] = given.filter((limit) => eventKey(limit) === null)
  const ended: Ended[] = []
  const keys = new Set(given.flatMap((limit) => eventKey(limit) ?? []))
  for (const [key, newest] of book) {
    if (newest.cancelled === true)
      ended.push({ limit: newest, detail: `cancelled by version ${versionOf(newest)}` })
    else if (keys.has(key)) rules.push(newest)
    else ended.push({ limit: newest, detail: 'withdrawn' })
  }
  const unknown = given.filter((limit) => !book.has(eventKey(limit) ?? '') && eventKey(limit) !== null)
  return { rules: [...rules, ...unknown.filter(({ cancelled }) => cancelled !== true)], ended }
}

const keptMs = 7 * 86_400_000 // A partner that repeats itself does so within days.
const mostEvents = 500

/** Forgets events that are long over, and the oldest when there are too many. */
export function pruneBook(book: EventBook, nowMs: number): EventBook {
  const live = [...book].filter(([, { until }]) => until === undefined || epochMsOf(until) + keptMs > nowMs)
  return new Map(live.slice(-mostEvents))
}

/**
 * When an event begins here: up to `randomiseStartS` after its `from`, drawn from site and event, so that a restart
 * or a new version draws the same. Its end stays.
 */
export function startMsOf(limit: SiteLimit, seed: string): number | null {
  if (limit.from === undefined) return null
  const spreadS = limit.randomiseStartS ?? 0
  return (
    epochMsOf(limit.from) +
    Math.floor(drawOf(`${seed} ${eventKey(limit) ?? limit.source}`) * (spreadS + 1)) * 1000
  )
}

/** Evenly in [0, 1): FNV-1a with a finish, so that names that differ in their last letter lie far apart. */
function drawOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
