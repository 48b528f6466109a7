import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import { stoppedMilliA } from './probe.ts'
import { least, less, sumOf, type Seen, type Suspect } from './suspect.ts'

/**
 * A step that nobody's meter explains, on just the phases of a car that waits at 0 A. A motor looks the same, and nothing can be
 * asked of one that is paused already: it is base load, and the limit holds while others make room for it. It is kept in mind
 * for the time when nobody is left to do so.
 */
export type Hint = {
  readonly riseMilliA: MilliAmps // Per phase,
  readonly phases: Suspect['phases'] // and on these.
  readonly rest: PerPhase // What the site drew beside its chargers before the step.
}

export type Hints = ReadonlyMap<string, Hint>

/** Who is told nothing and shows nothing. */
export const isWaiting = ({ phases, shown, most }: Suspect): boolean =>
  phases.every((phase) => shown[phase] < stoppedMilliA && most[phase] < stoppedMilliA)

/** What the site rose by since then that no honest charger can explain, and whose it may be. */
export type Step = {
  readonly fitting: readonly Suspect[]
  readonly waiting: readonly Suspect[] // At a three-phase plug with a car that nobody knows on all or on one.
  readonly hidden: PerPhase
  readonly since: Seen
}

export function noted(hints: Hints, { waiting, hidden, since }: Step): Hints {
  const fresh = waiting.filter(({ key }) => !hints.has(key))
  if (fresh.length === 0) return hints
  const rest = less(since.site, since.all.most)
  const all = new Map(hints)
  for (const each of fresh) all.set(each.key, { riseMilliA: least(each, hidden), phases: each.phases, rest })
  return all
}

/** The hints that stand after this look: what has fallen again by more than half of the step was somebody else's. */
export function standing(hints: Hints, site: PerPhase, chargers: readonly Suspect[]): Hints {
  if (hints.size === 0) return hints
  const rest = less(site, sumOf(chargers).least)
  const stands = ([key, hint]: readonly [string, Hint]): boolean => {
    const more = less(rest, hint.rest)
    const isThere = chargers.some((each) => each.key === key)
    return isThere && hint.phases.every((phase) => more[phase] >= hint.riseMilliA / 2)
  }
  const kept = [...hints].filter(stands)
  return kept.length === hints.size ? hints : new Map(kept)
}

/**
 * Whom to stop, above the limit on these phases, with nobody left who could make room on them: the latest step first.
 * @param over by how much the site's meter shows more than the limit
 */
export function hinted(
  hints: Hints,
  chargers: readonly Suspect[],
  over: PerPhase
): readonly [string, Hint][] {
  const passed = ([0, 1, 2] as const).filter((phase) => over[phase] > 0)
  if (chargers.some(({ most }) => passed.some((phase) => most[phase] >= stoppedMilliA))) return []
  const waiting = new Set(chargers.filter(isWaiting).map(({ key }) => key))
  return [...hints]
    .toReversed()
    .filter(([key, { phases }]) => waiting.has(key) && phases.some((phase) => passed.includes(phase)))
}
