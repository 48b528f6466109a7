import type { LimitDeskNeeds, SiteState } from '../desired/index.ts'
import type { Ground, Rooms } from './rooms.ts'

/** What the limits' desk needs; what opens later is looked up when it is asked for. */
export function deskNeeds(
  { settings, store, clock, metrics, log }: Ground,
  state: SiteState,
  rooms: () => Rooms | undefined
): LimitDeskNeeds {
  const { site, grid, gridOperator } = settings
  return {
    site: { siteId: site.id, timeZone: site.timeZone, limitA: grid.limitA, voltageV: grid.voltageV },
    gridOperator,
    clock,
    clockChecked: () => {
      const uplink = rooms()?.uplink ?? null
      const atMs = uplink?.welcomedAtMs() ?? null
      return uplink === null || atMs === null ? null : { atMs, right: uplink.clockOffMs() === 0 }
    },
    given: () => state.wanted().limits,
    putLimit: (limit, actor) => state.putLimit(limit, actor),
    deleteLimit: (source, actor) => state.deleteLimit(source, actor),
    commit: (write) => store.commit(write),
    meta: store.meta,
    signal: () => rooms()?.gridBox?.latest() ?? null, // A box that no driver reads comes in by the local API.
    changed: () => rooms()?.loop?.wake(),
    count: metrics.count,
    log
  }
}
