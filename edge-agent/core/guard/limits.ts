import type { SiteLimit } from '@nova/shared-protocol/model'

/** Limits that may be counted with, and what was refused, in words. */
export type Sound = {
  readonly limits: readonly SiteLimit[]
  readonly lastSound: ReadonlyMap<string, SiteLimit>
  readonly refused: readonly string[]
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/

/**
 * Refuses limits that are no numbers, negative, or whose times cannot be read. A refused limit is never "no
 * limit": the source's last sound one holds on, and where it never gave one, nothing may be drawn for it.
 */
export function soundLimits(limits: readonly SiteLimit[], lastSound: ReadonlyMap<string, SiteLimit>): Sound {
  const refused: string[] = []
  const taken = limits.map((limit) => {
    const problem = problemOf(limit)
    if (problem === null) return limit
    refused.push(`limit of ${limit.source}: ${problem}`)
    return lastSound.get(limit.source) ?? closed(limit)
  })
  const known = new Map(
    limits.filter((limit) => problemOf(limit) === null).map((each) => [each.source, each])
  )
  const kept = [...lastSound].filter(([source]) => limits.some((limit) => limit.source === source))
  return { limits: taken, lastSound: new Map([...kept, ...known]), refused }
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
