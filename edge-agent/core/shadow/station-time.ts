import { epochMsOf } from '@nova/shared-protocol/units'

/** Behind by less: somebody set the clock. Behind by more: a zone, or a clock that was lost; it has to show it for longer. */
const slightMs = 120_000
const shortestMs = 5_000 // A backlog comes within milliseconds, and its stamps lie further apart than its arrivals.
const longMs = 30_000
const jitterMs = 2_000 // Whole seconds, and the way through the network.

/** Before it there were no such stations: the clock is not set. */
const earliestMs = epochMsOf('2020-01-01T00:00:00.000Z')

export type Stamp = { readonly at: string | null; readonly heardAt: string }

/**
 * Whether a report is from before what is known: after an outage stations send stale states first. Station time rules
 * over arrival time, but a clock that runs ahead must not make everything that follows look old: a report counts for
 * no later than it was heard.
 */
export function isOlder(report: Stamp, known: Stamp): boolean {
  if (isPlainlyNewer(report, known)) return false
  const [heard, knownHeard] = [heardMs(report), heardMs(known)]
  const [behind, before] = [lagOf(report, heard), lagOf(known, knownHeard)]
  if (behind < 0 && before < 0) return heard - behind < knownHeard - before // Ahead, but it runs.
  return heard - Math.max(0, behind) < knownHeard - Math.max(0, before)
}

/**
 * What becomes of a report that `isOlder`. Its clock was set back when a second one shows a clock that runs, only
 * behind: heard some time after the first and stamped as much later. A backlog that was kept shows no such thing.
 * @param doubted the first of those in doubt; null: none
 * @returns `take`, or the one to go on doubting by
 */
export function doubt(report: Stamp, doubted: Stamp | null): 'take' | Stamp {
  if (!doubted) return report
  const behind = lagOf(report)
  if (Math.abs(behind - lagOf(doubted)) > jitterMs) return report
  const apartMs = heardMs(report) - heardMs(doubted)
  if (apartMs < 0) return report
  return apartMs >= (behind <= slightMs ? shortestMs : longMs) ? 'take' : doubted
}

const heardMs = ({ heardAt }: Stamp): number => msOf(heardAt) ?? 0

/** How much later than stamped it was heard, in ms; below 0: its clock runs ahead. Not stamped: 0. */
function lagOf(stamp: Stamp, heard = heardMs(stamp)): number {
  const told = stamp.at === null ? null : msOf(stamp.at)
  return told === null || told < earliestMs ? 0 : heard - told
}

// Days that every month has, in the system's form: such texts compare as their instants do.
const ordinary = /^20[2-9]\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}Z$/

/** The common case of each meter value, told without a calendar. */
function isPlainlyNewer(report: Stamp, known: Stamp): boolean {
  if (report.at === null || !ordinary.test(report.at) || !ordinary.test(report.heardAt)) return false
  const instant = report.at < report.heardAt ? report.at : report.heardAt
  // What is known never counts for later than it was heard, and not as newer than it was stamped.
  if (!ordinary.test(known.heardAt) || instant < known.heardAt) return false
  return known.at === null || (ordinary.test(known.at) && report.at >= known.at)
}

function msOf(at: string): number | null {
  try {
    return epochMsOf(at)
  } catch {
    return null
  }
}
