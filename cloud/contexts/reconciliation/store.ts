import type { Tx } from '../../db/index.ts'
import type { Movement } from './model.ts'

export type MovementRow = {
  readonly id: string
  readonly kind: 'capture' | 'refund'
  readonly paymentId: string
  readonly sessionId: string | null
  readonly provider: string
  readonly currency: string
  readonly amountMinor: number
  readonly state: Movement['state']
  readonly at: string
}

/** The latest word counts, but money that has moved stays moved. */
export const moved = async (tx: Tx, row: MovementRow): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_movements
       (tenant_id, id, kind, payment_id, session_id, provider, currency, amount_minor, state, at, held_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, case when $8 = 'open' then $9::timestamptz end)
     on conflict (tenant_id, id, kind) do update set currency = excluded.currency, amount_minor = excluded.amount_minor,
       state = excluded.state, at = excluded.at, provider = excluded.provider,
       held_at = coalesce(reconciliation_movements.held_at, excluded.held_at)
     where reconciliation_movements.state <> 'moved'`,
    [
      row.id,
      row.kind,
      row.paymentId,
      row.sessionId,
      row.provider,
      row.currency,
      row.amountMinor,
      row.state,
      row.at
    ]
  )

type Of = { readonly sessionId: string; readonly siteId: string }
type Bill = Of & {
  readonly cdrId: string
  readonly energyWh: string
  readonly total: { readonly currency: string; readonly amountMinor: number }
  readonly at: string
}

/** A corrected bill replaces the amount; the day stays that of the first. */
export const billed = async (
  tx: Tx,
  { sessionId, siteId, cdrId, energyWh, total, at }: Bill
): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_sessions as s
       (tenant_id, session_id, site_id, cdr_id, billed_wh, currency, total_minor, billed_at)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7)
     on conflict (tenant_id, session_id) do update set cdr_id = excluded.cdr_id, billed_wh = excluded.billed_wh,
       currency = excluded.currency, total_minor = excluded.total_minor,
       billed_at = coalesce(s.billed_at, excluded.billed_at)`,
    [sessionId, siteId, cdrId, energyWh, total.currency, total.amountMinor, at]
  )

export const stated = async (tx: Tx, { sessionId, siteId }: Of): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_sessions (tenant_id, session_id, site_id, is_stated) values (nova_tenant(), $1, $2, true)
     on conflict (tenant_id, session_id) do update set is_stated = true`,
    [sessionId, siteId]
  )

type Begun = Of & {
  readonly connectorId: string
  readonly startedAt: string
  readonly meterStartWh: number | null
}

export const begun = async (tx: Tx, at: Begun): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_sessions as s
       (tenant_id, session_id, site_id, connector_id, started_at, register_start_wh)
     values (nova_tenant(), $1, $2, $3, $4, $5)
     on conflict (tenant_id, session_id) do update set connector_id = coalesce(s.connector_id, excluded.connector_id),
       started_at = coalesce(s.started_at, excluded.started_at),
       register_start_wh = coalesce(s.register_start_wh, excluded.register_start_wh)`,
    [at.sessionId, at.siteId, at.connectorId, at.startedAt, at.meterStartWh]
  )

type End = Of & {
  readonly endedAt: string
  readonly meterStopWh: number | null
  readonly energyWh: number | null
}

/** A true end replaces an assumed one. A start without a register is told by the energy that the edge could prove. */
export const ended = async (
  tx: Tx,
  { sessionId, siteId, endedAt, meterStopWh, energyWh }: End
): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_sessions as s (tenant_id, session_id, site_id, ended_at, register_stop_wh, register_start_wh)
     values (nova_tenant(), $1, $2, $3, $4, $5)
     on conflict (tenant_id, session_id) do update set ended_at = excluded.ended_at,
       register_stop_wh = excluded.register_stop_wh,
       register_start_wh = coalesce(s.register_start_wh, excluded.register_start_wh)`,
    [
      sessionId,
      siteId,
      endedAt,
      meterStopWh,
      meterStopWh === null || energyWh === null ? null : meterStopWh - energyWh
    ]
  )
