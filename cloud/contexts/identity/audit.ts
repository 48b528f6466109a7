import { hash } from 'node:crypto'
import type { Database, Tx } from '../../db/index.ts'

export type Note = {
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly detail?: string
}

export type Entry = {
  readonly sequence: number
  readonly at: string
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly detail: string
  readonly before: string
  readonly hash: string
}

export const chainStart = '0'.repeat(64)
const longest = 500
const longestName = 100
const pageRows = 2_000

/** Value of the chain after an entry. */
export const chained = ({ before, sequence, at, actor, act, subject, detail }: Omit<Entry, 'hash'>): string =>
  hash('sha256', JSON.stringify([before, sequence, at, actor, act, subject, detail]), 'hex')

/** Adds to the tenant's audit trail, in the transaction of the act itself. */
export async function noteAudit(tx: Tx, note: Note): Promise<void> {
  const head = await tx.maybe<{ sequence: number; hash: string }>(
    'select sequence, hash from audit_heads where tenant_id = $1 for update',
    [tx.tenantId]
  )
  if (!head) {
    await tx.query(
      'insert into audit_heads (tenant_id, sequence, hash) values ($1, 0, $2) on conflict do nothing',
      [tx.tenantId, chainStart]
    )
    return noteAudit(tx, note)
  }
  const entry = entryAfter(head, note)
  await tx.query(
    `with entry as (
       insert into audit_entries (tenant_id, sequence, at, actor, act, subject, detail, before, hash)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning sequence, hash)
     update audit_heads set sequence = entry.sequence, hash = entry.hash from entry where tenant_id = $1`,
    [tx.tenantId, ...entryFields.map((field) => entry[field])]
  )
}

const entryFields = ['sequence', 'at', 'actor', 'act', 'subject', 'detail', 'before', 'hash'] as const

function entryAfter(head: Head, note: Note): Entry {
  const bare = {
    sequence: head.sequence + 1,
    at: new Date().toISOString(),
    actor: note.actor.slice(0, longestName),
    act: note.act.slice(0, longestName),
    subject: note.subject.slice(0, longestName),
    detail: (note.detail ?? '').slice(0, longest),
    before: head.hash
  }
  return { ...bare, hash: chained(bare) }
}

export type Head = { readonly sequence: number; readonly hash: string }
export type Verified = {
  readonly ok: boolean
  readonly entries: number
  readonly headHash: string
  readonly firstBadEntry: number | null
  readonly because: string | null
}

/**
 * Goes through the whole trail, or what follows `from`. Change, removal, insertion and reordering break the chain; a
 * cut tail or a database that was set back is found by heads that were kept outside.
 */
export async function verifyAudit(
  database: Pick<Database, 'tenant'>,
  tenantId: string,
  outside: readonly Head[],
  from: Head = { sequence: 0, hash: chainStart }
): Promise<Verified> {
  const expected = new Map(outside.map((head) => [head.sequence, head.hash]))
  let [last, before] = [from.sequence, from.hash]
  const bad = (sequence: number, because: string): Verified => ({
    ok: false,
    entries: last,
    headHash: before,
    firstBadEntry: sequence,
    because
  })
  for (;;) {
    const rows = await database.tenant(tenantId, async (tx) =>
      tx.query<Entry>('select * from audit_entries where sequence > $1 order by sequence limit $2', [
        last,
        pageRows
      ])
    )
    for (const row of rows) {
      if (row.sequence !== last + 1) return bad(last + 1, 'an entry is missing')
      const fault = faultIn(row, before, expected.get(row.sequence))
      if (fault !== undefined) return bad(row.sequence, fault)
      ;[last, before] = [row.sequence, row.hash]
    }
    if (rows.length < pageRows) break
  }
  const cut = outside.find(({ sequence }) => sequence > last)
  return cut
    ? bad(last + 1, 'the tail was cut off')
    : { ok: true, entries: last, headHash: before, firstBadEntry: null, because: null }
}

function faultIn(row: Entry, before: string, outside: string | undefined): string | undefined {
  if (row.before !== before || chained(row) !== row.hash) return 'an entry was changed'
  return (outside ?? row.hash) === row.hash ? undefined : 'it differs from the head kept outside'
}
