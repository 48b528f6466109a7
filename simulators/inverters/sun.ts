import type { Chance } from '../world/chance.ts'

const [riseHour, setHour] = [6, 20]
const steepness = 1.3 // Low sun through more air: a real day is narrower than a sine.
const cloudStepMs = 60_000

/** Share of its peak that a clear sky gives a flat array, 0 to 1. @param hour of the local day, 0 to 24 */
export function clearSky(hour: number): number {
  if (hour <= riseHour || hour >= setHour) return 0
  return Math.sin((Math.PI * (hour - riseHour)) / (setHour - riseHour)) ** steepness
}

/**
 * What the panels would give at this moment: a clear day under clouds that come and go by chance, a minute each.
 * @param hour of the local day now, 0 to 24
 */
export function sunOver(
  peakW: number,
  chance: Chance,
  hour: () => number,
  nowMs: () => number
): () => number {
  let through = 1
  let nextMs = nowMs()
  return () => {
    for (; nextMs <= nowMs(); nextMs += cloudStepMs)
      if (chance.happens(0.2)) through = chance.happens(0.5) ? 1 : 0.25 + chance.next() * 0.6
    return peakW * clearSky(hour()) * through
  }
}
