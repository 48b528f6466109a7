import type { PerPhase } from '@nova/shared-protocol/units'

/** A number with whose it is. */
export type Bound = { readonly value: number; readonly source: string }

/**
 * What one side of a node lets through in one direction. null: this side says nothing about the quantity, which
 * is not the same as "no limit": some node on the way has to say something, or nothing flows.
 */
export type Side = {
  readonly amps: PerPhase<Bound> | null // Milliamperes by grid phase.
  readonly watts: Bound | null // Of all phases together.
  readonly floorMilliA: Bound | null // The device takes at least that, or nothing.
  readonly leastPhases: Bound | null
  readonly mostPhases: Bound | null
}

/** A node's limits from an instant on, toward its leaves and toward the root. Watts lost between them: `efficiency`. */
export type Gate = {
  readonly fromMs: number
  readonly toLeaves: Side
  readonly toRoot: Side
  readonly efficiency: number // 0 < efficiency ≤ 1.
}

/** Somebody says what is to flow, not only what may: positive draws, negative feeds in. */
export type SetPoint = { readonly fromMs: number; readonly source: string } & (
  | { readonly kind: 'current'; readonly milliA: number }
  | { readonly kind: 'power'; readonly watts: number }
  | { readonly kind: 'frequency'; readonly points: readonly FrequencyPoint[] } // By rising frequency.
)

export type FrequencyPoint = { readonly hertz: number; readonly watts: number }

/** A place in the tree. No gate for a time is a closed gate: nobody has said that anything may flow. */
export type GateNode = {
  readonly id: string
  readonly parent: number | null // Index; a parent stands before its children.
  readonly imports: readonly Gate[] // By rising time.
  readonly exports: readonly Gate[]
  readonly setPoints: readonly SetPoint[]
  readonly hertz: number | null // The grid's frequency as measured here.
}

export const silent: Side = {
  amps: null,
  watts: null,
  floorMilliA: null,
  leastPhases: null,
  mostPhases: null
}

/** A side through which nothing flows. */
export const closed = (source: string): Side => ({ ...silent, ...nothing(source) })

/** Amperes and watts of 0. */
export const nothing = (source: string): Pick<Side, 'amps' | 'watts'> => ({
  amps: samePhases({ value: 0, source }),
  watts: { value: 0, source }
})

/** The same bound on all three phases. */
export const samePhases = (bound: Bound): PerPhase<Bound> => [bound, bound, bound]

/** What holds at an instant: the last entry not after it; undefined before the first. */
export function at<Entry extends { readonly fromMs: number }>(
  series: readonly Entry[],
  atMs: number
): Entry | undefined {
  let found: Entry | undefined
  for (const entry of series) {
    if (entry.fromMs > atMs) break
    found = entry
  }
  return found
}
