import { test } from 'tap'
import { openTestDatabase } from '../test-support/postgres.ts'
import { until } from '../test-support/until.ts'
import type { Database, Listener, LoggedEvent, Migrations } from './index.ts'

const say = async (database: Database, tenantId: string, words: readonly (string | number)[]) =>
  database.tenant(tenantId, async (tx) =>
    tx.emit(...words.map((word) => ({ kind: 'test.said.v1', key: 'site', body: word })))
  )

const collector = (name: string, heard: LoggedEvent[]): Listener => ({
  name,
  kinds: ['test.said.v1'],
  handle: async (_, events) => void heard.push(...events)
})

void test('the event log', async (t) => {
  const { database, close } = await openTestDatabase()
  t.teardown(close)

  await t.test('a listener hears every event of its kind once and in order', async (t) => {
    const heard: LoggedEvent[] = []
    await say(database, 'a', [1, 2])
    const running = database.listen([collector('in-order', heard)])
    await database.tenant('a', async (tx) => tx.emit({ kind: 'other.v1', key: 'site', body: 0 }))
    for (const word of [3, 4, 5]) await say(database, 'a', [word])
    await until('five events', () => heard.length >= 5)
    await running.stop()
    t.strictSame(
      heard.map(({ body }) => body),
      [1, 2, 3, 4, 5]
    )

    const again = database.listen([collector('in-order', heard)])
    await say(database, 'a', [6])
    await until('the sixth', () => heard.length >= 6)
    await again.stop()
    t.strictSame(
      heard.map(({ body }) => body),
      [1, 2, 3, 4, 5, 6]
    )
    t.match(heard[0], { tenantId: 'a', key: 'site', kind: 'test.said.v1', at: /Z$/ })
  })

  await t.test('held back, a listener waits, but never for good', async (t) => {
    const heard: LoggedEvent[] = []
    let asked = 0
    const running = database.listen([collector('held-back', heard)], () => ++asked > 0)
    await until('what was said before, although always held back', () => heard.length >= 6)
    await running.stop()
    t.ok(asked >= 20, `asked ${asked} times before the first round`)
  })

  await t.test('events of tenants are handled apart, each in the scope of its own', async (t) => {
    const scopes: string[] = []
    await say(database, 'b', ['b1'])
    await say(database, 'c', ['c1', 'c2'])
    await say(database, 'b', ['b2'])
    const running = database.listen([
      {
        name: 'scopes',
        kinds: ['test.said.v1'],
        async handle(tx, events) {
          const rows = await tx.query<{ tenant_id: string }>('select distinct tenant_id from events')
          scopes.push(`${tx.tenantId}:${rows.map((row) => row.tenant_id).join()}:${events.length}`)
        }
      }
    ])
    await until('all tenants', () => scopes.length >= 4)
    await running.stop()
    t.strictSame(scopes, ['a:a:6', 'b:b:1', 'c:c:2', 'b:b:1'])
  })

  await t.test('effects and cursor move together: a failing batch leaves nothing', async (t) => {
    let failures = 3
    const running = database.listen([
      {
        name: 'effects',
        kinds: ['test.said.v1'],
        async handle(tx, events) {
          for (const { body } of events) await tx.emit({ kind: 'test.echoed.v1', key: 'echo', body })
          if (failures-- > 0) throw new Error('not yet')
        }
      }
    ])
    const echoes = async () =>
      database.platform('test', async (tx) =>
        tx.query(`select body from events where kind = 'test.echoed.v1'`)
      )
    await until('all echoes', async () => (await echoes()).length >= 10)
    await running.stop()
    t.equal((await echoes()).length, 10)
  })

  await t.test('after five failures an event goes to the dead letters and the stream goes on', async (t) => {
    const heard: unknown[] = []
    let tries = 0
    await say(database, 'd', ['good', 'poison', 'better'])
    const running = database.listen([
      {
        name: 'poisoned',
        kinds: ['test.said.v1'],
        async handle(_, events) {
          for (const { body } of events) if (body === 'poison') throw new Error(`cannot swallow (${++tries})`)
          if (events[0]?.tenantId === 'd') heard.push(...events.map(({ body }) => body))
        }
      }
    ])
    await until('the event behind the poison', () => heard.includes('better'))
    await running.stop()
    t.strictSame(heard, ['good', 'better'])
    const letters = await database.tenant('d', async (tx) =>
      tx.query('select source, body, failures, error from dead_letters')
    )
    t.match(letters, [{ source: 'poisoned', body: '"poison"', failures: 5, error: /cannot swallow/ }])
    t.strictSame(await running.lag(), [{ listener: 'poisoned', behind: 0, seconds: 0 }])
  })

  await t.test(
    'numbers of transactions are numbers: 999 is before 1000, in one batch and over several',
    async (t) => {
      const xids = [9, 10, 99, 100, 101]
      await database.platform('test', async (tx) =>
        tx.query(
          `insert into events (xid, tenant_id, partition, kind, key, body)
         select x.number::text::xid8, 'g', 63, 'test.numbered.v1', 'number', to_jsonb(x.number * 1000 + n)
         from unnest($1::int[]) as x(number), generate_series(1, 300) as n order by x.number, n`,
          [xids]
        )
      )
      const heard: LoggedEvent[] = []
      const running = database.listen([{ ...collector('numbered', heard), kinds: ['test.numbered.v1'] }])
      await until('all', () => heard.length >= xids.length * 300)
      await until('the end', async () => (await running.lag()).every(({ behind }) => behind === 0))
      await running.stop()
      t.strictSame(
        heard.map(({ body }) => body),
        xids.flatMap((xid) => Array.from({ length: 300 }, (_, index) => xid * 1000 + index + 1))
      )
    }
  )

  await t.test('what fails only at the commit counts as a failure of its event, too', async (t) => {
    const ruled: Migrations = {
      context: 'ruled',
      files: [new URL('test-cases/commit-rule.sql', import.meta.url)]
    }
    await database.migrate([ruled])
    await say(database, 'e', [1, -1, 2])
    const running = database.listen([
      {
        name: 'ruled',
        kinds: ['test.said.v1'],
        async handle(tx, events) {
          for (const { body } of events)
            if (tx.tenantId === 'e')
              await tx.query('insert into ruled (tenant_id, word) values (nova_tenant(), $1)', [body])
        }
      }
    ])
    const words = async () =>
      database.tenant('e', async (tx) => tx.query<{ word: number }>('select word from ruled order by word'))
    await until('the event behind the poison', async () => (await words()).some(({ word }) => word === 2))
    await running.stop()
    t.strictSame(await words(), [{ word: 1 }, { word: 2 }])
    const letters = await database.tenant('e', async (tx) =>
      tx.query('select body, failures, error from dead_letters')
    )
    t.match(letters, [{ body: '-1', failures: 5, error: /never below zero/ }])
  })

  await t.test('events of kinds that are not wanted are passed over in bulk and count as read', async (t) => {
    const heard: LoggedEvent[] = []
    const flood = Array.from({ length: 5_000 }, (_, index) => ({
      kind: index % 2 === 0 ? 'test.noise.v1' : 'test.hum.v1',
      key: 'site',
      body: index
    }))
    await database.tenant('f', async (tx) =>
      tx.emit(...flood, { kind: 'test.signal.v1', key: 'site', body: 1 })
    )
    const picky = { ...collector('picky', heard), kinds: ['test.signal.v1'] }
    const open = { ...collector('open', []), kinds: ['*'], without: ['test.noise.v1', 'test.hum.v1'] }
    const running = database.listen([picky, open])
    await until('the signal', () => heard.length === 1)
    await until('both cursors at the end', async () =>
      (await running.lag()).every(({ behind }) => behind === 0)
    )
    await running.stop()
    const cursors = await database.platform('test', async (tx) =>
      tx.query(
        `select listener, event_id = (select max(id) from events e where e.partition = c.partition) as at_end
         from event_cursors c where listener in ('picky', 'open') and partition = $1 order by listener`,
        [heard[0]?.partition]
      )
    )
    t.strictSame(cursors, [
      { listener: 'open', at_end: true },
      { listener: 'picky', at_end: true }
    ])
  })

  await t.test('a transaction that began earlier and commits later is not overtaken', async (t) => {
    const heard: LoggedEvent[] = []
    const running = database.listen([{ ...collector('late', heard), kinds: ['test.late.v1'] }])
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
    const slow = database.tenant('a', async (tx) => {
      await tx.emit({ kind: 'test.late.v1', key: 'late', body: 'slow' })
      await held
    })
    await until('the slow one to have written', async () =>
      database.platform('test', async (tx) => {
        const rows = await tx.query(`select from pg_locks where locktype = 'transactionid' and granted`)
        return rows.length >= 1
      })
    )
    await database.tenant('a', async (tx) => tx.emit({ kind: 'test.late.v1', key: 'late', body: 'fast' }))
    letGo()
    await slow
    await until('both', () => heard.length >= 2)
    await running.stop()
    t.strictSame(new Set(heard.map(({ body }) => body)), new Set(['fast', 'slow']))
  })

  await t.test('two processes share a listener and still each effect happens once', async (t) => {
    const heard: LoggedEvent[] = []
    const both = [1, 2].map(() =>
      database.listen([{ ...collector('shared', heard), kinds: ['test.shared.v1'] }])
    )
    for (let count = 0; count < 20; count++)
      await database.tenant('a', async (tx) =>
        tx.emit(
          ...Array.from({ length: 10 }, (_, index) => ({
            kind: 'test.shared.v1',
            key: `k${index}`,
            body: count * 10 + index
          }))
        )
      )
    await until('all', () => heard.length >= 200)
    await Promise.all(both.map(async (each) => each.stop()))
    t.equal(heard.length, 200)
    t.equal(new Set(heard.map(({ body }) => body)).size, 200)
  })
})
