import { z } from 'zod'
import { Identifier, Instant } from '../model/words.ts'

/**
 * Edge events travel in frames. A site has two gap-free, hash-chained sequences, one a lane: `facts`
 * (drained first) and `history`. The epoch is granted by the cloud at hello (see hello.ts) and put on when
 * a frame is sent; it is not part of the chain, so that events written offline need no epoch.
 *
 * Chain: hash(n) = SHA-256( hash(n-1) ‖ '\n' ‖ sequence ‖ '\n' ‖ key ‖ '\n' ‖ body ), lower-case hex, with hash(0) = 64
 * zeros. `body` is the JSON text exactly as stored; it is never re-serialised on the way.
 */
export const Lane = z.enum(['facts', 'history'])
export type Lane = z.infer<typeof Lane>

export const maxEventsPerFrame = 500
export const maxFrameBytes = 1_000_000 // Below the NATS default payload limit of 1 MiB, after compression.
export const maxFrameTextBytes = 16_000_000 // What a frame may inflate to; beyond it is refused unread.
export const chainStart = '0'.repeat(64)

const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** [sequence, business key, JSON text of a Fact or History]. A tuple, because a backlog holds millions. */
export const EdgeEvent = z.tuple([z.int().min(1), z.string().min(1).max(300), z.string().min(2).max(200_000)])
export type EdgeEvent = z.infer<typeof EdgeEvent>

export const Frame = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  epoch: z.int().min(1),
  lane: Lane,
  first: z.int().min(1),
  last: z.int().min(1),
  before: hash, // Chain value before the first event.
  hash, // Chain value after the last event.
  sentAt: Instant,
  events: z.array(EdgeEvent).min(1).max(maxEventsPerFrame)
})
export type Frame = z.infer<typeof Frame>

/** On the wire: zstd(JSON of Frame), header `Nova-Frame: 1`. */
export const frameHeader = 'Nova-Frame'

/** Text that the chain's hash function is applied to. */
export const chainText = (before: string, [sequence, key, body]: EdgeEvent): string =>
  `${before}\n${sequence}\n${key}\n${body}`

/** "Durable up to", published after the cloud's commit. `resendFrom` asks for a gap. */
export const Durable = z.strictObject({
  v: z.literal(1),
  site: Identifier,
  epoch: z.int().min(1),
  lane: Lane,
  sequence: z.int().min(0),
  resendFrom: z.int().min(1).optional()
})
export type Durable = z.infer<typeof Durable>
