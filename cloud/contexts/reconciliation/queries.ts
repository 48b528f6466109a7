import type { Tx } from '../../db/index.ts'
import type { Total } from './reconcile.ts'

export type BreakRow = {
  readonly id: string
  readonly date: string
  readonly class: string
  readonly status: 'open' | 'proposed' | 'repaired' | 'accepted' | 'gone'
  readonly provider: string | null
  readonly reference: string | null
  readonly paymentId: string | null
  readonly sessionId: string | null
  readonly siteId: string | null
  readonly currency: string | null
  readonly differenceMinor: number
  readonly detail: string
  readonly evidence: object
  readonly remedy: string | null
  readonly repairedBy: string | null
  readonly foundAt: string
  readonly settledAt: string | null
}

export const breakColumns = `id, date::text as date, class, status, provider, reference, payment_id as "paymentId",
  session_id as "sessionId", site_id as "siteId", currency, difference_minor as "differenceMinor", detail, evidence, remedy,
  repaired_by as "repairedBy", found_at as "foundAt", settled_at as "settledAt"`

export type RunRow = {
  readonly id: string
  readonly askedBy: string
  readonly isComplete: boolean
  readonly matched: number
  readonly sessions: number
  readonly totals: readonly Total[]
  readonly missing: readonly string[]
  readonly at: string
}

export const lastRun = async (tx: Tx, date: string): Promise<RunRow | undefined> =>
  tx.maybe<RunRow>(
    `select id, asked_by as "askedBy", is_complete as "isComplete", matched, sessions, totals, missing, at
     from reconciliation_runs where date = $1 order by at desc, id limit 1`,
    [date]
  )

type Wanted = { readonly date: string; readonly after: readonly unknown[] | null; readonly limit: number }

export const breaksOf = async (tx: Tx, { date, after, limit }: Wanted): Promise<BreakRow[]> =>
  tx.query<BreakRow>(
    `select ${breakColumns} from reconciliation_breaks
     where date = $1 and status <> 'gone' and ($2::timestamptz is null or (found_at, id) > ($2::timestamptz, $3::uuid))
     order by found_at, id limit $4`,
    [date, after?.[0] ?? null, after?.[1] ?? null, limit]
  )

export type Said = {
  readonly breakId: string
  readonly remedy: string | null
  readonly by: string
  readonly note: string
  readonly at: string
}

export const decisionsOf = async (tx: Tx, breakIds: readonly string[]): Promise<Map<string, Said[]>> => {
  const rows = await tx.query<Said>(
    `select break_id as "breakId", remedy, by, note, at from reconciliation_decisions where break_id = any($1) order by id`,
    [breakIds]
  )
  return Map.groupBy(rows, ({ breakId }) => breakId)
}

export const statementsOf = async (
  tx: Tx,
  date: string
): Promise<{ provider: string; digest: string; lines: number; fetchedAt: string }[]> =>
  tx.query(
    `select distinct on (provider) provider, digest, jsonb_array_length(lines) as lines, fetched_at as "fetchedAt"
     from reconciliation_statements where date = $1 order by provider, fetched_at desc`,
    [date]
  )

export type DayRow = {
  readonly date: string
  readonly runId: string
  readonly at: string
  readonly isComplete: boolean
  readonly openBreaks: number
}

/** Reconciled days, the newest first. */
export const daysOf = async (tx: Tx, before: string | null, limit: number): Promise<DayRow[]> =>
  tx.query<DayRow>(
    `select r.date::text as date, r.id as "runId", r.at, r.is_complete as "isComplete",
       (select count(*)::int from reconciliation_breaks b where b.date = r.date and b.status in ('open', 'proposed')) as "openBreaks"
     from (select distinct on (date) * from reconciliation_runs where $1::date is null or date < $1::date
       order by date desc, at desc) r
     order by r.date desc limit $2`,
    [before, limit]
  )
