import type { Pool } from 'pg'
import { listsAsText } from './arrays.ts'
import { transact } from './database.ts'
import { newHolder } from './holder.ts'
import { runListeners } from './listeners.ts'
import { migrate } from './migrate.ts'
import { openPool } from './pool.ts'
import type { Database } from './types.ts'
import { openUses } from './uses.ts'
import { openWake } from './wake.ts'

export { catalogueFaults } from './catalogue.ts'
export { isUniqueViolation } from './failure.ts'
export { openIdempotency, type Idempotency } from './idempotency.ts'
export { fingerprint } from './migrate.ts'
export { partitionOf, partitions } from './partition.ts'
export { startWorker, type Worker } from './worker.ts'
export {
  NotNow,
  type Database,
  type Listener,
  type ListenerLag,
  type LoggedEvent,
  type Migrations,
  type NewEvent,
  type TransactionOptions,
  type Tx,
  type Work
} from './types.ts'

const connections = 16
const readyMs = 2_000

/** What the fitting says; pino's shape, so that any logger fits. */
export type Log = {
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

export type DatabaseSettings = { readonly url: string; readonly log: Log; readonly connections?: number }

const tenantPattern = /^[A-Za-z0-9_-]{1,48}$/

/**
 * Opens the one way to PostgreSQL. `url` names the owner's login, which must be a member of `nova_app` and
 * `nova_platform`; no transaction runs with the owner's own rights. Survives restarts of the server.
 */
export function openDatabase(settings: DatabaseSettings): Database {
  const { log } = settings
  const onError = (error: Error): void => log.warn({ err: error.message }, 'a database connection broke')
  const holder = newHolder()
  const pool = openPool({
    url: settings.url,
    connections: settings.connections ?? connections,
    holder,
    onError
  })
  const wake = openWake(pool, { onError })
  const uses = openUses(pool, { onError })
  const needs = {
    pool,
    onCommit: (wroteEvents: boolean) => void (wroteEvents && wake.wrote()),
    onRetry: (why: string) => log.warn({ why }, 'a transaction is tried again')
  }
  const platform: Database['platform'] = async (purpose, work, options) => {
    uses.note(purpose.slice(0, 100))
    return transact(needs, { kind: 'platform' }, work, options)
  }
  return {
    holder,
    async tenant(tenantId, work, options) {
      if (!tenantPattern.test(tenantId)) throw new RangeError('a tenant transaction needs a tenant')
      return transact(needs, { kind: 'tenant', tenantId }, work, options)
    },
    call: async (tenantIds, name, values) => call(pool, tenantIds, { name, values }),
    platform,
    migrate: async (migrations) => migrate(pool, migrations),
    listen: (listeners, holdBack = () => false) =>
      runListeners({ platform, onWake: wake.onWake, log: listenerLog(log), holdBack }, listeners),
    ready: async () => isReady(pool),
    async close() {
      await wake.stop()
      await uses.stop()
      await pool.end()
    }
  }
}

type Called = { readonly name: string; readonly values: readonly unknown[] }

async function call<Row extends object>(
  pool: Pool,
  tenantIds: readonly string[],
  { name, values }: Called
): Promise<Row[]> {
  if (tenantIds.length === 0 || !tenantIds.every((each) => tenantPattern.test(each)))
    throw new RangeError('a call needs a tenant')
  if (!/^[a-z_]{1,63}$/.test(name)) throw new RangeError('not the name of a function')
  const places = [tenantIds, ...values].map((_, index) => `$${index + 1}`)
  const text = `select * from ${name}(${places.join(', ')})`
  const { rows } = await pool.query<Row>({ name, text, values: listsAsText([tenantIds, ...values]) })
  return rows
}

async function isReady(pool: { query(text: string): Promise<unknown> }): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), readyMs)
  })
  const answered = pool.query('select 1').then(
    () => true,
    () => false
  )
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}

function listenerLog(log: Log) {
  return {
    onFailure: (listener: string, eventId: number, failures: number, error: unknown) =>
      log.warn({ listener, eventId, failures, err: String(error) }, 'a listener failed, it is tried again'),
    onDead: (listener: string, eventId: number, error: unknown) =>
      log.error({ listener, eventId, err: String(error) }, 'an event went to the dead letters'),
    onTrouble: (listener: string, error: unknown) =>
      log.warn({ listener, err: String(error) }, 'a listener cannot reach its log')
  }
}
