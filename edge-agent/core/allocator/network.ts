import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import type { EffectiveLimit } from './limits.ts'
import type { Tree } from './tree.ts'

/**
 * The feasibility kernel: every fuse and limit is one linear row over currents, `used` ≤ `limit`. Strategies
 * and accounting only ever add currents to rows and ask for room, so whatever they do, the rows decide.
 */
export type Row = {
  readonly name: string // "feeder-1 L2"
  readonly because: string // What a driver reads: "feeder-1 L2" or "grid operator until 19:00".
  readonly until: string | null
  readonly limit: MilliAmps // The total's row counts the sum of the three phases' currents.
}

/** Which rows a place's phases run through; shared by all networks of one tree and limit. */
export type Network = {
  readonly rows: readonly Row[]
  readonly rowsOf: readonly PerPhase<readonly number[]>[] // By place, by phase.
}

/** Currents that run through the rows. Mutable on purpose: one is built and thrown away each cycle. */
export type Load = { readonly network: Network; readonly used: number[] }

/** One ampere of a place's set-point as currents of the three grid phases: 0 or 1 each. */
export type Direction = PerPhase<number>

const phases = [0, 1, 2] as const

/** @param voltageV turns a total in watts into a sum of currents; the highest that may be is the safe one */
export function networkOf(tree: Tree, limit: EffectiveLimit, voltageV: number): Network {
  const rows: Row[] = tree.nodes.flatMap((node, index) =>
    phases.map((phase): Row => {
      const name = `${node.id} L${phase + 1}`
      const bound = limit.phases[phase]
      return index === 0
        ? { name, because: bound.because, until: bound.until, limit: bound.value }
        : { name, because: name, until: null, limit: node.limitMilliA[phase] }
    })
  )
  const total = limit.watts === null ? [] : [totalRow(limit.watts, voltageV)]
  const totalAt = total.map(() => rows.length)
  const rowsOf = tree.places.map(({ path }): PerPhase<readonly number[]> => {
    const through = (phase: number): number[] => [...path.map((node) => node * 3 + phase), ...totalAt]
    return [through(0), through(1), through(2)]
  })
  return { rows: [...rows, ...total], rowsOf }
}

const totalRow = (
  watts: { readonly value: number; readonly because: string; readonly until: string | null },
  voltageV: number
): Row => ({
  name: 'site total',
  because: watts.because,
  until: watts.until,
  limit: Math.floor((watts.value * 1000) / voltageV)
})

/** An empty load but for the base load, which hangs on the grid connection itself. */
export function loadOf(network: Network, base: PerPhase): Load {
  const used = network.rows.map(() => 0)
  const total = network.rows.findIndex(({ name }) => name === 'site total')
  for (const phase of phases) {
    used[phase] = base[phase]
    if (total >= 0) used[total] = (used[total] ?? 0) + base[phase]
  }
  return { network, used }
}

export function add(load: Load, place: number, currents: PerPhase<number>): void {
  const rowsOf = load.network.rowsOf[place]
  if (rowsOf === undefined) throw new RangeError(`no place ${place}`)
  for (const phase of phases) {
    if (currents[phase] === 0) continue
    for (const row of rowsOf[phase]) load.used[row] = (load.used[row] ?? 0) + currents[phase]
  }
}

/** How much each row carries of one unit of a set-point in this direction. */
export function weightsOf(
  network: Network,
  place: number,
  direction: Direction
): ReadonlyMap<number, number> {
  const weights = new Map<number, number>()
  for (const phase of phases) {
    if (direction[phase] === 0) continue
    for (const row of network.rowsOf[place]?.[phase] ?? [])
      weights.set(row, (weights.get(row) ?? 0) + direction[phase])
  }
  return weights
}

/** Room for one place's set-point to grow, and the row that ends it. Negative where a row is overrun. */
export function roomFor(
  load: Load,
  weights: ReadonlyMap<number, number>
): { readonly milliA: number; readonly row: number } {
  let least = { milliA: Infinity, row: -1 }
  for (const [row, weight] of weights) {
    const room = (limitAt(load, row) - (load.used[row] ?? 0)) / weight
    if (room < least.milliA) least = { milliA: room, row }
  }
  return least
}

export const limitAt = ({ network }: Load, row: number): number => network.rows[row]?.limit ?? 0

export const scaled = (direction: Direction, milliA: number): PerPhase<number> => [
  direction[0] * milliA,
  direction[1] * milliA,
  direction[2] * milliA
]

/** Milliamperes by which a load overruns each row; only rows that are overrun. */
export function overruns(load: Load): readonly { readonly row: number; readonly milliA: number }[] {
  return load.network.rows.flatMap(({ limit }, row) => {
    const milliA = (load.used[row] ?? 0) - limit
    return milliA > 0 ? [{ row, milliA }] : []
  })
}
