import {
  daylightAt,
  noDaylight,
  noPeak,
  watchDaylight,
  watchPeak,
  type Daylight,
  type Peak
} from '../core/horizon/index.ts'
import type { PlannedPart } from './parts-of.ts'

/** What the planner has seen and must not forget: the month's peak, and what each plant gave in the last day. */
export type Seen = { readonly peak: Peak; readonly daylight: Readonly<Record<string, Daylight>> }

export const nothingSeen: Seen = { peak: noPeak, daylight: {} }

export type Look = {
  readonly nowMs: number
  readonly timeZone: string
  readonly siteW: number | null // The site's meter, import positive; null: it cannot be trusted now.
  readonly parts: readonly PlannedPart[]
}

/** One look, each second. */
export function watchSite(seen: Seen, { nowMs, timeZone, siteW, parts }: Look): Seen {
  const suns = parts.filter(({ kind, reading }) => kind === 'pv' && reading !== null)
  const daylight = Object.fromEntries(
    suns.map(({ id, reading }) => [
      id,
      watchDaylight(seen.daylight[id] ?? noDaylight, -(reading?.totalW ?? 0), nowMs)
    ])
  )
  return {
    peak: watchPeak(seen.peak, siteW, nowMs, timeZone),
    daylight: { ...seen.daylight, ...daylight }
  }
}

/** Worth to be written down: a higher peak, another month, another quarter of an hour of light. */
export const isNews = (before: Seen, now: Seen): boolean =>
  now.peak.peakW !== before.peak.peakW ||
  now.peak.month !== before.peak.month ||
  Object.entries(now.daylight).some(
    ([id, { quarters }]) => quarters.at(-1)?.startMs !== before.daylight[id]?.quarters.at(-1)?.startMs
  )

/** What a plant that gives so much now will give then. */
export const sunAt = (
  { daylight }: Seen,
  id: string,
  { givesW, nowMs, atMs }: { readonly givesW: number; readonly nowMs: number; readonly atMs: number }
): number => daylightAt(daylight[id] ?? noDaylight, givesW, nowMs, atMs)
