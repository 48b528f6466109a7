import { chainText, type EdgeEvent, type Frame } from '@nova/shared-protocol/messages'

/** What the cloud holds of a lane. */
export type LaneMark = { readonly durable: number; readonly hash: string }

/** An event that is new, with its place in the frame and the chain's value after it. */
export type NewEvent = { readonly event: EdgeEvent; readonly index: number; readonly hash: string }

export type Verdict =
  | { readonly kind: 'news'; readonly events: readonly NewEvent[]; readonly mark: LaneMark }
  | { readonly kind: 'known' }
  | { readonly kind: 'gap'; readonly resendFrom: number }
  | { readonly kind: 'altered'; readonly because: string; readonly resend: boolean }

type Hash = (text: string) => string

/**
 * Holds a frame against what is already held: what is new in it is returned, what is known is left out.
 * @param chain of the frame, as `chainOf` makes it
 */
export function judge(mark: LaneMark, frame: Frame, chain: readonly string[]): Verdict {
  const shape = shapeFault(frame)
  if (shape !== undefined) return { kind: 'altered', because: shape, resend: true }
  if (frame.first > mark.durable + 1) return { kind: 'gap', resendFrom: mark.durable + 1 }
  if (chain.at(-1) !== frame.hash)
    return { kind: 'altered', because: 'the events do not add up to the hash of the frame', resend: true }
  if (frame.last <= mark.durable) return { kind: 'known' }
  const known = mark.durable - frame.first + 1
  const before = known === 0 ? frame.before : chain[known - 1]
  if (before !== mark.hash)
    return {
      kind: 'altered',
      because: `the chain differs from the one held here at ${mark.durable}`,
      resend: false
    }
  const events = frame.events
    .slice(known)
    .map((event, index) => ({ event, index: known + index, hash: chain[known + index] ?? '' }))
  return { kind: 'news', events, mark: { durable: frame.last, hash: frame.hash } }
}

/** Sequences must be exactly first … last. */
function shapeFault({ first, last, events }: Frame): string | undefined {
  if (events.length !== last - first + 1) return `${events.length} events for ${first} to ${last}`
  const stray = events.find(([sequence], index) => sequence !== first + index)
  return stray === undefined ? undefined : `sequence ${stray[0]} is not in its place`
}

/**
 * The chain's value after each event of a frame.
 * @param hash SHA-256 in lower-case hex
 */
export function chainOf({ before, events }: Frame, hash: Hash): string[] {
  let value = before
  return events.map((event) => (value = hash(chainText(value, event))))
}
