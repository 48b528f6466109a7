import { weekOf, type Band, type Piece, type Week } from './week.ts'
import type { PlanPrices } from './plan.ts'
import { stretches, type Stretch } from './wall.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
const mostDays = 4096 // Tables kept for one plan; about eleven years of them, then the cache starts anew.

/** From `from` (ms since 1970) the band with this index holds. */
export type Border = { readonly from: number; readonly band: number }

/** A plan laid on real time in one zone: which band holds at an instant, and until when. */
export type Timeline = {
  readonly bands: readonly Band[]
  /** Borders of one UTC day in order; the first lies at the day's start. */
  bordersOf(utcDay: number): readonly Border[]
}

const known = new WeakMap<PlanPrices, Map<string, Timeline>>()

/**
 * Kept per plan object and zone, so that rating many sessions by one plan looks at the calendar once a day.
 * @throws RangeError on an unknown zone or a plan that does not hold
 */
export function timelineOf(plan: PlanPrices, timeZone: string): Timeline {
  const byZone = known.get(plan) ?? new Map<string, Timeline>()
  const timeline = byZone.get(timeZone) ?? makeTimeline(weekOf(plan), timeZone)
  known.set(plan, byZone.set(timeZone, timeline))
  return timeline
}

function makeTimeline(week: Week, timeZone: string): Timeline {
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone) // An unknown zone fails here, at once.
  const days = new Map<number, readonly Border[]>()
  return {
    bands: week.bands,
    bordersOf(utcDay) {
      const found = days.get(utcDay)
      if (found) return found
      if (days.size >= mostDays) days.clear()
      const made = stretches(utcDay * dayMs, timeZone).flatMap((stretch) => borders(week, stretch))
      days.set(utcDay, merged(made))
      return merged(made)
    }
  }
}

/**
 * Within one offset wall clock and elapsed time run together, so local windows become instants by subtraction.
 * The hour that is skipped in spring lies in no stretch, the one repeated in autumn in two.
 */
function borders(week: Week, { from, to, offsetMs }: Stretch): Border[] {
  const made: Border[] = []
  for (let day = Math.floor((from + offsetMs) / dayMs); day * dayMs - offsetMs < to; day++) {
    for (const piece of piecesOf(week, day)) {
      const starts = day * dayMs + piece.from * minuteMs - offsetMs
      const ends = day * dayMs + piece.to * minuteMs - offsetMs
      if (starts < to && ends > from) made.push({ from: Math.max(starts, from), band: piece.band })
    }
  }
  return made
}

/** Day 0 is 1970-01-01, a Thursday: index 3 of a week that begins on Monday. */
const piecesOf = (week: Week, day: number): readonly Piece[] => week.days[(((day + 3) % 7) + 7) % 7] ?? []

const merged = (borders: readonly Border[]): readonly Border[] =>
  borders.filter((border, index) => index === 0 || borders[index - 1]?.band !== border.band)
