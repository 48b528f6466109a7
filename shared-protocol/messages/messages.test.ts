import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import { test } from 'tap'
import {
  chainStart,
  chainText,
  Command,
  commandText,
  Desired,
  type EdgeEvent,
  Fact,
  Frame,
  Hello,
  orderPayloads,
  readOrder,
  siteOf,
  subjects,
  TokenAnswer,
  TokenQuestion
} from './index.ts'

const at = '2026-03-01T08:00:00Z'

void test('every subject of a site names the site, and nobody can smuggle a wildcard in', async (t) => {
  for (const make of [
    subjects.frame,
    subjects.durable,
    subjects.hello,
    subjects.command,
    subjects.ask,
    subjects.token,
    subjects.desired
  ])
    t.equal(siteOf(make('demo-site')), 'demo-site')
  t.equal(siteOf(subjects.live('demo-site', 'power')), 'demo-site')
  for (const odd of ['*', '>', 'a.b', '', ' ']) t.throws(() => subjects.frame(odd), odd)
  t.equal(siteOf('nova.v2.site.demo.frame'), undefined)
})

void test('a question after a token and its answer name site and token; null is an answer, nothing is none', async (t) => {
  const question = { v: 1, site: 'demo', uid: 'TAG-1' }
  t.strictSame(TokenQuestion.parse(question), question)
  for (const odd of [{ uid: '' }, { uid: 'x'.repeat(37) }, { site: '*' }, { v: 2 }, { more: 1 }])
    t.notOk(TokenQuestion.safeParse({ ...question, ...odd }).success, JSON.stringify(odd))
  const token = { uid: 'TAG-1', type: 'ISO14443', status: 'accepted' }
  t.match(TokenAnswer.parse({ ...question, token }), { token })
  t.equal(TokenAnswer.parse({ ...question, token: null }).token, null)
  t.notOk(TokenAnswer.safeParse(question).success)
  t.notOk(TokenAnswer.safeParse({ ...question, token: { ...token, status: 'maybe' } }).success)
})

void test('a fact of an unknown kind or with a field too many is refused', async (t) => {
  const fact = { kind: 'charger.connection.v1', chargerId: 'CP1', at, online: true, reason: 'connected' }
  t.ok(Fact.safeParse(fact).success)
  t.notOk(Fact.safeParse({ ...fact, kind: 'charger.connection.v2' }).success)
  t.notOk(Fact.safeParse({ ...fact, extra: 1 }).success)
})

void test('the chain tells a changed, a missing and a swapped event', async (t) => {
  const hashOf = (events: readonly EdgeEvent[]) =>
    events.reduce(
      (before, event) => createHash('sha256').update(chainText(before, event)).digest('hex'),
      chainStart
    )
  const events: EdgeEvent[] = [
    [1, 'a', '{"x":1}'],
    [2, 'b', '{"x":2}'],
    [3, 'c', '{"x":3}']
  ]
  const whole = hashOf(events)
  t.not(hashOf(events.with(1, [2, 'b', '{"x":4}'])), whole)
  t.not(hashOf(events.with(1, [2, 'B', '{"x":2}'])), whole)
  t.not(hashOf(events.toSpliced(1, 1)), whole)
  t.not(hashOf([events[1]!, events[0]!, events[2]!]), whole)
  const hash = whole
  const frame = {
    v: 1,
    site: 's',
    epoch: 1,
    lane: 'facts',
    first: 1,
    last: 3,
    before: chainStart,
    hash,
    sentAt: at,
    events
  }
  t.ok(Frame.safeParse(frame).success)
  t.notOk(Frame.safeParse({ ...frame, events: [] }).success)
})

void test('a start is read with its defaults, and a wrong payload is named field by field', async (t) => {
  t.match(readOrder('start', { connector: 'CP1:1:1', tokenUid: 'TAG' }), {
    order: { action: 'start', payload: { authorised: false } }
  })
  t.strictSame(
    readOrder('unlock', { connectorId: 'CP1:1:1' }),
    { order: { action: 'unlock', payload: { connector: 'CP1:1:1' } } },
    'named as everywhere else in the HTTP APIs'
  )
  t.match(readOrder('unlock', { connectorId: 'CP1:1:1', connector: 'CP1:1:2' }), { problem: /connectorId/ })
  t.match(readOrder('unlock', { connectorId: 1 }), { problem: /payload\.connector/ })
  for (const [said, connector] of [
    [{ connectorId: 1 }, 'CP1:1:1'],
    [{ evseId: 2, connectorId: 3 }, 'CP1:2:3'],
    [{ connectorId: 'CP1:1:2' }, 'CP1:1:2']
  ] as const)
    t.strictSame(readOrder('unlock', said, 'CP1'), { order: { action: 'unlock', payload: { connector } } })
  for (const said of [
    { connectorId: 1.5 },
    { connectorId: -1 },
    { evseId: 'x', connectorId: 1 },
    { evseId: 1 }
  ])
    t.match(readOrder('unlock', said, 'CP1'), { problem: /payload/ })
  t.match(readOrder('stop', { transactionId: 42 }), { order: { payload: { transactionId: '42' } } })
  t.match(readOrder('stop', { transactionId: 4.2 }), { problem: /transactionId/ })
  t.match(readOrder('reset', { connectorId: 'CP1:1:1' }), { problem: /connector/ })
  t.match(readOrder('start', { connector: 'CP1' }), { problem: /payload\.connector.*payload\.tokenUid/ })
  t.match(readOrder('stop', {}), { problem: /sessionId or transactionId/ })
  t.match(readOrder('explode', {}), { problem: /known are start, stop/ })
  t.match(readOrder('constructor', {}), { problem: /unknown/ })
  t.match(readOrder('ocpp.GetLocalListVersion', {}), { order: { action: 'ocpp.GetLocalListVersion' } })
  t.match(readOrder('ocpp.GetLocalListVersion', []), { problem: /object/ })
  t.equal(Object.keys(orderPayloads).length, 17)
})

void test('a signature over a command breaks when any signed field changes', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const command = {
    v: 1 as const,
    id: '3f1b1f9a-2a34-4a6e-9b7f-0c1d2e3f4a5b',
    site: 'demo-site',
    epoch: 2,
    counter: 7,
    issuer: 'operator@nova.test',
    issuedAt: at,
    expiresAt: '2026-03-01T08:00:30Z',
    chargerId: 'CP1',
    action: 'stop',
    payload: { transactionId: '1' }
  }
  const signature = sign(null, Buffer.from(commandText(command)), privateKey)
  t.ok(Command.safeParse({ ...command, signature: signature.toString('base64') }).success)
  const changes = {
    id: '3f1b1f9a-2a34-4a6e-9b7f-0c1d2e3f4a5c',
    site: 'other',
    epoch: 3,
    counter: 8,
    issuer: 'x',
    issuedAt: '2026-03-01T08:00:01Z',
    expiresAt: '2026-03-01T09:00:00Z',
    chargerId: 'CP2',
    action: 'start',
    payload: { transactionId: '2' }
  }
  const holds = (changed: object) =>
    verify(null, Buffer.from(commandText({ ...command, ...changed })), publicKey, signature)
  t.ok(holds({}))
  for (const [field, value] of Object.entries(changes)) t.notOk(holds({ [field]: value }), field)
})

void test('a desired section is taken whole or not at all', async (t) => {
  const section = {
    v: 1,
    site: 'demo-site',
    version: 3,
    section: 'tokens',
    body: { tokens: [{ uid: 'TAG', status: 'accepted' }] }
  }
  t.match(Desired.parse(section), { body: { tokens: [{ type: 'ISO14443' }] } })
  t.notOk(Desired.safeParse({ ...section, body: { tokens: [{ uid: 'TAG', status: 'fine' }] } }).success)
  t.notOk(Desired.safeParse({ ...section, section: 'limits' }).success)
})

void test('the first hello of a new gateway needs no history', async (t) => {
  const id = '3f1b1f9a-2a34-4a6e-9b7f-0c1d2e3f4a5b'
  const hello = Hello.parse({
    v: 1,
    site: 'demo-site',
    instance: id,
    boot: id,
    version: '0.1.0',
    at,
    newest: { facts: { sequence: 0 }, history: { sequence: 0 } },
    desired: { chargers: 0, tokens: 0, limits: 0, tariffs: 0 }
  })
  t.equal(hello.newest.facts.hash, chainStart)
})
