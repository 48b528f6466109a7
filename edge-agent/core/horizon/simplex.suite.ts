import type { Lines, NewRow } from './lines.ts'
import type { Answer, Solver } from './solve.ts'

/**
 * A second solver, for tests of the pure room: Bland's rule on a dense tableau, slow and plain. Free columns are
 * split in two, bounds and rows become inequalities, and a large penalty finds a first corner.
 */
export function plainSolver(): Solver {
  let rows: NewRow[] = []
  let lines: Lines | null = null
  return {
    load: (loaded) => {
      lines = loaded
      rows = rowsOf(loaded)
    },
    add: (more) => {
      rows.push(...more)
    },
    run: () => (lines === null ? { ok: false, fault: 'failed' } : solved(lines, rows))
  }
}

const tiny = 1e-9

const rowsOf = ({ starts, columns, values, rowLower, rowUpper }: Lines): NewRow[] =>
  rowLower.map((lower, at) => {
    const [from = 0, to = 0] = [starts[at], starts[at + 1]]
    const terms = columns
      .slice(from, to)
      .map((column, n): [number, number] => [column, values[from + n] ?? 0])
    return { lower, upper: rowUpper[at] ?? Infinity, terms }
  })

/** Every column as offset + plus − minus with both parts at least 0. */
function solved({ cost, colLower, colUpper }: Lines, rows: readonly NewRow[]): Answer {
  const many = cost.length
  const offset = colLower.map((lower) => (lower === -Infinity ? 0 : lower))
  const below: { readonly terms: readonly (readonly [number, number])[]; readonly most: number }[] = []
  const put = (terms: readonly (readonly [number, number])[], most: number): void => {
    if (most === Infinity) return
    below.push({ terms, most: most - terms.reduce((sum, [at, by]) => sum + by * (offset[at] ?? 0), 0) })
  }
  rows.forEach(({ lower, upper, terms }) => {
    put(terms, upper)
    put(
      terms.map(([at, by]) => [at, -by] as const),
      -lower
    )
  })
  colUpper.forEach((upper, at) => put([[at, 1]], upper))
  const free = colLower.map((lower) => lower === -Infinity)
  const width = 2 * many
  const matrix = below.map(({ terms }) => {
    const line = Array.from({ length: width }, () => 0)
    for (const [at, by] of terms) {
      line[at] = (line[at] ?? 0) + by
      if (free[at] === true) line[many + at] = (line[many + at] ?? 0) - by
    }
    return line
  })
  const price = [...cost, ...cost.map((each, at) => (free[at] === true ? -each : 0))]
  const found = corner(
    matrix,
    below.map(({ most }) => most),
    price
  )
  if (found === 'unbounded' || found === 'infeasible') return { ok: false, fault: found }
  const values = offset.map((from, at) => from + (found[at] ?? 0) - (found[many + at] ?? 0))
  return { ok: true, values, objective: cost.reduce((sum, each, at) => sum + each * (values[at] ?? 0), 0) }
}

/** Minimise price · x with matrix · x ≤ most, x ≥ 0. */
function corner(
  matrix: readonly (readonly number[])[],
  most: readonly number[],
  price: readonly number[]
): readonly number[] | 'unbounded' | 'infeasible' {
  const [height, width] = [matrix.length, price.length]
  const total = width + 2 * height
  const penalty = 1e6
  const basis: number[] = []
  const table = matrix.map((line, at) => {
    const sign = (most[at] ?? 0) < 0 ? -1 : 1
    const full = Array.from({ length: total + 1 }, (_, n) => (n < width ? sign * (line[n] ?? 0) : 0))
    full[width + at] = sign
    full[total] = sign * (most[at] ?? 0)
    if (sign < 0) full[width + height + at] = 1
    basis.push(sign < 0 ? width + height + at : width + at)
    return full
  })
  const cost = Array.from(
    { length: total + 1 },
    (_, n) => price[n] ?? (n >= width + height && n < total ? penalty : 0)
  )
  basis.forEach((at, row) => subtract(cost, table[row] ?? [], cost[at] ?? 0))
  for (let turn = 0; turn < 20_000; turn++) {
    const enter = cost.findIndex((each, at) => at < total && each < -tiny)
    if (enter < 0) return answerOf(table, basis, { width, height, total })
    const leave = leaving(table, basis, { enter, total })
    if (leave < 0) return 'unbounded'
    pivot(table, cost, { enter, leave })
    basis[leave] = enter
  }
  throw new Error('the tableau did not end')
}

type Size = { readonly width: number; readonly height: number; readonly total: number }

function answerOf(
  table: readonly (readonly number[])[],
  basis: readonly number[],
  { width, height, total }: Size
): readonly number[] | 'infeasible' {
  const values = Array.from({ length: total }, () => 0)
  basis.forEach((at, row) => {
    values[at] = table[row]?.[total] ?? 0
  })
  return values.slice(width + height).some((each) => each > 1e-6) ? 'infeasible' : values.slice(0, width)
}

/** Bland's rule: of equals the lowest column leaves, so that it never goes in circles. */
function leaving(
  table: readonly (readonly number[])[],
  basis: readonly number[],
  { enter, total }: { readonly enter: number; readonly total: number }
): number {
  let [leave, least] = [-1, Infinity]
  table.forEach((line, row) => {
    const by = line[enter] ?? 0
    if (by <= tiny) return
    const ratio = (line[total] ?? 0) / by
    const tie = Math.abs(ratio - least) < 1e-12 && (basis[row] ?? 0) < (basis[leave] ?? Infinity)
    if (ratio < least - 1e-12 || tie) [leave, least] = [row, ratio]
  })
  return leave
}

function pivot(
  table: number[][],
  cost: number[],
  { enter, leave }: { readonly enter: number; readonly leave: number }
): void {
  const line = table[leave] ?? []
  const by = line[enter] ?? 1
  line.forEach((each, at) => {
    line[at] = each / by
  })
  table.forEach((other, row) => {
    if (row !== leave) subtract(other, line, other[enter] ?? 0)
  })
  subtract(cost, line, cost[enter] ?? 0)
}

function subtract(from: number[], line: readonly number[], times: number): void {
  if (times === 0) return
  line.forEach((each, at) => {
    from[at] = (from[at] ?? 0) - times * each
  })
}
