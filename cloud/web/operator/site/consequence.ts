import type { Allocation } from '../charts/live-power.ts'

/** What a new limit would do to the site as it stands this second. */
export type Consequence =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none'; readonly headroomW: number; readonly tightestW: number }
  | { readonly kind: 'less'; readonly cutW: number; readonly leftW: number; readonly cars: number }
  | { readonly kind: 'pause'; readonly cars: number; readonly baseLoadW: number }

/**
 * @param limitW the new limit on the site's sum
 * @returns `none`: nobody gets less now; `less`: cars share what is left; `pause`: nothing is left for cars
 */
export function consequenceOf(allocation: Allocation | undefined, limitW: number): Consequence {
  if (!allocation || allocation.siteW === null) return { kind: 'unknown' }
  const tightestW = Math.min(limitW, allocation.limitW)
  const cars = allocation.connectors.filter(({ powerW }) => (powerW ?? 0) > 0).length
  if (allocation.siteW <= tightestW)
    return { kind: 'none', headroomW: tightestW - allocation.siteW, tightestW }
  const leftW = tightestW - allocation.baseLoadW
  if (leftW <= 0) return { kind: 'pause', cars, baseLoadW: allocation.baseLoadW }
  return { kind: 'less', cutW: allocation.siteW - tightestW, leftW, cars }
}
