import type { Tx } from '../../db/index.ts'

export type InReview = { readonly sessions: number; readonly oldestSeconds: number }

/** Sessions of all tenants that wait for a person, and how long the oldest of them has waited. */
export const sessionsInReview = async (tx: Tx): Promise<InReview> =>
  tx.one<InReview>(
    `select count(distinct (r.tenant_id, s.id)) as sessions,
       coalesce(extract(epoch from now() - min(r.created_at)), 0)::float8 as "oldestSeconds"
     from reviews r join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
     where r.resolved_at is null and s.status = 'review'`
  )
