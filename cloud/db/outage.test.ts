import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { test } from 'tap'
import { startPostgres } from '../../deploy/local/postgres.ts'
import { endWithProcess } from '../test-support/leftovers.ts'
import { openTestDatabase } from '../test-support/postgres.ts'
import { quiet } from '../test-support/quiet.ts'
import { until } from '../test-support/until.ts'
import { outcomeOf, type Mark } from './commit.ts'
import { failureOf } from './failure.ts'
import { openDatabase, type LoggedEvent } from './index.ts'

const kills = 3 // Each costs a start of the server; the fault suite makes hundreds.

void test('PostgreSQL is killed and comes back: every write is there once', async (t) => {
  t.setTimeout(1_000_000)
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-outage-'))
  let server = await startPostgres({ dataDir, port: 0, quick: true })
  let forget = endWithProcess(server.child.pid)
  const { url, port } = server
  const database = openDatabase({ url, log: quiet, connections: 6 })
  const heard: LoggedEvent[] = []
  let wanted = 0
  let stopped = false
  let hush: () => Promise<void> = async () => undefined
  t.teardown(async () => {
    stopped = true // Or the writers would go on for ever after a failure.
    await hush()
    await database.close()
    await server.stop()
    forget()
    await rm(dataDir, { recursive: true, force: true })
  })
  await database.migrate([])
  const listening = database.listen([
    {
      name: 'counter',
      kinds: ['test.wrote.v1'],
      handle: async (tx, events) => tx.afterCommit(() => heard.push(...events))
    }
  ])
  hush = () => listening.stop()

  const write = async (key: string): Promise<void> => {
    while (!stopped) {
      const body = wanted++
      await database.tenant('a', async (tx) => tx.emit({ kind: 'test.wrote.v1', key, body }), {
        deadlineMs: 60_000
      })
    }
  }
  const writers = Promise.all(['k1', 'k2', 'k3'].map(write))
  for (let count = 0; count < kills; count++) {
    const before = heard.length
    await until('some writes', () => heard.length > before + 20)
    await server.child.stop('SIGKILL', 0)
    forget()
    server = await startPostgres({ dataDir, port, quick: true })
    forget = endWithProcess(server.child.pid)
  }
  stopped = true
  await writers
  await until('all to be heard', () => heard.length >= wanted)
  await listening.stop()
  const numbers = heard.map(({ body }) => Number(body)).toSorted((a, b) => a - b)
  t.strictSame(
    numbers,
    Array.from({ length: wanted }, (_, index) => index)
  )
})

void test('the fate of a transaction can be asked for afterwards', async (t) => {
  const { url, close } = await openTestDatabase()
  t.teardown(close)
  const pool = new pg.Pool({ connectionString: url })
  // One that was thrown away may still be told, on its way out, that its database is dropped.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  const markOf = async (end: string): Promise<Mark> => {
    const client = await pool.connect()
    await client.query('begin')
    const { rows } = await client.query<Mark>(
      'select pg_current_xact_id()::text as xid, pg_postmaster_start_time()::text as "serverSince"'
    )
    await client.query(end)
    client.release()
    return rows[0] ?? { xid: '', serverSince: '' }
  }
  const kept = await markOf('commit')
  t.equal(await outcomeOf(pool, kept), 'committed')
  t.equal(await outcomeOf(pool, await markOf('rollback')), 'rolled-back')
  const unheard = { ...kept, xid: '999999999999' }
  t.equal(await outcomeOf(pool, unheard), 'rolled-back', 'a server that was set back never knew it')
  const lived = async (since: string, firstXid: string): Promise<Mark> => {
    const { rows } = await pool.query<{ since: string }>(
      'insert into server_lives (since, first_xid) values ($1, $2) returning since::text as since',
      [since, firstXid]
    )
    return { ...kept, serverSince: rows[0]?.since ?? '' }
  }
  const lost = await lived('2026-01-01T00:00:00Z', '3')
  const seen = await lived('2026-01-02T00:00:00Z', kept.xid)
  await lived('2026-01-03T00:00:00Z', String(Number(kept.xid) + 1))
  t.equal(await outcomeOf(pool, lost), 'rolled-back', 'given again after the crash, and after one more')
  t.equal(await outcomeOf(pool, seen), 'committed', 'the recovered server had seen it')
  await pool.end()
})

void test('conflicts are tried again, faults are not', async (t) => {
  const { database, close } = await openTestDatabase()
  t.teardown(close)
  let runs = 0
  const fail = async (code: string, times: number) => {
    runs = 0
    return database.tenant('a', async () => {
      if (runs++ < times) throw Object.assign(new Error('made up'), { code })
      return 'done'
    })
  }
  t.equal(await fail('40001', 3), 'done')
  t.equal(runs, 4)
  await t.rejects(fail('23505', 1), /made up/)
  t.equal(runs, 1)
  await t.rejects(
    database.tenant(
      'a',
      async () => {
        throw Object.assign(new Error('always'), { code: '40P01' })
      },
      { deadlineMs: 200 }
    ),
    { name: 'DatabaseUnavailable' }
  )
  await t.rejects(
    database.tenant('a', async (tx) => tx.query('select pg_sleep(5)'), { statementMs: 50 }),
    { code: '57014' }
  )
  const seen: string[] = []
  await database.tenant('a', async (tx) => tx.afterCommit(() => seen.push('committed')))
  await t.rejects(
    database.tenant('a', async (tx) => {
      tx.afterCommit(() => seen.push('never'))
      throw new Error('no')
    })
  )
  t.strictSame(seen, ['committed'])
})

const failures: [title: string, error: unknown, kind: string][] = [
  ['a conflict', Object.assign(new Error('x'), { code: '40001' }), 'conflict'],
  ['a shutdown', Object.assign(new Error('x'), { code: '57P01' }), 'gone'],
  ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'gone'],
  [
    'several refused connections',
    new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
    'gone'
  ],
  ['a lost connection', new Error('Connection terminated unexpectedly'), 'gone'],
  ['a broken rule', Object.assign(new Error('x'), { code: '23505' }), 'other'],
  ['a bug', new TypeError('undefined is not a function'), 'other'],
  ['no error at all', 'text', 'other']
]
for (const [title, error, kind] of failures)
  void test(`${title} is ${kind}`, async (t) => t.equal(failureOf(error), kind))
