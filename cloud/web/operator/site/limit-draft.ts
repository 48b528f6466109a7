import { wallInstant } from '../../kit/text.ts'

/** What a person fills in. `starts` as the browser's field gives it, on the site's wall clock; empty: at once. */
export type Fields = {
  readonly limitKw?: number
  readonly reason?: string
  readonly minutes?: number
  readonly starts?: string
}

export const mostKw = 100_000

export type Draft = {
  readonly source: string
  readonly limitW: number
  readonly reason: string
  readonly from?: string
  readonly until?: string
}

/** Unix ms of the start, or null for "at once" and for what is no time. */
export const startOf = (starts: string | undefined, zone: string): number | null =>
  starts === undefined || starts === '' ? null : wallInstant(starts, zone)

/**
 * The limit that the form means. The one for now has the plain name, so that the next replaces it; each for later has
 * a name of its own, so that it replaces nothing that holds now.
 */
export function limitOf(
  { limitKw = 0, reason = '', minutes = 0, starts }: Fields,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: string }
): Draft {
  const startMs = startOf(starts, zone)
  const until = minutes === 0 ? {} : { until: instantOf((startMs ?? nowMs) + minutes * 60_000) }
  return {
    source:
      startMs === null
        ? 'operator'
        : `operator-${instantOf(startMs).slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-')}`,
    limitW: Math.round(limitKw * 1000),
    reason,
    ...(startMs === null ? {} : { from: instantOf(startMs) }),
    ...until
  }
}

const instantOf = (ms: number): string => new Date(ms).toISOString()
