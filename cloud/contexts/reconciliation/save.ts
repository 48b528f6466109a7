import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import type { Break } from './model.ts'
import type { Reconciled } from './reconcile.ts'

type RunMade = {
  readonly id: string
  readonly date: string
  readonly by: string
  readonly found: Reconciled
  readonly missing: readonly string[]
}

export const saveRun = async (tx: Tx, { id, date, by, found, missing }: RunMade): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_runs (tenant_id, id, date, asked_by, is_complete, matched, sessions, totals, missing)
     values (nova_tenant(), $1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb)`,
    [
      id,
      date,
      by,
      missing.length === 0,
      found.matched,
      found.sessions,
      JSON.stringify(found.totals),
      JSON.stringify(missing)
    ]
  )

type Found = {
  readonly date: string
  readonly runId: string
  readonly breaks: readonly Break[]
  readonly repairs: ReadonlyMap<string, string>
}

/** A break that people have accepted stays so; one that is no longer found is gone. */
export async function saveBreaks(tx: Tx, { date, runId, breaks, repairs }: Found): Promise<void> {
  for (const each of breaks)
    await saveBreak(tx, { date, runId, each, repairedBy: repairs.get(each.key) ?? null })
  await tx.query(
    `update reconciliation_breaks set status = 'gone', settled_at = now()
     where date = $1 and last_run <> $2 and status in ('open', 'proposed', 'repaired')`,
    [date, runId]
  )
}

type One = {
  readonly date: string
  readonly runId: string
  readonly each: Break
  readonly repairedBy: string | null
}

const saveBreak = async (tx: Tx, { date, runId, each, repairedBy }: One): Promise<unknown> =>
  tx.query(
    `insert into reconciliation_breaks as b (tenant_id, id, date, key, class, status, provider, reference, payment_id,
       session_id, site_id, currency, difference_minor, detail, evidence, repaired_by, first_run, last_run, settled_at)
     values (nova_tenant(), $1, $2, $3, $4, case when $5::text is null then 'open' else 'repaired' end, $6, $7, $8, $9, $10,
       $11, $12, $13, $14::jsonb, $5, $15, $15, case when $5::text is null then null else now() end)
     on conflict (tenant_id, date, key) do update set last_run = excluded.last_run, detail = excluded.detail,
       evidence = excluded.evidence, difference_minor = excluded.difference_minor,
       repaired_by = excluded.repaired_by,
       status = case when b.status = 'accepted' then b.status when excluded.status = 'repaired' then 'repaired'
         when b.status = 'proposed' then b.status else excluded.status end,
       settled_at = case when b.status = 'accepted' then b.settled_at else excluded.settled_at end`,
    [
      randomUUID(),
      date,
      each.key,
      each.class,
      repairedBy,
      each.provider,
      each.reference,
      each.paymentId,
      each.sessionId,
      each.siteId,
      each.currency,
      each.differenceMinor,
      each.detail,
      JSON.stringify(each.evidence),
      runId
    ]
  )

export type Day = {
  readonly runId: string
  readonly isClean: boolean
  readonly openBreaks: number
  readonly acceptedBreaks: number
  readonly repairedBreaks: number
}

/** How a date stands by its last run; undefined: it has none. Without every statement it is not clean. */
export async function cleanliness(tx: Tx, date: string): Promise<Day | undefined> {
  const run = await tx.maybe<{ id: string; is_complete: boolean }>(
    'select id, is_complete from reconciliation_runs where date = $1 order by at desc, id limit 1',
    [date]
  )
  if (!run) return undefined
  const counts = await tx.one<{ open: number; accepted: number; repaired: number }>(
    `select count(*) filter (where status in ('open', 'proposed'))::int as open,
       count(*) filter (where status = 'accepted')::int as accepted,
       count(*) filter (where status = 'repaired')::int as repaired
     from reconciliation_breaks where date = $1`,
    [date]
  )
  return {
    runId: run.id,
    isClean: run.is_complete && counts.open === 0,
    openBreaks: counts.open,
    acceptedBreaks: counts.accepted,
    repairedBreaks: counts.repaired
  }
}
