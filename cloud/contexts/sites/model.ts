import { Circuit, Grid, Identifier, type SiteLimit, TimeZone } from '@nova/shared-protocol/model'
import { Currency } from '@nova/shared-protocol/units'
import { z } from 'zod'

const place = {
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180)
}

export const NewSite = z
  .strictObject({
    id: Identifier,
    name: z.string().min(1).max(100),
    address: z.string().max(200).default(''),
    timeZone: TimeZone,
    currency: Currency,
    ...place,
    grid: Grid,
    circuits: z.array(Circuit).max(100).default([])
  })
  .superRefine((site, context) =>
    faultsOf(site.circuits).forEach((message) =>
      context.addIssue({ code: 'custom', path: ['circuits'], message })
    )
  )
export type NewSite = z.infer<typeof NewSite>

export const SiteChange = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  address: z.string().max(200).optional(),
  latitude: place.latitude.optional(),
  longitude: place.longitude.optional(),
  grid: Grid.optional(),
  circuits: z.array(Circuit).max(100).optional()
})
export type SiteChange = z.infer<typeof SiteChange>

export type Site = NewSite & { readonly createdAt: string; readonly changedAt: string }

type CircuitShape = { readonly id: string; readonly parent: string }

/** What is wrong with a tree of circuits, in words; empty when it is a tree that hangs on the grid. */
export function faultsOf(circuits: readonly CircuitShape[]): string[] {
  const byId = new Map(circuits.map((circuit) => [circuit.id, circuit]))
  const faults = byId.size === circuits.length ? [] : ['two circuits have the same id']
  for (const { id, parent } of circuits) {
    if (id === 'grid') faults.push('grid is the name of the connection, not of a circuit')
    if (parent !== 'grid' && !byId.has(parent))
      faults.push(`circuit ${id}: its parent ${parent} does not exist`)
    if (isInLoop(id, byId)) faults.push(`circuit ${id} hangs on itself`)
  }
  return faults
}

function isInLoop(id: string, byId: ReadonlyMap<string, CircuitShape>): boolean {
  let at = byId.get(id)?.parent
  for (let steps = 0; steps <= byId.size; steps++) {
    if (at === id) return true
    if (at === undefined || at === 'grid') return false
    at = byId.get(at)?.parent
  }
  return false
}

export const contractSource = 'contract'

/** The grid connection as one more limit, from the contract: the edge takes the least of all. */
export function limitsOf(site: Pick<Site, 'grid'>, limits: readonly SiteLimit[]): SiteLimit[] {
  const contract: SiteLimit = {
    source: contractSource,
    limitA: site.grid.limitA,
    reason: 'Grid connection contract'
  }
  return [contract, ...limits.filter(({ source }) => source !== contractSource)]
}
