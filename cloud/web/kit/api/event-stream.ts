/** Server-sent events as text (WHATWG HTML 9.2), without EventSource, which cannot send an Authorization header. */
export type StreamEvent = { readonly event: string; readonly data: string; readonly id: string | null }

const longestBlock = 2_000_000 // A single event beyond this is not ours; the stream starts over.

/**
 * Cuts complete events off the front of what has been read so far.
 * @throws RangeError when one event never ends
 */
export function takeEvents(buffer: string): {
  readonly events: readonly StreamEvent[]
  readonly rest: string
} {
  const blocks = buffer.replaceAll('\r\n', '\n').split('\n\n')
  const rest = blocks.pop() ?? ''
  if (rest.length > longestBlock) throw new RangeError('event stream: an event without end')
  return { events: blocks.map(readBlock).filter((event) => event !== null), rest }
}

function readBlock(block: string): StreamEvent | null {
  let event = 'message'
  let id: string | null = null
  const data: string[] = []
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':')
    if (colon === 0 || line === '') continue // A comment keeps the line warm.
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') id = value
  }
  return data.length === 0 ? null : { event, data: data.join('\n'), id }
}

const firstPauseMs = 500
const longestPauseMs = 20_000

/** Doubling pause with full jitter above half, so that a thousand screens do not come back at once. */
export function pauseBefore(attempt: number, chance: number): number {
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 10))
  return Math.round(ceiling / 2 + (ceiling / 2) * chance)
}
