import { randomUUID } from 'node:crypto'
import { test, type Test } from 'tap'
import type { LoggedEvent } from '../../db/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { noteReview, tellDue, type Waiting } from './digest.ts'
import { migrations } from './index.ts'

const reviewOf = (
  id: number,
  siteId: string,
  sessionId: string | null,
  reason = 'stop-lost'
): LoggedEvent => ({
  id,
  tenantId: 'a',
  partition: 0,
  kind: 'charging.review-opened.v1',
  key: 'k',
  body: { reviewId: randomUUID(), sessionId, siteId, chargerId: 'CP1', reason, detail: 'd' },
  at: '2026-11-21T00:00:00Z'
})

const openForTest = async (t: Test) => {
  const { database, close } = await openTestDatabase([migrations])
  t.teardown(close)
  const state: { waiting: Waiting | undefined } = { waiting: undefined }
  const needs = {
    publish: () => undefined,
    sendsMail: true,
    wake: () => undefined,
    webUrl: '',
    waitingAt: async () => state.waiting
  }
  const [first, second] = [randomUUID(), randomUUID()]
  await database.tenant('a', async (tx) =>
    tx.query(
      `insert into notification_recipients (tenant_id, user_id, email, roles, unmailed, language)
       values ('a', $1, 'one@nova.test', '{operator}', '{}', 'en'), ('a', $2, 'two@nova.test', '{operator}', '{reviews}', 'zh')`,
      [first, second]
    )
  )
  const asTenant = async <Row extends object>(sql: string) =>
    database.tenant('a', async (tx) => tx.query<Row>(sql))
  return {
    state,
    hear: async (...events: LoggedEvent[]) =>
      database.tenant('a', async (tx) => {
        for (const event of events) await noteReview(needs, tx, event)
      }),
    hourPasses: async () =>
      void (await asTenant(
        `update review_digests set told_at = told_at - interval '1 hour', next_at = next_at - interval '1 hour'`
      )),
    round: async () => tellDue(database, needs),
    told: async () =>
      asTenant<{ kind: string; facts: Record<string, string> }>(
        `select kind, facts from notifications where user_id = '${first}' order by event_id`
      ),
    mailed: async () =>
      (await asTenant<{ recipient: string }>('select recipient from mails')).map((mail) => mail.recipient)
  }
}

void test('the first review of a site is told at once, with the way to its session', async (t) => {
  const { hear, told, mailed } = await openForTest(t)
  const sessionId = randomUUID()
  await hear(reviewOf(1, 's', sessionId), reviewOf(2, 's', sessionId, 'no-energy-readings'))
  t.match(await told(), [
    { kind: 'review-opened', facts: { sessionId, siteId: 's', link: `/operator/sessions/${sessionId}` } }
  ])
  t.strictSame(await mailed(), ['one@nova.test'], 'who does not want the mail gets none')
})

void test('a storm of reviews is two messages a site: the first, and their number when the hour is over', async (t) => {
  const { hear, told, mailed, hourPasses, round, state } = await openForTest(t)
  const storm = Array.from({ length: 200 }, (_, index) =>
    reviewOf(index + 1, index % 2 === 0 ? 's' : 'other', randomUUID())
  )
  await hear(...storm)
  t.equal((await told()).length, 2, 'one a site')
  t.equal(await round(), false)
  t.equal((await told()).length, 2, 'nothing more within the hour')
  await hourPasses()
  const newest = randomUUID()
  state.waiting = { sessions: 97, newest: { sessionId: newest, chargerId: 'CP7', reason: 'stop-lost' } }
  await round()
  await round()
  const digests = (await told()).filter(({ kind }) => kind === 'reviews-waiting')
  const link = `/operator/sessions/${newest}`
  t.match(digests, [
    { facts: { count: '97', siteId: 's', chargerId: 'CP7', link } },
    { facts: { count: '97', siteId: 'other' } }
  ])
  t.equal((await mailed()).length, 4)
})

void test('what was resolved within the hour is not told any more', async (t) => {
  const { hear, told, hourPasses, round } = await openForTest(t)
  await hear(reviewOf(1, 's', randomUUID()), reviewOf(2, 's', null))
  await hourPasses()
  await round()
  t.match(await told(), [{ kind: 'review-opened' }])
  await hear(reviewOf(3, 's', null))
  t.match(await told(), [
    { kind: 'review-opened' },
    { kind: 'review-opened', facts: { link: '/operator/sessions' } }
  ])
})

void test('the same events again say nothing again', async (t) => {
  const { hear, told, hourPasses } = await openForTest(t)
  const events = [reviewOf(1, 's', randomUUID()), reviewOf(2, 's', randomUUID())]
  await hear(...events)
  await hourPasses()
  await hear(events[0]!)
  t.equal((await told()).length, 1)
})
