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
 * what it had written never reached the log: a number that was new in the server's next life is not ours any more,
 * however many lives have passed until we could ask.
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

const fate = `with next_life as (
    select first_xid from server_lives
    where id > (select id from server_lives where since::text = $2) order by id limit 1)
  select case
    when pg_postmaster_start_time()::text = $2 then pg_xact_status($1::xid8)
    when $1::xid8 < (select first_xid from next_life) then pg_xact_status($1::xid8)
    when exists (select from next_life) then 'aborted' end as status`

async function ask(pool: pg.Pool, { xid, serverSince }: Mark): Promise<string | null> {
  try {
    const client = await pool.connect()
    try {
      await client.query('begin; set local role nova_platform')
      const { rows } = await client.query<{ status: string | null }>(fate, [xid, serverSince])
      return rows[0]?.status ?? null
    } finally {
      client.release(true) // Rare enough to be thrown away with its transaction, whatever state it is in.
    }
  } catch (error) {
    if (codeOf(error) === unknownTransaction) return 'aborted'
    if (failureOf(error) === 'other') throw error
    return null
  }
}
