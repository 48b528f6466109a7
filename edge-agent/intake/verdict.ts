import { connectorKey } from '@nova/shared-protocol/model'
import {
  decide,
  findToken,
  isSameToken,
  isVouched,
  type Pending,
  type Verdict
} from '../core/authorisation/index.ts'
import type { Session } from '../core/sessions/index.ts'
import type { Authorisation } from '../drivers/contract.ts'
import { consult, pushNow, remembered, type Consulted } from './ask-cloud.ts'
import { pendingStarts } from './pending.ts'
import type { Room } from './room.ts'

const hourMs = 3_600_000

export type Asked = {
  readonly chargerId: string
  readonly tokenUid: string
  readonly place?: string
  readonly pending?: Pending | null // At a start: the order that it answers, null for none.
  readonly consulted?: Consulted // The cloud was asked for this; absent: what is remembered counts.
  readonly isRecorded?: true // Asked inside the commit that stores it: the disk takes it, or nobody hears the answer.
}

/** What the edge says of a token at a charger now. @param own the session it began or ends */
export function verdictOn(room: Room, asked: Asked, own?: Session): Verdict {
  const { needs, config } = room
  const { offline, concurrent, byId, list } = config.now
  const { answer: said, cloudOnline } = asked.consulted ?? remembered(room, asked.tokenUid)
  return decide(
    list,
    {
      tokenUid: asked.tokenUid,
      now: needs.now(),
      vouched: isKnownHere(room, asked, own),
      answer: said,
      push: pushNow(room),
      cloudOnline,
      canRecord: asked.isRecorded === true || needs.store.health().state !== 'failing',
      chargerAccepted: byId.get(asked.chargerId)?.registration === 'accepted',
      busyElsewhere: isBusyElsewhere(room, asked, own)
    },
    { ...offline, cachedMs: offline.cachedHours * hourMs, concurrent }
  )
}

/** Not on the list, but good for its own session: the cloud vouched for its start, which waits or runs here. */
function isKnownHere(room: Room, asked: Asked, own: Session | undefined): boolean {
  const waiting = pendingStarts(room)
  if (asked.pending !== undefined) return asked.pending?.authorised === true
  if (isVouched(waiting, asked, room.needs.now())) return true
  if (findToken(room.config.now.list, asked.tokenUid)) return false
  const mine = own ? [own] : room.book.openOf(asked.chargerId)
  return mine.some(({ refused, tokenUid }) => refused === null && isSameToken(tokenUid, asked.tokenUid))
}

/** A tap at the charger where the token's session runs is no second session: it may be there to stop it. */
function isBusyElsewhere(room: Room, { chargerId, tokenUid, place }: Asked, own?: Session): boolean {
  for (const session of room.book.open()) {
    if (session.sessionId === own?.sessionId || !isSameToken(session.tokenUid, tokenUid)) continue
    if (session.refused !== null && session.refused !== 'concurrent') continue // It was told no there.
    if (place === undefined ? session.chargerId !== chargerId : connectorKey(session) !== place) return true
  }
  return false
}

/**
 * Before a decision on a token: the cloud is asked when nobody here can say. For a charger that may not start anything,
 * or a start that was ordered, it is not.
 */
export async function consultFor(room: Room, asked: Asked): Promise<Consulted> {
  const isAccepted = room.config.now.byId.get(asked.chargerId)?.registration === 'accepted'
  return isAccepted && !isKnownHere(room, asked, undefined)
    ? consult(room, asked.tokenUid)
    : remembered(room, asked.tokenUid)
}

export async function hearAuthorise(room: Room, asked: Asked): Promise<Authorisation> {
  const consulted = await consultFor(room, asked)
  return answer(verdictOn(room, { ...asked, consulted }))
}

export const answer = ({ status, group, expiresAt }: Verdict): Authorisation => ({ status, group, expiresAt })
