import { test } from 'tap'
import { openTemporary } from './fixture.suite.ts'
import { outboxKeepsItsPromises, type Opened } from './outbox.suite.ts'

outboxKeepsItsPromises('SQLite', () => {
  const temporary = openTemporary()
  const opened = (): Opened => ({
    outbox: temporary.store.outbox,
    commit: (write) => temporary.store.commit(write),
    async reopen() {
      await temporary.reopen()
      return opened()
    },
    close: () => temporary.close()
  })
  return opened()
})

const day = 86_400_000

void test('only what is durable and older than its retention is pruned, and the chain goes on', async (t) => {
  let now = Date.parse('2026-06-01T00:00:00Z')
  const temporary = openTemporary({ now: () => now })
  t.teardown(() => temporary.close())
  let { store } = temporary
  const write = (lane: 'facts' | 'history', key: string) =>
    store.commit(() => store.outbox.append(lane, key, `{"key":"${key}"}`))
  for (const key of ['a', 'b', 'c']) await write('facts', key)
  for (const key of ['x', 'y']) await write('history', key)
  await store.commit(() => {
    store.outbox.markDurable('facts', 2)
    store.outbox.markDurable('history', 1)
  })
  t.strictSame(await store.outbox.prune(now), { facts: 0, history: 0 })
  now += 4 * day
  t.strictSame(await store.outbox.prune(now), { facts: 0, history: 1 })
  now += 27 * day
  t.strictSame(await store.outbox.prune(now), { facts: 2, history: 0 })
  t.equal(store.outbox.first('facts'), 3)
  t.ok(store.outbox.hashAt('facts', 2), 'the value before the oldest is still known')
  t.equal(store.outbox.hashAt('facts', 1), null)
  store = await temporary.reopen()
  await write('facts', 'd')
  t.strictSame(
    store.outbox.read('facts', 0, 9).map(([sequence, key]) => [sequence, key]),
    [
      [3, 'c'],
      [4, 'd']
    ]
  )
  t.equal(store.outbox.verify('facts', 0, 100), null)
  await store.commit(() => store.outbox.markDurable('facts', 4))
  now += 31 * day
  t.strictSame(await store.outbox.prune(now), { facts: 2, history: 0 })
  t.equal(store.outbox.first('facts'), 5)
  store = await temporary.reopen()
  t.equal(await write('facts', 'e'), 5, 'an emptied lane goes on counting')
  t.equal(store.outbox.verify('facts', 0, 100), null)
})

void test('a clean-up of many rows is done in steps and done', async (t) => {
  let now = 0
  const temporary = openTemporary({ now: () => now })
  t.teardown(() => temporary.close())
  const { store } = temporary
  await store.commit(() => {
    for (let index = 0; index < 5000; index++) store.outbox.append('facts', `k/${index}`, '{}')
  })
  await store.commit(() => store.outbox.markDurable('facts', 5000))
  now = 40 * day
  t.strictSame(await store.outbox.prune(now), { facts: 5000, history: 0 })
})

void test('unsent history is thinned as its room fills, facts never', async (t) => {
  const temporary = openTemporary({ historyBytes: 100_000 })
  t.teardown(() => temporary.close())
  const { store } = temporary
  const body = JSON.stringify({ text: 'x'.repeat(300) })
  const taken: boolean[] = []
  for (let index = 0; index < 1000; index++)
    taken.push(
      (await store.commit(() => store.outbox.append('history', `sample/CP-1:1:1/${index}`, body))) !== null
    )
  const held = store.outbox.newest('history').sequence
  t.ok(held > 150 && held < 400, `${held} of 1000 held`)
  t.ok(taken.slice(0, 100).every(Boolean), 'at first all')
  t.notOk(taken.slice(-100).some(Boolean), 'at last none')
  t.equal(store.health().historyDropped, 1000 - held)
  t.equal(store.outbox.verify('history', 0, 1000), null, 'what is held is gap-free')
  t.equal(await store.commit(() => store.outbox.append('facts', 'money', '{}')), 1)
  await store.commit(() => store.outbox.markDurable('history', held))
  t.not(
    await store.commit(() => store.outbox.append('history', 'sample/CP-1:1:1/z', body)),
    null,
    'sent makes room'
  )
})

void test('facts of one session are found by the beginning of their key', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  await store.commit(() => {
    for (const key of ['reading/b/1', 'reading/a/2', 'reading/a/1', 'reading/aa/1', 'readinh'])
      store.outbox.append('facts', key, '{}')
  })
  t.strictSame(
    store.outbox.byPrefix('reading/a/', 10).map(([, key]) => key),
    ['reading/a/1', 'reading/a/2']
  )
  t.equal(store.outbox.byPrefix('reading/', 2).length, 2)
})
