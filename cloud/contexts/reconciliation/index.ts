import { startWorker, type Listener, type Migrations } from '../../db/index.ts'
import type { Routes } from '../../http/index.ts'
import { dayBefore, spanOf } from './books.ts'
import { runDay } from './commands.ts'
import { listeners } from './listeners.ts'
import type { Needs } from './needs.ts'
import { routes } from './routes.ts'

export { bankStatements, type BankAccess } from './bank-statement.ts'
export type { Needs, Proven, Span } from './needs.ts'
export type { StatementSource } from './statements.ts'

export const migrations: Migrations = {
  context: 'reconciliation',
  files: ['0001_reconciliation', '0002_held_at'].map(
    (name) => new URL(`./migrations/${name}.sql`, import.meta.url)
  )
}

const pollMs = 300_000
const waitMs = 2 * 3_600_000 // Providers close their day an hour or two after it has ended.

export type Reconciliation = {
  readonly routes: Routes
  readonly listeners: readonly Listener[]
  /** The daily run: yesterday of every tenant that had money or bills then, once. */
  start(): { stop(): Promise<void> }
}

/** Joins the context; `start` is called where workers run. */
export function openReconciliation(needs: Needs): Reconciliation {
  return {
    routes: routes(needs),
    listeners: listeners(),
    start: () =>
      startWorker({
        pollMs,
        onTrouble: needs.onTrouble,
        round: async () => {
          const date = lastEnded(needs.now() - waitMs)
          for (const tenantId of await tenantsWithout(needs, date))
            await runDay(needs, { tenantId, date, by: 'daily' }).catch(needs.onTrouble)
          return false
        }
      })
  }
}

const lastEnded = (nowMs: number): string =>
  dayBefore(Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO('UTC').toPlainDate().toString())

/** Whoever has something of that day, or was reconciled before, and no complete run of it yet: settlements wait for quiet days too. */
async function tenantsWithout({ database }: Needs, date: string): Promise<string[]> {
  const { from, to } = spanOf(date, 'UTC')
  const rows = await database.platform('days to reconcile', async (tx) =>
    tx.query<{ tenant_id: string }>(
      `select tenant_id from (
         select tenant_id from reconciliation_movements where at >= $1 and at < $2
         union select tenant_id from reconciliation_sessions where billed_at >= $1 and billed_at < $2
         union select tenant_id from reconciliation_runs) t
       where not exists (select from reconciliation_runs r where r.tenant_id = t.tenant_id and r.date = $3 and r.is_complete
         and r.at >= $2::timestamptz)`,
      [from, to, date]
    )
  )
  return rows.map(({ tenant_id: tenantId }) => tenantId)
}
