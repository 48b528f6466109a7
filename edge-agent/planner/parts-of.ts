import type { PerPhase } from '@nova/shared-protocol/units'
import { wiringOf } from '../core/allocator/wiring.ts'
import type { Pull, Tree } from '../core/allocator/index.ts'
import type { Battery, Plant } from '../core/horizon/index.ts'
import type { Placed } from '../core/schedule/index.ts'

/** A battery, a car that feeds back or an inverter as it is now, and what is wanted of it. */
export type PlannedPart = Placed & {
  readonly led: boolean // The plan may say what it does; else it is part of the base load.
  readonly trip: { readonly percent: number; readonly inMs: number } | null
}

export type Around = {
  readonly tree: Tree
  readonly nowMs: number
  readonly voltageV: number
  readonly storeWorthPerKWh: number // What is in a battery at the end of the plan.
  readonly tripWorthPerKWh: number // What a car lacks for its trip.
  sunAt(id: string, givesW: number, atMs: number): number
}

const roundTrip = 0.92 // Of what is drawn, that much comes out again: one way the root of it.
const wearPerKWh = 0.02 // Of a kWh given back, in money of any kind: no battery turns for nothing.
const leadsWh = 1

/** Who takes part in the plan: batteries whose charge is known, and the sun. */
export function partsOf(
  parts: readonly PlannedPart[],
  around: Around
): {
  readonly batteries: Battery[]
  readonly suns: Plant[]
  readonly flowMilliA: PerPhase
  readonly flowW: number
} {
  const known = parts.filter(({ reading }) => reading !== null)
  const batteries = known.filter(isLed).map((part) => batteryOf(part, around))
  const sunny = known.filter(({ kind }) => kind === 'pv')
  const counted = [...known.filter(isLed), ...sunny]
  const flow: [number, number, number] = [0, 0, 0]
  for (const { phases, reading } of counted)
    for (const phase of phases)
      flow[phase] += ((reading?.totalW ?? 0) * 1000) / (phases.length * around.voltageV)
  return {
    batteries,
    suns: sunny.map((part) => plantOf(part, around)),
    flowMilliA: flow,
    flowW: counted.reduce((sum, { reading }) => sum + (reading?.totalW ?? 0), 0)
  }
}

const isLed = ({ kind, led, reading, capacityWh }: PlannedPart): boolean =>
  kind !== 'pv' && led && (capacityWh ?? 0) >= leadsWh && (reading?.socPercent ?? null) !== null

function batteryOf(part: PlannedPart, around: Around): Battery {
  const { nowMs, storeWorthPerKWh, tripWorthPerKWh, voltageV } = around
  return {
    part,
    pull: pullOf(around.tree, part, 1),
    wattsPerA: part.phases.length * voltageV,
    efficiency: Math.sqrt(roundTrip),
    valuePerKWh: part.trip === null ? storeWorthPerKWh : tripWorthPerKWh,
    wearPerKWh,
    untilMs: part.trip === null ? null : nowMs + part.trip.inMs,
    ...(part.trip === null ? {} : { fullPercent: part.trip.percent })
  }
}

function plantOf(part: PlannedPart, { tree, voltageV, sunAt }: Around): Plant {
  const givesW = Math.max(0, -(part.reading?.totalW ?? 0))
  return {
    key: part.id,
    pull: pullOf(tree, part, -1),
    wattsPerA: part.phases.length * voltageV,
    availableWAt: (atMs) => Math.min(-part.rating.leastW, sunAt(part.id, givesW, atMs))
  }
}

/** One milliampere on each of its phases, up to the grid. Rows that compare phases do not count participants. */
function pullOf(tree: Tree, { circuit, phases }: Placed, sign: 1 | -1): Pull {
  const path = new Set(pathOf(tree, circuit))
  const strands = wiringOf(tree).plans.flatMap(({ kind, side, node, phase }, row) => {
    if (!path.has(node) || kind === 'unbalance' || side === 'primary') return []
    if (phase === null) return [{ row, re: sign * phases.length }]
    return phases.includes(phase) ? [{ row, re: sign }] : []
  })
  return {
    rows: Int32Array.from(strands, ({ row }) => row),
    re: Float64Array.from(strands, ({ re }) => re),
    im: new Float64Array(strands.length)
  }
}

function pathOf({ nodes }: Tree, circuit: string): number[] {
  const path = [0]
  for (let at = nodes.findIndex(({ id }) => id === circuit); at > 0 && !path.includes(at);) {
    path.push(at)
    at = nodes[at]?.parent ?? 0
  }
  return path
}
