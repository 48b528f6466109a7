import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { codeOf, failureOf } from './failure.ts'
import { DatabaseUnavailable } from './types.ts'

export type Outcome = 'committed' | 'rolled-back'

const patienceMs = 60_000 // A crash recovery; beyond it nobody can say what happened, and that is said.
const pauseMs = 200
const unknownTransaction = '22023' // The server never knew that number: it came back from an older state.

/**
 * What became of a transaction whose commit got no answer. PostgreSQL remembers the fate of each number
 * through a crash; one that was running when the server died counts as rolled back.
 * @throws DatabaseUnavailable when the server cannot be asked in time
 */
export async function outcomeOf(pool: pg.Pool, xid: string): Promise<Outcome> {
  const until = Date.now() + patienceMs
  for (;;) {
    const status = await ask(pool, xid)
    if (status === 'committed') return 'committed'
    if (status === 'aborted') return 'rolled-back'
    if (Date.now() > until) throw new DatabaseUnavailable(`the fate of transaction ${xid} is unknown`)
    await wait(pauseMs)
  }
}

async function ask(pool: pg.Pool, xid: string): Promise<string | null> {
  try {
    const { rows } = await pool.query<{ status: string | null }>(
      'select pg_xact_status($1::xid8) as status',
      [xid]
    )
    return rows[0]?.status ?? null
  } catch (error) {
    if (codeOf(error) === unknownTransaction) return 'aborted'
    if (failureOf(error) === 'other') throw error
    return null
  }
}
