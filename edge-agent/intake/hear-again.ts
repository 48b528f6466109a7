import { newestOpen, readings, type Session } from '../core/sessions/index.ts'
import { change } from './change.ts'
import type { Room } from './room.ts'

/**
 * After a start: the last reading of each connector with a running session is heard again. Of a long session not every
 * reading becomes a fact (`core/sessions/measure.ts`), but the newest lies in the shadow, and what was answered for
 * must be known even when the charger, too, never says more. Judged like any other.
 */
export async function hearAgain(room: Room): Promise<void> {
  const open = [...room.book.open()]
  if (open.length === 0) return
  await change(room, (apply) => {
    for (const session of open) {
      const { chargerId, evseId, connectorId } = session
      const place = { chargerId, evseId, connectorId }
      const last = room.hot.state(place).measured
      if (!last || !isNews(session, last.reading.at)) continue
      if (newestOpen(room.book, place)?.sessionId !== session.sessionId) continue
      const { transactionId } = session
      const heard = { heardAt: last.heardAt, raw: '', transactionId, readings: [last.reading], problems: [] }
      apply(readings(room.book, { ...place, ...heard }, room.around))
    }
  })
}

/** Not what the connector read for whoever charged there before. */
const isNews = ({ startedAt, last }: Session, at: string): boolean =>
  Temporal.Instant.compare(at, last?.at ?? startedAt) > 0
