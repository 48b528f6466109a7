import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { codeOf, failureOf } from './failure.ts'
import { DatabaseUnavailable } from './types.ts'

export type Outcome = 'committed' | 'rolled-back'

const patienceMs = 60_000 // A crash recovery; beyond it nobody can say what happened, and that is said.
const pauseMs = 200
const unknownTransaction = '22023' // The server never knew that number: it came back from an older state.

/** A transaction's number, and since when the server runs that gave it. */
export type Mark = { readonly xid: string; readonly serverSince: string }

/**
 * What became of a transaction whose commit got no answer. PostgreSQL remembers the fate of each number through a
 * crash; one that was running when the server died counts as rolled back. Its number may then be given again, because
 * what it had written never reached the log: a number that the recovered server had not seen is not ours any more.
 * @throws DatabaseUnavailable when the server cannot be asked in time
 */
export async function outcomeOf(pool: pg.Pool, mark: Mark): Promise<Outcome> {
  const until = Date.now() + patienceMs
  for (;;) {
    const status = await ask(pool, mark)
    if (status === 'committed') return 'committed'
    if (status === 'aborted') return 'rolled-back'
    if (Date.now() > until) throw new DatabaseUnavailable(`the fate of transaction ${mark.xid} is unknown`)
    await wait(pauseMs)
  }
}

/** Recovery ends with a checkpoint that says which number comes next, as `epoch:number`. */
const firstAfterRecovery = `(select (split_part(next_xid, ':', 1)::numeric * 4294967296 + split_part(next_xid, ':', 2)::numeric)::text::xid8
  from pg_control_checkpoint())`

async function ask(pool: pg.Pool, { xid, serverSince }: Mark): Promise<string | null> {
  try {
    const { rows } = await pool.query<{ status: string | null }>(
      `select case when pg_postmaster_start_time()::text = $2 or $1::xid8 < ${firstAfterRecovery}
         then pg_xact_status($1::xid8) else 'aborted' end as status`,
      [xid, serverSince]
    )
    return rows[0]?.status ?? null
  } catch (error) {
    if (codeOf(error) === unknownTransaction) return 'aborted'
    if (failureOf(error) === 'other') throw error
    return null
  }
}
