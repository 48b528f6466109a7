import pg from 'pg'
import { test } from 'tap'
import { openTestDatabase } from '../test-support/postgres.ts'
import { catalogueFaults, type Tx } from './index.ts'

void test('tenancy', async (t) => {
  const { database, close } = await openTestDatabase()
  t.teardown(close)
  await database.platform('test', async (tx) => {
    await tx.emit({ kind: 'test.said.v1', key: 'k', body: { of: 'a' }, tenantId: 'a' })
    await tx.emit({ kind: 'test.said.v1', key: 'k', body: { of: 'b' }, tenantId: 'b' })
  })
  const seen = async (tx: Tx) => tx.query<{ tenant_id: string }>('select tenant_id from events order by id')

  await t.test('a tenant sees its own rows only', async (t) => {
    t.strictSame(await database.tenant('a', seen), [{ tenant_id: 'a' }])
    t.strictSame(await database.tenant('nobody', seen), [])
  })

  await t.test('the platform role sees all, and its use is counted', async (t) => {
    t.equal((await database.platform('look', seen)).length, 2)
  })

  await t.test('nothing can be written for another tenant', async (t) => {
    const insert = `insert into dead_letters (tenant_id, source, kind, key, body, error, failures) values ($1, 's', 'k', 'k', '', '', 1)`
    await t.rejects(
      database.tenant('a', async (tx) => tx.query(insert, ['b'])),
      { code: '42501' }
    )
    await t.rejects(
      database.tenant('a', async (tx) => tx.query(insert, [null])),
      { code: '42501' }
    )
    await t.rejects(
      database.tenant('a', async (tx) => tx.emit({ kind: 'x', key: 'k', body: {}, tenantId: 'b' })),
      /an event of tenant b/
    )
  })

  await t.test('an empty or missing tenant matches nothing', async (t) => {
    await t.rejects(database.tenant('', seen), /needs a tenant/)
    for (const setting of ['', undefined]) {
      const rows = await database.platform('test', async (tx) => {
        await tx.query(`set local role nova_app`)
        if (setting !== undefined) await tx.query(`select set_config('nova.tenant', $1, true)`, [setting])
        return seen(tx)
      })
      t.strictSame(rows, [])
    }
  })

  await t.test('a connection keeps nothing of its last tenant', async (t) => {
    await Promise.all(Array.from({ length: 20 }, async () => database.tenant('a', seen)))
    const settings = await database.platform('test', async (tx) =>
      tx.one<{ role: string; tenant: string }>(
        `select current_role as role, current_setting('nova.tenant', true) as tenant`
      )
    )
    t.strictSame(settings, { role: 'nova_platform', tenant: '' })
  })

  await t.test('the log is append-only for tenants', async (t) => {
    await t.rejects(
      database.tenant('a', async (tx) => tx.query(`update events set kind = 'x'`)),
      { code: '42501' }
    )
    await t.rejects(
      database.tenant('a', async (tx) => tx.query('delete from events')),
      { code: '42501' }
    )
    await t.rejects(
      database.tenant('a', async (tx) => tx.query('select * from event_cursors')),
      { code: '42501' }
    )
  })

  await t.test('the catalogue has no table without forced policies', async (t) => {
    t.strictSame(await catalogueFaults(database), [])
  })
})

void test('the catalogue check finds every kind of hole', async (t) => {
  const holes = new URL('./test-cases/holes.sql', import.meta.url)
  const { database, close, url } = await openTestDatabase([{ context: 'holes', files: [holes] }])
  t.teardown(close)
  t.strictSame(await catalogueFaults(database), [
    'bare: row-level security is not forced',
    'bare: no policy for nova_app with both clauses',
    'half: no policy for nova_app with both clauses',
    'homeless: row-level security is not forced',
    'homeless: has no tenant_id and is not in the list of platform tables',
    'unforced: row-level security is not forced'
  ])
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  await owner.query('drop view scoped.events')
  await owner.end()
  t.ok((await catalogueFaults(database)).includes('events: the query layer has no view of it'))
})
