import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { maxEventsPerFrame, maxFrameBytes, type EdgeEvent, type Lane } from '@nova/shared-protocol/messages'

/** What the frame needs from the outbox; the store has this shape. */
export type Backlog = {
  read(lane: Lane, afterSequence: number, limit: number): EdgeEvent[]
  hashAt(lane: Lane, sequence: number): string | null
}

export type Stamp = { readonly site: string; readonly epoch: number; readonly sentAt: string }

export type Packed = {
  readonly first: number
  readonly last: number
  readonly bytes: () => Promise<Uint8Array>
}

const compress = promisify(zstdCompress)
const headBytes = 600 // The frame's own fields and brackets.

/** Text beyond this would need luck to fit after compression: zstd never grows a text by more than 1 %. */
const mostTextBytes = Math.floor(maxFrameBytes * 0.98)

/**
 * Reads the next events after `after` and packs them; the events' bodies are passed on as they were stored,
 * never parsed. Compression runs outside the event loop.
 * @returns null when there is nothing, or when the chain of the backlog has a hole
 */
export function pack(
  backlog: Backlog,
  lane: Lane,
  wanted: { after: number; most: number },
  stamp: Stamp
): Packed | null {
  const events = backlog.read(lane, wanted.after, Math.min(wanted.most, maxEventsPerFrame))
  const texts = fitting(events)
  const first = events[0]?.[0]
  const last = events[texts.length - 1]?.[0]
  if (first === undefined || last === undefined) return null
  const before = backlog.hashAt(lane, first - 1)
  const hash = backlog.hashAt(lane, last)
  if (before === null || hash === null) return null
  const head = JSON.stringify({ v: 1, ...stamp, lane, first, last, before, hash })
  const text = `${head.slice(0, -1)},"events":[${texts.join(',')}]}`
  return { first, last, bytes: () => compress(text) }
}

/** As many events as fit; one always goes, since a single event is bounded far below what a frame may inflate to. */
function fitting(events: readonly EdgeEvent[]): string[] {
  const texts: string[] = []
  let bytes = headBytes
  for (const event of events) {
    const text = JSON.stringify(event)
    bytes += Buffer.byteLength(text) + 1
    if (bytes > mostTextBytes && texts.length > 0) break
    texts.push(text)
  }
  return texts
}
