import type { JudgedSite, LimitRefusal, SiteLimit } from '@nova/shared-protocol/model'
import { epochMsOf } from '@nova/shared-protocol/units'
import { unitMistake } from '../guard/index.ts'
import { startMsOf, type Ended } from './events.ts'
import { spansOf, wallClockOf, type Span, type WallClock } from './weekly.ts'

/** A refused limit with its reason and when it came; kept so that a person sees why it does nothing. */
export type Refused = LimitRefusal & { readonly limit: SiteLimit; readonly atMs: number }

/** Everything said about limits: what rules, what ended, what was refused, and what fail-safes hold now. */
export type Sources = {
  readonly given: readonly SiteLimit[]
  readonly ended: readonly Ended[]
  readonly refused: readonly Refused[]
  readonly standing: readonly { readonly limit: SiteLimit; readonly detail: string }[]
}

/** From where to where to look, what time it is, and for which site. All instants are Unix milliseconds. */
export type Look = {
  readonly nowMs: number
  readonly span: Span
  readonly timeZone: string
  readonly site: JudgedSite // Its id is the seed of randomised starts.
}

/** A limit with its own instants: infinite where it has none. */
export type Timed = { readonly limit: SiteLimit; readonly span: Span; readonly detail: string | null }

/**
 * Every limit that touches the span as it will rule: weekly windows laid out, randomised starts drawn. Each has one
 * `from` and `until`; whoever counts with them takes the least of those valid at an instant.
 */
export function plainLimits(sources: Sources, look: Look): SiteLimit[] {
  return timedLimits(sources, look).map(({ limit, span }) => plain(limit, span))
}

export function timedLimits({ given, standing }: Sources, look: Look): Timed[] {
  const wall = wallClockOf(look.timeZone)
  return [
    ...standing.map(({ limit, detail }) => ({ limit, span: ownSpan(limit, look.site.siteId), detail })),
    ...given.flatMap((limit) => laidOut(limit, look, wall))
  ]
}

function laidOut(limit: SiteLimit, { span, site }: Look, wall: WallClock): Timed[] {
  const own = ownSpan(limit, site.siteId)
  const detail = detailOf(limit, own, site)
  const seen = cut(own, span)
  if (seen === null) return []
  if (limit.weekly === undefined) return [{ limit, span: own, detail }]
  return spansOf(limit.weekly, seen, wall).flatMap((each) => {
    const both = cut(each, own)
    return both === null ? [] : [{ limit, span: both, detail }]
  })
}

const ownSpan = (limit: SiteLimit, seed: string): Span => ({
  startMs: startMsOf(limit, seed) ?? -Infinity,
  endMs: limit.until === undefined ? Infinity : epochMsOf(limit.until)
})

function cut(left: Span, right: Span): Span | null {
  const both = { startMs: Math.max(left.startMs, right.startMs), endMs: Math.min(left.endMs, right.endMs) }
  return both.startMs < both.endMs ? both : null
}

function detailOf(limit: SiteLimit, { startMs }: Span, site: JudgedSite): string | null {
  const { from, randomiseStartS, eventId, version } = limit
  const mistake = unitMistake(limit, undefined, site)
  const words = [
    ...(mistake === null ? [] : [mistake.detail]),
    ...(eventId === undefined ? [] : [`event ${eventId}, version ${version ?? 0}`]),
    ...(from === undefined || (randomiseStartS ?? 0) === 0
      ? []
      : [`begins ${(startMs - epochMsOf(from)) / 1000} s after its announced start`])
  ]
  return words.length === 0 ? null : words.join('; ')
}

/** Without the words of weeks and events: a plain limit from one instant to another, in whole watts, never more. */
function plain(
  { source, limitW, limitA, exportLimitW, reason }: SiteLimit,
  { startMs, endMs }: Span
): SiteLimit {
  return {
    source,
    reason,
    ...(limitW === undefined ? {} : { limitW: Math.floor(limitW) }),
    ...(limitA === undefined ? {} : { limitA }),
    ...(exportLimitW === undefined ? {} : { exportLimitW: Math.floor(exportLimitW) }),
    ...(startMs === -Infinity ? {} : { from: instantOf(startMs) }),
    ...(endMs === Infinity ? {} : { until: instantOf(endMs) })
  }
}

export const instantOf = (atMs: number): string => Temporal.Instant.fromEpochMilliseconds(atMs).toString()
