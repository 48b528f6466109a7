import type { SiteLimit } from '@nova/shared-protocol/model'
import { effectiveLimit } from '../core/allocator/index.ts'
import { soundLimits } from '../core/guard/index.ts'
import type { LoopState, Ruling } from './entry.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The smallest of all valid limits. Times are read and put into words only when a limit was added, begins or ends,
 * or the minute of day changes: not each second.
 */
export function limitNow(state: LoopState, snapshot: Snapshot): Ruling {
  if (state.ruling !== null && stillRules(state.ruling, state, snapshot)) return state.ruling
  const { site, cloud } = state
  const sound = soundLimits(snapshot.limits, state.lastSound, site.grid)
  state.lastSound = sound.lastSound
  const { instant } = snapshot
  const limit = effectiveLimit(site, [...sound.limits, ...failsafe(state)], {
    instant,
    timeZone: site.timeZone
  })
  state.ruling = {
    limit,
    refused: sound.refused,
    site,
    limits: [...snapshot.limits],
    failsafe: cloud.failsafe,
    fromInstant: instant,
    beforeInstant: nextTurn(sound.limits, instant)
  }
  return state.ruling
}

/** Cheap: texts of the same form are compared, nothing is read. */
export function stillRules(
  ruling: Ruling,
  { site, cloud }: LoopState,
  { limits, instant }: Snapshot
): boolean {
  return (
    ruling.site === site &&
    ruling.failsafe === cloud.failsafe &&
    instant >= ruling.fromInstant &&
    instant < ruling.beforeInstant &&
    limits.length === ruling.limits.length &&
    limits.every((each, at) => each === ruling.limits[at])
  )
}

function failsafe({ cloud, site }: LoopState): SiteLimit[] {
  const { limitW } = site.failsafe
  if (!cloud.failsafe || limitW === null) return []
  return [{ source: 'failsafe', limitW, reason: 'fail-safe, cloud silent' }]
}

const longestMs = 15 * 60_000 // "until 19:00" is said of today: looked at again often enough around midnight.

function nextTurn(limits: readonly SiteLimit[], instant: string): string {
  const nowMs = Date.parse(instant)
  const turns = limits.flatMap(({ from, until }) =>
    [from, until].flatMap((each) => {
      const atMs = each === undefined ? Number.NaN : Date.parse(each)
      return atMs > nowMs ? [atMs] : []
    })
  )
  return new Date(Math.min(nowMs + longestMs, ...turns)).toISOString()
}
