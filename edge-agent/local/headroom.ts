import { connectorKey, phasesOf, type Allocation, type Charger } from '@nova/shared-protocol/model'
import { ampsOf } from '@nova/shared-protocol/units'

/**
 * One line of the limit tree: what it carries, what is promised to chargers below it, and what is left of it, at the
 * grid connection less the base load as well. Per phase in amperes.
 */
export type Branch = {
  readonly id: string
  readonly parent: string | null
  readonly limitA: readonly number[]
  readonly committedA: readonly number[]
  readonly headroomA: readonly number[]
}

type Plan = {
  readonly grid: { readonly limitA: readonly number[]; readonly voltageV: number }
  readonly circuits: readonly {
    readonly id: string
    readonly parent: string
    readonly limitA: readonly number[]
  }[]
}

/** On which phases the last cycle counted each connector (by its key) and the base load. */
export type Wires = {
  readonly of: ReadonlyMap<string, readonly number[]>
  readonly baseMilliA: readonly number[]
}

export type Decided = { readonly allocation: Allocation | null; readonly wires: Wires | null }

/** @returns the grid connection first, then each circuit; commitments as the last cycle of the control loop had them */
export function branches(plan: Plan, chargers: readonly Charger[], { allocation, wires }: Decided): Branch[] {
  const limitOfGrid = allocation ? allocation.limitMilliA.map(ampsOf) : plan.grid.limitA
  const evenA = (allocation?.baseLoadW ?? 0) / (3 * plan.grid.voltageV) // Told as a sum only: taken as balanced.
  const baseA = wires?.baseMilliA.map(ampsOf) ?? [evenA, evenA, evenA]
  const rows = [{ id: 'grid', parent: null, limitA: limitOfGrid }, ...plan.circuits]
  return rows.map(({ id, parent, limitA }) => {
    const committed = [0, 0, 0]
    for (const charger of chargers.filter((each) => isBelow(each.circuit ?? 'grid', id, plan))) {
      for (const share of allocation?.connectors ?? []) {
        if (share.chargerId !== charger.id) continue
        const known = wires?.of.get(connectorKey(share))
        const drawn = known === undefined ? phasesOf(charger.phaseRotation) : phases.filter((at) => known[at])
        for (const phase of drawn) committed[phase] = (committed[phase] ?? 0) + share.committedMilliA
      }
    }
    const committedA = committed.map(ampsOf)
    const taken = (phase: number) => (id === 'grid' ? (baseA[phase] ?? 0) : 0)
    const headroomA = limitA.map((limit, phase) => tenths(limit - (committedA[phase] ?? 0) - taken(phase)))
    return { id, parent, limitA, committedA, headroomA }
  })
}

const phases = [0, 1, 2] as const

const tenths = (amps: number): number => Math.round(amps * 10) / 10

function isBelow(circuit: string, above: string, plan: Plan): boolean {
  let here = circuit
  for (let steps = 0; steps <= plan.circuits.length; steps++) {
    if (here === above) return true
    if (here === 'grid') return false
    here = plan.circuits.find((each) => each.id === here)?.parent ?? 'grid'
  }
  return false
}
