import type { DesiredVersions, SectionBody } from '@nova/shared-protocol/messages'
import { SiteLimit } from '@nova/shared-protocol/model'
import type { Listener, Migrations, Tx } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { desiredListener, greet, type Needs as DesiredNeeds, type Sources, type Trigger } from './desired.ts'
import { kinds, SiteEvent } from './events.ts'
import { limitsOf } from './model.ts'
import { routes, type Needs as RouteNeeds } from './routes.ts'
import { limitsAt, siteById } from './store.ts'

export { createSite, siteById, siteCurrency, siteIds, siteTimeZone } from './store.ts'
export { NewSite, type Site } from './model.ts'
export type { Sources, Trigger } from './desired.ts'

export const migrations: Migrations = {
  context: 'sites',
  files: [
    new URL('./migrations/0001_sites.sql', import.meta.url),
    new URL('./migrations/0002_limit_events.sql', import.meta.url)
  ]
}

export type Needs = RouteNeeds &
  Omit<DesiredNeeds, 'sources' | 'triggers'> & {
    /** Sections of other contexts. */
    readonly sources: Omit<Sources, 'limits'>
    readonly triggers: readonly Trigger[]
  }

export type Sites = {
  readonly routes: Routes
  readonly listeners: readonly Listener[]
  /** Sends an edge the sections it lacks. */
  greet(tenantId: string, siteId: string, has: DesiredVersions): Promise<void>
}

const siteOf = (body: unknown): string => SiteEvent.parse(body).siteId
const ownTriggers: readonly Trigger[] = [
  { kind: kinds.siteCreated, section: 'limits', siteOf },
  { kind: kinds.siteChanged, section: 'limits', siteOf },
  { kind: kinds.limitsChanged, section: 'limits', siteOf }
]

/** Sites, their limits, and what each edge should know. */
export function openSites(needs: Needs): Sites {
  const desired: DesiredNeeds = {
    ...needs,
    triggers: [...ownTriggers, ...needs.triggers],
    sources: { ...needs.sources, limits: limitsSection }
  }
  return {
    routes: routes(needs),
    listeners: [desiredListener(desired)],
    greet: async (tenantId, siteId, has) => greet(desired, tenantId, siteId, has)
  }
}

/** Whose site it is; remembered, for the gateway asks with each frame. */
export function openTenantOf(database: Needs['database']) {
  const tenants = new Map<string, string>()
  return async (siteId: string): Promise<string | undefined> => {
    const known = tenants.get(siteId)
    if (known !== undefined) return known
    const row = await database.platform('whose site is it', async (tx) =>
      tx.maybe<{ tenant_id: string }>('select tenant_id from sites where id = $1', [siteId])
    )
    if (row) tenants.set(siteId, row.tenant_id)
    return row?.tenant_id
  }
}

async function limitsSection(tx: Tx, siteId: string): Promise<SectionBody<'limits'>> {
  const site = await siteById(tx, siteId)
  const kept = await limitsAt(tx, siteId)
  return {
    limits: limitsOf(
      site,
      kept.map(({ setBy: _by, changedAt: _at, ...limit }) => SiteLimit.parse(limit))
    )
  }
}
