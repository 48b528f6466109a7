import type { SiteLimit } from '@nova/shared-protocol/model'
import type { MilliAmps, PerPhase, WattHours } from '@nova/shared-protocol/units'
import type { Car } from '../allocator/car.ts'
import {
  effectiveLimit,
  type Ceiling,
  type Direction,
  type EffectiveLimit,
  type Pilots,
  type PowerSite,
  type Strategy,
  type Tree
} from '../allocator/index.ts'

/** What holds from an instant on, until the next one's. Before the first nothing is known, so nothing is given. */
export type LimitSpan = { readonly fromMs: number; readonly limit: EffectiveLimit }
export type BaseSpan = { readonly fromMs: number; readonly milliA: PerPhase }

/** From when to when to look, and in which steps; instants at which limits or the base load change come on top. */
export type Window = { readonly fromMs: number; readonly untilMs: number; readonly stepMs: number }

/** A car that charges or waits. `energyLeftWh` null: unknown, so it takes what it gets for as long as it stays. */
export type Session = {
  readonly place: number // Index into the tree's places.
  readonly direction: Direction
  readonly ceiling: Ceiling
  readonly reservedMilliA: MilliAmps // Its stored fallback: counted whether it charges or not.
  readonly car: Car
  readonly energyLeftWh: WattHours | null
  readonly arrivedMs: number
  readonly departMs: number | null
  readonly floorMilliA?: MilliAmps
  readonly pilots?: Pilots
  readonly priority?: number
}

/** A connector that cannot be guided, with what it may draw. */
export type Kept = { readonly place: number; readonly direction: Direction; readonly milliA: MilliAmps }

/** Everything a forecast is made from. All instants are Unix milliseconds. */
export type Outlook = {
  readonly tree: Tree
  readonly voltageV: number
  readonly limits: readonly LimitSpan[]
  readonly base: readonly BaseSpan[]
  readonly kept: readonly Kept[]
  readonly sessions: readonly Session[]
  readonly strategy: Strategy
  readonly window: Window
}

/** A day in quarters of an hour; more is cut off at the far end. */
export const mostSlots = 96

/** When each slot begins, and when the last one ends. */
export type Slots = { readonly startsMs: readonly number[]; readonly untilMs: number }

export function slotsIn({ window, limits, base }: Pick<Outlook, 'window' | 'limits' | 'base'>): Slots {
  const { fromMs, untilMs, stepMs } = window
  if (!(stepMs > 0) || !(untilMs > fromMs) || untilMs === Infinity) return { startsMs: [], untilMs: fromMs }
  const cuts = new Set([fromMs])
  const cut = (atMs: number): boolean => atMs > fromMs && atMs < untilMs
  for (const { fromMs: atMs } of [...limits, ...base]) if (cut(atMs)) cuts.add(atMs)
  const first = (Math.floor(fromMs / stepMs) + 1) * stepMs
  for (let step = 0; step < mostSlots && cut(first + step * stepMs); step++) cuts.add(first + step * stepMs)
  const all = [...cuts].toSorted((a, b) => a - b)
  return { startsMs: all.slice(0, mostSlots), untilMs: all[mostSlots] ?? untilMs }
}

/**
 * Limits of people and partners with the wiring, as spans: one for every instant at which a limit begins or ends.
 * @param limits plain ones (`limits/plainLimits`): without weekly windows and randomised starts
 */
export function limitSpans(
  site: PowerSite,
  limits: readonly SiteLimit[],
  window: Pick<Window, 'fromMs' | 'untilMs'>
): LimitSpan[] {
  const { fromMs, untilMs } = window
  const timed = limits.map((limit) => ({
    limit,
    fromMs: millisecondsOr(limit.from, -Infinity),
    untilMs: millisecondsOr(limit.until, Infinity)
  }))
  const cuts = timed
    .flatMap((each) => [each.fromMs, each.untilMs])
    .filter((atMs) => atMs > fromMs && atMs < untilMs)
  // One more than there can be slots, so that the last slot ends where the next limit begins.
  const startsMs = [...new Set([fromMs, ...cuts])].toSorted((a, b) => a - b).slice(0, mostSlots + 1)
  return startsMs.map((atMs) => {
    const valid = timed.filter((each) => each.fromMs <= atMs && atMs < each.untilMs).map(({ limit }) => limit)
    const moment = { instant: instantOf(atMs), timeZone: site.timeZone }
    return { fromMs: atMs, limit: effectiveLimit(site, valid, moment) }
  })
}

const millisecondsOr = (instant: string | undefined, none: number): number =>
  instant === undefined ? none : Temporal.Instant.from(instant).epochMilliseconds

export const instantOf = (atMs: number): string =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toString()
