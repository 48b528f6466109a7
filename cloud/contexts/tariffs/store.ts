import { Plan, type TariffDefault } from '@nova/shared-protocol/tariff'
import type { Tx } from '../../db/index.ts'
import { clockPictureOf } from './clock-picture.ts'
import { isPlan, rulesOf, type StoredPrices } from './prices.ts'
import { withSeries } from './series.ts'
import { signalsAsked } from './signals.ts'

export type NewVersion = {
  readonly tariffId: string
  readonly name: string
  readonly priority: number
  readonly validFrom: string | null
  readonly validUntil: string | null
  readonly prices: StoredPrices
  readonly madeBy: string
}

/** @returns false when the tariff was there already */
export async function createTariff(tx: Tx, id: string, name: string): Promise<boolean> {
  const made = await tx.query(
    `insert into tariffs (tenant_id, id, name) values (nova_tenant(), $1, $2) on conflict do nothing returning id`,
    [id, name]
  )
  return made.length > 0
}

/** Appends the next version. @returns its number; undefined when there is no such tariff */
export async function appendVersion(tx: Tx, version: NewVersion): Promise<number | undefined> {
  const tariff = await tx.maybe('select id from tariffs where id = $1', [version.tariffId])
  if (!tariff) return undefined
  // Two people at once: the lock is on the name of the tariff, which needs no right to change its row.
  await tx.query("select pg_advisory_xact_lock(hashtextextended(nova_tenant() || '/' || $1, 0))", [
    version.tariffId
  ])
  const row = await tx.one<{ version: number }>(
    `insert into tariff_versions (tenant_id, tariff_id, version, name, priority, valid_from, valid_until, prices, made_by)
     select nova_tenant(), $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6::jsonb, $7
     from tariff_versions where tariff_id = $1 returning version`,
    [
      version.tariffId,
      version.name,
      version.priority,
      version.validFrom,
      version.validUntil,
      JSON.stringify(version.prices),
      version.madeBy
    ]
  )
  return row.version
}

export type VersionRow = {
  readonly tariff_id: string
  readonly version: number
  readonly name: string
  readonly priority: number
  readonly valid_from: string | null
  readonly valid_until: string | null
  readonly prices: StoredPrices
  readonly created_at: string
}

const versionColumns = 'tariff_id, version, name, priority, valid_from, valid_until, prices, created_at'

/** The newest version of each tariff, by id. */
export const newestVersions = async (tx: Tx, after: string, limit: number): Promise<VersionRow[]> =>
  tx.query<VersionRow>(
    `select distinct on (tariff_id) ${versionColumns} from tariff_versions
     where tariff_id > $1 order by tariff_id, version desc limit $2`,
    [after, limit]
  )

export const versionsOf = async (tx: Tx, tariffId: string): Promise<VersionRow[]> =>
  tx.query<VersionRow>(
    `select ${versionColumns} from tariff_versions where tariff_id = $1 order by version desc limit 200`,
    [tariffId]
  )

/** A version as the language's plan, read in the given zone; rules with the known prices of their series. */
export async function planOf(tx: Tx, row: VersionRow, timeZone: string): Promise<Plan> {
  return Plan.parse({
    tariffId: row.tariff_id,
    version: row.version,
    name: row.name,
    timeZone,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    priority: row.priority,
    ...(isPlan(row.prices)
      ? row.prices
      : { ...clockPictureOf(row.prices), rules: await filled(tx, row.prices) })
  })
}

const dayMs = 86_400_000
const backDays = 60 // A bill that waits longer for a person is made by a preview and a correction.
const aheadDays = 3

const filled = async (tx: Tx, prices: StoredPrices) =>
  withSeries(tx, rulesOf(prices), {
    from: new Date(Date.now() - backDays * dayMs).toISOString(),
    until: new Date(Date.now() + aheadDays * dayMs).toISOString()
  })

/** One pinned version; undefined when there is none. */
export async function pinned(
  tx: Tx,
  pin: { readonly tariffId: string; readonly version: number; readonly timeZone: string }
): Promise<Plan | undefined> {
  const row = await tx.maybe<VersionRow>(
    `select ${versionColumns} from tariff_versions where tariff_id = $1 and version = $2`,
    [pin.tariffId, pin.version]
  )
  return row && planOf(tx, row, pin.timeZone)
}

/** One version as it is kept; undefined when there is none. */
export const versionRow = async (tx: Tx, id: string, version: number): Promise<VersionRow | undefined> =>
  tx.maybe<VersionRow>(
    `select ${versionColumns} from tariff_versions where tariff_id = $1 and version = $2`,
    [id, version]
  )

export type Assignment = {
  readonly siteId: string
  readonly connector: string | null
  readonly fallback: boolean
}

export async function assignmentsOf(tx: Tx, tariffIds: readonly string[]) {
  const rows = await tx.query<{ tariff_id: string; site_id: string; connector: string; fallback: boolean }>(
    `select tariff_id, site_id, connector, fallback from tariff_assignments where tariff_id = any($1)
     order by site_id, connector`,
    [tariffIds]
  )
  return rows.map(({ tariff_id, site_id, connector, fallback }) => ({
    tariffId: tariff_id,
    siteId: site_id,
    connector: connector === '' ? null : connector,
    fallback
  }))
}

/** Replaces where a tariff applies. @returns the sites whose plans are others now */
export async function assign(tx: Tx, tariffId: string, wanted: readonly Assignment[]): Promise<string[]> {
  const before = await tx.query<{ site_id: string }>(
    'delete from tariff_assignments where tariff_id = $1 returning site_id',
    [tariffId]
  )
  await tx.query(
    `insert into tariff_assignments (tenant_id, site_id, tariff_id, connector, fallback)
     select nova_tenant(), a.site_id, $1, a.connector, a.fallback
     from unnest($2::text[], $3::text[], $4::boolean[]) as a (site_id, connector, fallback) on conflict do nothing`,
    [
      tariffId,
      wanted.map(({ siteId }) => siteId),
      wanted.map(({ connector }) => connector ?? ''),
      wanted.map(({ fallback }) => fallback)
    ]
  )
  return [...new Set([...before.map(({ site_id }) => site_id), ...wanted.map(({ siteId }) => siteId)])]
}

export const mostPlans = 16 // What the desired state of a site carries.

export type SiteTariffs = {
  readonly plans: Plan[]
  readonly defaults: TariffDefault[]
  readonly signals?: { name: string; value: string }[]
}

/** Versions of a site's tariffs that hold now or will, and how many of them there are. */
export async function liveVersions(tx: Tx, siteId: string): Promise<VersionRow[]> {
  return tx.query<VersionRow>(
    `with mine as (select distinct tariff_id from tariff_assignments where site_id = $1),
     ranked as (
       select v.*, row_number() over (
         partition by v.tariff_id, coalesce(v.valid_from, '-infinity') <= now(), v.valid_until is null
         order by v.valid_from desc nulls last, v.version desc) as place
       from tariff_versions v join mine using (tariff_id) where v.valid_until is null or v.valid_until > now())
     select ${versionColumns} from ranked
     where coalesce(valid_from, '-infinity') > now() or place = 1 or valid_until is not null
     order by tariff_id, version desc`,
    [siteId]
  )
}

/** What a site's edge has to know: plans in force or to come, and which applies where. */
export async function tariffsFor(tx: Tx, siteId: string, timeZone: string): Promise<SiteTariffs> {
  const rows = await liveVersions(tx, siteId)
  const assigned = await tx.query<{ tariff_id: string; connector: string; fallback: boolean }>(
    'select tariff_id, connector, fallback from tariff_assignments where site_id = $1 order by tariff_id, connector limit 200',
    [siteId]
  )
  const plans: Plan[] = []
  for (const row of rows.slice(0, mostPlans)) plans.push(await planOf(tx, row, timeZone))
  const signals = await signalsAsked(tx, siteId, plans)
  return {
    plans,
    ...(signals.length > 0 ? { signals } : {}),
    defaults: assigned.map(({ tariff_id, connector, fallback }) => ({
      tariffId: tariff_id,
      ...(connector === '' ? {} : { connector }),
      ...(fallback ? { fallback } : {})
    }))
  }
}
