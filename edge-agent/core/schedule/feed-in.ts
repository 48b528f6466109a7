import type { Watts } from '@nova/shared-protocol/units'
import { seen, type Part } from './participant.ts'

export type FeedInSnapshot = {
  readonly nowMs: number
  readonly grid: { readonly totalW: Watts; readonly atMs: number } | null
  readonly exportLimitW: Watts | null // null: nobody limits it but the fuses. 0: nothing may be fed in.
  readonly parts: readonly Part[]
}

export type FeedInCap = { readonly id: string; readonly exportW: Watts | null; readonly because: string }

const marginShare = 0.02 // Of the limit: an inverter is no more exact than that.

/**
 * What each inverter and battery may feed in so that the connection's export limit holds. The site's own load uses
 * up what is fed in, so that is only cut as far as needed; without a meter, or with one device unseen, no load is
 * counted and all together may feed in no more than the limit. PV comes first, because what it could not give is
 * lost, batteries have what is left; within a kind by rating. A cap counts in full, whatever is fed in just now.
 */
export function capFeedIn({ nowMs, grid, exportLimitW, parts }: FeedInSnapshot): FeedInCap[] {
  if (exportLimitW === null) return parts.map(({ id }) => ({ id, exportW: null, because: 'no export limit' }))
  const limitW = Number.isFinite(exportLimitW) ? Math.max(0, exportLimitW) : 0
  const loadW = loadBehind({ nowMs, grid, parts })
  const allW = Math.max(0, limitW * (1 - marginShare) + (loadW ?? 0))
  const because = `export limit ${limitW} W${loadW === null ? ', no load counted: meter lost' : ''}`
  const pv = parts.filter(({ kind }) => kind === 'pv')
  const others = parts.filter(({ kind }) => kind !== 'pv')
  const first = byRating(pv, allW)
  const rest = byRating(others, allW - sumOf(first))
  const caps = new Map([...first, ...rest])
  return parts.map(({ id }) => ({ id, exportW: caps.get(id) ?? 0, because }))
}

/** What the site draws without its participants; null: nobody can say. */
function loadBehind({ nowMs, grid, parts }: Omit<FeedInSnapshot, 'exportLimitW'>): Watts | null {
  const shown = parts.map(({ reading }) => seen(reading, nowMs)?.totalW ?? null)
  const connection = seen(grid, nowMs)
  if (connection === null || shown.includes(null)) return null
  return Math.max(0, connection.totalW - shown.reduce<number>((sum, each) => sum + (each ?? 0), 0))
}

function byRating(parts: readonly Part[], leftW: Watts): [string, Watts][] {
  const rated = parts.map(({ rating }) => Math.max(0, -rating.leastW))
  const all = rated.reduce((sum, each) => sum + each, 0)
  const share = all === 0 ? 0 : Math.min(1, Math.max(0, leftW) / all)
  return parts.map(({ id }, index) => [id, Math.floor((rated[index] ?? 0) * share)])
}

const sumOf = (caps: readonly (readonly [string, Watts])[]): Watts =>
  caps.reduce((sum, [, each]) => sum + each, 0)
