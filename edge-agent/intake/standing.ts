import { connectorKey } from '@nova/shared-protocol/model'
import { afterSign, hasLeft, left, type Session, type Sign, type Standing } from '../core/sessions/index.ts'
import type { StatusReport } from '../drivers/contract.ts'
import type { change } from './change.ts'
import { free, isOfThisLink } from './leaving.ts'
import { instant, type Room } from './room.ts'

/** A watch as it lies on the shelf, by its connector: one vehicle stands there. */
const shelf = 'standing'

type Watched = Standing & { readonly chargerId: string }
type Apply = Parameters<Parameters<typeof change>[1]>[0]

/** In a commit, after the session's end: its vehicle is watched from now on. */
export function watch(room: Room, session: Session): void {
  const { end, chargerId, sessionId } = session
  if (!end?.standing) return
  const linkedAt = room.hot.linkChangedAt(chargerId)
  const { reported } = room.hot.state(session)
  const isSeen = reported !== null && isOfThisLink(room.hot, session, reported)
  // What ended before this connection was made stood there unwatched, unless its status has been heard since.
  const link = isSeen || Date.parse(end.endedAt) >= linkedAt ? linkedAt : -1
  const { endedAt, heardAt } = end
  const told = heardAt === undefined ? {} : { heardAt }
  const standing: Watched = { chargerId, sessionId, endedAt, ...told, seenAt: endedAt, link }
  room.needs.store.sessions.keep(shelf, connectorKey(session), JSON.stringify(standing))
}

const watched = ({ needs }: Room): { readonly place: string; readonly standing: Watched }[] =>
  needs.store.sessions
    .kept(shelf)
    .map(({ id, body }) => ({ place: id, standing: JSON.parse(body) as Watched }))

/** In a commit: the connector says how it is now. */
export function statusSign(room: Room, apply: Apply, report: StatusReport): void {
  const { status, at, heardAt, chargerId } = report
  const kind = free.includes(status) ? 'free' : 'there'
  const link = room.hot.linkChangedAt(chargerId)
  heed(room, apply, { place: connectorKey(report), sign: { kind, at, heardAt, link } })
}

/** In a commit: the next session begins at the place, so the vehicle before it is gone. */
export function startSign(room: Room, apply: Apply, begun: Session): void {
  const { startedAt, heardAt, chargerId } = begun
  const link = room.hot.linkChangedAt(chargerId)
  heed(room, apply, { place: connectorKey(begun), sign: { kind: 'free', at: startedAt, heardAt, link } })
}

/** In a commit: nobody watches the charger's connectors any longer. Asked before the new state of the link is known. */
export function cutSign(
  room: Room,
  apply: Apply,
  cut: { chargerId: string; at: string; link: number }
): void {
  for (const { place, standing } of watched(room))
    if (standing.chargerId === cut.chargerId) heed(room, apply, { place, sign: { kind: 'cut', ...cut } })
}

export const standsTooLong = (room: Room): boolean =>
  watched(room).some(({ standing }) => hasLeft(afterSign(standing, timeSign(room))))

/** In a commit. */
export function endWatches(room: Room, apply: Apply): void {
  for (const { place } of watched(room)) heed(room, apply, { place, sign: timeSign(room) })
}

const timeSign = ({ needs }: Room): Sign => ({ kind: 'time', now: instant(needs.now()) })

function heed(
  room: Room,
  apply: Apply,
  { place, sign }: { readonly place: string; readonly sign: Sign }
): void {
  const { sessions } = room.needs.store
  const standing = watched(room).find((each) => each.place === place)?.standing
  if (!standing) return
  const after = afterSign(standing, sign)
  if (!hasLeft(after)) {
    if (after !== standing) sessions.keep(shelf, place, JSON.stringify(after))
    return
  }
  sessions.drop(shelf, place)
  const session = room.book.find(standing.sessionId)
  if (!session) return
  const [gone, fact] = left(session, after)
  apply({ sessions: [gone], facts: [fact], keepStray: null, dropStray: null })
}
