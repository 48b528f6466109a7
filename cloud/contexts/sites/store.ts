import { judgeVersion, type LimitRefusal, type SiteLimit } from '@nova/shared-protocol/model'
import { isUniqueViolation, type Tx } from '../../db/index.ts'
import { notFound, problem } from '../../http/index.ts'
import { kinds } from './events.ts'
import type { NewSite, Site, SiteChange } from './model.ts'

const columns = `id, name, address, time_zone as "timeZone", currency, latitude, longitude, grid, circuits,
  created_at as "createdAt", changed_at as "changedAt"`

/** @throws Problem 409 when the id is taken, by whomever */
export async function createSite(tx: Tx, site: NewSite): Promise<Site> {
  try {
    await tx.query(
      `insert into sites (tenant_id, id, name, address, time_zone, currency, latitude, longitude, grid, circuits)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        tx.tenantId, site.id, site.name, site.address, site.timeZone, site.currency, site.latitude, site.longitude,
        JSON.stringify(site.grid), JSON.stringify(site.circuits)
      ] // prettier-ignore
    )
  } catch (error) {
    if (isUniqueViolation(error)) throw problem(409, 'site-id-taken', 'This id is taken: choose another.')
    throw error
  }
  await tx.emit({ kind: kinds.siteCreated, key: site.id, body: { siteId: site.id } })
  return siteById(tx, site.id)
}

/** @throws Problem 404 */
export async function siteById(tx: Tx, id: string): Promise<Site> {
  const site = await tx.maybe<Site>(`select ${columns} from sites where id = $1`, [id])
  if (!site) throw notFound('site')
  return site
}

export async function siteIds(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>('select id from sites order by id')
  return rows.map(({ id }) => id)
}

/** Zone of a site of this tenant; undefined when there is none. */
export async function siteTimeZone(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.maybe<{ zone: string }>('select time_zone as zone from sites where id = $1', [id])
  return row?.zone
}

/** What a site of this tenant charges in; undefined when there is none. */
export async function siteCurrency(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.maybe<{ currency: string }>('select currency from sites where id = $1', [id])
  return row?.currency
}

/** @throws Problem 404 */
export async function changeSite(tx: Tx, id: string, change: SiteChange): Promise<Site> {
  const rows = await tx.query(
    `update sites set name = coalesce($2, name), address = coalesce($3, address), latitude = coalesce($4, latitude),
     longitude = coalesce($5, longitude), grid = coalesce($6, grid), circuits = coalesce($7, circuits), changed_at = now()
     where id = $1 returning 1`,
    [
      id,
      change.name ?? null,
      change.address ?? null,
      change.latitude ?? null,
      change.longitude ?? null,
      change.grid ? JSON.stringify(change.grid) : null,
      change.circuits ? JSON.stringify(change.circuits) : null
    ]
  )
  if (rows.length === 0) throw notFound('site')
  await tx.emit({ kind: kinds.siteChanged, key: id, body: { siteId: id } })
  return siteById(tx, id)
}

export type Near = { readonly latitude: number; readonly longitude: number; readonly radiusM: number }
export type Listed = Site & { readonly distanceM: number | null }

// Haversine on a sphere of the mean radius: within 0.5 % everywhere, good enough to sort by.
const distance = `(2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians(latitude - $1::float8) / 2), 2)
  + cos(radians($1::float8)) * cos(radians(latitude)) * power(sin(radians(longitude - $2::float8) / 2), 2)))))`

/** Sites by distance when asked for near a place, else by id; one row more than `limit`. */
export async function listSites(
  tx: Tx,
  near: Near | null,
  { limit, after }: { limit: number; after: readonly (string | number)[] | null }
): Promise<Listed[]> {
  if (near === null) {
    return tx.query<Listed>(
      `select ${columns}, null::float8 as "distanceM" from sites where $1::text is null or id > $1 order by id limit $2`,
      [after?.[0] ?? null, limit + 1]
    )
  }
  return tx.query<Listed>(
    `select * from (select ${columns}, ${distance} as "distanceM" from sites) as s
     where "distanceM" <= $3 and ($4::float8 is null or ("distanceM", id) > ($4, $5::text))
     order by "distanceM", id limit $6`,
    [near.latitude, near.longitude, near.radiusM, after?.[0] ?? null, after?.[1] ?? null, limit + 1]
  )
}

export type KeptLimit = SiteLimit & { readonly setBy: string; readonly changedAt: string }
type LimitRow = { body: SiteLimit; set_by: string; changed_at: string }

/** Limits set from outside the wiring that have not ended yet. */
export async function limitsAt(tx: Tx, siteId: string): Promise<KeptLimit[]> {
  const rows = await tx.query<LimitRow>(
    `select body, set_by, changed_at from site_limits
     where site_id = $1 and (body ->> 'until' is null or (body ->> 'until')::timestamptz > now()) order by source`,
    [siteId]
  )
  return rows.map(({ body, set_by, changed_at }) => ({ ...body, setBy: set_by, changedAt: changed_at }))
}

/**
 * Keeps a limit in place of the one of its source. @returns why not: of its event a newer version was taken before
 * @throws Problem 404 when there is no such site
 */
export async function putLimit(
  tx: Tx,
  siteId: string,
  limit: SiteLimit,
  setBy: string
): Promise<LimitRefusal | null> {
  await siteById(tx, siteId)
  const refusal = await learnVersion(tx, siteId, limit)
  if (refusal !== null) return refusal
  await tx.query(
    `insert into site_limits (tenant_id, site_id, source, body, set_by) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, site_id, source) do update set body = $4, set_by = $5, changed_at = now()`,
    [tx.tenantId, siteId, limit.source, JSON.stringify(limit), setBy]
  )
  await tx.emit({ kind: kinds.limitsChanged, key: siteId, body: { siteId } })
  return null
}

const versionKeptDays = 7 // As at the edge: a partner that repeats itself does so within days.

async function learnVersion(tx: Tx, siteId: string, limit: SiteLimit): Promise<LimitRefusal | null> {
  const { source, eventId } = limit
  if (eventId === undefined) return null
  const key = [tx.tenantId, siteId, source, eventId]
  await tx.query(
    `delete from limit_events where site_id = $1
     and (body ->> 'until')::timestamptz < now() - make_interval(days => $2)`,
    [siteId, versionKeptDays]
  )
  // First of all its row, so that two versions at once come one after the other.
  const [known] = await tx.query<{ body: SiteLimit }>(
    `insert into limit_events (tenant_id, site_id, source, event_id, body) values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, site_id, source, event_id) do update set source = excluded.source returning body`,
    [...key, JSON.stringify(limit)]
  )
  const refusal = judgeVersion(limit, known?.body)
  if (refusal !== null) return refusal
  await tx.query(
    `update limit_events set body = $5, taken_at = now()
     where tenant_id = $1 and site_id = $2 and source = $3 and event_id = $4`,
    [...key, JSON.stringify(limit)]
  )
  return null
}

/** @throws Problem 404 when the site has no limit from that source */
export async function deleteLimit(tx: Tx, siteId: string, source: string): Promise<void> {
  const rows = await tx.query('delete from site_limits where site_id = $1 and source = $2 returning 1', [
    siteId,
    source
  ])
  if (rows.length === 0) throw notFound('limit')
  await tx.emit({ kind: kinds.limitsChanged, key: siteId, body: { siteId } })
}
