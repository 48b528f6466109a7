import { closed } from './finish.ts'
import { isClockGood, msAt, msOf, utc } from './plausible.ts'
import { suspended } from './say.ts'
import { nothing, samePlace, together } from './session.ts'
import type { Around, Book, Effects, Session } from './session.ts'

/** After a boot a station that goes on sends a meter value or the stop; 15 min are three of the longest intervals. */
const rebootPatienceMs = 15 * 60_000

/** A reordered backlog comes within milliseconds, a stop that is tried again within seconds. */
const followedPatienceMs = 10_000

/** A free connector has no session: its stop is late by now, even from a long backlog. */
const freePatienceMs = 10 * 60_000

/** A charger that is gone for a day ends its sessions here; a stop that comes later corrects the end. */
const gonePatienceMs = 24 * 3_600_000

/** The charger booted: whether it takes its sessions up again, its next words will tell. */
export function booted(book: Book, chargerId: string, heardAt: string): Effects {
  const open = book.openOf(chargerId).filter((each) => each.rebootedAt === null)
  return { ...nothing, sessions: open.map((each) => ({ ...each, rebootedAt: heardAt })) }
}

export type StatusHeard = {
  readonly status: 'charging' | 'suspended'
  readonly suspendedBy: 'ev' | 'evse' | null
  readonly at: string | null // Station time; the shadow has already refused what is older than known.
  readonly heardAt: string
}

/** The car or the station pauses, or goes on. */
export function statusHeard(session: Session, heard: StatusHeard): Effects {
  const { status, suspendedBy, heardAt } = heard
  const at = heard.at !== null && isClockGood(heard.at, heardAt) ? utc(heard.at) : heardAt
  const by = status === 'suspended' ? (suspendedBy ?? 'unknown') : null
  if (session.end || by === session.suspendedBy || msAt(at) < msAt(session.startedAt)) return nothing
  const next: Session = {
    ...session,
    suspendedBy: by,
    status: by === null ? 'started' : 'suspended',
    rebootedAt: null
  }
  return { ...nothing, sessions: [next], facts: suspended(next, at) }
}

/** What the edge sees of a session from outside; times in ms of the edge's clock, null: not so. */
export type Signs = { readonly goneSinceMs: number | null; readonly freeSinceMs: number | null }

/** Closes, once a second, what nobody will end any more. `at` is now. */
export function overdue(
  book: Book,
  chargerId: string,
  look: { at: string; around: Around; signs: (session: Session) => Signs }
): Effects {
  const now = msAt(look.at)
  const open = book.openOf(chargerId)
  const ends = open.flatMap((session) => {
    const why = whyOver(session, { now, signs: look.signs(session), isBehind: isBehind(session, open) })
    return why ? [closed(session, { ...why, at: look.at }, look.around)] : []
  })
  return together(nothing, ...ends)
}

/** A later session runs on the same connector: this one came late, out of order. */
const isBehind = (session: Session, open: readonly Session[]): boolean =>
  open.some(
    (other) =>
      other !== session && samePlace(other, session) && msAt(other.startedAt) > msAt(session.startedAt)
  )

function whyOver(session: Session, seen: { now: number; signs: Signs; isBehind: boolean }) {
  const { now, signs } = seen
  const longAgo = (since: number | null, patience: number) => since !== null && now - since > patience
  if (session.rebootedAt !== null && longAgo(msOf(session.rebootedAt), rebootPatienceMs))
    return {
      reason: 'charger-rebooted',
      detail: `booted at ${session.rebootedAt} and did not take the session up again`
    } as const
  if (session.followed && longAgo(msOf(session.followed.heardAt), followedPatienceMs))
    return {
      reason: session.rebootedAt === null ? 'stop-lost' : 'charger-rebooted',
      detail: session.followed.by
    } as const
  if (longAgo(signs.freeSinceMs, freePatienceMs))
    return { reason: 'stop-lost', detail: 'the connector is free and no stop has come' } as const
  if (seen.isBehind && longAgo(msOf(session.heardAt), freePatienceMs))
    return { reason: 'stop-lost', detail: 'a later session runs on the connector' } as const
  if (longAgo(signs.goneSinceMs, gonePatienceMs))
    return { reason: 'stop-lost', detail: 'the charger has been gone for a day' } as const
  return null
}
