import {
  connectorKey,
  connectorPhases,
  ratingOf,
  type Charger,
  type Circuit,
  type ConnectorAddress
} from '@nova/shared-protocol/model'
import { milliAmpsOf, type MilliAmps, type PerPhase, type Watts } from '@nova/shared-protocol/units'
import type { PowerSite } from './site.ts'

/**
 * A fuse: the grid connection (always the first) or a circuit. `delta`: fed by a delta-wound transformer whose
 * primary windings have `ratio` times the turns; `limitMilliA` is the secondary's. `unbalance` after NEMA: no
 * phase more than `share` above the mean of the three, but for an allowance for sites that run almost empty.
 */
export type Node = {
  readonly id: string
  readonly parent: number | null
  readonly limitMilliA: PerPhase
  readonly limitW?: Watts
  readonly exportLimitMilliA?: PerPhase // What may flow towards the grid; as `limitMilliA` when left out.
  readonly exportLimitW?: Watts
  readonly delta?: { readonly ratio: number; readonly limitMilliA: PerPhase }
  readonly unbalance?: { readonly share: number; readonly allowanceMilliA: MilliAmps }
}

/** A connector in the wiring plan. */
export type Place = ConnectorAddress & {
  readonly key: string
  readonly phases: readonly (0 | 1 | 2)[] // Grid phases in the charger's own order L1, L2, L3.
  readonly ratingMilliA: MilliAmps // Per phase, from the connector's power.
  readonly fallbackMilliA: MilliAmps // As settled, 0 before; the stored one may be lower for a while.
  readonly automatic: boolean // Its fallback is our choice, not stated by anybody.
  readonly managed: boolean
  readonly loop?: boolean // Hangs between lines: phase 0 is L1–L2, 1 is L2–L3, 2 is L3–L1.
  readonly dc: boolean // Its meter tells the battery's current; only its power says what it takes from the grid.
  readonly path: readonly number[] // Nodes from its own circuit up to the grid.
}

export type Tree = {
  readonly voltageV: number
  readonly nodes: readonly Node[]
  readonly places: readonly Place[]
}

const direct = new Set(['ccs1', 'ccs2', 'chademo', 'gbt-dc'])

/**
 * The site's wiring as a tree. A circuit that hangs on nothing known, and everything behind it, is put on the
 * grid: `checkSite` refuses such a file, and until then the grid's fuse still holds.
 */
export function treeOf(site: PowerSite): Tree {
  const nodes = nodesOf(site)
  const places = site.chargers.flatMap((charger) => placesOf(charger, site, nodes))
  return { voltageV: site.grid.voltageV, nodes, places }
}

function nodesOf(site: PowerSite): Node[] {
  const index = new Map(site.circuits.map((circuit, at) => [circuit.id, at + 1]))
  return [
    { id: 'grid', parent: null, limitMilliA: milliAmps(site.grid.limitA), ...bounds(site.grid) },
    ...site.circuits.map((circuit): Node => ({
      id: circuit.id,
      parent: index.get(circuit.parent) ?? 0,
      limitMilliA: milliAmps(circuit.limitA),
      ...bounds(circuit),
      ...(circuit.limitW === undefined ? {} : { limitW: circuit.limitW }),
      ...(circuit.delta && {
        delta: { ratio: circuit.delta.ratio, limitMilliA: milliAmps(circuit.delta.limitA) }
      })
    }))
  ]
}

/** What the grid connection and circuits may both say beside their fuses. */
const bounds = ({
  exportLimitW,
  unbalance
}: Pick<Circuit, 'exportLimitW' | 'unbalance'>): Pick<Node, 'exportLimitW' | 'unbalance'> => ({
  ...(exportLimitW === undefined ? {} : { exportLimitW }),
  ...(unbalance && {
    unbalance: { share: unbalance.percent / 100, allowanceMilliA: milliAmpsOf(unbalance.allowanceA) }
  })
})

function placesOf(charger: Charger, site: PowerSite, nodes: readonly Node[]): Place[] {
  const automatic = site.automatic?.has(charger.id) ?? false
  const path = pathFrom(charger.circuit, nodes)
  const voltageV = site.grid.voltageV * voltageShare(nodes, path)
  return charger.evses.flatMap(({ id: evseId, connectors }) =>
    connectors.map((connector) => {
      const address = { chargerId: charger.id, evseId, connectorId: connector.id }
      const phases = connectorPhases(charger, connector)
      const ratingMilliA = ratingOf(connector.maxPowerW, phases.length, voltageV)
      return {
        ...address,
        key: connectorKey(address),
        ...hung(phases),
        ratingMilliA,
        fallbackMilliA: Math.min(milliAmpsOf(charger.fallbackA ?? 0), ratingMilliA),
        automatic,
        managed: charger.managed,
        dc: direct.has(connector.type),
        path
      }
    })
  )
}

/** Voltage at the end of a path as a share of the grid's: lower behind a delta-wound transformer. */
export const voltageShare = (nodes: readonly Node[], path: readonly number[]): number =>
  path.reduce((share, node) => {
    const delta = nodes[node]?.delta
    return delta === undefined ? share : (share * Math.sqrt(3)) / delta.ratio
  }, 1)

/** Two phases: between these lines, counted from the first of them in the order L1, L2, L3, L1. */
function hung(phases: readonly (0 | 1 | 2)[]): Pick<Place, 'phases' | 'loop'> {
  const [first, second] = phases
  if (phases.length !== 2 || first === undefined || second === undefined) return { phases }
  return { phases: [(first + 1) % 3 === second ? first : second], loop: true }
}

/** A loop of circuits ends where it began; the grid is always in the path. */
function pathFrom(circuit: string | undefined, nodes: readonly Node[]): number[] {
  const path: number[] = []
  let at = circuit === undefined ? 0 : nodes.findIndex(({ id }, index) => index > 0 && id === circuit)
  while (at > 0 && !path.includes(at)) {
    path.push(at)
    at = nodes[at]?.parent ?? 0
  }
  return [...path, 0]
}

const milliAmps = ([l1, l2, l3]: readonly [number, number, number]): PerPhase => [
  milliAmpsOf(l1),
  milliAmpsOf(l2),
  milliAmpsOf(l3)
]
