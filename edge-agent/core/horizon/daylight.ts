import type { Watts } from '@nova/shared-protocol/units'

/**
 * What a PV plant gave at each quarter of an hour of the day before, and what it gives now: the plainest forecast
 * that knows when the sun sets. All instants are Unix milliseconds.
 */
export type Daylight = { readonly quarters: readonly Quarter[] }

type Quarter = { readonly startMs: number; readonly sumW: number; readonly looks: number }

const quarterMs = 900_000
const dayMs = 86_400_000
const keptMs = dayMs + quarterMs
const nowFadesMs = 2 * 3_600_000 // What the sky is like now says less and less about later.

export const noDaylight: Daylight = { quarters: [] }

/** One look at what the plant gives, as a positive number. */
export function watchDaylight({ quarters }: Daylight, givesW: Watts, nowMs: number): Daylight {
  if (!Number.isFinite(givesW)) return { quarters }
  const startMs = Math.floor(nowMs / quarterMs) * quarterMs
  const last = quarters.at(-1)
  const watts = Math.max(0, givesW)
  if (last?.startMs === startMs)
    return {
      quarters: [...quarters.slice(0, -1), { startMs, sumW: last.sumW + watts, looks: last.looks + 1 }]
    }
  const kept = quarters.filter((each) => each.startMs > startMs - keptMs && each.startMs < startMs)
  return { quarters: [...kept, { startMs, sumW: watts, looks: 1 }] }
}

/**
 * What it will give: yesterday at that time, corrected by what today is better or worse now, the less the later.
 * Without a yesterday what it gives now holds for as long as that says anything, then nothing is counted on.
 */
export function daylightAt({ quarters }: Daylight, givesW: Watts, nowMs: number, atMs: number): Watts {
  const fades = Math.max(0, 1 - (atMs - nowMs) / nowFadesMs)
  const then = yesterday(quarters, atMs)
  const now = yesterday(quarters, nowMs)
  if (then === null || now === null) return Math.max(0, givesW) * fades
  return Math.max(0, then + (givesW - now) * fades)
}

function yesterday(quarters: readonly Quarter[], atMs: number): Watts | null {
  const startMs = Math.floor((atMs - dayMs) / quarterMs) * quarterMs
  const found = quarters.find((each) => each.startMs === startMs)
  return found === undefined ? null : found.sumW / found.looks
}
