/**
 * Smallest key first; each entry carries a row and a stamp by which its owner knows whether it still holds. Three
 * lists side by side: no entry is an object of its own, so nothing is left to collect.
 */
export type Heap = {
  size: number
  readonly keys: number[]
  readonly rows: number[]
  readonly stamps: number[]
}

type Tag = { readonly row: number; readonly stamp: number }

export const emptyHeap = (): Heap => ({ size: 0, keys: [], rows: [], stamps: [] })

export function push(heap: Heap, key: number, { row, stamp }: Tag): void {
  const { keys } = heap
  let at = heap.size++
  while (at > 0) {
    const up = (at - 1) >> 1
    if ((keys[up] ?? 0) <= key) break
    move(heap, up, at)
    at = up
  }
  keys[at] = key
  heap.rows[at] = row
  heap.stamps[at] = stamp
}

/** Takes the smallest away. */
export function pop(heap: Heap): void {
  const { keys } = heap
  if (heap.size === 0) return
  const last = --heap.size
  const key = keys[last] ?? 0
  let at = 0
  for (;;) {
    const down = smallerChild(heap, at)
    if (down >= last || (keys[down] ?? 0) >= key) break
    move(heap, down, at)
    at = down
  }
  move(heap, last, at)
}

function move({ keys, rows, stamps }: Heap, from: number, to: number): void {
  keys[to] = keys[from] ?? 0
  rows[to] = rows[from] ?? 0
  stamps[to] = stamps[from] ?? 0
}

function smallerChild({ keys, size }: Heap, at: number): number {
  const [left, right] = [2 * at + 1, 2 * at + 2]
  return right < size && (keys[right] ?? 0) < (keys[left] ?? 0) ? right : left
}
