import { failureOf } from './failure.ts'
import { lockCursor, moveCursor, noteFailure, wantedText, type Cursor } from './cursor.ts'
import type { Needs } from './listening.ts'
import { NotNow, type Listener, type LoggedEvent, type Tx } from './types.ts'

const batchEvents = 500 // One transaction a batch; small enough that a failing one costs little.
const lookAhead = 2_000 // Unwanted events that one batch passes over.
const tries = 5
const longestErrorText = 2_000

export type Handled =
  | { readonly kind: 'idle' }
  | { readonly kind: 'moved'; readonly dead?: { readonly eventId: number; readonly error: unknown } }
  | { readonly kind: 'failed'; readonly eventId: number; readonly failures: number; readonly error: unknown }

type Row = Omit<LoggedEvent, 'body'> & {
  readonly xid: string
  readonly wanted: boolean
  readonly body: unknown
}

/** The handler's own fault, told apart from faults of the way to the database. */
class HandlerFailure extends Error {
  readonly eventId: number
  constructor(eventId: number, cause: unknown) {
    super('a listener failed', { cause })
    this.eventId = eventId
  }
}

/**
 * Handles what waits in one partition: the whole batch in one transaction; when that fails, one event in its
 * own; after five failures of an event it is kept as a dead letter and the cursor moves on.
 */
export async function handleBatch(needs: Needs, listener: Listener, partition: number): Promise<Handled> {
  const whole = await attempt(needs, listener, { partition, size: batchEvents })
  if (whole.kind !== 'failed') return whole
  const single = await attempt(needs, listener, { partition, size: 1 })
  return single.kind === 'failed' ? record(needs, listener, { partition, single }) : single
}

type Part = { readonly partition: number; readonly size: number }

async function attempt(needs: Needs, listener: Listener, { partition, size }: Part): Promise<Handled> {
  let first: number | undefined // Of the events handled, once they are; what fails after that is the commit.
  try {
    return await needs.platform(`log ${listener.name}`, async (tx) => {
      first = undefined
      const cursor = await lockCursor(tx, listener.name, partition)
      if (!cursor) return { kind: 'idle' }
      const rows = await read(tx, {
        listener,
        partition,
        cursor,
        size: cursor.failedEvent === null ? size : 1
      })
      const last = rows.at(-1)
      if (!last) return { kind: 'idle' }
      const wanted = rows.filter((row) => row.wanted)
      await handle(tx, listener, wanted)
      first = wanted[0]?.id
      await moveCursor(tx, { listener: listener.name, partition }, last)
      return { kind: 'moved' }
    })
  } catch (error) {
    if (error instanceof HandlerFailure)
      return { kind: 'failed', eventId: error.eventId, failures: 0, error: error.cause }
    // Constraints that are checked at the commit speak only there; they are the handler's fault all the same.
    if (first === undefined || failureOf(error) !== 'other') throw error
    return { kind: 'failed', eventId: first, failures: 0, error }
  }
}

type Read = {
  readonly listener: Listener
  readonly partition: number
  readonly cursor: Cursor
  readonly size: number
}

/**
 * The next wanted events; the last row may be an unwanted one, up to which there is nothing else. Ordered by the
 * number `seen.xid`, not by the text of that name which is selected: 999 comes before 1000.
 */
async function read(tx: Tx, { listener, partition, cursor, size }: Read): Promise<Row[]> {
  return tx.query<Row>(
    `select xid::text, id, tenant_id as "tenantId", partition, kind, key, at, wanted, case when wanted then body end as body
     from (select e.*, ${wantedText} as wanted, lead(id) over (order by xid, id) is null as final
       from (select * from events where partition = $1 and (xid, id) > ($4::xid8, $5::bigint)
           and xid < pg_snapshot_xmin(pg_current_snapshot())
         order by xid, id limit ${lookAhead}) e) seen
     where wanted or final order by seen.xid, seen.id limit $6`,
    [partition, listener.kinds, listener.without ?? [], cursor.xid, cursor.eventId, size]
  )
}

/** Neighbouring events of the same tenant together, in the tenant's own scope. */
async function handle(tx: Tx, listener: Listener, rows: readonly Row[]): Promise<void> {
  for (let from = 0; from < rows.length;) {
    const tenantId = rows[from]?.tenantId ?? null
    const end = rows.findIndex((row, index) => index > from && row.tenantId !== tenantId)
    const group = rows.slice(from, end === -1 ? rows.length : end)
    try {
      await inScopeOf(tx, tenantId, async (scoped) => listener.handle(scoped, group))
    } catch (error) {
      if (error instanceof NotNow || failureOf(error) !== 'other') throw error
      throw new HandlerFailure(group[0]?.id ?? 0, error)
    }
    from += group.length
  }
}

async function inScopeOf(tx: Tx, tenantId: string | null, work: (tx: Tx) => Promise<void>): Promise<void> {
  if (tenantId === null) return work(tx)
  await tx.query(`select set_config('role', 'nova_app', true), set_config('nova.tenant', $1, true)`, [
    tenantId
  ])
  await work({
    ...tx,
    tenantId,
    emit: async (...events) => tx.emit(...events.map((event) => ({ ...event, tenantId }))),
    emitTexts: async (key, events) =>
      tx.emit(...events.map(({ kind, text }) => ({ kind, key, tenantId, body: JSON.parse(text) as unknown })))
  })
  await tx.query(`select set_config('role', 'nova_platform', true), set_config('nova.tenant', '', true)`)
}

type Failed = { readonly partition: number; readonly single: Extract<Handled, { kind: 'failed' }> }

async function record(needs: Needs, listener: Listener, { partition, single }: Failed): Promise<Handled> {
  return needs.platform(`log ${listener.name}`, async (tx): Promise<Handled> => {
    const cursor = await lockCursor(tx, listener.name, partition)
    if (!cursor) return { kind: 'idle' }
    const [row] = await read(tx, { listener, partition, cursor, size: 1 })
    if (!row?.wanted) return { kind: 'idle' }
    const failures = (cursor.failedEvent === row.id ? cursor.failures : 0) + 1
    const at = { listener: listener.name, partition }
    const error = textOf(single.error)
    if (failures < tries) {
      await noteFailure(tx, at, { eventId: row.id, failures, error })
      return { ...single, eventId: row.id, failures }
    }
    await tx.query(
      `insert into dead_letters (tenant_id, source, event_id, kind, key, body, error, failures)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [row.tenantId, listener.name, row.id, row.kind, row.key, JSON.stringify(row.body), error, failures]
    )
    await moveCursor(tx, at, row)
    return { kind: 'moved', dead: { eventId: row.id, error: single.error } }
  })
}

const textOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, longestErrorText)
