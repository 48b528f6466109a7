import type { Picture } from './power/picture.ts'

export type Participant = NonNullable<Picture['participants']>[number]

/** Import positive; `gives`: power runs from here to the site. */
export type Flow = {
  readonly kind: 'grid' | 'building' | 'cars' | Participant['kind']
  readonly watts: number | null
  readonly gives: boolean
}

type Known = {
  readonly gridW: number | null
  readonly buildingW: number | null
  readonly carsW: number | null
}

/**
 * Everyone's part in the site's power. What the building draws is what is left when all others are known: with PV or
 * a battery behind the meter the meter alone does not tell it.
 */
export function flowsOf({ gridW, buildingW, carsW }: Known, participants: readonly Participant[]): Flow[] {
  const kinds = [...new Set(participants.map(({ kind }) => kind))]
  const parts = kinds.map((kind) => ({
    kind,
    watts: sumOf(participants.filter((each) => each.kind === kind))
  }))
  const behind = parts.reduce<number | null>(
    (sum, { watts }) => (sum === null || watts === null ? null : sum + watts),
    0
  )
  const building =
    buildingW === null || behind === null ? null : buildingBehind({ gridW, buildingW, carsW }, behind)
  return [
    { kind: 'grid', watts: gridW, gives: (gridW ?? 0) >= 0 },
    ...parts.map(({ kind, watts }) => ({ kind, watts, gives: (watts ?? 0) < 0 })),
    { kind: 'building', watts: building, gives: false },
    { kind: 'cars', watts: carsW, gives: (carsW ?? 0) < 0 }
  ]
}

/** Grid = building + cars + participants, each as what it takes. */
function buildingBehind({ gridW, buildingW, carsW }: Known, behindW: number): number | null {
  if (behindW === 0 || gridW === null) return buildingW
  return Math.max(0, gridW - (carsW ?? 0) - behindW)
}

const sumOf = (parts: readonly Participant[]): number | null =>
  parts.reduce<number | null>((sum, { powerW }) => (sum === null || powerW === null ? null : sum + powerW), 0)
