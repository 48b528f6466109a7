import type { Database, LoggedEvent, Tx } from '../../db/index.ts'
import { ReviewOpened } from '../charging/events.ts'
import { deliver, type Deliver, type Note } from './deliver.ts'

const quietMinutes = 60 // Between two messages about one site.
const atOnce = 20

/** What waits at a site now. */
export type Waiting = {
  readonly sessions: number
  readonly newest: {
    readonly sessionId: string | null
    readonly chargerId: string | null
    readonly reason: string
  }
}

export type Needs = Deliver & {
  /** What waits for a person at a site; undefined when nothing does. */
  waitingAt(tx: Tx, siteId: string): Promise<Waiting | undefined>
  /** Where people reach the screens, `https://charge.example.org`; empty when nobody has said. */
  readonly webUrl: string
}

const pageOf = (needs: Needs, sessionId: string | null): string =>
  `${needs.webUrl.replace(/\/$/, '')}/operator/sessions${sessionId === null ? '' : `/${sessionId}`}`

/** A review was opened: the operators hear of it now, or with the others of its site when the quiet time is over. */
export async function noteReview(needs: Needs, tx: Tx, event: LoggedEvent): Promise<void> {
  const { reviewId, sessionId, siteId, chargerId, reason, detail } = ReviewOpened.parse(event.body)
  await tx.query(
    `insert into review_digests (tenant_id, site_id, last_event) values (nova_tenant(), $1, 0) on conflict do nothing`,
    [siteId]
  )
  const about = sessionId ?? reviewId
  const { quiet, known } = await tx.one<{ quiet: boolean; known: boolean }>(
    `select coalesce(told_at > now() - make_interval(mins => $2), false) as quiet, coalesce(told_session = $3, false) as known
     from review_digests where site_id = $1 for update`,
    [siteId, quietMinutes, about]
  )
  if (quiet && known) return
  if (quiet) return later(tx, siteId, event.id)
  const link = pageOf(needs, sessionId)
  const place = { reviewId, sessionId: sessionId ?? '', siteId, chargerId: chargerId ?? '' }
  await deliver(needs, tx, {
    note: reviewNote('review-opened', { ...place, reason, detail, link }),
    eventId: event.id
  })
  await told(tx, siteId, about)
}

const later = async (tx: Tx, siteId: string, eventId: number): Promise<void> =>
  void (await tx.query(
    `update review_digests set last_event = $2, next_at = coalesce(next_at, told_at + make_interval(mins => $3))
     where site_id = $1`,
    [siteId, eventId, quietMinutes]
  ))

const told = async (tx: Tx, siteId: string, about: string | null): Promise<unknown> =>
  tx.query(
    'update review_digests set told_at = now(), told_session = $2, next_at = null where site_id = $1',
    [siteId, about]
  )

const reviewNote = (kind: 'review-opened' | 'reviews-waiting', facts: Note['facts']): Note => ({
  to: 'operators',
  kind,
  facts,
  mail: 'reviews'
})

type Due = { readonly tenant_id: string; readonly site_id: string }

/** Tells what gathered at sites whose quiet time is over and still waits. @returns true when there may be more */
export async function tellDue(database: Database, needs: Needs): Promise<boolean> {
  const due = await database.platform('due digests', async (tx) =>
    tx.query<Due>(
      'select tenant_id, site_id from review_digests where next_at <= now() order by next_at limit $1',
      [atOnce]
    )
  )
  for (const { tenant_id: tenantId, site_id: siteId } of due)
    await database.tenant(tenantId, async (tx) => tellSite(needs, tx, siteId))
  return due.length === atOnce
}

async function tellSite(needs: Needs, tx: Tx, siteId: string): Promise<void> {
  const row = await tx.maybe<{ last_event: number }>(
    'select last_event from review_digests where site_id = $1 and next_at <= now() for update skip locked',
    [siteId]
  )
  if (!row) return // Another process has told it.
  const waiting = await needs.waitingAt(tx, siteId)
  if (!waiting)
    return void (await tx.query('update review_digests set next_at = null where site_id = $1', [siteId]))
  const { sessionId, chargerId, reason } = waiting.newest
  const newest = {
    sessionId: sessionId ?? '',
    chargerId: chargerId ?? '',
    reason,
    link: pageOf(needs, sessionId)
  }
  const facts = { siteId, count: String(waiting.sessions), ...newest }
  await deliver(needs, tx, { note: reviewNote('reviews-waiting', facts), eventId: row.last_event })
  await told(tx, siteId, sessionId)
}
