import { LimitRefusalName, SentLimit, type SiteLimit } from '@nova/shared-protocol/model'
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

const Kept = z.strictObject({
  book: z.array(z.tuple([z.string(), SentLimit])),
  refused: z.array(
    z.strictObject({ limit: SentLimit, name: LimitRefusalName, detail: z.string(), atMs: z.number() })
  ),
  sound: z.array(z.tuple([z.string(), z.array(SentLimit)]))
})

type Meta = { get(name: string): string | null; put(name: string, value: string): void }

const nothing: Memory = { book: new Map(), refused: [], sound: new Map() }

/**
 * What cannot be read is told and left behind: the limits themselves lie elsewhere, and a site that does not start
 * limits nobody.
 */
export function recall(meta: Pick<Meta, 'get'>, tell: (why: string) => void): Memory {
  const text = meta.get(shelf)
  if (text === null) return nothing
  const kept = Kept.safeParse(json(text))
  if (!kept.success) {
    tell(kept.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
    return nothing
  }
  const { book, refused, sound } = kept.data
  return { book: new Map(book), refused, sound: new Map(sound) }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The schema then says so.
  }
}

/** In a commit. */
export function keep(meta: Pick<Meta, 'put'>, { book, refused, sound }: Memory): void {
  meta.put(shelf, JSON.stringify({ book: [...book], refused, sound: [...sound] }))
}
