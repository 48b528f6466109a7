import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'

/** A connector with a session, by grid phases. */
export type Suspect = Honest & {
  readonly key: string
  readonly phases: readonly (0 | 1 | 2)[]
  readonly ratingMilliA: MilliAmps
  readonly shown: PerPhase // By its own meter.
  readonly heardAtMs: number | null
  readonly changedAtMs: number | null // When its session began or its set-point changed.
  readonly dueMilliA?: MilliAmps | null // What it has had time to fall to since its last reading; null: that answers.
}

/** What it draws if it is honest: its reading, or on the way from there to a set-point it has not answered yet. */
export type Honest = { readonly least: PerPhase; readonly most: PerPhase }

/** A set-point that was sent, on the phases of its car. */
export type Told = { readonly level: PerPhase; readonly atMs: number }

const openMs = 20_000 // A change that no reading has answered counts as open for so long: readings come each 10 s.
const answerMs = 8_000 // An answer within 3 s, and the 5 s in which a vehicle follows its pilot (IEC 61851-1).

/** From its last reading to every set-point of late that this cannot have answered yet. */
export function spanOf(
  shown: PerPhase,
  heardAtMs: number | null,
  told: readonly Told[],
  nowMs: number
): Honest {
  let [low, high] = [shown, shown]
  for (const { level, atMs } of told) {
    const isAnswered = heardAtMs !== null && heardAtMs - atMs >= answerMs
    if (isAnswered || nowMs - atMs > openMs) continue
    low = both(Math.min, low, level)
    high = both(Math.max, high, level)
  }
  return { least: low, most: high }
}

/** One look: the site's meter beside what the chargers say. */
export type Seen = {
  readonly atMs: number
  readonly site: PerPhase
  readonly all: Honest
  readonly chargers: readonly Suspect[]
}

/** Who fits a step that nobody explains, and how large that is per phase. */
export type Found = { readonly own: Suspect; readonly riseMilliA: MilliAmps }

export const calmMilliA: MilliAmps = 2_000
export const evenShare = 0.25 // How unlike the phases of one three-phase car may be.

export function sumOf(chargers: readonly Honest[]): Honest {
  const all: { least: Sum; most: Sum } = { least: [0, 0, 0], most: [0, 0, 0] }
  for (const { least: low, most: high } of chargers) {
    addTo(all.least, low)
    addTo(all.most, high)
  }
  return all
}

type Sum = [number, number, number]

function addTo(sum: Sum, [l1, l2, l3]: PerPhase): void {
  sum[0] += l1
  sum[1] += l2
  sum[2] += l3
}

export const both = (
  of: (one: number, other: number) => number,
  left: PerPhase,
  right: PerPhase
): PerPhase => [of(left[0], right[0]), of(left[1], right[1]), of(left[2], right[2])]

export const less = (left: PerPhase, right: PerPhase): PerPhase => [
  left[0] - right[0],
  left[1] - right[1],
  left[2] - right[2]
]

export const least = ({ phases }: Suspect, of: PerPhase): number =>
  Math.min(...phases.map((phase) => of[phase]))

/**
 * The least that all drew then, as it looks now: whose newest reading shows less may have been down before, and who is
 * gone too.
 */
export function leastThen(then: readonly Suspect[], now: readonly Suspect[]): PerPhase {
  const newest = new Map(now.map((each) => [each.key, each.shown]))
  const sum: Sum = [0, 0, 0]
  for (const { key, least: low } of then) {
    const shown = newest.get(key)
    if (shown === undefined) continue
    addTo(sum, [Math.min(low[0], shown[0]), Math.min(low[1], shown[1]), Math.min(low[2], shown[2])])
  }
  return sum
}
