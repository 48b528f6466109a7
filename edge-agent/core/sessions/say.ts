import type { ReviewReason } from '@nova/shared-protocol/model'
import { isPlaced, type KeyedFact, type Session, type StartHeard, type StopHeard } from './session.ts'

const longestRaw = 65_536
const longestId = 36

/** As JSON inside of JSON a text may grow sixfold; an event beyond 200,000 characters would block its lane. */
const longestEscaped = 150_000

/** What survives any escaping. */
const shortenedRaw = 20_000

export function shortRaw(raw: string): string {
  const cutRaw = raw.slice(0, longestRaw)
  return JSON.stringify(cutRaw).length <= longestEscaped ? cutRaw : cutRaw.slice(0, shortenedRaw)
}

/**
 * OCPP 1.6: station, connector, idTag, timestamp, meterStart. Where the station gives the id (2.x), the id is
 * the key: careless stations change the rest from one repetition to the next.
 */
export function startKey(heard: StartHeard): string {
  const { chargerId, evseId, connectorId, tokenUid, at, meterStartWh, transactionId } = heard
  return transactionId === null
    ? `start/${chargerId}/${evseId}/${connectorId}/${cut(tokenUid)}/${at.slice(0, longestId)}/${meterStartWh}`
    : `start/${chargerId}/${cut(transactionId)}`
}

/** OCPP 1.6: station, transactionId. */
export const stopKey = (chargerId: string, transactionId: string): string =>
  `stop/${chargerId}/${cut(transactionId)}`

/** With the content: what different stops under the same id are told apart by. */
export const stopContentKey = ({ chargerId, transactionId, at, meterStopWh }: StopHeard): string =>
  `${stopKey(chargerId, transactionId)}/${at.slice(0, longestId)}/${meterStopWh}`

export const cut = (id: string): string => id.slice(0, longestId)

/** A token as a fact may carry it: 1 to 36 characters. */
export const shownToken = (uid: string): string => cut(uid) || '?'

export function started(session: Session): KeyedFact[] {
  if (!isPlaced(session)) return []
  const { sessionId, chargerId, evseId, connectorId, transactionId, tokenUid, startedAt, meterStartWh } =
    session
  const { reservationId, commandId, offline, tariff, priced } = session
  const groups = priced ? { priceGroups: [...priced.groups] } : {}
  const place = {
    sessionId,
    chargerId,
    evseId,
    connectorId,
    transactionId,
    tokenUid,
    startedAt,
    meterStartWh
  }
  return [
    {
      key: session.startKey,
      fact: { kind: 'session.started.v1', ...place, reservationId, commandId, offline, tariff, ...groups }
    }
  ]
}

export function ended(session: Session): KeyedFact[] {
  if (!isPlaced(session) || !session.end) return []
  const { endedAt, meterStopWh, energyWh, stopReason, tokenUid, byStop, standing } = session.end
  const { sessionId, review } = session
  return [
    {
      key: byStop ?? `closed/${sessionId}`,
      fact: {
        kind: 'session.ended.v1',
        sessionId,
        endedAt,
        meterStopWh,
        energyWh,
        stopReason,
        tokenUid,
        ...(standing ? { standing } : {}),
        review: [...review]
      }
    }
  ]
}

export function suspended(session: Session, at: string): KeyedFact[] {
  if (!isPlaced(session)) return []
  const { sessionId, suspendedBy } = session
  const fact = {
    kind: 'session.suspended.v1',
    sessionId,
    at,
    suspended: suspendedBy !== null,
    by: suspendedBy ?? 'unknown'
  } as const
  return [{ key: `suspended/${sessionId}/${at}/${fact.suspended}`, fact }]
}

export type Oddity = {
  readonly key: string
  readonly reviewId: string
  readonly chargerId: string
  readonly sessionId: string | null
  readonly at: string
  readonly reason: ReviewReason
  readonly detail: string
  readonly raw: string | null
}

export function review({ key, detail, raw, ...rest }: Oddity): KeyedFact {
  const fact = {
    kind: 'review.raised.v1',
    ...rest,
    detail: detail.slice(0, 300),
    raw: raw && shortRaw(raw)
  } as const
  return { key: `review/${key}`, fact }
}

export type RawText = {
  readonly chargerId: string
  readonly sessionId: string | null
  readonly at: string
  readonly action: string
  readonly raw: string
}

export function kept(key: string, { raw, ...rest }: RawText): KeyedFact {
  return { key: `raw/${key}`, fact: { kind: 'raw.kept.v1', ...rest, raw: shortRaw(raw) } }
}

type HeardSo = { readonly key: string; readonly at: string; readonly raw: string }

/** A transaction message as it came, kept for disputes. */
export const rawOf = (
  session: Session,
  { key, at, raw, action }: HeardSo & { readonly action: string }
): KeyedFact => kept(key, { chargerId: session.chargerId, sessionId: session.sessionId, at, action, raw })

/** For a person: a session at a connector that cannot be has no fact of its own, so the review carries it. */
export function unplaced(
  session: Session,
  { reviewId, ...heard }: HeardSo & { readonly reviewId: () => string; readonly detail: string }
): KeyedFact[] {
  if (isPlaced(session)) return []
  const { chargerId } = session
  return [review({ ...heard, reviewId: reviewId(), chargerId, sessionId: null, reason: 'malformed' })]
}
