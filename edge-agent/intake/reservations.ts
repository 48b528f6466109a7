import { samePlace } from '../core/sessions/index.ts'
import { isSameToken } from '../core/authorisation/index.ts'
import type { StartReport } from '../drivers/contract.ts'
import { change } from './change.ts'
import type { Reservation } from './contract.ts'
import type { Room } from './room.ts'

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
    if (known && isOpen(known)) reservations.put({ ...known, status })
  })
}

/** In a commit: the session that came for it, by its number or by place and token. */
export function useReservation(room: Room, start: StartReport): void {
  const { reservations } = room.needs.store
  const used =
    start.reservationId !== null
      ? reservations.find(start.chargerId, start.reservationId)
      : holderHere(room, start)
  if (used && isOpen(used)) reservations.put({ ...used, status: 'used' })
}

function holderHere(room: Room, start: StartReport): Reservation | undefined {
  const mayUse = (each: Reservation) => samePlace(each, start) && isSameToken(each.tokenUid, start.tokenUid)
  return room.needs.store.reservations.list().find((each) => isOpen(each) && mayUse(each))
}

export const overdueReservations = (room: Room): Reservation[] =>
  room.needs.store.reservations
    .list()
    .filter((each) => isOpen(each) && Date.parse(each.expiresAt) <= room.needs.now())

/** In a commit. */
export function expireReservations(room: Room): void {
  for (const each of overdueReservations(room))
    room.needs.store.reservations.put({ ...each, status: 'expired' })
}

const isOpen = ({ status }: Reservation): boolean => status === 'asked' || status === 'active'
