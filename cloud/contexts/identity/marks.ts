import type { Database, Tx } from '../../db/index.ts'
import { chainStart, verifyAudit, type Head } from './audit.ts'

const wholeEveryHours = 24 // New entries each minute, everything once a day: an old change is found within it.

type Moved = { readonly tenant_id: string; readonly sequence: number }

/** The heads of these trails lie outside now, up to these entries. */
export const markSealed = async (tx: Tx, moved: readonly Moved[]): Promise<unknown> =>
  tx.query(
    `insert into audit_marks as m (tenant_id, sealed) select * from unnest($1::text[], $2::bigint[])
     on conflict (tenant_id) do update set sealed = greatest(m.sealed, excluded.sealed)`,
    [moved.map(({ tenant_id: id }) => id), moved.map(({ sequence }) => sequence)]
  )

type Due = { tenant_id: string; verified: number; verified_hash: string; whole: boolean }

export type Needs = {
  readonly database: Pick<Database, 'tenant' | 'platform'>
  readonly heads: {
    read(tenantId: string): Promise<Head[]>
    last(tenantId: string): Head | undefined
  }
  readonly log: { error(fields: object, text: string): void }
}

/**
 * Goes on through each trail from where the last round ended, and once a day through all of it, held against the heads
 * outside. What does not hold is written to the log and marked until a round through the whole finds it mended.
 */
export async function verifyTrails(needs: Needs): Promise<void> {
  const due = await needs.database.platform('find audit trails to verify', async (tx) =>
    tx.query<Due>(
      `select h.tenant_id, coalesce(m.verified, 0) as verified, coalesce(m.verified_hash, $2) as verified_hash,
         w.whole
       from audit_heads h left join audit_marks m on m.tenant_id = h.tenant_id
       -- A trail shorter than what was verified was cut: only the whole, held against the heads outside, tells where.
       cross join lateral (select m.fault is not null or h.sequence < m.verified or m.whole_at is null
         or m.whole_at < now() - make_interval(hours => $1) as whole) w
       where w.whole or h.sequence <> m.verified order by h.tenant_id`,
      [wholeEveryHours, chainStart]
    )
  )
  for (const trail of due) await verifyTrail(needs, trail)
}

async function verifyTrail({ database, heads, log }: Needs, trail: Due): Promise<void> {
  const { tenant_id: tenantId, whole } = trail
  const found = whole
    ? await verifyAudit(database, tenantId, await heads.read(tenantId))
    : await verifyAudit(database, tenantId, latest(heads, tenantId, trail.verified), {
        sequence: trail.verified,
        hash: trail.verified_hash
      })
  const { ok, entries, headHash, because, firstBadEntry } = found
  if (!ok) log.error({ tenantId, entry: firstBadEntry, because }, 'the audit trail does not hold')
  await database.tenant(tenantId, async (tx) =>
    tx.query(
      `insert into audit_marks as m (tenant_id, verified, verified_hash, fault, whole_at)
       values (nova_tenant(), $1, $2, $3, case when $4::boolean then now() end)
       on conflict (tenant_id) do update set verified = excluded.verified, verified_hash = excluded.verified_hash,
         fault = excluded.fault, whole_at = coalesce(excluded.whole_at, m.whole_at)`,
      [entries, headHash, because, whole]
    )
  )
}

const latest = (heads: Pick<Needs['heads'], 'last'>, tenantId: string, after: number): readonly Head[] => {
  const head = heads.last(tenantId)
  return head === undefined || head.sequence < after ? [] : [head]
}

export type AuditFigures = {
  readonly entries: number
  readonly verified: number
  readonly broken: number
  /** How long the oldest entry has waited that no head outside covers; 0: all are covered. */
  readonly headAgeSeconds: number
}

/** Of all trails together. */
export const auditFigures = async (tx: Tx): Promise<AuditFigures> =>
  tx.one<AuditFigures>(
    `select coalesce(sum(h.sequence), 0)::bigint as entries, coalesce(sum(m.verified), 0)::bigint as verified,
       count(m.fault) as broken, coalesce(max(extract(epoch from now() - e.at)), 0)::float8 as "headAgeSeconds"
     from audit_heads h left join audit_marks m on m.tenant_id = h.tenant_id
     left join audit_entries e on e.tenant_id = h.tenant_id and e.sequence = coalesce(m.sealed, 0) + 1
       and h.sequence > coalesce(m.sealed, 0)`
  )
