/** A linear program while it is written down: minimise cost · x, lower ≤ A x ≤ upper, by rows. */
export type Lines = {
  readonly cost: number[]
  readonly colLower: number[]
  readonly colUpper: number[]
  readonly rowLower: number[]
  readonly rowUpper: number[]
  readonly starts: number[]
  readonly columns: number[]
  readonly values: number[]
}

export type Term = readonly [column: number, factor: number]

/** Rows that are added to a program already at the solver. */
export type NewRow = { readonly lower: number; readonly upper: number; readonly terms: readonly Term[] }

export const noLines = (): Lines => ({
  cost: [],
  colLower: [],
  colUpper: [],
  rowLower: [],
  rowUpper: [],
  starts: [0],
  columns: [],
  values: []
})

/** @returns the new column's number */
export function column(lines: Lines, lower: number, upper: number, cost = 0): number {
  lines.colLower.push(lower)
  lines.colUpper.push(upper)
  return lines.cost.push(cost) - 1
}

/** Terms of factor 0 are left out; a column may appear once only. */
export function row(lines: Lines, { lower, upper, terms }: NewRow): void {
  for (const [at, factor] of terms) {
    if (factor === 0) continue
    lines.columns.push(at)
    lines.values.push(factor)
  }
  lines.rowLower.push(lower)
  lines.rowUpper.push(upper)
  lines.starts.push(lines.columns.length)
}
