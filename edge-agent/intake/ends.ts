import type { Effects, Session } from '../core/sessions/index.ts'
import { count, type Room } from './room.ts'

type Ended = { readonly isFirst: boolean; readonly isOdd: boolean; readonly moreWh: number }

/** What an event ends, or corrects of an end that was assumed. Read before the effects are applied. */
export function endsOf({ book }: Pick<Room, 'book'>, { sessions }: Effects): Ended[] {
  return sessions.flatMap(({ sessionId, end, review }: Session) => {
    if (end === null) return []
    const before = book.find(sessionId)?.end ?? null
    const moreWh = (end.energyWh ?? 0) - (before?.energyWh ?? 0)
    return [{ isFirst: before === null, isOdd: review.length > 0, moreWh }]
  })
}

/** After the commit, for metrics: each session once, its energy as the last word has it. */
export function noteEnds(room: Room, ends: readonly Ended[]): void {
  for (const { isFirst, isOdd, moreWh } of ends) {
    if (isFirst) count(room, 'session-ended')
    if (isFirst && isOdd) count(room, 'session-review')
    if (moreWh > 0) count(room, 'metered-wh', moreWh)
  }
}
