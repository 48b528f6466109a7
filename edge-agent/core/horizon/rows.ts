import { limitAt, type Load } from '../allocator/network.ts'
import type { Pull } from '../allocator/wires.ts'
import type { HorizonRow } from './problem.ts'

/**
 * The kernel's rows as the optimiser needs them, in amperes.
 * @param loads by slot, all of one tree: what the rows allow and carry then without the members
 * @param pulls by member, then sun: what one milliampere of each adds to the rows (a sun's points backwards)
 */
export function horizonRows(loads: readonly Load[], pulls: readonly Pull[]): readonly HorizonRow[] {
  const [first] = loads
  if (first === undefined) return []
  const terms = new Map<number, { at: number; re: number; im: number }[]>()
  pulls.forEach(({ rows, re, im }, at) =>
    rows.forEach((row, index) => {
      const known = terms.get(row) ?? []
      terms.set(row, known)
      known.push({ at, re: re[index] ?? 0, im: im[index] ?? 0 })
    })
  )
  return [...terms].flatMap(([row, through]) => {
    const limitA = loads.map((load) => limitAt(load, row) / 1000)
    const lowA = loads.map(({ network }) => (network.low[row] ?? 0) / 1000)
    if (limitA.every((limit) => limit === Infinity) && lowA.every((low) => low === -Infinity)) return []
    const base = loads.map(
      ({ used, usedIm }) => [(used[row] ?? 0) / 1000, (usedIm[row] ?? 0) / 1000] as const
    )
    const name = first.network.rows[row]?.name ?? String(row)
    return [{ name, round: first.network.wires.round[row] === 1, limitA, lowA, base, terms: through }]
  })
}
