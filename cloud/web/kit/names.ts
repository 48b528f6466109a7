import { wordFor } from './words/index.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

/** An id as people compare it: of a long random one its beginning. */
export const shortId = (id: string): string => (uuid.test(id) ? id.slice(0, 8) : id)

/** A party of the books, such as `driver:61d0ec19-…`, `site-host:demo` or `platform`, in the reader's language. */
export function partyText(party: string): string {
  const colon = party.indexOf(':')
  const kind = colon < 0 ? party : party.slice(0, colon)
  const rest = colon < 0 ? '' : shortId(party.slice(colon + 1))
  const word = wordFor('party', kind)
  if (rest === '') return word
  return word === kind ? `${kind}:${rest}` : `${word} ${rest}`
}

/** What a line of a bill is called: by its tariff, or by what it prices. */
export const lineText = (name: string): string => wordFor('line', name)
