import type pg from 'pg'

/** So often a connection has to hear a statement before it keeps its plan: rare ones are not worth their memory. */
const oftenTimes = 5

/** Kept plans a connection and scope; some 30 kB each at the server. */
const mostNames = 128

/** A batch is rare and large: planning it costs nothing beside it. */
const isBatch = (text: string): boolean => /\bunnest\s*\(/i.test(text)

/** Texts that are counted; texts that are put together anew each time must not fill the memory. */
const mostCounted = 1_000

type ScopeKind = 'tenant' | 'platform'
type Book = { readonly counts: Map<string, number>; readonly names: Map<string, string> }
type Books = Readonly<Record<ScopeKind, Book>>

const books = new WeakMap<pg.ClientBase, Books>()

/**
 * The name under which a connection keeps a statement that it hears often, read and with the tenant's policies written
 * into it, which costs more than most of our statements. PostgreSQL does so anew when role, search path, policies or
 * tables have changed. A name belongs to one scope, so that it is not made anew in turns. The plan itself is made for the
 * values of each call (`plan_cache_mode` of `pool.ts`).
 * @returns undefined for a statement that has not come often enough
 */
export function preparedName(client: pg.ClientBase, kind: ScopeKind, text: string): string | undefined {
  const { counts, names } = bookOf(client)[kind]
  const known = names.get(text)
  if (known !== undefined || names.size >= mostNames || isBatch(text)) return known
  if (counts.size >= mostCounted) counts.clear()
  const count = (counts.get(text) ?? 0) + 1
  counts.set(text, count)
  if (count < oftenTimes) return undefined
  counts.delete(text)
  const name = `${kind}-${names.size}`
  names.set(text, name)
  return name
}

function bookOf(client: pg.ClientBase): Books {
  const known = books.get(client)
  if (known) return known
  const made = { tenant: openBook(), platform: openBook() }
  books.set(client, made)
  return made
}

const openBook = (): Book => ({ counts: new Map(), names: new Map() })
