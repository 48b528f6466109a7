import type { Pile } from './charger.ts'
import { share, type Row } from './rows.ts'
import type { Verdict } from './verdict.ts'

/** Of one second: who draws through what is above its limit now, and through what is above it for longer than it may be. */
export type Passing = {
  readonly now: Set<Pile>
  readonly meter: Set<Pile> // Where the site's meter looks.
  readonly feeder: Set<Pile> // Where only the chargers' own meters do.
}

export const nobodyPasses = (): Passing => ({ now: new Set(), meter: new Set(), feeder: new Set() })

/** @param raw what flows beyond all that may pass the limit for a while @param where null: nobody can see who it is */
export function markPassing(
  passing: Passing,
  { members }: Row,
  {
    piles,
    raw,
    where
  }: {
    readonly piles: readonly Pile[]
    readonly raw: number
    readonly where: 'meter' | 'feeder' | null
  }
): void {
  for (const { pile: at, phase } of members) {
    const pile = piles[at]
    if (pile === undefined || share(pile, phase, pile.flowMilliA) === 0) continue
    passing.now.add(pile)
    if (raw > 0 && where !== null) passing[where].add(pile)
  }
}

export type Lie = {
  readonly pile: Pile
  readonly sinceMs: number // Its first ampere too much.
  readonly nowMs: number
  readonly heldAtMs: Map<Pile, number> // When the limits of all it draws through held last while it lied.
}

/**
 * How long one liar holds a limit up. While the limit holds beside it there is nothing to contain, and on a phase that it does
 * not draw from it is another's.
 */
export function contain(verdict: Verdict, { now, meter, feeder }: Passing, lie: Lie): void {
  const { pile, sinceMs, nowMs, heldAtMs } = lie
  if (!now.has(pile)) heldAtMs.set(pile, nowMs)
  const forS = (nowMs - Math.max(sinceMs, heldAtMs.get(pile) ?? -Infinity)) / 1000
  if (meter.has(pile)) verdict.containedS = Math.max(verdict.containedS, forS)
  if (feeder.has(pile)) verdict.feederContainedS = Math.max(verdict.feederContainedS, forS)
}
