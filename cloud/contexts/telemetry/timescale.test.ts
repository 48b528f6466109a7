import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { test } from 'tap'
import { openDatabase, type Database } from '../../db/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { quiet } from '../../test-support/quiet.ts'
import { migrations, saveSamples } from './index.ts'

/** What a superuser sees of the server; the migration must come to the same without being one. */
type Server = { version: number; installed: boolean; loaded: boolean }

const asOwner = async <Row extends object>(url: string, text: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

const serverAt = async (url: string): Promise<Server> => {
  const [server] = await asOwner<Server>(
    url,
    `select current_setting('server_version_num')::int as version,
       exists (select from pg_available_extensions where name = 'timescaledb') as installed,
       'timescaledb' = any (regexp_split_to_array(current_setting('shared_preload_libraries'), '\\s*,\\s*')) as loaded`
  )
  if (!server) throw new Error('no server')
  return server
}

const tableOf = async (url: string) =>
  asOwner<{ relkind: string }>(url, `select relkind from pg_class where oid = 'public.samples'::regclass`)

const saveOne = async (database: Database): Promise<number> =>
  database.tenant('a', async (tx) => {
    const reading = { at: '2026-11-01T10:00:00Z', powerW: 7_000, registerWh: 1_000 }
    await saveSamples(tx, 's', [
      {
        history: {
          kind: 'sample.connector.v1',
          connector: 'CP1:1:1',
          sessionId: null,
          limitMilliA: 16_000,
          reading
        }
      }
    ])
    return (await tx.query(`select 1 from samples where site_id = 's'`)).length
  })

void test('samples lie in a hypertable where TimescaleDB is loaded, else in partitions by month', async (t) => {
  const { database, url, close } = await openTestDatabase([migrations])
  t.teardown(close)
  const { installed, loaded } = await serverAt(url)
  t.equal(await saveOne(database), 1)
  t.strictSame(await tableOf(url), [{ relkind: installed && loaded ? 'r' : 'p' }])
  if (!installed || !loaded) return
  const hypertables = await asOwner(
    url,
    `select hypertable_name as name from timescaledb_information.hypertables`
  )
  t.strictSame(hypertables, [{ name: 'samples' }])
  const chunks = await asOwner<{ name: string; forced: boolean; open: boolean }>(
    url,
    `select c.relname as name, c.relforcerowsecurity as forced, has_schema_privilege('nova_app', c.relnamespace, 'usage')
       and has_table_privilege('nova_app', c.oid, 'select') as open
     from show_chunks('samples') as chunk join pg_class c on c.oid = chunk`
  )
  t.equal(chunks.length, 1, 'one sample, one piece')
  for (const { name, forced, open } of chunks)
    t.ok(forced || !open, `${name} shows a tenant no row past the policies`)
})

/** An extension of that name whose making ends the connection, as TimescaleDB's does when it is not loaded. */
async function installUnloaded(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nova-extension-'))
  const extension = path.join(folder, 'extension')
  await mkdir(extension)
  await writeFile(path.join(extension, 'timescaledb.control'), `default_version = '1.0'\ntrusted = true\n`)
  await writeFile(
    path.join(extension, 'timescaledb--1.0.sql'),
    'select pg_terminate_backend(pg_backend_pid());'
  )
  for (const each of [folder, extension]) await chmod(each, 0o755) // PostgreSQL may run as somebody else.
  return folder
}

void test('TimescaleDB that is installed but not loaded is left alone', async (t) => {
  const { url, close } = await openTestDatabase()
  t.teardown(close)
  const { version, installed } = await serverAt(url)
  if (!installed) {
    if (version < 18_00_00)
      return void t.pass({ skip: 'PostgreSQL 18 is the first that finds extensions in another folder' })
    const folder = await installUnloaded()
    t.teardown(async () => rm(folder, { recursive: true }))
    const name = new URL(url).pathname.slice(1)
    await asOwner(url, `alter database "${name}" set extension_control_path = '${folder}:$system'`)
  }
  const { installed: now, loaded } = await serverAt(url)
  t.ok(now)
  if (loaded) return void t.pass({ skip: 'this server has it loaded' })
  await t.rejects(asOwner(url, 'create extension timescaledb'), /terminat/, 'nothing could catch this')
  const database = openDatabase({ url, log: quiet, connections: 2 })
  t.teardown(async () => database.close())
  await database.migrate([migrations])
  t.equal(await saveOne(database), 1)
  t.strictSame(await tableOf(url), [{ relkind: 'p' }])
})

void test('a database made when the migration did not ask yet is the same database', async (t) => {
  const { database, url, close } = await openTestDatabase([migrations])
  t.teardown(close)
  const [earlier] = migrations.formerly?.['0001_telemetry.sql'] ?? []
  const changed = await asOwner(
    url,
    `update nova_migrations set checksum = '${earlier}' where name = '0001_telemetry.sql' returning name`
  )
  t.equal(changed.length, 1)
  await database.migrate([migrations])
  await asOwner(url, `update nova_migrations set checksum = 'another' where name = '0001_telemetry.sql'`)
  await t.rejects(database.migrate([migrations]), { cause: { message: /another content/ } })
})
