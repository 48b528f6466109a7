import type { FactOf } from '@nova/shared-protocol/messages'
import type { Tx } from '../../db/index.ts'
import { reviewResolved } from './events.ts'
import type { SessionRow } from './store.ts'

type Ended = FactOf<'session.ended.v1'>

/** What the edge assumes when no stop comes; the true stop, however late, takes its place. */
const assumptions: readonly string[] = ['stop-lost', 'charger-rebooted', 'no-energy-readings']

const isAssumed = ({ review }: Pick<Ended, 'review'>): boolean =>
  review.some(({ reason }) => assumptions.includes(reason))

/**
 * Whether this is the true end of a session that the edge had closed by itself: nobody has judged or billed it,
 * nothing else is doubted, and the end now told is not such an assumption again. Then the open reviews are closed
 * by it.
 */
export async function replacesAssumedEnd(tx: Tx, session: SessionRow, fact: Ended): Promise<boolean> {
  if (session.status !== 'review' || session.cdr_id !== null || session.waived) return false
  if (isAssumed(fact) || fact.energyWh === null) return false
  const reviews = await tx.query<{ reason: string; resolved_at: string | null }>(
    'select reason, resolved_at from reviews where session_id = $1 for update',
    [session.id]
  )
  const only = reviews.every(({ reason, resolved_at: at }) => at === null && assumptions.includes(reason))
  if (!only || reviews.length === 0) return false
  await tx.query(
    `update reviews set resolved_at = now(), resolved_by = 'system', verdict = 'closed', note = $2
     where session_id = $1 and resolved_at is null`,
    [session.id, `The charger's own stop came after all: ${fact.energyWh} Wh, ended ${fact.endedAt}.`]
  )
  await tx.emit({
    kind: reviewResolved,
    key: session.id,
    body: { sessionId: session.id, siteId: session.site_id }
  })
  return true
}
