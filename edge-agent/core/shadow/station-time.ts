/** What arrives within this of its own time stamp is live, whatever was stamped before: the clock was set back. */
const liveMs = 120_000

/** Before it there were no such stations: the clock is not set. */
const earliestMs = Temporal.Instant.from('2020-01-01T00:00:00Z').epochMilliseconds

export type Stamp = { readonly at: string | null; readonly heardAt: string }

/**
 * The instant that a report counts for, in ms. Station time rules over arrival time, but a clock that runs
 * ahead must not make everything that follows look old: never later than it was heard.
 */
export function instantOf({ at, heardAt }: Stamp): number {
  const heard = msOf(heardAt) ?? 0
  const told = at === null ? null : msOf(at)
  return told === null || told < earliestMs ? heard : Math.min(told, heard)
}

/** Whether a report is from before what is known: after an outage stations send stale states first. */
export function isOlder(report: Stamp, known: Stamp): boolean {
  const instant = instantOf(report)
  if (instant >= instantOf(known)) return false
  return (msOf(report.heardAt) ?? 0) - instant > liveMs
}

function msOf(at: string): number | null {
  try {
    return Temporal.Instant.from(at).epochMilliseconds
  } catch {
    return null
  }
}
