import type { Tx } from '../../db/index.ts'
import type { OrderStatus } from './model.ts'

export type SessionRow = {
  readonly id: string
  readonly site_id: string
  readonly charger_id: string
  readonly connector_id: string
  readonly driver_id: string | null
  readonly token_uid: string | null
  readonly status: 'pending' | 'started' | 'suspended' | 'ended' | 'failed' | 'review'
  readonly started_at: string | null
  readonly ended_at: string | null
  readonly meter_start_wh: number | null
  readonly meter_stop_wh: number | null
  readonly energy_wh: number | null
  readonly stop_reason: string | null
  readonly tariff_id: string | null
  readonly tariff_version: number | null
  readonly cdr_id: string | null
  readonly currency: string | null
  readonly cost_minor: number | null
  readonly waived: boolean
  readonly failure_code: string | null
  readonly failure_detail: string | null
  readonly standing: boolean // It has ended, the vehicle stands there still, and that costs.
  readonly left_at: string | null
  readonly price_groups: readonly string[] | null // As the edge prices it; null: it has not said.
  readonly created_at: string
}

export const sessionColumns = `id, site_id, charger_id, connector_id, driver_id, token_uid, status, started_at, ended_at,
  meter_start_wh, meter_stop_wh, energy_wh, stop_reason, tariff_id, tariff_version, cdr_id, currency, cost_minor, waived,
  failure_code, failure_detail, standing, left_at, price_groups, created_at`

export const readSession = async (tx: Tx, id: string): Promise<SessionRow | undefined> =>
  tx.maybe<SessionRow>(`select ${sessionColumns} from sessions where id = $1`, [id])

export const lockSession = async (tx: Tx, id: string): Promise<SessionRow | undefined> =>
  tx.maybe<SessionRow>(`select ${sessionColumns} from sessions where id = $1 for update`, [id])

export type OrderRow = {
  readonly session_id: string
  readonly driver_id: string
  readonly site_id: string
  readonly charger_id: string
  readonly connector_id: string
  readonly token_uid: string
  readonly tariff_id: string
  readonly max_energy_wh: number
  readonly command_id: string
  readonly wish: { readonly energyWh?: number; readonly departAt?: string } | null
  readonly status: OrderStatus
  readonly deadline: string
}

const orderColumns = `session_id, driver_id, site_id, charger_id, connector_id, token_uid, tariff_id, max_energy_wh,
  command_id, wish, status, deadline`

export const lockOrder = async (tx: Tx, sessionId: string): Promise<OrderRow | undefined> =>
  tx.maybe<OrderRow>(`select ${orderColumns} from orders where session_id = $1 for update`, [sessionId])

export const orderOfCommand = async (tx: Tx, commandId: string): Promise<string | undefined> =>
  (await tx.maybe<{ session_id: string }>('select session_id from orders where command_id = $1', [commandId]))
    ?.session_id

export type NewOrder = Omit<OrderRow, 'status'>

/** The order and its session, pending. @throws unique violation when another start is on its way there */
export async function createOrder(tx: Tx, order: NewOrder): Promise<void> {
  await tx.query(
    `insert into sessions (tenant_id, id, site_id, charger_id, connector_id, driver_id, token_uid, status)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, 'pending')`,
    [order.session_id, order.site_id, order.charger_id, order.connector_id, order.driver_id, order.token_uid]
  )
  await tx.query(
    `insert into orders (tenant_id, session_id, driver_id, site_id, charger_id, connector_id, token_uid, tariff_id,
       max_energy_wh, command_id, status, deadline, next_at, wish)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, 'holding', $10, $10, $11)`,
    [
      order.session_id,
      order.driver_id,
      order.site_id,
      order.charger_id,
      order.connector_id,
      order.token_uid,
      order.tariff_id,
      order.max_energy_wh,
      order.command_id,
      order.deadline,
      order.wish === null ? null : JSON.stringify(order.wish)
    ]
  )
}

/** @param nextAt when the worker looks again; null when the order needs nobody any more */
export const saveOrder = async (
  tx: Tx,
  sessionId: string,
  { status, deadline, nextAt }: { status: OrderStatus; deadline: string; nextAt: string | null }
): Promise<unknown> =>
  tx.query('update orders set status = $2, deadline = $3, next_at = $4 where session_id = $1', [
    sessionId,
    status,
    deadline,
    nextAt
  ])

export type DueOrder = { readonly tenant_id: string; readonly session_id: string }

/** Orders of every tenant that are due, taken for the length of a lease. */
export const takeDueOrders = async (tx: Tx, limit: number, leaseMs: number): Promise<DueOrder[]> =>
  tx.query<DueOrder>(
    `update orders set next_at = now() + $2::double precision * interval '1 millisecond'
     where (tenant_id, session_id) in (select tenant_id, session_id from orders where next_at <= now()
       order by next_at limit $1 for update skip locked)
     returning tenant_id, session_id`,
    [limit, leaseMs]
  )

export type Register = {
  readonly at: string
  readonly registerWh: number
  readonly trust: 'good' | 'clock' | 'implausible'
}

export const addReading = async (tx: Tx, sessionId: string, reading: Register): Promise<unknown> =>
  tx.query(
    `insert into session_readings (tenant_id, session_id, at, register_wh, trust)
     values (nova_tenant(), $1, $2, $3, $4) on conflict do nothing`,
    [sessionId, reading.at, reading.registerWh, reading.trust]
  )

/** Registers of sessions in station time. */
export async function readingsOf(tx: Tx, sessionIds: readonly string[]): Promise<Map<string, Register[]>> {
  const rows = await tx.query<Register & { session_id: string }>(
    `select session_id, at, register_wh as "registerWh", trust from session_readings where session_id = any($1)
     order by session_id, at, register_wh`,
    [sessionIds]
  )
  const bySession = Map.groupBy(rows, ({ session_id: id }) => id)
  return new Map(
    [...bySession].map(([id, all]) => [id, all.map(({ session_id: _id, ...register }) => register)])
  )
}

export type ReviewRow = {
  readonly id: string
  readonly session_id: string | null
  readonly site_id: string
  readonly charger_id: string | null
  readonly reason: string
  readonly detail: string
  readonly raised_at: string
  readonly resolved_at: string | null
  readonly resolved_by: string | null
  readonly verdict: 'energy' | 'waived' | 'closed' | null
  readonly energy_wh: number | null
  readonly note: string | null
  readonly created_at: string
  readonly has_session: boolean // One that is named may never have been heard of here.
}

export const reviewColumns = `id, session_id, site_id, charger_id, reason, detail, raised_at, resolved_at, resolved_by,
  verdict, energy_wh, note, created_at,
  exists (select from sessions s where s.tenant_id = reviews.tenant_id and s.id = reviews.session_id) as has_session`

export type NewReview = {
  readonly id: string
  readonly sessionId: string | null
  readonly siteId: string
  readonly chargerId: string | null
  readonly reason: string
  readonly detail: string
  readonly raw: string | null
  readonly raisedAt: string
}

/** @returns false when it was there already */
export async function addReview(tx: Tx, review: NewReview): Promise<boolean> {
  const { id, sessionId, siteId, chargerId, reason, detail, raw, raisedAt } = review
  const made = await tx.query(
    `insert into reviews (tenant_id, id, session_id, site_id, charger_id, reason, detail, raw, raised_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
    [id, sessionId, siteId, chargerId, reason, detail, raw, raisedAt]
  )
  return made.length > 0
}

/** Ids of the sessions of a driver that have begun and not ended. */
export async function runningSessions(tx: Tx, driverId: string): Promise<readonly string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from sessions where driver_id = $1 and status in ('pending', 'started', 'suspended')`,
    [driverId]
  )
  return rows.map(({ id }) => id)
}
