import type { PerPhase, Watts } from '@nova/shared-protocol/units'
import { silent, type Bound, type Gate, type GateNode } from './gates.ts'
import type { Phase } from './ledger.ts'
import type { Part } from './participant.ts'

/** A participant where it hangs: its circuit, and the grid phases that it feeds. */
export type Placed = Part & {
  readonly circuit: string
  readonly phases: readonly Phase[]
  readonly steered: boolean // Takes a limit on what it feeds in. Who does not feeds in what it likes.
  readonly thenW?: Watts // What it showed when the meter was read, where that is a while ago; left out: what it shows.
}

export type FeedCircuit = {
  readonly id: string
  readonly parent: string
  readonly limitA: PerPhase
  readonly exportLimitW?: Watts | undefined // The most that may leave it; absent: what its fuses carry.
}

/** Somebody who feeds in what he likes: the most of it, per phase. */
export type Free = Pick<Placed, 'circuit' | 'phases'> & { readonly mostW: Watts; readonly mostA: number }

export type FeedWires = {
  readonly limitA: PerPhase // At the connection.
  readonly circuits: readonly FeedCircuit[]
  readonly parts: readonly Placed[] // That are to share.
  readonly others: readonly Free[] // Count on circuits, whatever they do.
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
    ...circuits.map((circuit) => node(circuit.id, at.get(circuit.parent) ?? 0, gateBelow(circuit, wires))),
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

/** What a circuit leaves to those who share, with everybody else behind it at his most. */
function gateBelow(
  { id, limitA, exportLimitW }: FeedCircuit,
  { circuits, others, marginShare }: FeedWires
): Gate {
  const behind = others.filter(({ circuit }) => wayUp(circuit, circuits).includes(id))
  const left = (phase: Phase): number =>
    behind.reduce((amps, { phases, mostA }) => amps - (phases.includes(phase) ? mostA : 0), limitA[phase])
  const takenW = behind.reduce((sum, { mostW }) => sum + mostW, 0)
  const watts =
    exportLimitW === undefined
      ? null
      : {
          value: Math.max(0, exportLimitW * (1 - marginShare) - takenW),
          source: `export limit of ${id} ${exportLimitW} W`
        }
  return gateOf(id, [Math.max(0, left(0)), Math.max(0, left(1)), Math.max(0, left(2))], watts)
}

/** A circuit and those above it, without the grid; a loop ends where it began. */
export function wayUp(
  circuit: string,
  circuits: readonly Pick<FeedCircuit, 'id' | 'parent'>[]
): readonly string[] {
  const way: string[] = []
  for (let at = circuits.find(({ id }) => id === circuit); at && !way.includes(at.id);) {
    way.push(at.id)
    const { parent } = at
    at = circuits.find(({ id }) => id === parent)
  }
  return way
}

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
