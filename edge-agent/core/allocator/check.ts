import { ampsOf, type MilliAmps } from '@nova/shared-protocol/units'
import type { PowerSite, SiteProblem } from './site.ts'
import { treeOf, type Place, type Tree } from './tree.ts'

/**
 * Everything in the wiring plan that cannot be: unknown parents, loops, ids twice, unknown circuits, and
 * fallbacks that do not fit.
 * @returns one problem a fault, with the path to the field; none when the site may be run
 */
export function checkSite(site: PowerSite): SiteProblem[] {
  const wiring = [...checkCircuits(site), ...checkChargers(site)]
  return wiring.length > 0 ? wiring : checkFallbacks(site)
}

/**
 * With the edge dead every charger goes on at its fallback, and unmanaged ones at full power: their sum and the
 * reserve for the base load must fit under every fuse.
 * @returns one problem for each fuse and phase that does not hold
 */
export function checkFallbacks(site: PowerSite): SiteProblem[] {
  const tree = treeOf(site)
  const reserve = baseReserveOf(site)
  return tree.nodes.flatMap((node, index) => {
    const phase = worstPhase(tree, index, reserve)
    const limit = node.limitMilliA[phase.at]
    if (phase.sum <= limit) return []
    const path = index === 0 ? ['grid', 'limitA', phase.at] : ['circuits', index - 1, 'limitA', phase.at]
    return [{ path, message: tooMuch(node.id, phase, limit) }]
  })
}

/** Base load that is reserved when no meter is trusted, as equal currents of the three phases. */
export function baseReserveOf(site: PowerSite): MilliAmps {
  return Math.ceil((site.grid.baseLoadReserveW * 1000) / (3 * site.grid.voltageV))
}

/** What a place draws when nobody guides it. */
export const unguidedMilliA = (place: Place): MilliAmps =>
  place.managed ? place.fallbackMilliA : place.ratingMilliA

type Phase = { readonly at: 0 | 1 | 2; readonly sum: MilliAmps; readonly base: MilliAmps }

function worstPhase(tree: Tree, node: number, reserve: MilliAmps): Phase {
  const base = node === 0 ? reserve : 0
  const behind = tree.places.filter(({ path }) => path.includes(node))
  const sums = ([0, 1, 2] as const).map((at) => ({
    at,
    base,
    sum: behind
      .filter(({ phases }) => phases.includes(at))
      .reduce((sum, place) => sum + unguidedMilliA(place), base)
  }))
  const limit = tree.nodes[node]?.limitMilliA ?? [0, 0, 0]
  return sums.reduce((worst, each) =>
    each.sum - limit[each.at] > worst.sum - limit[worst.at] ? each : worst
  )
}

function tooMuch(id: string, phase: Phase, limit: MilliAmps): string {
  const base = phase.base > 0 ? ` with ${ampsOf(phase.base)} A kept for the base load` : ''
  return (
    `fallbacks behind ${id} add up to ${ampsOf(phase.sum)} A on L${phase.at + 1}${base}, ` +
    `allowed are ${ampsOf(limit)} A: lower fallbackA or move chargers to another circuit`
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
