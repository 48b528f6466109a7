const dayMs = 86_400_000
const mostDays = 4096

/** [from, to) with one offset from UTC. */
export type Stretch = { readonly from: number; readonly to: number; readonly offsetMs: number }

/** A UTC day cut where the zone's offset changes: one stretch on almost every day, two on a change day. */
export function stretches(start: number, timeZone: string): Stretch[] {
  const end = start + dayMs
  const cut: Stretch[] = []
  for (let from = start; from < end;) {
    const there = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone)
    const change = there.getTimeZoneTransition('next')?.epochMilliseconds ?? end
    const to = Math.min(change, end)
    cut.push({ from, to, offsetMs: Math.round(there.offsetNanoseconds / 1e6) })
    from = to
  }
  return cut
}

/** Wall clock: days since 1970-01-01 (a Thursday), weekday 1 = Monday, milliseconds of the day. */
export type Local = { readonly day: number; readonly weekday: number; readonly ms: number }

export type Wall = {
  at(instant: number): Local
  /** Instants in [from, to) at which the wall clock shows one of these minutes of a day, or jumps; unordered. */
  when(from: number, to: number, minutes: readonly number[]): number[]
}

const walls = new Map<string, Wall>()

/** @throws RangeError on an unknown zone */
export function wallOf(timeZone: string): Wall {
  const found = walls.get(timeZone) ?? makeWall(timeZone)
  walls.set(timeZone, found)
  return found
}

function makeWall(timeZone: string): Wall {
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone)
  const days = new Map<number, readonly Stretch[]>()
  const stretchesOf = (utcDay: number): readonly Stretch[] => {
    const found = days.get(utcDay)
    if (found) return found
    if (days.size >= mostDays) days.clear()
    const made = stretches(utcDay * dayMs, timeZone)
    days.set(utcDay, made)
    return made
  }
  return {
    at(instant) {
      const all = stretchesOf(Math.floor(instant / dayMs))
      const offset = all.find(({ to }) => instant < to)?.offsetMs ?? 0
      return localOf(instant + offset)
    },
    when(from, to, minutes) {
      const found: number[] = []
      for (let day = Math.floor(from / dayMs); day * dayMs < to; day++)
        for (const stretch of stretchesOf(day)) addWhen(found, within(stretch, from, to), minutes)
      return found
    }
  }
}

function localOf(shifted: number): Local {
  const day = Math.floor(shifted / dayMs)
  return { day, weekday: ((((day + 3) % 7) + 7) % 7) + 1, ms: shifted - day * dayMs }
}

type Part = Stretch & { readonly jumps: boolean }

/** The part of a stretch that is looked at, and whether the stretch begins in it. */
const within = ({ from, to, offsetMs }: Stretch, first: number, last: number): Part => ({
  from: Math.max(from, first),
  to: Math.min(to, last),
  offsetMs,
  jumps: from >= first && from < last
})

function addWhen(found: number[], { from, to, offsetMs, jumps }: Part, minutes: readonly number[]): void {
  if (jumps) found.push(from) // Where the clock jumps a window may open or close between two minutes.
  for (let day = Math.floor((from + offsetMs) / dayMs); day * dayMs - offsetMs < to; day++)
    for (const minute of minutes) {
      const at = day * dayMs + minute * 60_000 - offsetMs
      if (at >= from && at < to) found.push(at)
    }
}
