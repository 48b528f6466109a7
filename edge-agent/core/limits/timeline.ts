import type { LimitState, SiteLimit } from '@nova/shared-protocol/model'
import { bindingAmong } from './binding.ts'
import { epochMsOf } from '@nova/shared-protocol/units'
import { instantOf, timedLimits, type Look, type Sources, type Timed } from './layout.ts'
import type { Span } from './weekly.ts'

const mostStates = 1_000 // As the picture carries.

/**
 * Every source with its state, for people: what rules now, what is planned, what is over, was cancelled or refused.
 * `binding`: it is the least of all, in total or on a phase, now or when it begins.
 */
export function timelineOf(sources: Sources, look: Look): LimitState[] {
  // Those that have begun, then the next ones: what is beyond the thousandth nobody looks at.
  const timed = timedLimits(sources, look)
    .toSorted((left, right) => rank(left, look) - rank(right, look))
    .slice(0, mostStates)
  const binds = bindingAmong(timed, look.site)
  const states = [
    ...timed.map((each) => stateOf(each, binds, look)),
    ...sources.ended.map(({ limit, detail }) => closed(limit, 'cancelled', detail)),
    ...sources.refused
      .toReversed()
      .map(({ limit, name, detail }) => closed(limit, 'refused', `${name}: ${detail}`))
  ]
  return states.toSorted(byState).slice(0, mostStates)
}

/** The past behind everything, the latest first. */
const rank = ({ span }: Timed, { nowMs }: Look): number =>
  span.endMs > nowMs ? Math.max(nowMs, span.startMs) : Number.MAX_SAFE_INTEGER - span.endMs

function stateOf(each: Timed, binds: ReturnType<typeof bindingAmong>, { nowMs }: Look): LimitState {
  const { span, limit, detail } = each
  const state = span.endMs <= nowMs ? 'past' : span.startMs > nowMs ? 'planned' : 'active'
  const binding = state !== 'past' && binds(each, Math.max(nowMs, span.startMs))
  return { ...shown(limit, span), state, binding, detail: detail?.slice(0, 300) ?? null }
}

const closed = (limit: SiteLimit, state: 'cancelled' | 'refused', detail: string): LimitState => ({
  ...shown(limit, { startMs: timeOf(limit.from, -Infinity), endMs: timeOf(limit.until, Infinity) }),
  state,
  binding: false,
  detail: detail.slice(0, 300)
})

const timeOf = (instant: string | undefined, none: number): number =>
  instant === undefined ? none : epochMsOf(instant)

/** In whole watts and milliamperes, rounded to the safe side; what is none is left out. */
function shown(limit: SiteLimit, { startMs, endMs }: Span): Omit<LimitState, 'state' | 'binding' | 'detail'> {
  const { source, limitA, exportLimitW, version, reason } = limit
  const feedInW = wattsOf(exportLimitW)
  const isSound = limitA?.every((each) => Number.isFinite(each) && each >= 0) === true
  return {
    source,
    reason,
    limitW: wattsOf(limit.limitW),
    limitMilliA:
      limitA !== undefined && isSound ? [milli(limitA[0]), milli(limitA[1]), milli(limitA[2])] : null,
    ...(feedInW === null ? {} : { exportLimitW: feedInW }),
    from: startMs === -Infinity ? null : instantOf(startMs),
    until: endMs === Infinity ? null : instantOf(endMs),
    version: version ?? null
  }
}

const wattsOf = (watts: number | undefined): number | null =>
  watts !== undefined && Number.isFinite(watts) && watts >= 0 ? Math.floor(watts) : null

const milli = (amps: number): number => Math.floor(amps * 1000)

const order = { active: 0, planned: 1, refused: 2, cancelled: 3, past: 4 } as const

/** What rules first, then what comes, by its begin; of what was refused the newest first. */
const byState = (left: LimitState, right: LimitState): number =>
  order[left.state] - order[right.state] ||
  (left.state === 'refused' ? 0 : timeOf(left.from ?? undefined, 0) - timeOf(right.from ?? undefined, 0))
