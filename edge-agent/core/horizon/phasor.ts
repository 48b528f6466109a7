import type { HorizonRow, Problem } from './problem.ts'

/**
 * Circles as straight lines. A row's phasor must stay within a circle; a linear program knows lines only, so it
 * gets tangents: too wide between them, never too narrow. Where its answer lies outside the true circle, a
 * tangent right there is added. What is in phase needs two lines: its limits in either direction.
 */
export type Wire = {
  readonly row: number
  readonly round: boolean
  readonly angles: readonly number[] // Radians, of the first tangents.
}

const apart = Math.PI / 12 // 15°: too wide by 0.9 % at most, before cuts.

export function wiresOf({ rows, members }: Problem): readonly Wire[] {
  return rows.map((row, index) => wireOf(row, index, (at) => (members[at]?.dischargeA ?? 0) > 0))
}

function wireOf(row: HorizonRow, index: number, isTwoWay: (at: number) => boolean): Wire {
  if (!row.round) return { row: index, round: false, angles: [0, Math.PI] }
  const fixed = row.base.filter(([re, im]) => re !== 0 || im !== 0).map(([re, im]) => Math.atan2(im, re))
  const turning = row.terms.filter(({ re, im }) => re !== 0 || im !== 0)
  const ahead = turning.map(({ re, im }) => Math.atan2(im, re))
  const back = turning.flatMap(({ at }, n) => (isTwoWay(at) ? [(ahead[n] ?? 0) + Math.PI] : []))
  return { row: index, round: true, angles: spread([...ahead, ...fixed, ...back]) }
}

/** Angles that cover the cone of all directions a sum of such currents can have; the whole circle if it is no cone. */
function spread(directions: readonly number[]): readonly number[] {
  const sorted = directions.map((angle) => (angle + 4 * Math.PI) % (2 * Math.PI)).toSorted((a, b) => a - b)
  let widest = { gap: 0, from: 0 }
  sorted.forEach((angle, index) => {
    const next = sorted[index + 1] ?? (sorted[0] ?? 0) + 2 * Math.PI
    if (next - angle > widest.gap) widest = { gap: next - angle, from: next }
  })
  const cone = widest.gap > Math.PI ? 2 * Math.PI - widest.gap : 2 * Math.PI
  const steps = Math.ceil(cone / apart)
  return Array.from({ length: steps + 1 }, (_, step) => widest.from + (cone * step) / Math.max(1, steps))
}

/** A row's phasor in a slot for these currents (by member, then sun). */
export function phasorOf(row: HorizonRow, slot: number, currents: readonly number[]): Phasor {
  let [re, im] = row.base[slot] ?? [0, 0]
  for (const term of row.terms) {
    const current = currents[term.at] ?? 0
    re += term.re * current
    im += term.im * current
  }
  return [re, im]
}

type Phasor = readonly [re: number, im: number]

/**
 * The largest share, 0 to 1, of these currents at which every row holds; null: a row is overrun by what the
 * plan does not rule (its base load), so no share helps.
 */
export function shareThatHolds(
  rows: readonly HorizonRow[],
  slot: number,
  currents: readonly number[]
): number | null {
  let share = 1
  for (const row of rows) {
    const whole = phasorOf(row, slot, currents)
    if (excess(row, slot, whole) <= 0) continue
    const most = shareIn(row, slot, whole)
    if (most === null) return null
    share = Math.min(share, most)
  }
  // A hair less, so that the last bit of a sum of rounded numbers does not stand outside the circle.
  return share === 1 ? 1 : Math.max(0, share * (1 - 1e-12))
}

/** Amperes by which a phasor overruns its row in a slot; 0 or less: it holds. */
export function excess({ round, limitA, lowA }: HorizonRow, slot: number, [re, im]: Phasor): number {
  const limit = limitA[slot] ?? 0
  return round ? Math.hypot(re, im) - limit : Math.max(re - limit, (lowA[slot] ?? 0) - re)
}

function shareIn(row: HorizonRow, slot: number, [re, im]: Phasor): number | null {
  const [baseRe, baseIm] = row.base[slot] ?? [0, 0]
  const [x, y] = [re - baseRe, im - baseIm]
  const limit = row.limitA[slot] ?? 0
  if (!row.round) {
    const bound = re > limit ? limit : (row.lowA[slot] ?? 0)
    return (bound - baseRe) * x < 0 ? null : (bound - baseRe) / x
  }
  const c = baseRe ** 2 + baseIm ** 2 - limit ** 2
  if (c > 0) return null
  const b = baseRe * x + baseIm * y
  const a = x ** 2 + y ** 2
  return (-b + Math.sqrt(b ** 2 - a * c)) / a
}
