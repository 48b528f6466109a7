import type { PowerPicture } from '@nova/shared-protocol/model'

/** What was told last: when, how long it was, and its content without the moment. */
export type Said = {
  readonly atMs: number
  readonly length: number
  readonly outline: string
  readonly content: string
}

const soonestMs = 1_000
const newsMs = 5_000
const wholeMs = 30_000 // For who missed the last one: live messages may be lost.
const charactersPerMs = 25 // A picture of 250 kB every ten seconds, not every five: the line is the site's own.

/**
 * Whether the picture is worth a message now: at once (a second) when a limit or a fuse's limit is another one,
 * every five seconds when anything else moved, every thirty in any case; big ones less often.
 * @returns what to remember as said, or null: say nothing
 */
export function nextWord(said: Said | null, picture: PowerPicture, nowMs: number): Said | null {
  if (said === null) return wordOf(picture, nowMs)
  const quietMs = nowMs - said.atMs
  if (quietMs < soonestMs) return null
  const isUrgent = outlineOf(picture) !== said.outline
  if (!isUrgent && quietMs < Math.max(newsMs, said.length / charactersPerMs)) return null
  const next = wordOf(picture, nowMs)
  return next.content === said.content && quietMs < wholeMs ? null : next
}

function wordOf(picture: PowerPicture, atMs: number): Said {
  const content = JSON.stringify({ ...picture, at: '' })
  return { atMs, length: content.length, outline: outlineOf(picture), content }
}

const outlineOf = ({ nodes, limits }: PowerPicture): string =>
  JSON.stringify([nodes.map(({ id, limitMilliA }) => [id, limitMilliA]), limits])
