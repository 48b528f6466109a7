import { milliAmpsOf, type MilliAmps } from '@nova/shared-protocol/units'
import type { Bound, EffectiveLimit, NodeBounds } from './limits.ts'
import { networkFrom, type Network, type Row } from './network.ts'
import type { Node, Tree } from './tree.ts'
import { wiringOf, type RowPlan } from './wiring.ts'

type Limits = { readonly tree: Tree; readonly limit: EffectiveLimit; readonly voltageV: number }

/**
 * The rows of a tree under the limits of this moment.
 * @param voltageV turns a total in watts into a sum of currents; the highest that may be is the safe one
 */
export function networkOf(tree: Tree, limit: EffectiveLimit, voltageV: number): Network {
  const made = known.get(limit)
  if (made?.tree === tree && made.voltageV === voltageV) return made.network
  const { plans, wires, base } = wiringOf(tree)
  const limits = { tree, limit, voltageV }
  const network = networkFrom(
    plans.map((plan) => rowOf(plan, limits)),
    wires,
    base
  )
  known.set(limit, { tree, voltageV, network })
  return network
}

// A limit rules for minutes, a cycle takes a second: the rows of the newest tree and voltage are kept with it.
const known = new WeakMap<
  EffectiveLimit,
  { readonly tree: Tree; readonly voltageV: number; readonly network: Network }
>()

function rowOf(plan: RowPlan, limits: Limits): Row {
  const node = limits.tree.nodes[plan.node]
  if (node === undefined) throw new RangeError(`no node ${plan.node}`)
  if (plan.kind === 'total') return totalRow(plan, node, limits)
  if (plan.kind === 'unbalance') return unbalanceRow(plan, node)
  return plan.side === 'primary' ? primaryRow(plan, node) : fuseRow(plan, node, limits)
}

function fuseRow({ node: index, phase }: RowPlan, node: Node, { limit }: Limits): Row {
  const at = phase ?? 0
  const name = `${node.id} L${at + 1}`
  const wiring: Bound =
    index === 0 ? limit.phases[at] : { value: node.limitMilliA[at], because: name, until: null }
  const bounds = limit.nodes?.get(node.id)
  const { value, because, until } = least([wiring, bounds?.phases?.[at]])
  const exportLimit = exportMilliA(node, at, bounds)
  return { name, because, until, limit: value, exportLimit, kind: 'fuse', node: index }
}

/** A limit on what is drawn does not forbid to feed in: backwards the fuse itself rules, or a limit of its own. */
function exportMilliA(node: Node, at: 0 | 1 | 2, bounds: NodeBounds | undefined): MilliAmps {
  const wiring = node.exportLimitMilliA?.[at] ?? Infinity
  return Math.min(node.limitMilliA[at], wiring, bounds?.exportPhases?.[at].value ?? Infinity)
}

function totalRow({ node: index }: RowPlan, node: Node, { limit, voltageV }: Limits): Row {
  const name = index === 0 ? 'site total' : `${node.id} total`
  const bounds = limit.nodes?.get(node.id)
  const own = index === 0 ? limit.watts : null
  const { value, because, until } = least([unbound, wiringW(node, name), own, bounds?.watts])
  const row: Row = { name, because, until, limit: currentOf(value, voltageV), kind: 'total', node: index }
  const most = exportW(node, index === 0 ? limit : {}, bounds)
  return most === Infinity ? row : { ...row, exportLimit: currentOf(most, voltageV) }
}

const unbound: Bound = { value: Infinity, because: 'no limit', until: null }

const wiringW = ({ limitW }: Node, name: string): Bound | undefined =>
  limitW === undefined ? undefined : { value: limitW, because: name, until: null }

function exportW(
  node: Node,
  { exportWatts }: Pick<EffectiveLimit, 'exportWatts'>,
  bounds: NodeBounds | undefined
): number {
  return Math.min(
    node.exportLimitW ?? Infinity,
    exportWatts?.value ?? Infinity,
    bounds?.exportWatts?.value ?? Infinity
  )
}

const currentOf = (watts: number, voltageV: number): MilliAmps => Math.floor((watts * 1000) / voltageV)

function primaryRow({ node: index, phase }: RowPlan, { id, delta }: Node): Row {
  const name = `${id} primary L${(phase ?? 0) + 1}`
  return {
    name,
    because: name,
    until: null,
    limit: delta?.limitMilliA[phase ?? 0] ?? 0,
    kind: 'fuse',
    node: index
  }
}

function unbalanceRow({ node: index, phase }: RowPlan, { id, unbalance }: Node): Row {
  const name = `${id} unbalance L${(phase ?? 0) + 1}`
  const limit = milliAmpsOf((unbalance?.allowanceMilliA ?? 0) / 1000)
  return { name, because: name, until: null, limit, kind: 'unbalance', node: index }
}

/** The first of equals: wiring before people, so that a limit that changes nothing is not blamed. */
function least(bounds: readonly [Bound, ...(Bound | null | undefined)[]]): Bound {
  return bounds.reduce<Bound>((low, each) => (each && each.value < low.value ? each : low), bounds[0])
}
