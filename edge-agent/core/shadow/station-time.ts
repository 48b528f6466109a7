import { epochMsOf } from '@nova/shared-protocol/units'

/** What arrives within this of its own time stamp is live, whatever was stamped before: the clock was set back. */
const liveMs = 120_000

/** Before it there were no such stations: the clock is not set. */
const earliestMs = epochMsOf('2020-01-01T00:00:00.000Z')

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
  if (isPlainlyNewer(report, known)) return false
  const instant = instantOf(report)
  if (instant >= instantOf(known)) return false
  return (msOf(report.heardAt) ?? 0) - instant > liveMs
}

// Days that every month has, in the system's form: such texts compare as their instants do.
const ordinary = /^20[2-9]\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}Z$/

/** The common case of each meter value, told without a calendar. */
function isPlainlyNewer(report: Stamp, known: Stamp): boolean {
  if (report.at === null || !ordinary.test(report.at) || !ordinary.test(report.heardAt)) return false
  const instant = report.at < report.heardAt ? report.at : report.heardAt
  return ordinary.test(known.heardAt) && instant >= known.heardAt // Never counts for later than it was heard.
}

function msOf(at: string): number | null {
  try {
    return epochMsOf(at)
  } catch {
    return null
  }
}
