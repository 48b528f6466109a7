import type { JudgedSite } from '@nova/shared-protocol/model'
import type { Timed } from './layout.ts'

const phases = [0, 1, 2] as const

/** Whose limit is the least of all that hold at one instant: in total, and on each phase; null: the wiring's. */
type Least = { readonly total: Timed | null; readonly phases: readonly (Timed | null)[] }

/**
 * Tells of each limit whether it is the least at an instant, in total or on a phase. The wiring is one of them; of
 * equal ones the wiring, then the first. Each instant is looked at once, however many limits begin at it.
 */
export function bindingAmong(all: readonly Timed[], site: JudgedSite): (own: Timed, atMs: number) => boolean {
  const known = new Map<number, Least>()
  return (own, atMs) => {
    const least = known.get(atMs) ?? leastAt(all, atMs, site)
    known.set(atMs, least)
    return least.total === own || least.phases.includes(own)
  }
}

function leastAt(all: readonly Timed[], atMs: number, site: JudgedSite): Least {
  const valid = all.filter(({ span }) => span.startMs <= atMs && atMs < span.endMs)
  const rulers = phases.map((phase) =>
    smallest(valid, site.limitA[phase], ({ limit }) => limit.limitA?.[phase])
  )
  const amps = phases.map((phase) => rulers[phase]?.limit.limitA?.[phase] ?? site.limitA[phase])
  const fusesW = amps.reduce((sum, each) => sum + each * site.voltageV, 0)
  return { total: smallest(valid, fusesW, ({ limit }) => limit.limitW), phases: rulers }
}

function smallest(
  valid: readonly Timed[],
  most: number,
  of: (each: Timed) => number | undefined
): Timed | null {
  let [least, whose]: [number, Timed | null] = [most, null]
  for (const each of valid) {
    const value = of(each) ?? Infinity
    if (value < least) [least, whose] = [value, each]
  }
  return whose
}
