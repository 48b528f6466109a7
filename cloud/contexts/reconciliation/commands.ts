import { createHash, randomUUID } from 'node:crypto'
import type { Tx } from '../../db/index.ts'
import { problem } from '../../http/index.ts'
import { dayReconciled } from './events.ts'
import { dayAfter, dayBefore, openBooks, type Statement } from './books.ts'
import type { Needs } from './needs.ts'
import { reconcile, type Reconciled } from './reconcile.ts'
import { repair } from './repair.ts'
import type { StatementRow, StatementSource } from './statements.ts'
import { cleanliness, saveBreaks, saveRun } from './save.ts'

export type Run = { readonly tenantId: string; readonly date: string; readonly by: string }

/**
 * Downloads, compares, repairs what is safe, and keeps what is left for people. May be repeated: the same break is
 * the same row, and what is no longer there is gone.
 * @throws Problem 404 when the tenant has nothing on that date, 422 when the date has not ended anywhere yet
 */
export async function runDay(needs: Needs, { tenantId, date, by }: Run): Promise<string> {
  const begun = Temporal.PlainDate.from(date).toZonedDateTime('UTC').toInstant()
  if (begun.epochMilliseconds > needs.now()) throw problem(422, 'date-ahead', 'That day has not begun yet.')
  if (!(await needs.database.tenant(tenantId, async (tx) => hasAnything(tx))))
    throw problem(404, 'nothing-to-reconcile', 'There are no orders, bills or statements.')
  const fetched = await ownOf(needs, tenantId, await fetchAll(needs, tenantId, date))
  const statements = fetched.flatMap(({ statement }) => statement ?? [])
  const books = await needs.database.tenant(
    tenantId,
    async (tx) => openBooks(needs, tx, { date, statements }),
    {
      isolation: 'repeatable read'
    }
  )
  const found = reconcile(books)
  const repairs = new Map<string, string>()
  for (const each of found.breaks) {
    const how = await repair(needs, tenantId, each)
    if (how !== undefined) repairs.set(each.key, how)
  }
  const missing = fetched.flatMap(({ statement, provider, day }) =>
    statement === undefined && day === date ? provider : []
  )
  return needs.database.tenant(tenantId, async (tx) =>
    save(tx, { date, by, fetched, found, repairs, missing })
  )
}

const hasAnything = async (tx: Tx): Promise<boolean> =>
  (
    await tx.query(
      `select 1 where exists (select from reconciliation_movements) or exists (select from reconciliation_sessions)
         or exists (select from reconciliation_statements)`
    )
  ).length > 0

type Fetched = {
  readonly provider: string
  readonly day: string
  readonly digest: string
  readonly statement: Statement | undefined
}

/** The day and its neighbours; a neighbour that is not there yet does no harm. */
async function fetchAll(needs: Needs, tenantId: string, date: string): Promise<Fetched[]> {
  const wanted = needs.statements.flatMap((source) =>
    [dayBefore(date), date, dayAfter(date)].map((day) => ({ source, day }))
  )
  return Promise.all(wanted.map(async ({ source, day }) => fetchOne(source, tenantId, day)))
}

/** The tenant's own lines alone: the file may hold those of others. */
async function fetchOne(source: StatementSource, tenantId: string, day: string): Promise<Fetched> {
  const { provider } = source
  const file = await source.download(day)
  if (file === null) return { provider, day, digest: '', statement: undefined }
  const rows = source.parse(file).filter((row) => {
    const owner = source.ownerOf(row.orderReference)
    return owner !== undefined && (owner.tenantId ?? tenantId) === tenantId
  })
  const digest = createHash('sha256').update(file).digest('hex')
  return { provider, day, digest, statement: { provider, date: day, rows } }
}

/** Without those lines that name no tenant and whose payment this one does not know. */
async function ownOf({ statements, database }: Needs, tenantId: string, all: Fetched[]): Promise<Fetched[]> {
  const nameless = new Map<StatementRow, { provider: string; paymentId: string }>()
  for (const { provider, statement } of all) {
    const source = statements.find((each) => each.provider === provider)
    for (const row of statement?.rows ?? []) {
      const owner = source?.ownerOf(row.orderReference)
      if (owner?.tenantId === null) nameless.set(row, { provider, paymentId: owner.paymentId })
    }
  }
  if (nameless.size === 0) return all
  const known = await database.tenant(tenantId, async (tx) =>
    tx.query<{ key: string }>(
      `select distinct provider || '/' || payment_id as key from reconciliation_movements where payment_id = any ($1)`,
      [[...nameless.values()].map(({ paymentId }) => paymentId)]
    )
  )
  const keys = new Set(known.map(({ key }) => key))
  const isOwn = (row: StatementRow): boolean => {
    const of = nameless.get(row)
    return of === undefined || keys.has(`${of.provider}/${of.paymentId}`)
  }
  return all.map((fetched) =>
    fetched.statement === undefined
      ? fetched
      : { ...fetched, statement: { ...fetched.statement, rows: fetched.statement.rows.filter(isOwn) } }
  )
}

type Outcome = {
  readonly date: string
  readonly by: string
  readonly fetched: readonly Fetched[]
  readonly found: Reconciled
  readonly repairs: ReadonlyMap<string, string>
  readonly missing: readonly string[]
}

async function save(tx: Tx, { date, by, fetched, found, repairs, missing }: Outcome): Promise<string> {
  // One at a time for a date: two runs would call each other's breaks gone.
  await tx.query(`select pg_advisory_xact_lock(hashtextextended(nova_tenant() || $1, 0))`, [
    `/reconcile/${date}`
  ])
  for (const { provider, day, digest, statement } of fetched)
    if (statement)
      await tx.query(
        `insert into reconciliation_statements (tenant_id, provider, date, digest, lines)
         values (nova_tenant(), $1, $2, $3, $4::jsonb) on conflict do nothing`,
        [provider, day, digest, JSON.stringify(statement.rows)]
      )
  const runId = randomUUID()
  await saveRun(tx, { id: runId, date, by, found, missing })
  await saveBreaks(tx, { date, runId, breaks: found.breaks, repairs })
  await tellDay(tx, date)
  return runId
}

/** Tells how the date stands; settlement closes it when it is clean. */
export async function tellDay(tx: Tx, date: string): Promise<void> {
  const day = await cleanliness(tx, date)
  if (day) await tx.emit({ kind: dayReconciled, key: date, body: { date, ...day } })
}
