import { createHash } from 'node:crypto'

/** The same words give the same id, so that a repetition meets what it made. */
export function idFrom(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = `8${hex.slice(17, 20)}`
  return [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, variant, hex.slice(20, 32)].join('-')
}
