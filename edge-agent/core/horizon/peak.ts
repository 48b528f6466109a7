import type { Watts } from '@nova/shared-protocol/units'

/**
 * The month's highest mean import of a quarter of an hour, as a demand charge counts it, and the quarter that runs.
 * All instants are Unix milliseconds; the month is the site's own.
 */
export type Peak = {
  readonly month: string // 2026-03.
  readonly peakW: Watts
  readonly quarter: { readonly startMs: number; readonly joules: number; readonly seconds: number }
  readonly seenMs: number
}

const quarterMs = 900_000
const longestGapS = 10 // A longer silence is no time at the power seen after it.
const leastShare = 0.5 // A quarter of which less was seen proves no peak.

export const noPeak: Peak = {
  month: '',
  peakW: 0,
  quarter: { startMs: 0, joules: 0, seconds: 0 },
  seenMs: 0
}

/** One look at the site's meter; null: nobody can say. What is fed in counts as nothing drawn. */
export function watchPeak(peak: Peak, importW: Watts | null, nowMs: number, timeZone: string): Peak {
  const month = monthAt(nowMs, timeZone)
  const begun = month === peak.month ? peak : { ...noPeak, month, seenMs: peak.seenMs }
  const startMs = Math.floor(nowMs / quarterMs) * quarterMs
  const open =
    startMs === begun.quarter.startMs ? begun : { ...begun, ...closed(begun), quarter: fresh(startMs) }
  if (importW === null || !Number.isFinite(importW)) return { ...open, seenMs: nowMs }
  const seconds = Math.max(0, Math.min((nowMs - Math.max(begun.seenMs, startMs)) / 1000, longestGapS))
  const { quarter } = open
  const joules = quarter.joules + Math.max(0, importW) * seconds
  return { ...open, quarter: { startMs, joules, seconds: quarter.seconds + seconds }, seenMs: nowMs }
}

const fresh = (startMs: number): Peak['quarter'] => ({ startMs, joules: 0, seconds: 0 })

function closed({ peakW, quarter }: Peak): Pick<Peak, 'peakW'> {
  if (quarter.seconds * 1000 < leastShare * quarterMs) return { peakW }
  return { peakW: Math.max(peakW, quarter.joules / quarter.seconds) }
}

const monthAt = (atMs: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()
    .slice(0, 7)
