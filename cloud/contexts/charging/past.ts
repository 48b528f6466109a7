import type { Money } from '@nova/shared-protocol/units'
import type { Tx } from '../../db/index.ts'
import { readingsOf, type Register } from './store.ts'

type Row = {
  readonly id: string
  readonly driver_id: string | null
  readonly started_at: string
  readonly ended_at: string
  readonly currency: string | null
  readonly cost_minor: number | null
}

export type PastSession = {
  readonly sessionId: string
  readonly driverId: string | null
  readonly startedAt: string
  readonly endedAt: string
  readonly readings: readonly Register[]
  readonly billed: Money | null
}

/** The newest sessions of a site that have ended, with their registers and what was billed for them. */
export async function pastSessions(tx: Tx, siteId: string, limit: number): Promise<PastSession[]> {
  const rows = await tx.query<Row>(
    `select id, driver_id, started_at, ended_at, currency, cost_minor from sessions
     where site_id = $1 and status = 'ended' and started_at is not null and ended_at is not null
     order by ended_at desc, id limit $2`,
    [siteId, limit]
  )
  const readings = await readingsOf(
    tx,
    rows.map(({ id }) => id)
  )
  return rows.map(({ id, currency, cost_minor: amountMinor, ...row }) => ({
    sessionId: id,
    driverId: row.driver_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    readings: readings.get(id) ?? [],
    billed: currency === null || amountMinor === null ? null : { currency, amountMinor }
  }))
}
