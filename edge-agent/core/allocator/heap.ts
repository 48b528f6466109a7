/** Smallest key first; each entry carries a row and a stamp by which its owner knows whether it still holds. */
export type Heap = { size: number; readonly entries: Entry[] }
export type Entry = { readonly key: number; readonly row: number; readonly stamp: number }

const none: Entry = { key: Infinity, row: -1, stamp: 0 }

export const emptyHeap = (): Heap => ({ size: 0, entries: [] })

export const first = ({ entries }: Heap): Entry => entries[0] ?? none

export function push(heap: Heap, entry: Entry): void {
  const { entries } = heap
  let at = heap.size++
  entries[at] = entry
  while (at > 0) {
    const up = (at - 1) >> 1
    const parent = entries[up] ?? none
    if (parent.key <= entry.key) break
    entries[at] = parent
    entries[up] = entry
    at = up
  }
}

/** Takes the smallest away. */
export function pop(heap: Heap): void {
  const { entries } = heap
  const last = entries[--heap.size] ?? none
  entries.length = heap.size
  if (heap.size === 0) return
  let at = 0
  for (;;) {
    const down = smallerChild(heap, at)
    const child = entries[down] ?? none
    if (down >= heap.size || child.key >= last.key) break
    entries[at] = child
    at = down
  }
  entries[at] = last
}

function smallerChild({ entries, size }: Heap, at: number): number {
  const [left, right] = [2 * at + 1, 2 * at + 2]
  return right < size && (entries[right] ?? none).key < (entries[left] ?? none).key ? right : left
}
