import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { test } from 'tap'
import { openTestDatabase } from '../test-support/postgres.ts'
import { openIdempotency, partitionOf, partitions } from './index.ts'

void test('first answers are kept by key', async (t) => {
  const { database, close } = await openTestDatabase()
  t.teardown(close)
  const keys = openIdempotency(database)
  const call = { tenantId: 'a', caller: 'u', key: 'k' }
  const answer = { status: 202, contentType: 'application/json', body: '{"id":1}' }
  t.strictSame(await keys.begin(call, 'h'), { kind: 'new' })
  t.strictSame(await keys.begin(call, 'h'), { kind: 'running' })
  t.strictSame(await keys.begin(call, 'other'), { kind: 'other-body' })
  await keys.answered(call, answer)
  t.strictSame(await keys.begin(call, 'h'), { kind: 'answered', ...answer })
  t.strictSame(
    await keys.begin({ ...call, tenantId: 'b' }, 'h'),
    { kind: 'new' },
    'another tenant’s key is another key'
  )
  const failed = { ...call, key: 'failed', passing: true }
  await keys.begin(failed, 'h')
  await keys.release(failed)
  t.strictSame(await keys.begin(failed, 'h'), { kind: 'new' })
  await database.tenant('a', async (tx) =>
    tx.query(`update idempotency_keys set begun_at = now() - interval '2 minutes' where key = 'failed'`)
  )
  t.strictSame(
    await keys.begin(failed, 'h'),
    { kind: 'new' },
    'a call that died half-way does not block its key'
  )
  await database.tenant('a', async (tx) =>
    tx.query(`update idempotency_keys set begun_at = now() - interval '3 days'`)
  )
  t.equal(await keys.prune(), 1, 'a passing key alone')
  t.strictSame(await keys.begin(call, 'h'), { kind: 'answered', ...answer }, 'money is answered for ever')
  t.strictSame(await keys.begin(call, 'other'), { kind: 'other-body' })
  const both = await Promise.all([
    keys.begin({ ...call, key: 'race' }, 'h'),
    keys.begin({ ...call, key: 'race' }, 'h')
  ])
  t.strictSame(
    both.map(({ kind }) => kind).toSorted((a, b) => a.localeCompare(b)),
    ['new', 'running']
  )
})

void test('migrations are applied once, by whomever, and never change', async (t) => {
  const { database, close } = await openTestDatabase()
  t.teardown(close)
  const folder = await mkdtemp(path.join(tmpdir(), 'nova-migrations-'))
  const file = path.join(folder, '0001_things.sql')
  const mine = [{ context: 'mine', files: [pathToFileURL(file)] }]
  await writeFile(file, 'create table things (n int);')
  await Promise.all([database.migrate(mine), database.migrate(mine), database.migrate(mine)])
  await writeFile(file, 'create table things (n bigint);')
  await t.rejects(database.migrate(mine), {
    message: /mine\/0001_things.sql/,
    cause: { message: /another content/ }
  })
  await writeFile(file, 'create table things (n int);')
  const broken = path.join(folder, '0002_broken.sql')
  await writeFile(broken, 'create table half (n int); select 1 / 0;')
  const both = [{ context: 'mine', files: [pathToFileURL(file), pathToFileURL(broken)] }]
  await t.rejects(database.migrate(both), /0002_broken/)
  const half = await database.platform('test', async (tx) =>
    tx.query(`select from pg_class where relname = 'half'`)
  )
  t.equal(half.length, 0, 'a file is applied whole or not at all')
})

void test('types come back exact', async (t) => {
  const { database, close } = await openTestDatabase()
  t.teardown(close)
  const row = await database.tenant('a', async (tx) =>
    tx.one(`select 9007199254740991::int8 as big, 0.1::numeric as exact, date '2026-02-28' as day, '{"a":[1]}'::jsonb as json,
      timestamptz '2026-03-29 02:30:00.123456+02' as at, array[timestamptz '2026-01-01 00:00:00+00'] as ats, array[1::int8] as bigs`)
  )
  t.strictSame(row, {
    big: 9_007_199_254_740_991,
    exact: '0.1',
    day: '2026-02-28',
    json: { a: [1] },
    at: '2026-03-29T00:30:00.123Z',
    ats: ['2026-01-01T00:00:00.000Z'],
    bigs: [1]
  })
  await t.rejects(
    database.tenant('a', async (tx) => tx.query('select 9007199254740993::int8 as n')),
    RangeError
  )
  await t.rejects(
    database.tenant('a', async (tx) => tx.one('select 1 where false')),
    /got none/
  )
  await t.rejects(
    database.tenant('a', async (tx) => tx.maybe('select generate_series(1, 2)')),
    /got 2/
  )
})

void test('a key has one partition, for ever', async (t) => {
  // These are what the log of every running system is sorted by: a change would lose their order.
  t.strictSame(['demo-site', 'a', '', '电站'].map(partitionOf), [58, 44, 5, 43])
  fc.assert(fc.property(fc.string(), (key) => partitionOf(key) >= 0 && partitionOf(key) < partitions))
})
