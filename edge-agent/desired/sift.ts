import {
  judgeLimit,
  sameLimit,
  type JudgedSite,
  type LimitRefusal,
  type SiteLimit
} from '@nova/shared-protocol/model'
import { learn, pruneBook, type Refused } from '../core/limits/index.ts'
import type { Memory } from './limit-memory.ts'

/** What was made of all limits that are given now. */
export type Sifted = {
  readonly memory: Memory
  readonly taken: readonly SiteLimit[]
  readonly refused: readonly Refused[] // Those refused now for the first time.
}

const mostRefused = 50 // A person looks at the last few; a sender gone mad must not fill the disk.

/**
 * Judges the limits that are given now, each for itself. One that was taken before is not judged again: it may be
 * over by now, which is no fault. Of a source whose limits are all refused the last sound ones hold on; where there
 * were none and what came is no number, nothing may be drawn for it.
 */
export function sift(memory: Memory, given: readonly SiteLimit[], site: JudgedSite, nowMs: number): Sifted {
  let { book } = memory
  const taken: SiteLimit[] = []
  const faults: Refused[] = []
  for (const limit of given) {
    const judged = isKnown(memory, limit) ? null : judgeLimit(limit, site, nowMs)
    const learnt = judged === null ? learn(book, limit) : { book, refusal: judged }
    book = learnt.book
    // An old version still says that its event is on: the newest of the book rules in its place.
    if (learnt.refusal === null || learnt.refusal.name === 'limit-version-old') taken.push(limit)
    if (learnt.refusal !== null) faults.push({ ...learnt.refusal, limit, atMs: nowMs })
  }
  const held = heldOn(memory, taken, faults)
  const all = [...taken, ...held]
  const refused = faults.filter((fault) => !wasRefused(memory, fault))
  return {
    memory: {
      book: pruneBook(book, nowMs),
      refused: withRefused(memory.refused, refused),
      sound: bySource(all)
    },
    taken: [...all, ...closedOnes(faults, all)],
    refused
  }
}

const isKnown = ({ sound }: Memory, limit: SiteLimit): boolean =>
  (sound.get(limit.source) ?? []).some((each) => sameLimit(each, limit))

const wasRefused = ({ refused }: Memory, { limit, name }: Refused): boolean =>
  refused.some((each) => each.name === name && sameLimit(each.limit, limit))

export const withRefused = (before: readonly Refused[], more: readonly Refused[]): Refused[] =>
  [...before, ...more].slice(-mostRefused)

function heldOn({ sound }: Memory, taken: readonly SiteLimit[], faults: readonly Refused[]): SiteLimit[] {
  const silenced = new Set(faults.map(({ limit }) => limit.source))
  for (const { source } of taken) silenced.delete(source)
  return [...silenced].flatMap((source) => sound.get(source) ?? [])
}

const numberless: ReadonlySet<LimitRefusal['name']> = new Set(['limit-not-a-number', 'limit-negative'])

function closedOnes(faults: readonly Refused[], all: readonly SiteLimit[]): SiteLimit[] {
  const sources = new Set(faults.filter(({ name }) => numberless.has(name)).map(({ limit }) => limit.source))
  for (const { source } of all) sources.delete(source)
  return [...sources].map((source) => ({
    source,
    limitW: 0,
    reason: `limit of ${source} cannot be read`
  }))
}

function bySource(limits: readonly SiteLimit[]): ReadonlyMap<string, readonly SiteLimit[]> {
  const sound = new Map<string, SiteLimit[]>()
  for (const limit of limits) sound.set(limit.source, [...(sound.get(limit.source) ?? []), limit])
  return sound
}
