import type { Effects } from '../core/sessions/index.ts'
import { endsOf, noteEnds } from './ends.ts'
import { count, type Room } from './room.ts'

type Write<Value> = (apply: (effects: Effects) => void) => Value

/**
 * Works on one event inside a commit. What is known is read there, so events count in the order they were
 * handed in. If the write does not stand (or is tried again after room was made) memory is read back first.
 */
export async function change<Value>(
  room: Room,
  write: Write<Value>,
  haste: 'now' | 'soon' = 'now'
): Promise<Value> {
  const touched = new Set<string>()
  let ends: ReturnType<typeof endsOf> = []
  try {
    const value = await room.needs.store.commit(() => {
      room.book.refresh(touched)
      ends = []
      return write((effects) => {
        ends.push(...endsOf(room, effects))
        room.book.apply(effects, touched)
      })
    }, haste)
    noteEnds(room, ends)
    if (touched.size > 0) room.hot.changed()
    return value
  } catch (error) {
    count(room, 'not-stored')
    room.book.refresh(touched)
    room.hot.changed()
    throw error
  }
}
