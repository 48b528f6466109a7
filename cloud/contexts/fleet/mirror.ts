import { z } from 'zod'
import {
  LiveConnector,
  LiveConnectors,
  LivePicture,
  LivePower,
  LiveState
} from '@nova/shared-protocol/messages'
import { connectorKey, type Allocation, type PowerPicture } from '@nova/shared-protocol/model'
import type { Database, Tx } from '../../db/index.ts'
import { silentMs } from './view.ts'

/** What one site's edge said last. */
export type SiteMirror = {
  readonly tenantId: string
  readonly siteId: string
  readonly connectors: Map<string, LiveConnector>
  power: Allocation | null
  picture: HeardPicture | null
  state: LiveState | null
  seenAtMs: number
  inTouch: boolean
  readonly unsaved: { connectors: Set<string>; power: boolean; picture: boolean; seen: boolean }
}

export type HeardPicture = { readonly picture: PowerPicture; readonly heardAt: string }

export type Heard =
  | { readonly kind: 'connectors'; readonly site: SiteMirror; readonly changed: readonly LiveConnector[] }
  | { readonly kind: 'power'; readonly site: SiteMirror; readonly allocation: Allocation }
  | { readonly kind: 'picture' | 'state' | 'touch'; readonly site: SiteMirror }

export type Needs = {
  readonly database: Database
  tenantOf(siteId: string): Promise<string | undefined>
  /** Something changed: tell the screens. */
  heard(news: Heard): void
  readonly log: { warn(fields: object, text: string): void }
}

export type Mirror = {
  /** A live message as it came; a bad one is left out. */
  hear(siteId: string, topic: string, bytes: Uint8Array): Promise<void>
  site(siteId: string): SiteMirror | undefined
  sites(): Iterable<SiteMirror>
  /** Notices edges that fell silent. */
  watch(): void
  /** Writes what changed to the database, so that a restart and other processes know it. */
  save(): Promise<void>
}

const noted = 100 // Only the first of a flood of bad messages is worth a line.

/** The latest words of all edges, kept in memory and written through every few seconds. */
export function openMirror(needs: Needs): Mirror {
  const sites = new Map<string, SiteMirror>()
  let bad = 0
  const mirrorOf = async (siteId: string): Promise<SiteMirror | undefined> => {
    const known = sites.get(siteId)
    if (known) return known
    const tenantId = await needs.tenantOf(siteId)
    if (tenantId === undefined) return undefined
    const made = sites.get(siteId) ?? emptyMirror(tenantId, siteId)
    sites.set(siteId, made)
    return made
  }
  return {
    async hear(siteId, topic, bytes) {
      const site = await mirrorOf(siteId)
      if (!site) return
      const news = take(site, topic, bytes)
      if (news === undefined) {
        if (bad++ % noted === 0) needs.log.warn({ siteId, topic, bad }, 'a live message was not understood')
        return
      }
      touch(needs, site)
      needs.heard(news)
    },
    site: (siteId) => sites.get(siteId),
    sites: () => sites.values(),
    watch() {
      for (const site of sites.values()) {
        if (!site.inTouch || Date.now() - site.seenAtMs <= silentMs) continue
        site.inTouch = false
        needs.heard({ kind: 'touch', site })
      }
    },
    async save() {
      for (const site of sites.values()) await saveSite(needs.database, site)
    }
  }
}

const emptyMirror = (tenantId: string, siteId: string): SiteMirror => ({
  tenantId,
  siteId,
  connectors: new Map(),
  power: null,
  picture: null,
  state: null,
  seenAtMs: 0,
  inTouch: false,
  unsaved: { connectors: new Set(), power: false, picture: false, seen: false }
})

function touch(needs: Needs, site: SiteMirror): void {
  site.seenAtMs = Date.now()
  site.unsaved.seen = true
  if (site.inTouch) return
  site.inTouch = true
  needs.heard({ kind: 'touch', site })
}

function take(site: SiteMirror, topic: string, bytes: Uint8Array): Heard | undefined {
  const body = jsonOf(bytes)
  switch (topic) {
    case 'connectors':
      return takeConnectors(site, body)
    case 'power': {
      const live = LivePower.safeParse(body).data
      if (live?.site !== site.siteId) return undefined
      site.power = live.allocation
      site.unsaved.power = true
      return { kind: 'power', site, allocation: live.allocation }
    }
    case 'picture': {
      const live = LivePicture.safeParse(body).data
      if (live?.site !== site.siteId) return undefined
      site.picture = { picture: live.picture, heardAt: new Date().toISOString() }
      site.unsaved.picture = true
      return { kind: 'picture', site }
    }
    case 'state': {
      const live = LiveState.safeParse(body).data
      if (live?.site !== site.siteId) return undefined
      site.state = live
      return { kind: 'state', site }
    }
    default:
      return undefined
  }
}

const Envelope = LiveConnectors.extend({ connectors: z.array(z.unknown()) })

/** One connector with an odd value must not take the news of the others with it: they are told once. */
function takeConnectors(site: SiteMirror, body: unknown): Heard | undefined {
  const live = Envelope.safeParse(body).data
  if (live?.site !== site.siteId) return undefined
  const understood = live.connectors.flatMap((each) => LiveConnector.safeParse(each).data ?? [])
  if (understood.length === 0 && live.connectors.length > 0) return undefined
  const changed = understood.filter(
    (next) => JSON.stringify(site.connectors.get(connectorKey(next))) !== JSON.stringify(next)
  )
  for (const next of changed) {
    site.connectors.set(connectorKey(next), next)
    site.unsaved.connectors.add(connectorKey(next))
  }
  return { kind: 'connectors', site, changed }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

async function savePicture(tx: Tx, siteId: string, { picture, heardAt }: HeardPicture): Promise<void> {
  await tx.query('update edges set picture = $2, picture_heard_at = $3 where site_id = $1', [
    siteId,
    JSON.stringify(picture),
    heardAt
  ])
}

async function saveSite(database: Database, site: SiteMirror): Promise<void> {
  const { unsaved, siteId } = site
  if (!unsaved.seen) return
  const changed = [...unsaved.connectors].flatMap((key) => site.connectors.get(key) ?? [])
  const picture = unsaved.picture ? site.picture : null
  unsaved.connectors.clear()
  unsaved.seen = false
  unsaved.picture = false
  await database.tenant(site.tenantId, async (tx) => {
    await tx.query(
      `insert into edges (tenant_id, site_id, seen_at, state, power) values ($1, $2, $3, $4, $5)
       on conflict (tenant_id, site_id) do update
       set seen_at = $3, state = coalesce($4, edges.state), power = coalesce($5, edges.power)`,
      [
        tx.tenantId,
        siteId,
        new Date(site.seenAtMs),
        site.state && JSON.stringify(site.state),
        site.power && JSON.stringify(site.power)
      ]
    )
    if (picture !== null) await savePicture(tx, siteId, picture)
    if (changed.length === 0) return
    await saveConnectors(tx, siteId, changed)
  })
}

async function saveConnectors(tx: Tx, siteId: string, changed: readonly LiveConnector[]): Promise<void> {
  await tx.query(
    `insert into connectors (tenant_id, site_id, charger_id, evse_id, connector_id, body, updated_at)
       select $1, $2, c.charger_id, c.evse_id, c.connector_id, c.body, c.updated_at
       from unnest($3::text[], $4::smallint[], $5::smallint[], $6::jsonb[], $7::timestamptz[])
         as c(charger_id, evse_id, connector_id, body, updated_at)
       on conflict (tenant_id, charger_id, evse_id, connector_id) do update
       set site_id = excluded.site_id, body = excluded.body, updated_at = excluded.updated_at`,
    [
      tx.tenantId,
      siteId,
      changed.map((each) => each.chargerId),
      changed.map((each) => each.evseId),
      changed.map((each) => each.connectorId),
      changed.map((each) => JSON.stringify(each)),
      changed.map((each) => each.updatedAt)
    ]
  )
}
