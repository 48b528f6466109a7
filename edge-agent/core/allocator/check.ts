import { ampsOf, type MilliAmps } from '@nova/shared-protocol/units'
import { directionOf } from './car.ts'
import type { Bound, EffectiveLimit } from './limits.ts'
import { add, limitAt, loadOf, overruns, scaled } from './network.ts'
import { networkOf } from './rows.ts'
import type { PowerSite, SiteProblem } from './site.ts'
import { treeOf, type Place, type Tree } from './tree.ts'
import { wiringOf, type RowPlan } from './wiring.ts'

/**
 * Everything in the wiring plan that cannot be: unknown parents, loops, ids twice, unknown circuits, and
 * fallbacks that do not fit.
 * @returns one problem a fault, with the path to the field; none when the site may be run
 */
export function checkSite(site: PowerSite): SiteProblem[] {
  const wiring = [...checkCircuits(site), ...checkChargers(site), ...checkUnbalance(site)]
  return wiring.length > 0 ? wiring : checkFallbacks(site)
}

/**
 * With the edge dead every charger goes on at its fallback, and unmanaged ones at full power: their sum and the
 * reserve for the base load must fit under every fuse and every limit in watts.
 * @returns one problem for each fuse (its worst phase) and each total that does not hold
 */
export function checkFallbacks(site: PowerSite): SiteProblem[] {
  const tree = treeOf(site)
  const reserve = baseReserveOf(site)
  const load = loadOf(networkOf(tree, wiringLimit(tree), tree.voltageV), [reserve, reserve, reserve], 'firm')
  tree.places.forEach((place, at) => add(load, at, scaled(directionOf(place), unguidedMilliA(place))))
  const worst = new Map<string, Over>()
  for (const { row, milliA } of overruns(load)) {
    const plan = wiringOf(tree).plans[row]
    if (plan === undefined) continue
    const over = { ...plan, milliA, limit: limitAt(load, row), reserve: plan.node === 0 ? reserve : 0 }
    const key = `${plan.kind} ${plan.side} ${plan.node}`
    if (milliA > (worst.get(key)?.milliA ?? 0)) worst.set(key, over)
  }
  return [...worst.values()].map((over) => ({ path: pathOf(over), message: tooMuch(tree, over) }))
}

type Over = RowPlan & { readonly milliA: MilliAmps; readonly limit: MilliAmps; readonly reserve: MilliAmps }

/** Nothing but the fuses. */
function wiringLimit({ nodes }: Tree): EffectiveLimit {
  const [l1, l2, l3] = nodes[0]?.limitMilliA ?? [0, 0, 0]
  const bound = (value: MilliAmps): Bound => ({ value, because: 'wiring', until: null })
  return { phases: [bound(l1), bound(l2), bound(l3)], watts: null, valid: [] }
}

function pathOf({ kind, side, node, phase }: Over): (string | number)[] {
  const fuse =
    kind === 'total' ? ['limitW'] : [...(side === 'primary' ? ['delta'] : []), 'limitA', phase ?? 0]
  return node === 0 ? ['grid', ...fuse] : ['circuits', node - 1, ...fuse]
}

/** Base load that is reserved when no meter is trusted, as equal currents of the three phases. */
export function baseReserveOf(site: PowerSite): MilliAmps {
  return Math.ceil((site.grid.baseLoadReserveW * 1000) / (3 * site.grid.voltageV))
}

/** What a place draws when nobody guides it. */
export const unguidedMilliA = (place: Place): MilliAmps =>
  place.managed ? place.fallbackMilliA : place.ratingMilliA

function tooMuch(tree: Tree, { kind, side, node, phase, milliA, limit, reserve }: Over): string {
  const id = `${tree.nodes[node]?.id}${side === 'primary' ? ' (primary)' : ''}`
  const watts = (current: MilliAmps): string => `${Math.round((current * tree.voltageV) / 1000)} W`
  const told = kind === 'total' ? watts : (current: MilliAmps) => `${ampsOf(current)} A`
  const base =
    reserve > 0 ? ` with ${told(kind === 'total' ? 3 * reserve : reserve)} kept for the base load` : ''
  const where = kind === 'total' ? 'in total' : `on L${(phase ?? 0) + 1}`
  return (
    `fallbacks behind ${id} add up to ${told(limit + milliA)} ${where}${base}, ` +
    `allowed are ${told(limit)}: lower fallbackA or move chargers to another circuit`
  )
}

function checkCircuits(site: PowerSite): SiteProblem[] {
  const ids = site.circuits.map(({ id }) => id)
  return site.circuits.flatMap((circuit, index) => {
    const path = ['circuits', index]
    const at = (field: string, message: string): SiteProblem => ({ path: [...path, field], message })
    if (circuit.id === 'grid') return [at('id', '"grid" is the grid connection; choose another id')]
    if (ids.indexOf(circuit.id) !== index) return [at('id', `"${circuit.id}" is there twice`)]
    if (circuit.parent !== 'grid' && !ids.includes(circuit.parent))
      return [at('parent', `"${circuit.parent}" is no circuit; known are ${['grid', ...ids].join(', ')}`)]
    return loops(site, circuit.id) ? [at('parent', `"${circuit.id}" hangs on itself by its parents`)] : []
  })
}

function loops(site: PowerSite, start: string): boolean {
  const parents = new Map(site.circuits.map(({ id, parent }) => [id, parent]))
  let at = parents.get(start)
  for (let steps = 0; at !== undefined && at !== 'grid' && steps <= site.circuits.length; steps++) {
    if (at === start) return true
    at = parents.get(at)
  }
  return false
}

function checkChargers(site: PowerSite): SiteProblem[] {
  const circuits = ['grid', ...site.circuits.map(({ id }) => id)]
  return site.chargers.flatMap(({ id, circuit }, index) => {
    const twice = site.chargers.findIndex((other) => other.id === id) !== index
    if (twice) return [{ path: ['chargers', index, 'id'], message: `"${id}" is there twice` }]
    if (circuit === undefined || circuits.includes(circuit)) return []
    const message = `"${circuit}" is no circuit; known are ${circuits.join(', ')}`
    return [{ path: ['chargers', index, 'circuit'], message }]
  })
}

/** Between two lines currents do not simply add up by phase, and the mean of the three says nothing. */
function checkUnbalance({ grid, circuits, chargers }: PowerSite): SiteProblem[] {
  const between = chargers.find(({ phaseRotation }) => phaseRotation.length === 2)
  if (between === undefined) return []
  const message = `not together with "${between.id}", which hangs between two lines: bound the fuses instead`
  return [
    ...(grid.unbalance ? [{ path: ['grid', 'unbalance'], message }] : []),
    ...circuits.flatMap(({ unbalance }, index) =>
      unbalance ? [{ path: ['circuits', index, 'unbalance'], message }] : []
    )
  ]
}
