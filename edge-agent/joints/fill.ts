import type { ConnectorView } from '../core/shadow/view.ts'

type Point = { readonly percent: number; readonly wh: number }

const leastRise = 2 // Whole percents as chargers tell them: below it one step of rounding would be the estimate.
const leastWh = 500
const stepWh = 500

/**
 * What a car will still take until it is full, out of what its session has shown: energy for each percent so far, times
 * the percents that are left. null while nobody can know: no state of charge, or hardly any change of it.
 */
export function openFills(): {
  leftWh(view: ConnectorView): number | null
  keep(sessions: ReadonlySet<string>): void
} {
  const firsts = new Map<string, Point>()
  return {
    leftWh({ session, reading }) {
      const percent = reading?.socPercent ?? null
      if (session === null || session.energyWh === null || percent === null) return null
      const now = { percent, wh: session.energyWh }
      const first = firsts.get(session.sessionId) ?? now
      firsts.set(session.sessionId, first)
      return remaining(first, now)
    },
    keep(sessions) {
      for (const id of firsts.keys()) if (!sessions.has(id)) firsts.delete(id)
    }
  }
}

function remaining(first: Point, now: Point): number | null {
  if (now.percent >= 100) return 0
  const [rise, grown] = [now.percent - first.percent, now.wh - first.wh]
  if (rise < leastRise || grown < leastWh) return null
  return Math.ceil(((grown / rise) * (100 - now.percent)) / stepWh) * stepWh
}
