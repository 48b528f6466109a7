import type { Tx } from '../../db/index.ts'
import type { PartyEntry, Period, Span, Statement } from './model.ts'

export type SettlementRow = {
  readonly id: string
  readonly period: Period
  readonly firstDate: string
  readonly lastDate: string
  readonly timeZone: string
  readonly holdBackPercent: string
  readonly state: 'open' | 'closed' | 'paid'
  readonly madeBy: string
  readonly madeAt: string
  readonly closedAt: string | null
  readonly paidAt: string | null
}

export type StatementRow = Omit<Statement, 'entries'> & {
  readonly id: string
  readonly settlementId: string
  readonly entryCount: number
  readonly releasedMinor: number
}

export type DisputeRow = {
  readonly id: string
  readonly statementId: string
  readonly settlementId: string
  readonly party: string
  readonly currency: string
  readonly amountMinor: number
  readonly reason: string
  readonly state: 'open' | 'upheld' | 'rejected'
  readonly openedBy: string
  readonly openedAt: string
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly note: string | null
}

const settlementColumns = `id, period, first_date as "firstDate", last_date as "lastDate", time_zone as "timeZone",
  hold_back_percent as "holdBackPercent", state, made_by as "madeBy", made_at as "madeAt", closed_at as "closedAt",
  paid_at as "paidAt"`
const statementColumns = `id, settlement_id as "settlementId", party, purpose, currency, charges_minor as "chargesMinor",
  refunds_minor as "refundsMinor", other_minor as "otherMinor", net_minor as "netMinor", held_minor as "heldMinor", released_minor as "releasedMinor",
  payable_minor as "payableMinor", entries as "entryCount"`
const disputes = `select d.id, d.statement_id as "statementId", s.settlement_id as "settlementId", s.party, s.currency,
    d.amount_minor as "amountMinor", d.reason, d.state, d.opened_by as "openedBy", d.opened_at as "openedAt",
    d.decided_by as "decidedBy", d.decided_at as "decidedAt", d.note
  from settlement_disputes d
  join settlement_statements s on s.tenant_id = d.tenant_id and s.id = d.statement_id`

/** One run of a tenant at a time, so that no entry is taken twice. */
export const lockRuns = async (tx: Tx): Promise<unknown> =>
  tx.query(`select pg_advisory_xact_lock(hashtext('settlement'), hashtext(nova_tenant()))`)

export const floorOf = async (tx: Tx): Promise<number> =>
  (await tx.one<{ floor: number }>('select coalesce(max(floor_sequence), 0) as floor from settlements')).floor

/** Of these entries, those that stand in a statement; `{sequence}-{line}`. */
export async function settledAmong(tx: Tx, entries: readonly PartyEntry[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `select sequence || '-' || line as id from settlement_entries where sequence >= $1`,
    [entries.reduce((low, { sequence }) => Math.min(low, sequence), Number.MAX_SAFE_INTEGER)]
  )
  return new Set(rows.map(({ id }) => id))
}

export type NewSettlement = Span & {
  readonly id: string
  readonly period: Period
  readonly timeZone: string
  readonly holdBackPercent: string
  readonly floorSequence: number
  readonly madeBy: string
  readonly madeAt: string
  readonly scheduleId: string | null
}

/** @returns false when there is a run of these days */
export async function insertSettlement(tx: Tx, row: NewSettlement): Promise<boolean> {
  const made = await tx.query(
    `insert into settlements (tenant_id, id, period, first_date, last_date, time_zone, from_at, until_at,
       hold_back_percent, floor_sequence, state, made_by, made_at, schedule_id)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11, $12) on conflict do nothing returning 1`,
    [row.id, row.period, row.firstDate, row.lastDate, row.timeZone, row.fromAt, row.untilAt, row.holdBackPercent,
      row.floorSequence, row.madeBy, row.madeAt, row.scheduleId] // prettier-ignore
  )
  return made.length === 1
}

export type NewStatement = Statement & { readonly id: string; readonly settlementId: string }

export async function insertStatement(tx: Tx, { entries, ...row }: NewStatement): Promise<void> {
  await tx.query(
    `insert into settlement_statements (tenant_id, id, settlement_id, party, purpose, currency, charges_minor,
       refunds_minor, other_minor, net_minor, held_minor, payable_minor, entries)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [row.id, row.settlementId, row.party, row.purpose, row.currency, row.chargesMinor, row.refundsMinor,
      row.otherMinor, row.netMinor, row.heldMinor, row.payableMinor, entries.length] // prettier-ignore
  )
  await tx.query(
    `insert into settlement_entries (tenant_id, sequence, line, statement_id, kind, session_id, amount_minor, memo, at)
     select nova_tenant(), e.sequence, e.line, $1, e.kind, e.session, e.amount, e.memo, e.at
     from unnest($2::bigint[], $3::smallint[], $4::text[], $5::uuid[], $6::bigint[], $7::text[], $8::timestamptz[])
       as e (sequence, line, kind, session, amount, memo, at)`,
    [
      row.id,
      entries.map(({ sequence }) => sequence),
      entries.map(({ line }) => line),
      entries.map(({ kind }) => kind),
      entries.map(({ sessionId }) => sessionId),
      entries.map(({ amountMinor }) => amountMinor),
      entries.map(({ memo }) => memo),
      entries.map(({ at }) => at)
    ]
  )
}

/** Newest days first. */
export async function listSettlements(
  tx: Tx,
  after: readonly (string | number)[] | null,
  limit: number
): Promise<SettlementRow[]> {
  const [lastDate = null, id = null] = after ?? []
  return tx.query<SettlementRow>(
    `select ${settlementColumns} from settlements
     where $1::date is null or (last_date, id) < ($1::date, $2::uuid) order by last_date desc, id desc limit $3`,
    [lastDate, id, limit]
  )
}

/** @param lock until the end of the transaction, for who changes it */
export const readSettlement = async (tx: Tx, id: string, lock = false): Promise<SettlementRow | undefined> =>
  tx.maybe<SettlementRow>(
    `select ${settlementColumns} from settlements where id = $1 ${lock ? 'for update' : ''}`,
    [id]
  )

export const statementsIn = async (tx: Tx, settlementId: string): Promise<StatementRow[]> =>
  tx.query<StatementRow>(
    `select ${statementColumns} from settlement_statements where settlement_id = $1 order by party, purpose, currency`,
    [settlementId]
  )

export const readStatement = async (tx: Tx, id: string): Promise<StatementRow | undefined> =>
  tx.maybe<StatementRow>(`select ${statementColumns} from settlement_statements where id = $1 for update`, [
    id
  ])

export type StatementEntry = Pick<
  PartyEntry,
  'sequence' | 'line' | 'kind' | 'sessionId' | 'amountMinor' | 'memo' | 'at'
>

export const entriesIn = async (tx: Tx, statementId: string): Promise<StatementEntry[]> =>
  tx.query<StatementEntry>(
    `select sequence, line, kind, session_id as "sessionId", amount_minor as "amountMinor", memo, at
     from settlement_entries where statement_id = $1 order by sequence, line`,
    [statementId]
  )

export const disputesIn = async (tx: Tx, settlementId: string): Promise<DisputeRow[]> =>
  tx.query<DisputeRow>(`${disputes} where s.settlement_id = $1 order by d.opened_at, d.id`, [settlementId])

export const readDispute = async (tx: Tx, id: string): Promise<DisputeRow | undefined> =>
  tx.maybe<DisputeRow>(`${disputes} where d.id = $1 for update of d`, [id])
