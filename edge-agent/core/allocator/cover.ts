import type { PerPhase } from '@nova/shared-protocol/units'
import { inner, magnitude, turned, type Phasor } from './phasor.ts'
import type { Strand } from './wires.ts'

type Strands = PerPhase<readonly Strand[]>
const nearly = 1e-9

/**
 * Phasors more than a right angle apart cancel: what one car draws hides another's, and when it draws less, the
 * row carries more. Where that can be, further rows count those alone that add up, so that a load within all
 * rows stays within them whoever draws less than he may.
 * @returns the strands with the further rows, which begin at `rows`, and for each the row it stands for
 */
export function coverOf(
  strands: readonly Strands[],
  rows: number
): { readonly strands: readonly Strands[]; readonly covers: readonly number[] } {
  const covers: { readonly row: number; readonly kept: readonly number[] }[] = []
  for (const [row, angles] of anglesByRow(strands))
    for (const kept of halves(angles)) covers.push({ row, kept })
  if (covers.length === 0) return { strands, covers: [] }
  const further = (strand: Strand): Strand[] =>
    covers.flatMap(({ row, kept }, index) =>
      row === strand.row && kept.includes(angleOf(strand)) ? [{ ...strand, row: rows + index }] : []
    )
  const covered = (wire: readonly Strand[]): Strand[] => [...wire, ...wire.flatMap(further)]
  return {
    strands: strands.map(([a, b, c]): Strands => [covered(a), covered(b), covered(c)]),
    covers: covers.map(({ row }) => row)
  }
}

/** Angles, in rounded degrees, of rows where any two are more than a right angle apart. */
function anglesByRow(strands: readonly Strands[]): Map<number, number[]> {
  const found = new Map<number, Set<number>>()
  const round = new Set<number>()
  for (const strand of strands.flat(2)) {
    found.set(strand.row, (found.get(strand.row) ?? new Set()).add(angleOf(strand)))
    if (strand.im !== 0) round.add(strand.row)
  }
  return new Map(
    [...found]
      .filter(([row, angles]) => round.has(row) && canCancel([...angles]))
      .map(([row, angles]) => [row, [...angles]])
  )
}

const canCancel = (angles: readonly number[]): boolean =>
  angles.some((a) => angles.some((b) => inner(direction(a), direction(b)) < -nearly))

/**
 * Every set of angles on one side of some line through the middle, but for all of them; and but for sets within
 * another one in which nothing cancels, for that one carries more.
 */
function halves(angles: readonly number[]): (readonly number[])[] {
  const found = new Map<string, readonly number[]>()
  for (const angle of angles)
    for (const side of [90 - edge, 90 + edge, -90 - edge, -90 + edge]) {
      const kept = angles.filter((each) => inner(direction(each), direction(angle + side)) > 0)
      if (kept.length < angles.length) found.set(kept.join(' '), kept)
    }
  const sets = [...found.values()]
  return sets.filter((set) => !sets.some((other) => !canCancel(other) && isWithin(set, other)))
}

const isWithin = (set: readonly number[], other: readonly number[]): boolean =>
  set.length < other.length && set.every((angle) => other.includes(angle))

const edge = 0.01 // Degrees: less than any two windings stand apart.

const direction = (degrees: number): Phasor => turned([1, 0], degrees)

const angleOf = ({ re, im }: Strand): number =>
  magnitude([re, im]) === 0 ? 0 : Math.round((Math.atan2(im, re) * 180e3) / Math.PI) / 1e3
