import pg from 'pg'
import { test, type Test } from 'tap'
import { openTestDatabase } from '../test-support/postgres.ts'
import { quiet } from '../test-support/quiet.ts'
import { openDatabase, type Database, type Tx } from './index.ts'

const often = 12
const insert = 'insert into things (tenant_id, name) values ($1, $2)'
const find = 'select * from things where name >= $1 order by name'

const table = `create table things (tenant_id text not null, name text not null);
  alter table things enable row level security; alter table things force row level security;
  create policy own on things to nova_app using (tenant_id = current_setting('nova.tenant', true))
    with check (tenant_id = current_setting('nova.tenant', true));
  create policy every on things to nova_platform using (true) with check (true);
  grant select, insert on things to nova_app, nova_platform;
  insert into things values ('a', 'apple'), ('b', 'bean')`

type Thing = { readonly name: string }

const names = async (tx: Tx): Promise<string[]> => (await tx.query<Thing>(find, [''])).map(({ name }) => name)

/** The same statement so often that each connection in use has kept its plan. */
async function warm(database: Database): Promise<void> {
  for (let time = 0; time < often; time++) {
    await database.tenant('a', names)
    await database.platform('test', names)
  }
}

/** One connection, so that what it keeps can be looked at, and somebody who changes tables beside it. */
async function openOne(t: Test): Promise<{ database: Database; admin(sql: string): Promise<unknown> }> {
  const { url, close } = await openTestDatabase()
  const database = openDatabase({ url, log: quiet, connections: 1 })
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  t.teardown(async () => {
    await Promise.all([database.close(), owner.end()])
    await close()
  })
  await owner.query(table)
  return { database, admin: async (sql) => owner.query(sql) }
}

void test('statements that come often are kept with their plan', async (t) => {
  const { database, admin } = await openOne(t)
  const kept = async (tx: Tx) =>
    (await tx.query<Thing>(`select name from pg_prepared_statements where statement = '${find}'`)).map(
      ({ name }) => name
    )
  await database.tenant('a', names)
  t.strictSame(await database.tenant('a', kept), [], 'not for one that came once')
  await warm(database)
  t.equal((await database.tenant('a', kept)).length, 2, 'one for tenants, one for the platform')

  await t.test('and still show each tenant its own rows alone', async (t) => {
    for (const [tenant, wanted] of [
      ['a', ['apple']],
      ['b', ['bean']],
      ['c', []],
      ['a', ['apple']]
    ] as const)
      t.strictSame(await database.tenant(tenant, names), wanted)
    t.strictSame(await database.platform('test', names), ['apple', 'bean'])
    for (let time = 0; time < often; time++)
      await database.tenant('a', async (tx) => tx.query(insert, ['a', `plum${time}`]))
    await t.rejects(
      database.tenant('a', async (tx) => tx.query(insert, ['b', 'stolen'])),
      { code: '42501' }
    )
  })

  await t.test('a change of the policies counts at once', async (t) => {
    await admin(`drop policy own on things; create policy own on things to nova_app using (false)`)
    t.strictSame(await database.tenant('a', names), [])
  })

  await t.test('a table that has another form now is read all the same', async (t) => {
    await admin('alter table things add column colour text')
    t.equal((await database.platform('test', names)).length, 2 + often)
  })
})

void test('a server that forgot the plans costs a connection, not an answer', async (t) => {
  const { database } = await openOne(t)
  await warm(database)
  await database.platform('test', async (tx) => tx.query('deallocate all'))
  t.strictSame(await database.tenant('b', names), ['bean'])
})
