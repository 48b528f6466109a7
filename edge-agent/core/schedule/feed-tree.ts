import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import { silent, type Bound, type Gate, type GateNode } from './gates.ts'
import type { Phase } from './ledger.ts'
import type { Part } from './participant.ts'

/** A participant where it hangs: its circuit, and the grid phases that it feeds. */
export type Placed = Part & { readonly circuit: string; readonly phases: readonly Phase[] }

export type FeedCircuit = {
  readonly id: string
  readonly parent: string
  readonly limitA: PerPhase
  readonly exportLimitW?: Watts | undefined // The most that may leave it; absent: what its fuses carry.
}

export type FeedWires = {
  readonly limitA: PerPhase // At the connection.
  readonly circuits: readonly FeedCircuit[]
  readonly parts: readonly Placed[]
  readonly marginShare: number // Kept free of an export limit in watts.
}

/**
 * Connection, circuits and participants as a tree of export gates; drawing goes through none of them.
 * @param total the limit in watts at the connection; null: only its fuses rule
 * @returns the connection, then circuits with parents before children, then one leaf for each part, in order
 */
export function feedTree(wires: FeedWires, total: Bound | null): GateNode[] {
  const circuits = downwards(wires.circuits)
  const at = new Map([['grid', 0] as const, ...circuits.map(({ id }, index) => [id, index + 1] as const)])
  return [
    node('grid', null, gateOf('grid', wires.limitA, total)),
    ...circuits.map((circuit) =>
      node(
        circuit.id,
        at.get(circuit.parent) ?? 0,
        gateOf(circuit.id, circuit.limitA, totalOf(circuit, wires))
      )
    ),
    ...wires.parts.map(({ id, circuit, rating }) =>
      node(id, at.get(circuit) ?? 0, {
        ...open,
        toRoot: { ...silent, watts: { value: Math.max(0, -rating.leastW), source: id } }
      })
    )
  ]
}

const open: Gate = { fromMs: -Infinity, toLeaves: silent, toRoot: silent, efficiency: 1 }

const node = (id: string, parent: number | null, gate: Gate): GateNode => ({
  id,
  parent,
  imports: [],
  exports: [gate],
  setPoints: [],
  hertz: null
})

function gateOf(id: string, limitA: PerPhase, watts: Bound | null): Gate {
  const amps = (phase: Phase): Bound => ({ value: limitA[phase] * 1000, source: `${id} L${phase + 1}` })
  return { ...open, toRoot: { ...silent, amps: [amps(0), amps(1), amps(2)], watts } }
}

const totalOf = ({ id, exportLimitW }: FeedCircuit, { marginShare }: FeedWires): Bound | null =>
  exportLimitW === undefined
    ? null
    : { value: exportLimitW * (1 - marginShare), source: `export limit of ${id} ${exportLimitW} W` }

/** Parents first. What hangs on nothing known hangs on the grid; a loop is refused when the site is loaded. */
function downwards(circuits: readonly FeedCircuit[]): FeedCircuit[] {
  const placed = new Set<string>(['grid'])
  const known = new Set(circuits.map(({ id }) => id))
  const ordered: FeedCircuit[] = []
  for (let open = circuits; open.length > 0;) {
    const next = open.filter(({ parent }) => placed.has(parent) || !known.has(parent))
    if (next.length === 0) break
    for (const circuit of next) placed.add(circuit.id)
    ordered.push(...next)
    open = open.filter(({ id }) => !placed.has(id))
  }
  return ordered
}
