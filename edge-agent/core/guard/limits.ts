import type { SiteLimit } from '@nova/shared-protocol/model'
import { unitMistake, type Connection } from './units.ts'

/** Limits that may be counted with, and what was refused, in words. */
export type Sound = {
  readonly limits: readonly SiteLimit[]
  readonly lastSound: ReadonlyMap<string, SiteLimit>
  readonly refused: readonly string[]
  readonly doubted: readonly string[] // Taken, for they are on the safe side, and most likely not meant so.
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/

/**
 * Refuses limits that are no numbers, negative, or whose times cannot be read; where the connection is given, those
 * too that would let everything through by a mistake of units. A refused limit is never "no limit": the source's
 * last sound one holds on, and where it never gave one, nothing may be drawn for it.
 */
export function soundLimits(
  limits: readonly SiteLimit[],
  lastSound: ReadonlyMap<string, SiteLimit>,
  connection?: Connection
): Sound {
  const judged = limits.map((limit) => judge(limit, lastSound.get(limit.source), connection))
  const said = (kind: 'refused' | 'doubted') =>
    judged.flatMap(({ limit, verdict }) =>
      verdict.kind === kind ? [`limit of ${limit.source}: ${verdict.detail}`] : []
    )
  const known = judged.flatMap(({ limit, verdict }) =>
    verdict.kind === 'refused' ? [] : [[limit.source, limit] as const]
  )
  const kept = [...lastSound].filter(([source]) => limits.some((limit) => limit.source === source))
  return {
    limits: judged.map(({ limit, verdict }) =>
      verdict.kind === 'refused' ? (lastSound.get(limit.source) ?? closed(limit)) : limit
    ),
    lastSound: new Map([...kept, ...known]),
    refused: said('refused'),
    doubted: said('doubted')
  }
}

type Verdict = { readonly kind: 'sound' } | { readonly kind: 'refused' | 'doubted'; readonly detail: string }
type JudgedLimit = { readonly limit: SiteLimit; readonly verdict: Verdict }

function judge(
  limit: SiteLimit,
  before: SiteLimit | undefined,
  connection: Connection | undefined
): JudgedLimit {
  const problem = problemOf(limit)
  if (problem !== null) return { limit, verdict: { kind: 'refused', detail: problem } }
  const mistake = connection === undefined ? null : unitMistake(limit, before, connection)
  if (mistake === null) return { limit, verdict: { kind: 'sound' } }
  return {
    limit,
    verdict: { kind: mistake.kind === 'too-much' ? 'refused' : 'doubted', detail: mistake.detail }
  }
}

function problemOf({ limitW, limitA, exportLimitW, from, until }: SiteLimit): string | null {
  const values = [limitW, exportLimitW, ...(limitA ?? [])].filter((each) => each !== undefined)
  if (values.length === 0) return 'it names no limit'
  if (values.some((each) => !Number.isFinite(each))) return 'it is no number'
  if (values.some((each) => each < 0)) return 'it is negative'
  const times = [from, until].filter((each) => each !== undefined)
  return times.every((each) => instant.test(each)) ? null : 'its time cannot be read'
}

const closed = ({ source }: SiteLimit): SiteLimit => ({
  source,
  limitW: 0,
  reason: `limit of ${source} cannot be read`
})
