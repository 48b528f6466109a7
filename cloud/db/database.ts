import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { outcomeOf, type Mark, type Outcome } from './commit.ts'
import { failureOf } from './failure.ts'
import { beginText, txOn, type Scope } from './transaction.ts'
import { DatabaseUnavailable, type TransactionOptions, type Work } from './types.ts'

const deadlineMs = 20_000 // Longer than a crash recovery of a busy small server; a caller has given up by then.
const firstPauseMs = 20
const longestPauseMs = 1_000

export type Needs = {
  readonly pool: pg.Pool
  onCommit(wroteEvents: boolean): void
  onRetry(why: string): void
}

type Attempt<Value> =
  | { readonly done: true; readonly value: Value; readonly committed: readonly (() => void)[] }
  | { readonly done: false; readonly why: unknown }

/**
 * Runs `work` in a transaction until it commits or the deadline passes. Conflicts and a lost server are tried
 * again; when the server is lost while committing, the server itself is asked whether it committed.
 */
export async function transact<Value>(
  needs: Needs,
  scope: Scope,
  work: Work<Value>,
  options: TransactionOptions = {}
): Promise<Value> {
  const until = Date.now() + (options.deadlineMs ?? deadlineMs)
  for (let count = 0; ; count++) {
    const attempt = await once(needs, scope, work, options)
    if (attempt.done) return settled(attempt)
    needs.onRetry(failureOf(attempt.why))
    await pauseBefore(count, until, attempt.why)
  }
}

async function pauseBefore(count: number, until: number, why: unknown): Promise<void> {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** count) + randomInt(firstPauseMs)
  if (Date.now() + pause > until)
    throw new DatabaseUnavailable('the database did not answer in time', { cause: why })
  await wait(pause)
}

function settled<Value>({ value, committed }: Extract<Attempt<Value>, { done: true }>): Value {
  for (const act of committed) act()
  return value
}

async function once<Value>(
  needs: Needs,
  scope: Scope,
  work: Work<Value>,
  options: TransactionOptions
): Promise<Attempt<Value>> {
  let client: pg.PoolClient
  try {
    client = await needs.pool.connect()
  } catch (error) {
    return again(error)
  }
  const ran = await run(client, scope, work, options)
  if (ran.kind === 'again') return again(ran.why)
  if (ran.kind === 'unknown' && ran.mark !== null) {
    const outcome: Outcome = await outcomeOf(needs.pool, ran.mark)
    if (outcome === 'rolled-back') return again(ran.why)
  }
  needs.onCommit(ran.wroteEvents)
  return { done: true, value: ran.value, committed: ran.committed }
}

type Ran<Value> =
  | { readonly kind: 'again'; readonly why: unknown }
  | (Result<Value> & { readonly kind: 'committed' })
  | (Result<Value> & { readonly kind: 'unknown'; readonly mark: Mark | null; readonly why: unknown })
type Result<Value> = {
  readonly value: Value
  readonly committed: readonly (() => void)[]
  readonly wroteEvents: boolean
}

async function run<Value>(
  client: pg.PoolClient,
  scope: Scope,
  work: Work<Value>,
  options: TransactionOptions
): Promise<Ran<Value>> {
  const committed: (() => void)[] = []
  let wroteEvents = false
  try {
    await client.query(beginText(scope, options))
    const tx = txOn(client, scope, committed)
    const value = await work({
      ...tx,
      async emit(...events) {
        wroteEvents ||= events.length > 0
        await tx.emit(...events)
      },
      async emitTexts(key, events) {
        wroteEvents ||= events.length > 0
        await tx.emitTexts(key, events)
      }
    })
    return await commit(client, { value, committed, wroteEvents })
  } catch (error) {
    return { kind: 'again', why: await abandon(client, error) }
  }
}

/** Asks for the transaction's number first, so that a commit whose answer is lost can be looked up. */
async function commit<Value>(client: pg.PoolClient, result: Result<Value>): Promise<Ran<Value>> {
  const { rows } = await client.query<{ xid: string | null; serverSince: string }>(
    'select pg_current_xact_id_if_assigned()::text as xid, pg_postmaster_start_time()::text as "serverSince"'
  )
  const { xid = null, serverSince = '' } = rows[0] ?? {}
  try {
    await client.query('commit')
  } catch (error) {
    if (failureOf(error) !== 'gone') throw error
    client.release(true)
    return { kind: 'unknown', mark: xid === null ? null : { xid, serverSince }, why: error, ...result }
  }
  client.release()
  return { kind: 'committed', ...result }
}

/** Gives the connection back, whole or not at all. @returns the error */
async function abandon(client: pg.PoolClient, error: unknown): Promise<unknown> {
  const broken = failureOf(error) === 'gone'
  const rolledBack =
    !broken &&
    (await client.query('rollback').then(
      () => true,
      () => false
    ))
  client.release(!rolledBack)
  return error
}

function again(error: unknown): { done: false; why: unknown } {
  if (failureOf(error) === 'other') throw error
  return { done: false, why: error }
}
