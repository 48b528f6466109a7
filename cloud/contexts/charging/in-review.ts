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

export type Waiting = {
  /** Reviews that nobody has resolved, of how many sessions; a review without a session is one of its own. */
  readonly reviews: number
  readonly sessions: number
  readonly since: string
  readonly newest: {
    readonly sessionId: string | null
    readonly chargerId: string | null
    readonly reason: string
  }
}

/** What waits for a person at a site; undefined when nothing does. */
export async function waitingAt(tx: Tx, siteId: string): Promise<Waiting | undefined> {
  const found = await tx.one<Waiting>(
    `select count(*) as reviews, count(distinct coalesce(session_id, id)) as sessions, min(created_at) as since,
       (array_agg(jsonb_build_object('sessionId', (select s.id from sessions s where s.id = session_id), 'chargerId', charger_id, 'reason', reason)
         order by created_at desc, id))[1] as newest
     from reviews where site_id = $1 and resolved_at is null`,
    [siteId]
  )
  return found.reviews === 0 ? undefined : found
}
