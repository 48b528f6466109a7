import { isClockGood, msAt, utc } from './plausible.ts'
import type { Around, End, KeyedFact, Session } from './session.ts'

/** A day on the cable costs as if it had been driven away: what stands longer is towed, not billed. */
const longestWatchMs = 24 * 3_600_000

/** Clocks cut seconds, and the end and the status are two messages: less than this stood nowhere. */
const shortestMs = 1_000

/** Whoever ends a session so has pulled the cable, or nobody knows what stood there afterwards. */
const goesWithEnd = new Set<End['stopReason']>([
  'ev-disconnected',
  'unlock',
  'reboot',
  'power-loss',
  'unknown'
])

/** Whether the vehicle may stand there after this end, and it matters: its leaving is then watched. */
export const mayStand = (
  session: Session,
  end: Pick<End, 'byStop' | 'stopReason'>,
  around: Around
): boolean => end.byStop !== null && !goesWithEnd.has(end.stopReason) && around.watchesLeaving(session)

/** A vehicle that stands at its connector after the session's end, and the last sign of it. */
export type Standing = {
  readonly sessionId: string
  readonly endedAt: string
  readonly heardAt?: string // Edge time at which the end was told; absent where it was not kept.
  readonly seenAt: string // Last instant at which it was there as far as anybody watched.
  readonly link: number // The connection in which that was; another one: nobody watched in between.
}

/** What tells of it: the connector's status or the next start there, the connection's end, or time. */
export type Sign =
  | {
      readonly kind: 'there' | 'free'
      readonly at: string | null
      readonly heardAt: string
      readonly link: number
    }
  | { readonly kind: 'cut'; readonly at: string; readonly link: number }
  | { readonly kind: 'time'; readonly now: string }

export type Left = { readonly at: string; readonly seen: boolean }

/**
 * What a sign makes of a standing vehicle: it stands on, or has left. Time in which nobody watched is never
 * counted, unless the vehicle is found there again. All of it is measured on one clock, the one that dated the end.
 */
export function afterSign(standing: Standing, sign: Sign): Standing | Left {
  const { seenAt, link } = standing
  switch (sign.kind) {
    case 'there':
      return { ...standing, seenAt: later(seenAt, timeOf(standing, sign)), link: sign.link }
    case 'cut':
      return sign.link === link
        ? { ...standing, seenAt: later(seenAt, onItsClock(standing, sign.at)) }
        : standing
    case 'free':
      return sign.link === link
        ? { at: leftAt(standing, timeOf(standing, sign)), seen: true }
        : { at: leftAt(standing, seenAt), seen: false }
    case 'time': {
      const mostMs = msAt(standing.endedAt) + longestWatchMs
      return msAt(onItsClock(standing, sign.now)) < mostMs
        ? standing
        : { at: Temporal.Instant.fromEpochMilliseconds(mostMs).toString(), seen: false }
    }
  }
}

type Told = { readonly at: string | null; readonly heardAt: string }

/** Station time where both the end and the sign have it, else what passed between the two on the edge's clock. */
const timeOf = (standing: Standing, { at, heardAt }: Told): string =>
  at !== null && isClockGood(at, heardAt) && standing.heardAt !== standing.endedAt
    ? utc(at)
    : onItsClock(standing, heardAt)

/** An instant of the edge's clock as the clock says it that dated the end: a station may be minutes behind. */
function onItsClock({ endedAt, heardAt = endedAt }: Standing, edgeTime: string): string {
  const aheadMs = msAt(heardAt) - msAt(endedAt)
  if (aheadMs === 0) return edgeTime
  return Temporal.Instant.fromEpochMilliseconds(msAt(edgeTime) - aheadMs).toString()
}

const leftAt = ({ endedAt }: Standing, at: string): string =>
  msAt(at) - msAt(endedAt) < shortestMs ? endedAt : at

const later = (left: string, right: string): string => (msAt(left) < msAt(right) ? right : left)

export const hasLeft = (after: Standing | Left): after is Left => 'seen' in after

/** The session with its vehicle's leaving, and the fact that tells it. */
export const left = (session: Session, { at, seen }: Left): readonly [Session, KeyedFact] => [
  { ...session, left: { at, seen } },
  {
    key: `left/${session.sessionId}`,
    fact: { kind: 'session.left.v1', sessionId: session.sessionId, at, seen }
  }
]
