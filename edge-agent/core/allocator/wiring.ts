import type { PerPhase } from '@nova/shared-protocol/units'
import { coverOf } from './cover.ts'
import type { RowKind } from './network.ts'
import { magnitude, sum, times, turned, unit, type Phasor } from './phasor.ts'
import { voltageShare, type Node, type Place, type Tree } from './tree.ts'
import { wiresOf, type Strand, type Wires } from './wires.ts'

/** A row without its limit: what it is, and where in the tree. */
export type RowPlan = {
  readonly kind: RowKind
  readonly side: 'own' | 'primary' // `primary`: the upper side of a delta-wound transformer.
  readonly node: number
  readonly phase: 0 | 1 | 2 | null
}

export type Wiring = {
  readonly plans: readonly RowPlan[]
  readonly wires: Wires
  readonly base: PerPhase<readonly Strand[]>
}

type Lines = PerPhase<Phasor>
type Shape = {
  readonly tree: Tree
  readonly plans: readonly RowPlan[]
  readonly at: ReadonlyMap<string, number>
}

const phases = [0, 1, 2] as const
const known = new WeakMap<Tree, Wiring>()

/**
 * Which rows every place runs through and with which phasor. Rows: three fuses of each node, each node's total,
 * then primaries, unbalance and what covers rows in which currents can cancel. Made once for a tree.
 */
export function wiringOf(tree: Tree): Wiring {
  const made = known.get(tree)
  if (made !== undefined) return made
  const wiring = makeWiring(tree)
  known.set(tree, wiring)
  return wiring
}

function makeWiring(tree: Tree): Wiring {
  const plans = plansOf(tree)
  const at = new Map(plans.map((plan, row) => [keyOf(plan), row]))
  const shape: Shape = { tree, plans, at }
  const plain = tree.places.map((place): PerPhase<readonly Strand[]> => {
    const wire = (index: 0 | 1 | 2): Strand[] => strandsOf(shape, place, index)
    return [wire(0), wire(1), wire(2)]
  })
  const { strands, covers } = coverOf(plain, plans.length)
  const all = [...plans, ...covers.flatMap((row) => plans[row] ?? [])]
  const onGrid = (index: 0 | 1 | 2): Strand[] => strandsOf(shape, baseLoad, index)
  return {
    plans: all,
    wires: wiresOf(strands, all.length),
    base: [onGrid(0), onGrid(1), onGrid(2)]
  }
}

const baseLoad = { path: [0] }

function plansOf({ nodes }: Tree): RowPlan[] {
  const three = (node: number, kind: RowKind, side: RowPlan['side']): RowPlan[] =>
    phases.map((phase) => ({ kind, side, node, phase }))
  return [
    ...nodes.flatMap((_, node) => three(node, 'fuse', 'own')),
    ...nodes.map((_, node): RowPlan => ({ kind: 'total', side: 'own', node, phase: null })),
    ...nodes.flatMap(({ delta }, node) => (delta === undefined ? [] : three(node, 'fuse', 'primary'))),
    ...nodes.flatMap(({ unbalance }, node) =>
      unbalance === undefined ? [] : three(node, 'unbalance', 'own')
    )
  ]
}

const keyOf = ({ kind, side, node, phase }: RowPlan): string => `${kind} ${side} ${node} ${phase ?? ''}`

type Hangs = Pick<Place, 'path'> & Partial<Pick<Place, 'loop'>>

/** Follows one ampere of a wire from the connector up to the grid, through transformers as it meets them. */
function strandsOf({ tree, at }: Shape, { path, loop = false }: Hangs, wire: 0 | 1 | 2): Strand[] {
  let lines = loop ? loopCurrents(wire) : lineCurrents(wire)
  const watts = (loop ? Math.sqrt(3) : 1) * voltageShare(tree.nodes, path)
  const strands: Strand[] = []
  const row = (plan: RowPlan, [re, im]: Phasor): void => {
    const index = at.get(keyOf(plan))
    if (index !== undefined && magnitude([re, im]) > 0) strands.push({ row: index, re, im })
  }
  const fuses = (side: RowPlan['side'], node: number): void => {
    for (const phase of phases) row({ kind: 'fuse', side, node, phase }, seen(lines, phase))
  }
  for (const node of path) {
    fuses('own', node)
    row({ kind: 'total', side: 'own', node, phase: null }, [watts, 0])
    const { delta, unbalance } = tree.nodes[node] ?? {}
    for (const phase of unbalance === undefined ? [] : phases)
      row({ kind: 'unbalance', side: 'own', node, phase }, [aboveMean(lines, phase, unbalance), 0])
    if (delta === undefined) continue
    lines = primary(lines, delta)
    fuses('primary', node)
  }
  return strands
}

/** From line to neutral; the phases follow each other by 120°. */
function lineCurrents(wire: 0 | 1 | 2): Lines {
  const current = (phase: 0 | 1 | 2): Phasor => (phase === wire ? unit(-120 * wire) : [0, 0])
  return [current(0), current(1), current(2)]
}

/** From line to line: out on one, back on the next. Its voltage stands 30° before the first line's. */
function loopCurrents(wire: 0 | 1 | 2): Lines {
  const current = unit(30 - 120 * wire)
  const line = (phase: 0 | 1 | 2): Phasor => {
    if (phase === wire) return current
    return phase === (wire + 1) % 3 ? times(current, -1) : [0, 0]
  }
  return [line(0), line(1), line(2)]
}

/** A line's current as its own voltage sees it, so that what is in phase with it has no imaginary part. */
const seen = (lines: Lines, phase: 0 | 1 | 2): Phasor => turned(lines[phase], 120 * phase)

/** Currents on the delta side; its own voltages stand 30° behind, which is turned away. */
function primary([a, b, c]: Lines, { ratio }: NonNullable<Node['delta']>): Lines {
  const line = (out: Phasor, back: Phasor): Phasor => turned(times(sum(out, times(back, -1)), 1 / ratio), 30)
  return [line(a, c), line(b, a), line(c, b)]
}

/** NEMA: (largest - mean) / mean ≤ share, as a plain sum: I - (1 + share) · mean ≤ allowance. */
function aboveMean(lines: Lines, phase: 0 | 1 | 2, unbalance: Node['unbalance']): number {
  const mean = lines.reduce((total, line) => total + magnitude(line), 0) / 3
  return magnitude(lines[phase]) - (1 + (unbalance?.share ?? 0)) * mean
}
