import type { SiteLimit } from '@nova/shared-protocol/model'
import {
  epochMsOf,
  milliAmpsOf,
  type MilliAmps,
  type PerPhase,
  type Watts
} from '@nova/shared-protocol/units'
import type { PowerSite } from './site.ts'

/** A bound with whose it is, in words. */
export type Bound = { readonly value: number; readonly because: string; readonly until: string | null }

/** The smallest of all that hold now: per phase, and in total where somebody limits the total. */
export type EffectiveLimit = {
  readonly phases: readonly [Bound, Bound, Bound] // Milliamperes.
  readonly watts: Bound | null // null: only the fuses bound the total.
  readonly valid: readonly SiteLimit[]
  readonly exportWatts?: Bound | null // What may be fed into the grid; left out or null: what the fuses carry.
  readonly nodes?: ReadonlyMap<string, NodeBounds> // By id, beside the wiring; `grid` beside what stands above.
}

/** Bounds on one node of the tree that hold now; phases in milliamperes, export as positive numbers. */
export type NodeBounds = {
  readonly phases?: readonly [Bound, Bound, Bound]
  readonly watts?: Bound
  readonly exportPhases?: readonly [Bound, Bound, Bound]
  readonly exportWatts?: Bound
}

export type Moment = { readonly instant: string; readonly timeZone: string }

/**
 * The minimum of the wiring and every limit whose time is now ([from, until), no `until` = for ever). Limits
 * must be sound (`guard`): a number that is none would compare as nothing.
 */
export function effectiveLimit(site: PowerSite, limits: readonly SiteLimit[], now: Moment): EffectiveLimit {
  const at = epochMsOf(now.instant)
  const valid = limits.filter((limit) => holds(limit, at))
  const phase = (index: 0 | 1 | 2): Bound => {
    const wiring: Bound = {
      value: milliAmpsOf(site.grid.limitA[index]),
      because: `grid L${index + 1}`,
      until: null
    }
    return smallest([
      wiring,
      ...valid.flatMap((limit) =>
        limit.limitA ? [boundBy(limit, milliAmpsOf(limit.limitA[index]), now)] : []
      )
    ])
  }
  const totals = valid.flatMap((limit) =>
    limit.limitW === undefined ? [] : [boundBy(limit, limit.limitW, now)]
  )
  const exports = valid.flatMap((limit) =>
    limit.exportLimitW === undefined ? [] : [boundBy(limit, limit.exportLimitW, now)]
  )
  return {
    phases: [phase(0), phase(1), phase(2)],
    watts: totals.length === 0 ? null : smallest(totals),
    exportWatts: exports.length === 0 ? null : smallest(exports),
    valid
  }
}

/** Total that the effective limit lets through at this voltage: the fuses' sum, or less. */
export function totalW(limit: EffectiveLimit, voltageV: number): Watts {
  const fuses = limit.phases.reduce((sum, { value }) => sum + Math.floor((value * voltageV) / 1000), 0)
  return limit.watts === null ? fuses : Math.min(limit.watts.value, fuses)
}

/** The one bound that a person would name when asked why. */
export function mainReason(limit: EffectiveLimit, voltageV: number): string {
  const fuses = limit.phases.reduce((sum, { value }) => sum + Math.floor((value * voltageV) / 1000), 0)
  if (limit.watts !== null && limit.watts.value <= fuses) return limit.watts.because
  return smallest(limit.phases).because
}

/** The same current of the three phases as a total at this voltage, and back, rounded to the safe side. */
export const perPhaseOf = (limit: EffectiveLimit): PerPhase<MilliAmps> => [
  limit.phases[0].value,
  limit.phases[1].value,
  limit.phases[2].value
]

/** When it is, on the wall clock of the site: `19:00`, with the day in front when it is not today. */
export function clockTime(instant: string, now: Moment): string {
  const key = `${instant} ${now.timeZone} ${now.instant.slice(0, minuteLength)}`
  const before = said.get(key)
  if (before !== undefined) return before
  if (said.size >= mostSaid) said.clear()
  const text = clockTimeOf(instant, now)
  said.set(key, text)
  return text
}

// Each waiting car is told the same time each second, and zones are slow to reckon with.
const said = new Map<string, string>()
const mostSaid = 500
const minuteLength = 16 // Of "2026-03-01T10:00".

function clockTimeOf(instant: string, now: Moment): string {
  const then = Temporal.Instant.from(instant).toZonedDateTimeISO(now.timeZone)
  const today = Temporal.Instant.from(now.instant).toZonedDateTimeISO(now.timeZone)
  const time = then.toPlainTime().toString({ smallestUnit: 'minute' })
  return then.toPlainDate().equals(today.toPlainDate()) ? time : `${then.toPlainDate().toString()} ${time}`
}

function holds(limit: SiteLimit, at: number): boolean {
  const begun = limit.from === undefined || epochMsOf(limit.from) <= at
  const over = limit.until !== undefined && epochMsOf(limit.until) <= at
  return begun && !over
}

function boundBy(limit: SiteLimit, value: number, now: Moment): Bound {
  const until = limit.until ?? null
  const end = until === null ? '' : ` until ${clockTime(until, now)}`
  return { value, because: `${limit.reason}${end}`, until }
}

/** The first of equals: wiring before people, so that a limit that changes nothing is not blamed. */
const smallest = (bounds: readonly Bound[]): Bound =>
  bounds.reduce((least, each) => (each.value < least.value ? each : least))
