import type pg from 'pg'

/** So often a connection has to hear a statement before it keeps its plan: rare ones are not worth their memory. */
const oftenTimes = 5

/** Kept plans a connection and scope; some 30 kB each at the server. */
const mostNames = 128

/** Texts that are counted; texts that are put together anew each time must not fill the memory. */
const mostCounted = 1_000

type ScopeKind = 'tenant' | 'platform'
type Book = { readonly counts: Map<string, number>; readonly names: Map<string, string> }
type Books = Readonly<Record<ScopeKind, Book>>

const books = new WeakMap<pg.ClientBase, Books>()

/**
 * The name under which a connection keeps the plan of a statement that it hears often: reading the text, writing the
 * tenant's policies into it and planning it cost more than most of our statements. PostgreSQL plans anew when role,
 * search path, policies or tables have changed. A plan belongs to one scope, so that it is not made anew in turns.
 * @returns undefined for a statement that has not come often enough
 */
export function preparedName(client: pg.ClientBase, kind: ScopeKind, text: string): string | undefined {
  const { counts, names } = bookOf(client)[kind]
  const known = names.get(text)
  if (known !== undefined || names.size >= mostNames) return known
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
