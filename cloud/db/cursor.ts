import type { Tx } from './types.ts'

export type Pending = { readonly partition: number }

export type Cursor = {
  readonly xid: string
  readonly eventId: number
  readonly failedEvent: number | null
  readonly failures: number
}

/** Partitions in which events wait behind this listener's cursor. */
export async function pendingOf(tx: Tx, listener: string): Promise<Pending[]> {
  return tx.query<Pending>(
    `select p.partition from generate_series(0, 63) as p(partition)
     left join event_cursors c on c.listener = $1 and c.partition = p.partition
     where exists (
       select from events e where e.partition = p.partition
         and (e.xid, e.id) > (coalesce(c.xid, '0'::xid8), coalesce(c.event_id, 0))
         and e.xid < pg_snapshot_xmin(pg_current_snapshot()))`,
    [listener]
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
