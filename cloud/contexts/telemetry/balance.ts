import type { Tx } from '../../db/index.ts'
import type { Span } from './queries.ts'
import { notAMeter } from './sources.ts'

/**
 * Energy that came in through all meters of each site in a span of whole hours: their registers' rise, exports left
 * out. A site with a meter whose registers have a gap is left out: a sum with a hole would accuse the honest.
 */
export async function meteredWh(tx: Tx, { from, to }: Span): Promise<Map<string, number>> {
  const rows = await tx.query<{ siteId: string; wh: number }>(
    `select site_id as "siteId", sum(greatest(rise, 0))::bigint as wh
     from (
       select site_id, source, max(last_wh) - min(first_wh) as rise,
         count(*) filter (where first_wh is not null and last_wh is not null) as hours
       from rollups
       where step = 3600 and at >= $1 and at < $2 and source !~ '${notAMeter}'
       group by site_id, source) m
     group by site_id
     having min(hours) = extract(epoch from $2::timestamptz - $1::timestamptz) / 3600`,
    [from, to]
  )
  return new Map(rows.map(({ siteId, wh }) => [siteId, wh]))
}
