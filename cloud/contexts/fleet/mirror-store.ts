import type { LiveConnector } from '@nova/shared-protocol/messages'
import type { Database, Tx } from '../../db/index.ts'
import type { HeardPicture, SiteMirror } from './site-mirror.ts'

async function savePicture(tx: Tx, siteId: string, { picture, heardAt }: HeardPicture): Promise<void> {
  await tx.query(
    `update edges set picture = $2, picture_heard_at = $3
     where site_id = $1 and coalesce(picture_heard_at <= $3, true)`,
    [siteId, JSON.stringify(picture), heardAt]
  )
}

/** Writes all sites; one that cannot be written holds up no other. @throws the first failure */
export async function saveSites(
  database: Pick<Database, 'tenant'>,
  sites: Iterable<SiteMirror>
): Promise<void> {
  const failures: unknown[] = []
  for (const site of sites)
    await saveSite(database, site).catch((cause: unknown) => void failures.push(cause))
  if (failures.length > 0) throw new Error('what edges said could not be kept', { cause: failures[0] })
}

/**
 * Writes what changed since the last time; what could not be written is for the next time. All processes hear all
 * edges: one that has lagged behind and heard this edge before another did writes nothing over what that one wrote.
 */
async function saveSite(database: Pick<Database, 'tenant'>, site: SiteMirror): Promise<void> {
  const { unsaved } = site
  if (!unsaved.seen) return
  const taken = { connectors: [...unsaved.connectors], picture: unsaved.picture }
  unsaved.connectors.clear()
  unsaved.seen = false
  unsaved.picture = false
  try {
    await database.tenant(site.tenantId, async (tx) => write(tx, site, taken))
  } catch (cause) {
    taken.connectors.forEach((key) => unsaved.connectors.add(key))
    unsaved.seen = true
    unsaved.picture ||= taken.picture
    throw cause
  }
}

type Taken = { readonly connectors: readonly string[]; readonly picture: boolean }

async function write(tx: Tx, site: SiteMirror, { connectors, picture }: Taken): Promise<void> {
  const { siteId, state, power } = site
  const latest = await tx.query(
    `insert into edges (tenant_id, site_id, seen_at, state, power) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, site_id) do update
     set seen_at = $3, state = coalesce($4, edges.state), power = coalesce($5, edges.power)
     where coalesce(edges.seen_at <= $3, true) returning 1`,
    [
      tx.tenantId,
      siteId,
      new Date(site.seenAtMs),
      state && JSON.stringify(state),
      power && JSON.stringify(power)
    ]
  )
  if (picture && site.picture !== null) await savePicture(tx, siteId, site.picture)
  const changed = connectors.flatMap((key) => site.connectors.get(key) ?? [])
  if (changed.length > 0) await saveConnectors(tx, siteId, { changed, isLatest: latest.length > 0 })
}

type Heard = { readonly changed: readonly LiveConnector[]; readonly isLatest: boolean }

/** A charger belongs to one site: what another site's edge says of it is not written. */
async function saveConnectors(tx: Tx, siteId: string, { changed, isLatest }: Heard): Promise<void> {
  await tx.query(
    `insert into connectors (tenant_id, site_id, charger_id, evse_id, connector_id, body, updated_at)
       select $1, $2, c.charger_id, c.evse_id, c.connector_id, c.body, c.updated_at
       from unnest($3::text[], $4::smallint[], $5::smallint[], $6::jsonb[], $7::timestamptz[])
         as c(charger_id, evse_id, connector_id, body, updated_at)
       where not exists (select from chargers o where o.id = c.charger_id and o.site_id <> $2)
       on conflict (tenant_id, charger_id, evse_id, connector_id) do update
       set site_id = excluded.site_id, body = excluded.body, updated_at = excluded.updated_at
       where $8::boolean or connectors.updated_at < excluded.updated_at`,
    [
      tx.tenantId,
      siteId,
      changed.map((each) => each.chargerId),
      changed.map((each) => each.evseId),
      changed.map((each) => each.connectorId),
      changed.map((each) => JSON.stringify(each)),
      changed.map((each) => each.updatedAt),
      isLatest
    ]
  )
}
