import { isOver, type Pending } from '../core/authorisation/index.ts'
import type { PendingStart } from './contract.ts'
import { change } from './change.ts'
import { instant, type Room } from './room.ts'

/** Remote starts that wait for their session; far more than connectors can be waited at. */
const mostWaiting = 1_000

export function pendingStarts({ needs }: Room): Pending[] {
  return needs.store.sessions.kept('pending-start').map(({ body }) => JSON.parse(body) as Pending)
}

/** @throws RangeError when too many wait, StoreError when it cannot be kept */
export async function keepPending(room: Room, start: PendingStart): Promise<void> {
  const kept: Pending = { ...start, keptAt: instant(room.needs.now()) }
  await change(room, () => {
    if (pendingStarts(room).length >= mostWaiting)
      throw new RangeError(`more than ${mostWaiting} starts are waiting`)
    room.needs.store.sessions.keep('pending-start', start.commandId, JSON.stringify(kept))
  })
}

/** In a commit. */
export function dropPending(room: Room, commandId: string): void {
  room.needs.store.sessions.drop('pending-start', commandId)
}

/** In a commit: whoever was not answered in time is forgotten. */
export function dropExpired(room: Room): void {
  const now = room.needs.now()
  for (const pending of pendingStarts(room)) if (isOver(pending, now)) dropPending(room, pending.commandId)
}
