import { randomUUID } from 'node:crypto'
import { HelloAnswer, TokenAnswer, type Durable, type Hello } from '@nova/shared-protocol/messages'
import { test, type Test } from 'tap'
import { connectorSample, helloOf, makeLane, pack, sessionStarted } from '../../test-support/edge.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { quiet } from '../../test-support/quiet.ts'
import { until } from '../../test-support/until.ts'
import { migrations, openEdgeGateway, type Needs, type Sample } from './index.ts'

/** The gateway on a real database, with the test in the place of NATS. */
async function openForTest(t: Test) {
  const { database, close } = await openTestDatabase([migrations])
  const told: Durable[] = []
  const samples: Sample[] = []
  const counted = new Map<string, number>()
  let hear: Parameters<Needs['bus']['readFrames']>[1] = () => undefined
  let answer = async (_site: string, _bytes: Uint8Array): Promise<string> => ''
  let answerToken = answer
  const gateway = openEdgeGateway({
    database,
    bus: {
      readFrames(_, act) {
        hear = act
        return { stop: async () => undefined }
      },
      answerHellos: (act) => void (answer = act),
      answerTokens: (act) => void (answerToken = act),
      publishDurable: (message) => void told.push(message)
    },
    tenantOf: async (siteId) => (siteId.startsWith('site') ? 'demo' : undefined),
    token: async (tx, uid) =>
      uid === 'TAG-1' ? { uid, type: 'ISO14443', status: 'blocked', group: tx.tenantId ?? null } : undefined,
    saveHistory: async (_, __, rows) => void samples.push(...rows),
    greeted: () => undefined,
    count: (what, by) => void counted.set(what, (counted.get(what) ?? 0) + by),
    lag: () => undefined,
    log: quiet
  })
  t.teardown(async () => {
    await gateway.stop()
    await close()
  })
  const deliver = async (siteId: string, bytes: Uint8Array): Promise<'done' | 'again'> =>
    new Promise((resolve) => {
      hear({ siteId, bytes, deliveries: 1, done: () => resolve('done'), again: () => resolve('again') })
    })
  return {
    database,
    told,
    samples,
    counted,
    deliver,
    send: async (frame: unknown, siteId = 'site') => deliver(siteId, await pack(frame)),
    hello: async (hello: Hello) =>
      HelloAnswer.parse(JSON.parse(await answer(hello.site, Buffer.from(JSON.stringify(hello))))),
    token: async (siteId: string, question: object) =>
      TokenAnswer.parse(JSON.parse(await answerToken(siteId, Buffer.from(JSON.stringify(question))))),
    rows: async <Row extends object>(sql: string) => database.tenant('demo', async (tx) => tx.query<Row>(sql))
  }
}

const lanesOf = (siteId: string) => ({
  facts: makeLane(siteId, 'facts'),
  history: makeLane(siteId, 'history')
})

void test('hello gives epochs and marks', async (t) => {
  const gate = await openForTest(t)
  const first = helloOf('site', lanesOf('site'))
  t.match(await gate.hello(first), { kind: 'welcome', epoch: 1, durable: { facts: 0, history: 0 } })
  t.match(await gate.hello(first), { kind: 'welcome', epoch: 1 }, 'the same boot has its epoch again')
  const second = { ...first, boot: randomUUID() }
  t.match(await gate.hello(second), { kind: 'welcome', epoch: 2 }, 'a new boot gets the next')
  t.match(await gate.hello(first), { kind: 'refused', code: 'fenced' }, 'the older process is turned away')
  await gate.rows(`update edge_sites set seen_at = now() - interval '2 minutes'`)
  t.match(await gate.hello(first), { kind: 'welcome', epoch: 3 }, 'unless the younger one has been silent')
  t.match(await gate.hello(helloOf('nowhere', lanesOf('nowhere'))), { kind: 'refused', code: 'unknown-site' })
})

void test('a question after a token is answered within the tenant of the site, in its own name only', async (t) => {
  const gate = await openForTest(t)
  const question = { v: 1, site: 'site', uid: 'TAG-1' }
  t.strictSame(await gate.token('site', question), {
    ...question,
    token: { uid: 'TAG-1', type: 'ISO14443', status: 'blocked', group: 'demo' }
  })
  t.strictSame(await gate.token('site', { ...question, uid: 'TAG-2' }), {
    ...question,
    uid: 'TAG-2',
    token: null
  })
  await t.rejects(gate.token('site-2', question), /name of another/)
  await t.rejects(gate.token('nowhere', { ...question, site: 'nowhere' }), /no site/)
  await t.rejects(gate.token('site', { uid: 'TAG-1' }))
})

void test('facts and history are kept, told once and acknowledged after the commit', async (t) => {
  const gate = await openForTest(t)
  const lanes = lanesOf('site')
  await gate.hello(helloOf('site', lanes))
  const sessions = [randomUUID(), randomUUID(), randomUUID()]
  sessions.forEach((id, index) => lanes.facts.add(`start-${index}`, sessionStarted(id)))
  for (let n = 0; n < 5; n++)
    lanes.history.add(`h${n}`, connectorSample('CP1:1:1', `2026-01-01T00:00:0${n}Z`, n))
  t.equal(await gate.send(lanes.facts.frame(1, 1, 2)), 'done')
  t.equal(await gate.send(lanes.history.frame(1)), 'done')
  t.strictSame(
    gate.told.map(({ lane, sequence }) => ({ lane, sequence })),
    [
      { lane: 'facts', sequence: 2 },
      { lane: 'history', sequence: 5 }
    ]
  )
  t.strictSame(
    gate.samples.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5]
  )
  await gate.send(lanes.facts.frame(1, 1, 3)) // Overlaps.
  await gate.send(lanes.facts.frame(1, 1, 2)) // Comes again.
  const events = await gate.rows<{ body: { fact: { sessionId: string }; sequence: number } }>(
    'select body from events order by id'
  )
  t.strictSame(
    events.map(({ body }) => body.fact.sessionId),
    sessions
  )
  t.strictSame(
    events.map(({ body }) => body.sequence),
    [1, 2, 3]
  )
  const kept = await gate.rows<{ sequence: number; hash: string }>(
    `select sequence, encode(hash, 'hex') as hash from edge_events order by 1`
  )
  t.strictSame(
    kept,
    [1, 2, 3].map((sequence) => ({ sequence, hash: lanes.facts.hashAt(sequence) }))
  )
  t.equal(gate.counted.get('duplicates'), 4)
})

void test('a gap is asked for again, and filled', async (t) => {
  const gate = await openForTest(t)
  const lanes = lanesOf('site')
  await gate.hello(helloOf('site', lanes))
  for (let n = 1; n <= 6; n++) lanes.facts.add(`k${n}`, sessionStarted(randomUUID()))
  await gate.send(lanes.facts.frame(1, 1, 2))
  await gate.send(lanes.facts.frame(1, 5, 6))
  t.match(gate.told.at(-1), { sequence: 2, resendFrom: 3 })
  await gate.send(lanes.facts.frame(1, 3, 6))
  t.match(gate.told.at(-1), { sequence: 6 })
  t.notOk(gate.told.at(-1)?.resendFrom)
  t.equal((await gate.rows('select 1 from events')).length, 6)
})

void test('what is garbled, forged or old changes nothing and is kept for people', async (t) => {
  const gate = await openForTest(t)
  const lanes = lanesOf('site')
  await gate.hello(helloOf('site', lanes))
  for (let n = 1; n <= 4; n++) lanes.facts.add(`k${n}`, sessionStarted(randomUUID()))
  await gate.send(lanes.facts.frame(1, 1, 2))
  const before = gate.told.length

  t.equal(await gate.deliver('site', Buffer.from('no zstd')), 'done')
  await gate.send({ v: 1, site: 'site' })
  await gate.send({ ...lanes.facts.frame(1, 3, 4), site: 'site-2' }) // Another site in a correct subject.
  t.equal(gate.told.length, before, 'nothing is acknowledged')
  await gate.send({ ...lanes.facts.frame(1, 3, 4), hash: '0'.repeat(64) })
  t.match(gate.told.at(-1), { sequence: 2, resendFrom: 3 }, 'a garbled frame is asked for again')
  const forged = makeLane('site', 'facts')
  for (let n = 1; n <= 4; n++) forged.add(`forged-${n}`, sessionStarted(randomUUID()))
  await gate.send(forged.frame(1, 3, 4))
  await gate.send(lanes.facts.frame(0 + 9, 3, 4)) // An epoch nobody granted.
  t.strictSame(
    (await gate.rows<{ reason: string }>('select reason from edge_quarantine order by at')).map(
      ({ reason }) => reason
    ),
    ['unreadable', 'unreadable', 'unreadable', 'altered', 'altered']
  )
  t.equal(gate.counted.get('fenced'), 1)
  const facts = await gate.rows<{ kind: string }>('select kind from events order by id')
  t.equal(facts.filter(({ kind }) => kind === 'session.started.v1').length, 2)
  t.ok(
    facts.some(({ kind }) => kind === 'alarm.raised.v1'),
    'and an alarm says so'
  )

  await gate.send(lanes.facts.frame(1, 3, 4))
  t.match(gate.told.at(-1), { sequence: 4 }, 'the true frame is taken after all that')
})

void test('an event outside the language is kept and the stream goes on', async (t) => {
  const gate = await openForTest(t)
  const lanes = lanesOf('site')
  await gate.hello(helloOf('site', lanes))
  const odd = randomUUID()
  lanes.facts.add('a', { kind: 'session.exploded.v9', secret: 1 })
  lanes.facts.add('b', '{not json')
  lanes.facts.add('c', sessionStarted(odd, { tokenUid: 'nul-\u0000-\ud800-end' }))
  lanes.facts.add('d', sessionStarted(randomUUID()))
  lanes.history.add('h', { kind: 'sample.unknown.v1' })
  await gate.send(lanes.facts.frame(1))
  await gate.send(lanes.history.frame(1))
  t.strictSame(
    gate.told.map(({ sequence }) => sequence),
    [4, 1]
  )
  t.equal((await gate.rows('select 1 from edge_events')).length, 4)
  const told = await gate.rows<{ body: { fact: { tokenUid: string } } }>(
    'select body from events order by id'
  )
  t.strictSame(
    told.map(({ body }) => body.fact.tokenUid),
    ['nul-\ufffd-\ufffd-end', 'TAG']
  )
  t.equal((await gate.rows('select 1 from dead_letters')).length, 3)
})

void test('a business key counts once, whatever database it comes from', async (t) => {
  const gate = await openForTest(t)
  const [old, fresh] = [lanesOf('site'), lanesOf('site')]
  const id = randomUUID()
  old.facts.add('start-1', sessionStarted(id))
  fresh.facts.add('start-1', sessionStarted(id))
  fresh.facts.add('start-2', sessionStarted(randomUUID()))
  fresh.facts.add('start-2', sessionStarted(randomUUID()))
  await gate.hello(helloOf('site', old))
  await gate.send(old.facts.frame(1))
  t.match(await gate.hello(helloOf('site', fresh)), { kind: 'welcome', epoch: 2, durable: { facts: 0 } })
  await gate.send(fresh.facts.frame(2))
  t.match(gate.told.at(-1), { sequence: 3 })
  t.equal((await gate.rows('select 1 from events')).length, 2)
  t.equal((await gate.rows('select 1 from edge_events where duplicate')).length, 2)
})

void test('many sites at once keep each its order', async (t) => {
  const gate = await openForTest(t)
  const sites = await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const siteId = `site-${index}`
      const lanes = lanesOf(siteId)
      await gate.hello(helloOf(siteId, lanes))
      for (let n = 1; n <= 60; n++)
        lanes.facts.add(`k${n}`, sessionStarted(randomUUID(), { transactionId: String(n) }))
      return { siteId, lanes }
    })
  )
  const frames = await Promise.all(
    sites.flatMap(({ siteId, lanes }) =>
      Array.from({ length: 12 }, async (_, index) => ({
        siteId,
        bytes: await pack(lanes.facts.frame(1, index * 5 + 1, index * 5 + 5))
      }))
    )
  )
  await Promise.all(frames.map(async ({ siteId, bytes }) => gate.deliver(siteId, bytes)))
  await until('all to be durable', () =>
    sites.every(({ siteId }) => gate.told.some((each) => each.site === siteId && each.sequence === 60))
  )
  for (const { siteId } of sites) {
    const rows = await gate.database.tenant('demo', async (tx) =>
      tx.query<{ n: number }>(
        `select (body ->> 'sequence')::int as n from events where key = $1 order by xid, id`,
        [siteId]
      )
    )
    t.strictSame(
      rows.map(({ n }) => n),
      Array.from({ length: 60 }, (_, index) => index + 1)
    )
  }
})
