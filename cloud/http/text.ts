import { z } from 'zod'
import { problem } from './problem.ts'

/** An instant that PostgreSQL knows: ISO 8601 has a year 0, its calendar has none. */
export const moment = z.iso.datetime().refine((at) => !at.startsWith('0000'), 'the year 0 is none')

type Place = { readonly path: string; readonly value: unknown }

const isText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/**
 * Where a value holds text that no database of ours could keep: the character NUL, or half of a surrogate pair, which
 * would come back as another text. Looks without recursion: what nests deeply is the caller's choice.
 * @returns the path of the first such text, or undefined
 */
export function unkeepable(path: string, value: unknown): string | undefined {
  const places: Place[] = [{ path, value }]
  for (let place = places.pop(); place; place = places.pop()) {
    const { path: at, value: found } = place
    if (typeof found === 'string' && !isText(found)) return at
    if (typeof found !== 'object' || found === null) continue
    for (const [key, inner] of Object.entries(found)) {
      if (!isText(key)) return at
      places.push({ path: `${at}/${key}`, value: inner })
    }
  }
  return undefined
}

type Asked = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** @throws Problem 400 that names the place; 404 for an id that cannot be one */
export async function refuseUnkeepable({ params, query, body }: Asked): Promise<void> {
  if (unkeepable('params', params) !== undefined)
    throw problem(404, 'not-found', 'There is nothing with this id.')
  const at = unkeepable('querystring', query) ?? unkeepable('body', body)
  if (at !== undefined)
    throw problem(400, 'request-invalid', `${at}: the character NUL or half a character`, {
      errors: [{ path: at, message: 'the character NUL or half a character' }]
    })
}
