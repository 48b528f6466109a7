import type { Database } from '../../db/index.ts'

const hoursARound = 48 // Of all sites; a month's backlog of a site takes some fifteen rounds.
const steps = [60, 900, 3600] as const

type Dirty = { tenant_id: string; site_id: string; hour: string }

/** Rolls up the hours that got samples since the last time. @returns how many hours */
export async function rollUp(database: Pick<Database, 'tenant' | 'platform'>): Promise<number> {
  const dirty = await database.platform('find samples to roll up', async (tx) =>
    tx.query<Dirty>('select tenant_id, site_id, hour from samples_dirty order by hour limit $1', [
      hoursARound
    ])
  )
  for (const { tenant_id: tenantId, site_id: siteId, hour } of dirty) {
    await database.tenant(tenantId, async (tx) => {
      // First taken, then counted: a sample that comes in between makes the hour dirty again.
      const taken = await tx.query('delete from samples_dirty where site_id = $1 and hour = $2 returning 1', [
        siteId,
        hour
      ])
      if (taken.length === 0) return
      for (const step of steps) await tx.query(rollUpText, [tx.tenantId, siteId, hour, step])
    })
  }
  return dirty.length
}

const rollUpText = `
  insert into rollups (tenant_id, site_id, source, step, at, samples, power_w, lowest_w, highest_w, limit_w, first_wh, last_wh)
  select $1, $2, source, $4, date_bin(make_interval(secs => $4::int), at, timestamptz '2000-01-01 00:00:00+00') as bucket, count(*),
    round(avg(power_w))::int, min(power_w), max(power_w), round(avg(limit_w))::int, min(register_wh), max(register_wh)
  from samples where site_id = $2 and at >= $3::timestamptz and at < $3::timestamptz + interval '1 hour'
  group by source, bucket
  on conflict (tenant_id, site_id, step, at, source) do update
  set samples = excluded.samples, power_w = excluded.power_w, lowest_w = excluded.lowest_w, highest_w = excluded.highest_w,
    limit_w = excluded.limit_w, first_wh = excluded.first_wh, last_wh = excluded.last_wh`

/** Partitions for the months ahead, long before they are needed. */
export async function makePartitions(database: Pick<Database, 'platform'>): Promise<void> {
  await database.platform('make partitions', async (tx) => {
    await tx.query(
      `select samples_month((date_trunc('month', now()) + make_interval(months => m))::date) from generate_series(0, 3) as m`
    )
  })
}
