import { SentLimit, type SiteLimit } from '@nova/shared-protocol/model'
import { z } from 'zod'
import type { EventBook, Refused } from '../core/limits/index.ts'

/** What the desk remembers beside the limits themselves: versions of events, what was refused, what was sound last. */
export type Memory = {
  readonly book: EventBook
  readonly refused: readonly Refused[]
  /** Last sound limits of each source that gives limits now. */
  readonly sound: ReadonlyMap<string, readonly SiteLimit[]>
}

const shelf = 'limit-desk'

const RefusalName = z.enum([
  'limit-for-another-site',
  'limit-not-a-number',
  'limit-negative',
  'limit-absurd',
  'limit-says-nothing',
  'limit-without-event',
  'limit-reversed',
  'limit-in-the-past',
  'limit-version-old'
])

const Kept = z.strictObject({
  book: z.array(z.tuple([z.string(), SentLimit])),
  refused: z.array(
    z.strictObject({ limit: SentLimit, name: RefusalName, detail: z.string(), atMs: z.number() })
  ),
  sound: z.array(z.tuple([z.string(), z.array(SentLimit)]))
})

type Meta = { get(name: string): string | null; put(name: string, value: string): void }

/** @throws when what the database holds is none of ours */
export function recall(meta: Pick<Meta, 'get'>): Memory {
  const text = meta.get(shelf)
  if (text === null) return { book: new Map(), refused: [], sound: new Map() }
  const { book, refused, sound } = Kept.parse(JSON.parse(text))
  return { book: new Map(book), refused, sound: new Map(sound) }
}

/** In a commit. */
export function keep(meta: Pick<Meta, 'put'>, { book, refused, sound }: Memory): void {
  meta.put(shelf, JSON.stringify({ book: [...book], refused, sound: [...sound] }))
}
