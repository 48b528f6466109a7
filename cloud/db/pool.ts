import pg from 'pg'
import { holdText } from './holder.ts'
import { lifeNote } from './life.ts'

const connectMs = 5_000 // A database that does not answer in five seconds is away.
const idleMs = 60_000
const statementMs = 30_000 // Last resort on the server's side; transactions set their own, lower one.
const idleInTransactionMs = 30_000 // A hung process must not hold the log's horizon back.

export type PoolSettings = {
  readonly url: string
  readonly connections: number
  readonly holder: number // Of this process's life, see `holder.ts`.
  onError(error: Error): void
}

// A plan kept for any values takes ten rows for granted where thousands come: a backlog came in at a third of its rate.
const plans = 'force_custom_plan'

/** A pool whose connections speak UTC and give exact types; a connection that breaks is simply left out. */
export function openPool({ url, connections, holder, onError }: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    keepAlive: true,
    application_name: 'nova-cloud',
    options: `-c timezone=UTC -c plan_cache_mode=${plans} -c statement_timeout=${statementMs} -c idle_in_transaction_session_timeout=${idleInTransactionMs}`,
    types: { getTypeParser },
    onConnect: onConnect(holder)
  })
  pool.on('error', onError)
  pool.on('connect', (client) => void client.on('error', onError)) // Also while it is lent out.
  return pool
}

/** It is awaited, which its type does not say; what it throws leaves the connection unused. */
const onConnect =
  (holder: number): ((client: pg.ClientBase) => unknown) =>
  async (client) =>
    client.query(`${lifeNote};\n${holdText(holder)}`)

const int8 = 20
const int8Array = 1016
const date = 1082
const timestamptz = 1184
const timestamptzArray = 1185

type Parse = (text: string) => unknown

const parsers: Readonly<Record<number, Parse>> = {
  [int8]: wholeNumber,
  [int8Array]: (text) => listOf(text).map(wholeNumber),
  [date]: (text) => text,
  [timestamptz]: instant,
  [timestamptzArray]: (text) => listOf(text.replaceAll('"', '')).map(instant)
}

// The type of pg's own hook is overloaded by format; binary results are never asked for here.
const getTypeParser = ((oid: number): Parse =>
  parsers[oid] ?? (pg.types.getTypeParser(oid) as Parse)) as typeof pg.types.getTypeParser

/** Money and counters are whole numbers; one that JSON could not carry exactly is a bug, not a rounding. */
function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`beyond exact integers: ${text}`)
  return value
}

/** `2026-11-21 10:00:00.123+00` to `2026-11-21T10:00:00.123Z`, the Instant of the language. */
function instant(text: string): string {
  return new Date(text.replace(' ', 'T').replace(/\+00$/, 'Z')).toISOString()
}

const listOf = (text: string): string[] => (text === '{}' ? [] : text.slice(1, -1).split(','))
