import { randomUUID } from 'node:crypto'
import { isUniqueViolation, type Database, type Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import type { Scope } from './document.ts'
import { customersOf, makeMonthly, monthOf, type Month, type Run } from './monthly.ts'
import { sellerOf } from './parties.ts'
import { Seller } from './party.ts'

export type RunRow = Run & {
  readonly status: 'open' | 'done'
  readonly invoices: number
  readonly askedBy: string
  readonly askedAt: string
  readonly doneAt: string | null
}

const columns = `id, month, scope, status, invoices, asked_by as "askedBy", asked_at as "askedAt", done_at as "doneAt"`

export type RunWanted = {
  readonly month: string
  readonly scope: Scope
  readonly by: string
  readonly nowMs: number
}

/**
 * Asks for the collective invoices of a month that is over. A repetition takes up the same run and makes what has
 * come since.
 * @throws Problem 409 `month-not-over`
 */
export async function askRun(tx: Tx, { month, scope, by, nowMs }: RunWanted): Promise<RunRow> {
  const { until } = await localMonth(tx, month)
  if (Date.parse(until) > nowMs) throw problem(409, 'month-not-over', 'This month is not over yet.')
  return tx.one<RunRow>(
    `insert into invoice_runs (tenant_id, id, month, scope, status, asked_by) values (nova_tenant(), $1, $2, $3, 'open', $4)
     on conflict (tenant_id, month, scope) do update set status = 'open', next_at = now(), asked_by = $4
     returning ${columns}`,
    [randomUUID(), month, scope, by]
  )
}

const localMonth = async (tx: Tx, month: string): Promise<Month> =>
  monthOf(month, (await sellerOf(tx))?.timeZone ?? 'UTC')

/** Newest first. */
export async function listRuns(tx: Tx, limit: number): Promise<RunRow[]> {
  return tx.query<RunRow>(`select ${columns} from invoice_runs order by month desc, scope limit $1`, [limit])
}

/** Opens the run of the month before for each seller that wants it and has none. */
export async function openMonthsOver(database: Database, nowMs: number): Promise<void> {
  const sellers = await database.platform('sellers with monthly invoices', async (tx) =>
    tx.query<{ tenant_id: string; body: unknown }>('select tenant_id, body from billing_sellers')
  )
  for (const { tenant_id: tenantId, body } of sellers) {
    const seller = Seller.parse(body)
    const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(seller.timeZone)
    const month = now.toPlainDate().toPlainYearMonth().subtract({ months: 1 }).toString()
    if (seller.monthly.length > 0)
      await database.tenant(tenantId, async (tx) => openMissing(tx, month, seller.monthly))
  }
}

async function openMissing(tx: Tx, month: string, scopes: readonly Scope[]): Promise<void> {
  await tx.query(
    `insert into invoice_runs (tenant_id, id, month, scope, status, asked_by)
     select nova_tenant(), gen_random_uuid(), $1, scope, 'open', 'month end' from unnest($2::text[]) as scope
     on conflict (tenant_id, month, scope) do nothing`,
    [month, scopes]
  )
}

const leaseSeconds = 60
const atOnce = 20

/**
 * Takes up runs that are due and makes their invoices, each in a transaction of its own: what dies half-way goes on
 * with those that are missing.
 * @returns true when more may be due
 */
export async function workRuns(database: Database): Promise<boolean> {
  const due = await database.platform('due invoice runs', async (tx) =>
    tx.query<Run & { tenant_id: string }>(
      `update invoice_runs set next_at = now() + interval '${leaseSeconds} seconds'
       where (tenant_id, id) in (select tenant_id, id from invoice_runs where next_at <= now()
         order by next_at limit ${atOnce} for update skip locked)
       returning tenant_id, id, month, scope`
    )
  )
  for (const { tenant_id: tenantId, ...run } of due) await workRun(database, tenantId, run)
  return due.length === atOnce
}

async function workRun(database: Database, tenantId: string, run: Run): Promise<void> {
  for (;;) {
    const { month, customers } = await database.tenant(tenantId, async (tx) => {
      const found = await localMonth(tx, run.month)
      return { month: found, customers: await customersOf(tx, run.scope, found) }
    })
    if (customers.length === 0) break
    for (const of of customers)
      await database
        .tenant(tenantId, async (tx) => {
          const { at } = await tx.one<{ at: string }>('select now() as at')
          if (await makeMonthly(tx, { run, month, of, at }))
            await tx.query(
              `update invoice_runs set invoices = invoices + 1,
                 next_at = now() + interval '${leaseSeconds} seconds' where id = $1`,
              [run.id]
            )
        })
        .catch(takenByAnother)
  }
  await database.tenant(tenantId, async (tx) =>
    tx.query(
      "update invoice_runs set status = 'done', done_at = now(), next_at = null where id = $1 and next_at is not null",
      [run.id]
    )
  )
}

/** Two workers met at one customer: the other's invoice has the CDRs, and this one's number was given back. */
function takenByAnother(error: unknown): void {
  if (!isUniqueViolation(error)) throw error
}
