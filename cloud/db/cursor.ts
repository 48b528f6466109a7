import type { Listener, Tx } from './types.ts'

/** A partition in which events wait behind a cursor: whether a wanted one is near, and how far was looked. */
export type Pending = {
  readonly partition: number
  readonly wanted: boolean
  readonly xid: string
  readonly id: number
}

export type Cursor = {
  readonly xid: string
  readonly eventId: number
  readonly failedEvent: number | null
  readonly failures: number
}

const lookAhead = 2_000 // Events a partition and question: enough to pass a flood of unwanted ones quickly.

/** Partitions in which events wait behind this listener's cursor. */
export async function pendingOf(tx: Tx, { name, kinds, without = [] }: Listener): Promise<Pending[]> {
  return tx.query<Pending>(
    `select p.partition, a.wanted, a.xid::text as xid, a.id
     from generate_series(0, 63) as p(partition)
     left join event_cursors c on c.listener = $1 and c.partition = p.partition
     cross join lateral (
       select bool_or(${wantedText}) as wanted, (array_agg(s.xid))[count(*)] as xid, (array_agg(s.id))[count(*)] as id
       from (select e.xid, e.id, e.kind from events e where e.partition = p.partition
           and (e.xid, e.id) > (coalesce(c.xid, '0'::xid8), coalesce(c.event_id, 0))
           and e.xid < pg_snapshot_xmin(pg_current_snapshot())
         order by e.xid, e.id limit ${lookAhead}) s
     ) a where a.id is not null`,
    [name, kinds, without]
  )
}

/** Whether a row of kind `kind` is for the listener; $2 are its kinds, $3 what it leaves out. */
export const wantedText = `(($2::text[] = '{*}' or kind = any($2)) and kind <> all($3::text[]))`

/** Whether events are written already that a transaction still running hides: they can be read when it ends. */
export async function isMoreHidden(tx: Tx): Promise<boolean> {
  const { hidden } = await tx.one<{ hidden: boolean }>(
    `select exists (select from generate_series(0, 63) as p(partition) where exists (
       select from events e where e.partition = p.partition and e.xid >= pg_snapshot_xmin(pg_current_snapshot()))) as hidden`
  )
  return hidden
}

/**
 * Moves the cursor over events that this listener does not want, in all partitions with one statement. What was
 * seen behind a cursor stays as it was, so that a cursor moved on by somebody else in between does no harm.
 */
export async function passOver(tx: Tx, listener: string, passed: readonly Pending[]): Promise<void> {
  const sorted = passed.toSorted((a, b) => a.partition - b.partition) // One order for all: no deadlock.
  await tx.query(
    `insert into event_cursors as c (listener, partition, xid, event_id)
     select $1, p.partition, p.xid::xid8, p.id from unnest($2::smallint[], $3::text[], $4::bigint[]) as p(partition, xid, id)
     on conflict (listener, partition) do update set xid = excluded.xid, event_id = excluded.event_id, moved_at = now()
     where (c.xid, c.event_id) < (excluded.xid, excluded.event_id) and c.failed_event is null`,
    [
      listener,
      sorted.map(({ partition }) => partition),
      sorted.map(({ xid }) => xid),
      sorted.map(({ id }) => id)
    ]
  )
}

/** Locks the cursor for this transaction; undefined when another process holds it. */
export async function lockCursor(tx: Tx, listener: string, partition: number): Promise<Cursor | undefined> {
  const select = `select xid::text, event_id as "eventId", failed_event as "failedEvent", failures
    from event_cursors where listener = $1 and partition = $2 for update skip locked`
  const found = await tx.maybe<Cursor>(select, [listener, partition])
  if (found) return found
  const made = await tx.query(
    'insert into event_cursors (listener, partition) values ($1, $2) on conflict do nothing returning partition',
    [listener, partition]
  )
  return made.length === 0 ? undefined : tx.maybe<Cursor>(select, [listener, partition])
}

export async function moveCursor(
  tx: Tx,
  at: { readonly listener: string; readonly partition: number },
  to: { readonly xid: string; readonly id: number }
): Promise<void> {
  await tx.query(
    `update event_cursors set xid = $3::xid8, event_id = $4, failed_event = null, failures = 0, last_error = null,
     moved_at = now() where listener = $1 and partition = $2`,
    [at.listener, at.partition, to.xid, to.id]
  )
}

export async function noteFailure(
  tx: Tx,
  at: { readonly listener: string; readonly partition: number },
  failed: { readonly eventId: number; readonly failures: number; readonly error: string }
): Promise<void> {
  await tx.query(
    'update event_cursors set failed_event = $3, failures = $4, last_error = $5 where listener = $1 and partition = $2',
    [at.listener, at.partition, failed.eventId, failed.failures, failed.error]
  )
}
