import { test } from 'tap'
import { openTemporary } from './fixture.suite.ts'
import { StoreError } from './index.ts'

void test('all writes of a turn share one commit', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const before = store.health().commits
  await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      store.commit(() => store.outbox.append('facts', `k${index}`, '{}'))
    )
  )
  t.ok(store.health().commits - before <= 5, 'one, or a few where 100 writes take longer than a batch may')
  t.equal(store.health().writes, 100)
})

void test('a long queue is written in bounded batches, in order, and every result comes back', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const results = await Promise.all(
    Array.from({ length: 2000 }, (_, index) =>
      store.commit(() => store.outbox.append('facts', `k${index}`, '{}'))
    )
  )
  t.strictSame(
    results,
    Array.from({ length: 2000 }, (_, index) => index + 1)
  )
  t.ok(store.health().commits >= 4)
})

void test('telemetry waits for company, money does not, and takes it along', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const done: string[] = []
  const soon = store
    .commit(() => store.outbox.append('history', 'h', '{}'), 'soon')
    .then(() => done.push('soon'))
  await store.commit(() => store.outbox.append('facts', 'f', '{}'))
  await soon
  const first = store.health().commits // One; two where the machine was so slow that the batch ended after a write.
  t.ok(first <= 2, `${first} commits`)
  const many = Array.from({ length: 16 }, (_, index) =>
    store.commit(() => store.outbox.append('history', `h${index}`, '{}'), 'soon')
  )
  await Promise.all(many)
  const second = store.health().commits - first
  t.ok(second < 16, `sixteen are company enough: ${second} commits`)
  await store.commit(() => store.outbox.append('history', 'alone', '{}'), 'soon')
  t.equal(store.health().commits, first + second + 1, 'and nobody waits for ever')
})

void test('a write sees what others of the same batch have written', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const [, seen] = await Promise.all([
    store.commit(() => store.meta.put('x', '1')),
    store.commit(() => store.meta.get('x'))
  ])
  t.equal(seen, '1')
})

void test('closing writes what is queued; afterwards nothing is taken', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const last = store.commit(() => store.outbox.append('facts', 'last', '{}'), 'soon')
  const again = await temporary.reopen()
  t.equal(await last, 1)
  t.equal(again.outbox.newest('facts').sequence, 1)
  await t.rejects(
    store.commit(() => 1),
    /store: closed/
  )
  t.ok((await store.commit(() => 1).catch((error: unknown) => error)) instanceof StoreError)
})

void test('a queue without end is refused before it fills the memory', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const results = await Promise.allSettled(Array.from({ length: 20_010 }, () => store.commit(() => 1)))
  t.equal(results.filter(({ status }) => status === 'rejected').length, 10)
  t.match(results.at(-1), { reason: { fault: 'overloaded' } })
  t.equal(store.health().state, 'good', 'which says nothing of the disk')
})

void test("a bug in one write is its own caller's, and no fault of the disk", async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const bug = store.commit(() => {
    throw new TypeError('oops')
  })
  await t.rejects(bug, TypeError)
  t.equal(store.health().state, 'good')
})

void test('a bug among others takes its own rows back and nobody else is the wiser', async (t) => {
  const temporary = openTemporary()
  t.teardown(() => temporary.close())
  const { store } = temporary
  const write = (index: number) =>
    store.commit(() => {
      const sequence = store.outbox.append('facts', `k${index}`, '{}')
      if (index % 7 === 3) throw new TypeError(`oops ${index}`)
      return sequence
    })
  const results = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => write(index)))
  const stood = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  t.strictSame(
    stood,
    Array.from({ length: 34 }, (_, index) => index + 1),
    'each of the others has its place, in order, without a gap'
  )
  t.strictSame(
    results.flatMap((each, index) => (each.status === 'rejected' ? [index] : [])),
    [3, 10, 17, 24, 31, 38]
  )
  t.notOk(store.outbox.has('k3'))
  t.equal(store.outbox.verify('facts', 0, 100), null)
  const again = await temporary.reopen()
  t.equal(again.outbox.newest('facts').sequence, 34)
  t.equal(await again.commit(() => again.outbox.append('facts', 'k3', '{}')), 35, 'its key is still free')
})
