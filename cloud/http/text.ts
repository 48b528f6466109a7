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
export const unkeepable = (path: string, value: unknown): string | undefined =>
  placeOf({ path, value }, (text) => !isText(text))

/**
 * ISO 8601 has a year 0, PostgreSQL's calendar has none; and what it would round up into the year 10000 comes back as no
 * instant that anybody reads. Said once, of every body and query: a route that forgets cannot fail by it.
 */
const offCalendar = /^0000-\d\d-\d\d(T|$)|^9999-12-31T23:59:59\.\d{6}[5-9]/

/** Where a value holds text that `isBad`, in a key (then the path of its object) or as a value. */
function placeOf(root: Place, isBad: (text: string) => boolean): string | undefined {
  const places: Place[] = [root]
  for (let place = places.pop(); place; place = places.pop()) {
    const { path: at, value: found } = place
    if (typeof found === 'string' && isBad(found)) return at
    if (typeof found !== 'object' || found === null) continue
    for (const [key, inner] of Object.entries(found)) {
      if (isBad(key)) return at
      places.push({ path: `${at}/${key}`, value: inner })
    }
  }
  return undefined
}

type Asked = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** @throws Problem 400 that names the place; 404 for an id that cannot be one */
export async function refuseUnkeepable({ params, query, body }: Asked): Promise<void> {
  if (placeOf({ path: 'params', value: params }, (text) => !isText(text) || offCalendar.test(text)))
    throw problem(404, 'not-found', 'There is nothing with this id.')
  refuseAt(
    unkeepable('querystring', query) ?? unkeepable('body', body),
    'the character NUL or half a character'
  )
  const isOff = (text: string): boolean => offCalendar.test(text)
  refuseAt(
    placeOf({ path: 'querystring', value: query }, isOff) ?? placeOf({ path: 'body', value: body }, isOff),
    'not within the years 1 to 9999'
  )
}

function refuseAt(at: string | undefined, message: string): void {
  if (at === undefined) return
  throw problem(400, 'request-invalid', `${at}: ${message}`, { errors: [{ path: at, message }] })
}
