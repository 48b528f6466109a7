import type { Tx } from '../../db/index.ts'
import { idleTold } from './events.ts'
import { idlePriceOf } from './idle-price.ts'
import type { Needs } from './needs.ts'

// What is told late comes in one go with what ended it: nobody is told of what is over already.
const settleMs = 2_000
const atOnce = 100

type Finished = { readonly sessionId: string; readonly at: string }
type Priced = {
  readonly site_id: string
  readonly tariff_id: string | null
  readonly tariff_version: number | null
}

/** The vehicle takes no more: from when that costs is kept, and its driver will be told. Standing on changes nothing. */
export async function idleBegins(needs: Needs, tx: Tx, { sessionId, at }: Finished): Promise<void> {
  const session = await tx.maybe<Priced>(
    'select site_id, tariff_id, tariff_version from sessions where id = $1 and driver_id is not null',
    [sessionId]
  )
  if (!session || session.tariff_id === null || session.tariff_version === null) return
  const timeZone = (await needs.siteTimeZone(tx, session.site_id)) ?? 'UTC'
  const pin = { tariffId: session.tariff_id, version: session.tariff_version, timeZone }
  const idle = idlePriceOf((await needs.pinned(tx, pin))?.rules)
  if (!idle) return
  await tx.query(
    `insert into idle_notices (tenant_id, session_id, idle_from, costs_from, price, currency, time_zone, next_at)
     values (nova_tenant(), $1, $2::timestamptz, $2::timestamptz + $3::double precision * interval '1 second', $4, $5, $6,
       now() + $7::double precision * interval '1 millisecond')
     on conflict do nothing`,
    [sessionId, at, idle.graceS, idle.price, idle.currency, timeZone, settleMs]
  )
}

/** Energy flows again, or the vehicle has left. */
export const idleEnds = async (tx: Tx, sessionId: string): Promise<unknown> =>
  tx.query('delete from idle_notices where session_id = $1', [sessionId])

type Due = {
  readonly tenant_id: string
  readonly session_id: string
  readonly site_id: string
  readonly driver_id: string
  readonly connector_id: string
  readonly idle_from: string
  readonly costs_from: string
  readonly price: string
  readonly currency: string
  readonly time_zone: string
  readonly has_begun: boolean
}

/** Tells drivers, of every tenant, that it will cost from then on, and again when it does. @returns how many were told */
export async function tellIdle(tx: Tx): Promise<number> {
  const due = await tx.query<Due>(
    `update idle_notices n set told_at = coalesce(n.told_at, now()),
       next_at = case when n.costs_from <= now() then null else n.costs_from end
     from sessions s where s.tenant_id = n.tenant_id and s.id = n.session_id and (n.tenant_id, n.session_id) in (
       select tenant_id, session_id from idle_notices where next_at <= now() order by next_at limit ${atOnce}
       for update skip locked)
     returning n.tenant_id, n.session_id, s.site_id, s.driver_id, s.connector_id, n.idle_from, n.costs_from, n.price,
       n.currency, n.time_zone, n.costs_from <= now() as has_begun`
  )
  for (const row of due)
    await tx.emit({
      kind: idleTold,
      key: row.session_id,
      tenantId: row.tenant_id,
      body: {
        sessionId: row.session_id,
        siteId: row.site_id,
        driverId: row.driver_id,
        connectorId: row.connector_id,
        timeZone: row.time_zone,
        stage: row.has_begun ? 'begun' : 'soon',
        idleFrom: row.idle_from,
        costsFrom: row.costs_from,
        price: row.price,
        currency: row.currency
      }
    })
  return due.length
}

export type Idle = {
  readonly from: string
  readonly costsFrom: string
  readonly price: string
  readonly currency: string
  readonly toldAt: string | null
}

/** Since when a session's vehicle stands there finished, and from when that costs. */
export const idleOf = async (tx: Tx, sessionId: string): Promise<Idle | undefined> =>
  tx.maybe<Idle>(
    `select idle_from as "from", costs_from as "costsFrom", price, currency, told_at as "toldAt" from idle_notices
     where session_id = $1`,
    [sessionId]
  )
