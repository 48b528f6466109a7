import type { FactOf } from '@nova/shared-protocol/messages'
import { samePlace, type Session } from '../core/sessions/index.ts'
import { isSameToken } from '../core/authorisation/index.ts'
import type { StartReport } from '../drivers/contract.ts'
import { change } from './change.ts'
import type { Reservation } from './contract.ts'
import { append } from './hear-charger.ts'
import { instant, type Room } from './room.ts'

export async function askReservation(room: Room, reservation: Omit<Reservation, 'status'>): Promise<void> {
  await change(room, () => room.needs.store.reservations.put({ ...reservation, status: 'asked' }))
}

/** What the charger answered; an answer for a reservation nobody knows changes nothing. */
export async function reservationBecame(
  room: Room,
  which: { readonly chargerId: string; readonly reservationId: number },
  status: Reservation['status']
): Promise<void> {
  const { reservations } = room.needs.store
  await change(room, () => {
    const known = reservations.find(which.chargerId, which.reservationId)
    if (known && isOpen(known)) becomes(room, known, { status, at: instant(room.needs.now()) })
  })
}

/** The open reservation that a start comes for, by its number or by place and token. */
export function heldFor(room: Room, start: StartReport): Reservation | undefined {
  const held =
    start.reservationId !== null
      ? room.needs.store.reservations.find(start.chargerId, start.reservationId)
      : holderHere(room, start)
  return held && isOpen(held) ? held : undefined
}

/** In a commit: the session that came for it. */
export function useReservation(room: Room, start: StartReport, session: Session): void {
  const used = heldFor(room, start)
  if (used) becomes(room, used, { status: 'used', at: session.startedAt, sessionId: session.sessionId })
}

type Change = {
  readonly status: Reservation['status']
  readonly at: string
  readonly sessionId?: string | undefined
}

/** In a commit: the record and, for what a charger had taken or refused, the fact. */
function becomes(room: Room, known: Reservation, { status, at, sessionId }: Change): void {
  const madeAt = status === 'active' ? at : known.madeAt
  room.needs.store.reservations.put({ ...known, status, ...(madeAt === undefined ? {} : { madeAt }) })
  const fact = factOf(known, { status, at, sessionId })
  if (fact) append(room, keyOf(known, status), fact)
}

const keyOf = ({ chargerId, reservationId, expiresAt }: Reservation, status: string): string =>
  `reservation/${chargerId}/${reservationId}/${expiresAt}/${status}`

/** null: it was never made, so that its end is nobody's matter. */
function factOf(
  known: Reservation,
  { status, at, sessionId }: Change
): FactOf<'reservation.changed.v1'> | null {
  if (status === 'asked' || (status === 'expired' && known.status !== 'active')) return null
  const { chargerId, evseId, connectorId, reservationId, tokenUid, expiresAt } = known
  return {
    kind: 'reservation.changed.v1',
    chargerId,
    evseId,
    connectorId,
    reservationId,
    tokenUid,
    expiresAt,
    status,
    at,
    sessionId: sessionId ?? null
  }
}

function holderHere(room: Room, start: StartReport): Reservation | undefined {
  const mayUse = (each: Reservation) => samePlace(each, start) && isSameToken(each.tokenUid, start.tokenUid)
  return room.needs.store.reservations.list().find((each) => isOpen(each) && mayUse(each))
}

export const overdueReservations = (room: Room): Reservation[] =>
  room.needs.store.reservations.list().filter((each) => isOpen(each) && isOverdue(room, each))

/** Who came in time to a charger that was out of touch is in its backlog: that is waited for. */
function isOverdue({ needs, hot }: Room, { expiresAt, chargerId, status }: Reservation): boolean {
  const overMs = needs.now() - Date.parse(expiresAt)
  if (overMs < 0) return false
  const isHeard = hot.isConnected(chargerId) && needs.now() - hot.linkChangedAt(chargerId) >= backlogMs
  return status === 'asked' || isHeard || overMs >= longestAbsenceMs
}

const backlogMs = 120_000
const longestAbsenceMs = 24 * 3_600_000

/** In a commit. Nobody is blamed for a charger that was away: such a reservation ends as cancelled. */
export function expireReservations(room: Room): void {
  for (const each of overdueReservations(room)) {
    const isAway = Date.parse(each.expiresAt) + longestAbsenceMs <= room.needs.now()
    becomes(room, each, { status: isAway ? 'cancelled' : 'expired', at: each.expiresAt })
  }
}

const isOpen = ({ status }: Reservation): boolean => status === 'asked' || status === 'active'
