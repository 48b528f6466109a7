import { z } from 'zod'
import { problem } from './problem.ts'

const most = 500

/** Query of every list. Extend it: `listQuery.extend({ status: … })`. */
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(most).default(50),
  cursor: z.string().max(500).optional()
})

/** Answer of every list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/**
 * Cuts a list that was asked for with one row more than `limit`.
 * @param keyOf the sort key of a row; the next page starts behind it
 */
export function page<Row, Item = Row>(
  rows: readonly Row[],
  limit: number,
  { keyOf, itemOf }: { keyOf: (row: Row) => readonly (string | number)[]; itemOf: (row: Row) => Item }
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items: shown.map(itemOf), nextCursor: more ? writeCursor(keyOf(last)) : null }
}

export const writeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

const Key = z
  .array(z.union([z.string().max(200), z.number()]))
  .min(1)
  .max(4)

/**
 * The sort key behind which the page starts, null for the first page.
 * @throws Problem 400 when the text is no cursor of ours
 */
export function readCursor(cursor: string | undefined, parts: number): readonly (string | number)[] | null {
  if (cursor === undefined) return null
  const key = Key.safeParse(parsed(cursor))
  if (!key.success || key.data.length !== parts)
    throw problem(400, 'cursor-invalid', 'cursor: not one that a list gave.')
  return key.data
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
