import type { Tx } from '../../db/index.ts'
import { groupsChanged } from './events.ts'

/** Groups in which a driver is at an instant; left out: now. What a session is priced by is asked at its start. */
export async function groupsOf(tx: Tx, driverId: string, at: string | null = null): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    `select name from driver_groups where driver_id = $1
       and since <= coalesce($2::timestamptz, now()) and (until is null or until > coalesce($2::timestamptz, now()))
     order by name`,
    [driverId, at]
  )
  return rows.map(({ name }) => name)
}

/** Groups of all drivers as they are now: the edges price cards by them. */
export async function groupsNow(tx: Tx): Promise<Map<string, string[]>> {
  const rows = await tx.query<{ id: string; groups: string[] }>(
    `select driver_id as id, array_agg(name order by name) as groups from driver_groups
     where since <= now() and (until is null or until > now()) group by driver_id`
  )
  return new Map(rows.map(({ id, groups }) => [id, groups]))
}

/** From now on the driver is in these and in no others; what was, stays as it was. */
export async function setGroups(
  tx: Tx,
  { driverId, groups, setBy }: { driverId: string; groups: readonly string[]; setBy: string }
): Promise<void> {
  await tx.query(
    'update driver_groups set until = now() where driver_id = $1 and until is null and not (name = any($2))',
    [driverId, groups]
  )
  await tx.query(
    `insert into driver_groups (tenant_id, driver_id, name, set_by)
     select nova_tenant(), $1, wanted.name, $3 from unnest($2::text[]) as wanted (name)
     where not exists (select from driver_groups g where g.driver_id = $1 and g.name = wanted.name and g.until is null)`,
    [driverId, groups, setBy]
  )
  await tx.emit({ kind: groupsChanged, key: driverId, body: { driverId } })
}

export type GroupFilter = {
  readonly driverId: string | undefined
  readonly after: string
  readonly limit: number
}

/** Drivers that are in a group now, by id. */
export const groupsByDriver = async (
  tx: Tx,
  { driverId, after, limit }: GroupFilter
): Promise<{ driverId: string; groups: string[] }[]> =>
  tx.query(
    `select driver_id as "driverId", array_agg(name order by name) as groups from driver_groups
     where until is null and driver_id > $1 and ($2::text is null or driver_id = $2)
     group by driver_id order by driver_id limit $3`,
    [after, driverId ?? null, limit]
  )
