import { test } from 'tap'
import { openTemporary } from './fixture.suite.ts'
import type { NewCommand, SessionRow } from './index.ts'

const command = (more: Partial<NewCommand> = {}): NewCommand => ({
  id: crypto.randomUUID(),
  counter: 1,
  issuer: 'operator@nova.test',
  chargerId: 'CP-1',
  action: 'start',
  payload: { connector: 'CP-1:1:1' },
  issuedAt: '2026-06-01T08:00:00Z',
  expiresAt: '2026-06-01T08:01:00Z',
  ...more
})
const at = '2026-06-01T08:00:01Z'

void test('a command is new once, whatever happens to it and to the process', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  let { store } = temporary
  const one = command()
  t.equal(await store.commit(() => store.commands.remember(one, at)), 'new')
  t.equal(await store.commit(() => store.commands.remember(one, at)), 'seen')
  store = await temporary.reopen()
  t.equal(await store.commit(() => store.commands.remember(one, at)), 'seen')
  t.equal(
    await store.commit(() => store.commands.remember(command(), at)),
    'stale',
    'another command with a used counter'
  )
  t.equal(await store.commit(() => store.commands.remember(command({ counter: 7 }), at)), 'new')
  t.equal(
    await store.commit(() => store.commands.remember(command({ counter: 5 }), at)),
    'new',
    'two workers overtake each other'
  )
  t.equal(
    await store.commit(() => store.commands.remember(command({ counter: null }), at)),
    'new',
    'and people at the site'
  )
  t.equal(store.commands.open().length, 4)
})

void test('a command goes through its states and stays at the last', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const one = command()
  await store.commit(() => store.commands.remember(one, at))
  const progress = (step: Parameters<typeof store.commands.progress>[1]) =>
    store.commit(() => store.commands.progress(one.id, step))
  t.equal(await progress({ status: 'sent', at }), true)
  t.equal(await progress({ status: 'accepted', at, result: { status: 'Accepted' } }), true)
  t.equal(await progress({ status: 'failed', at, error: 'late' }), false)
  t.match(store.commands.find(one.id), {
    status: 'accepted',
    result: { status: 'Accepted' },
    error: null,
    payload: one.payload,
    history: [{ status: 'queued' }, { status: 'sent' }, { status: 'accepted' }]
  })
  t.strictSame(store.commands.open(), [])
  t.equal(store.commands.recent(5).length, 1)
  t.equal(store.commands.find(crypto.randomUUID()), null)
  t.throws(() => store.commands.progress(one.id, { status: 'sent', at }), /only inside/)
})

void test('commands are forgotten after 90 days, their counters never', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const old = command({ counter: 41 })
  await store.commit(() => store.commands.remember(old, '2026-01-01T00:00:00Z'))
  await store.commit(() => store.commands.progress(old.id, { status: 'accepted', at }))
  await store.outbox.prune(Date.parse('2026-06-01T08:00:00Z'))
  t.equal(store.commands.find(old.id), null)
  t.equal(await store.commit(() => store.commands.remember(old, at)), 'stale')
  t.equal(await store.commit(() => store.commands.remember(command({ counter: 40 }), at)), 'stale')
  t.equal(await store.commit(() => store.commands.remember(command({ counter: 42 }), at)), 'new')
})

void test('a section of the desired state is replaced by a newer version only', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  let { store } = temporary
  const put = (version: number) =>
    store.commit(() => store.desired.put('tokens', version, { tokens: [version] }))
  t.strictSame([await put(2), await put(1), await put(2), await put(3)], [true, false, false, true])
  store = await temporary.reopen()
  t.strictSame(store.desired.section('tokens'), { version: 3, body: { tokens: [3] } })
  t.equal(store.desired.section('limits'), null)
  t.strictSame(store.desired.versions(), { tokens: 3 })
})

void test('limits, tokens and alarms come back as they went in', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  let { store } = temporary
  const alarm = {
    alarmId: crypto.randomUUID(),
    code: 'meter-silent',
    severity: 'urgent',
    subject: 'm',
    at,
    detail: 'd',
    advice: 'a'
  }
  await store.commit(() => {
    store.limits.put({ source: 'grid', limitW: 0, reason: 'r' })
    store.limits.put({ source: 'grid', limitW: 50, reason: 'r' })
    store.tokens.put({ uid: 'Tag-1', type: 'ISO14443', status: 'accepted' })
    store.tokens.put({ uid: 'TAG-1', type: 'ISO14443', status: 'blocked' })
    store.alarms.put(alarm)
  })
  store = await temporary.reopen()
  t.strictSame(store.limits.list(), [{ source: 'grid', limitW: 50, reason: 'r' }])
  t.equal(store.tokens.find('tag-1')?.status, 'blocked')
  t.equal(store.tokens.list().length, 1)
  t.strictSame(store.alarms.open(), [alarm])
  t.strictSame(
    await store.commit(() => {
      store.alarms.delete(alarm.alarmId)
      return [
        store.limits.delete('grid'),
        store.limits.delete('grid'),
        store.tokens.delete('TAG-1'),
        store.alarms.open()
      ]
    }),
    [true, false, true, []]
  )
})

void test('the instance is made once and kept, and can be renewed', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  let { store } = temporary
  const { instance } = store.meta
  t.match(instance, /^[0-9a-f-]{36}$/)
  store = await temporary.reopen()
  t.equal(store.meta.instance, instance)
  await store.commit(() => store.meta.put('instance', 'other'))
  t.equal(store.meta.instance, 'other')
  await store.commit(() => store.meta.put('x', '1'))
  t.equal(store.meta.get('x'), '1')
  await store.commit(() => store.meta.delete('x'))
  t.equal(store.meta.get('x'), null)
})

const row = (id: string, more: Partial<SessionRow> = {}): SessionRow => ({
  sessionId: id,
  chargerId: 'CP-1',
  evseId: 1,
  connectorId: 1,
  transactionId: id,
  startKey: `start/${id}`,
  tokenUid: 'TAG-1',
  status: 'started',
  startedAt: at,
  body: '{}',
  ...more
})

void test('sessions are found by id, key and transaction, and listed newest first', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  await store.commit(() => {
    store.sessions.put(row('a'))
    store.sessions.put(row('b', { startedAt: '2026-06-01T09:00:00Z', tokenUid: 'tag-2', chargerId: 'CP-2' }))
    store.sessions.put(row('a', { status: 'ended', body: '{"end":1}' }))
  })
  t.match(store.sessions.find('a'), { status: 'ended', body: '{"end":1}' })
  t.equal(store.sessions.byStartKey('start/a')?.sessionId, 'a')
  t.equal(store.sessions.byTransaction('CP-1', 'a')?.sessionId, 'a')
  t.equal(store.sessions.byTransaction('CP-2', 'a'), null)
  t.strictSame(
    store.sessions.open().map(({ sessionId }) => sessionId),
    ['b']
  )
  t.strictSame(
    store.sessions.query({ limit: 5 }).map(({ sessionId }) => sessionId),
    ['b', 'a']
  )
  t.strictSame(
    store.sessions.query({ limit: 5, tokenUid: 'TAG-2' }).map(({ sessionId }) => sessionId),
    ['b']
  )
  await t.rejects(
    store.commit(() => store.sessions.put(row('c', { startKey: 'start/a' }))),
    /UNIQUE/,
    'one key, one session'
  )
})

void test('a shadow field is only replaced by a newer version', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const field = {
    deviceId: 'CP-1',
    field: 'status/1/1',
    owner: 'edge',
    version: 2,
    value: '"charging"',
    at,
    expiresAt: null
  } as const
  await store.commit(() => store.shadows.put(field))
  await store.commit(() => store.shadows.put({ ...field, version: 1, value: '"old"' }))
  t.strictSame(store.shadows.find('CP-1', 'status/1/1'), field)
  await store.commit(() => store.shadows.put({ ...field, version: 3, value: null }))
  t.strictSame(
    store.shadows.device('CP-1').map(({ value }) => value),
    [null],
    'a tombstone'
  )
  t.equal(store.shadows.all().length, 1)
})
