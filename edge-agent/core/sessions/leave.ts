import { isClockGood, msAt, utc } from './plausible.ts'
import type { Around, End, KeyedFact, Session } from './session.ts'

/** A day on the cable costs as if it had been driven away: what stands longer is towed, not billed. */
const longestWatchMs = 24 * 3_600_000

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
 * counted, unless the vehicle is found there again.
 */
export function afterSign(standing: Standing, sign: Sign): Standing | Left {
  const { endedAt, seenAt, link } = standing
  switch (sign.kind) {
    case 'there':
      return { ...standing, seenAt: later(seenAt, stationTime(sign)), link: sign.link }
    case 'cut':
      return sign.link === link ? { ...standing, seenAt: later(seenAt, sign.at) } : standing
    case 'free':
      return sign.link === link
        ? { at: later(endedAt, stationTime(sign)), seen: true }
        : { at: later(endedAt, seenAt), seen: false }
    case 'time': {
      const mostMs = msAt(endedAt) + longestWatchMs
      return msAt(sign.now) < mostMs
        ? standing
        : { at: Temporal.Instant.fromEpochMilliseconds(mostMs).toString(), seen: false }
    }
  }
}

const stationTime = ({ at, heardAt }: { readonly at: string | null; readonly heardAt: string }): string =>
  at !== null && isClockGood(at, heardAt) ? utc(at) : heardAt

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
