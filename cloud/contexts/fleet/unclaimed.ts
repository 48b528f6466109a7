import type { FactOf } from '@nova/shared-protocol/messages'
import { z } from 'zod'
import type { Tx } from '../../db/index.ts'
import { notFound } from '../../http/index.ts'

export const UnclaimedShown = z.object({
  siteId: z.string(),
  identity: z.string(),
  protocol: z.string(),
  address: z.string(),
  says: z.record(z.string(), z.string()).nullable(),
  firstAt: z.string(),
  lastAt: z.string()
})
export type UnclaimedShown = z.infer<typeof UnclaimedShown>

const most = 500 // Of a site: who knocks with made-up names fills no table.

/** A charger nobody knows knocked at a site. */
export async function noteUnclaimed(
  tx: Tx,
  siteId: string,
  { identity, at, protocol, address, says }: FactOf<'charger.unclaimed.v1'>
): Promise<void> {
  await tx.query(
    `insert into unclaimed_chargers (tenant_id, site_id, identity, protocol, address, says, first_at, last_at)
     select $1, $2, $3, $4, $5, $6, $7::timestamptz, $7::timestamptz
     where (select count(*) from unclaimed_chargers where site_id = $2) < ${most}
       or exists (select from unclaimed_chargers where site_id = $2 and identity = $3)
     on conflict (tenant_id, site_id, identity) do update set protocol = $4, address = $5, says = coalesce($6, unclaimed_chargers.says),
       last_at = greatest(unclaimed_chargers.last_at, $7::timestamptz)`,
    [tx.tenantId, siteId, identity, protocol, address, says && JSON.stringify(says), at]
  )
}

export async function listUnclaimed(tx: Tx): Promise<UnclaimedShown[]> {
  return tx.query<UnclaimedShown>(
    `select site_id as "siteId", identity, protocol, address, says, first_at as "firstAt", last_at as "lastAt"
     from unclaimed_chargers u where claimed_as is null
       and not exists (select from chargers c where c.site_id = u.site_id and c.identity = u.identity)
     order by last_at desc limit ${most}`
  )
}

/** @throws Problem 404 when nobody with that identity knocked there */
export async function markClaimed(
  tx: Tx,
  at: { siteId: string; identity: string },
  chargerId: string
): Promise<void> {
  const rows = await tx.query(
    'update unclaimed_chargers set claimed_as = $3 where site_id = $1 and identity = $2 returning 1',
    [at.siteId, at.identity, chargerId]
  )
  if (rows.length === 0) throw notFound('unclaimed charger')
}
