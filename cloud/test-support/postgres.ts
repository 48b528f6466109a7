import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../deploy/local/postgres.ts'
import { fingerprint, openDatabase, type Database, type Migrations } from '../db/index.ts'
import { endWithProcess } from './leftovers.ts'
import { quiet } from './quiet.ts'

/** Made when the test begins, removed when it ends. */
export type TestDatabase = { readonly database: Database; readonly url: string; close(): Promise<void> }

type Server = { readonly url: string; stop(): Promise<void> }

/**
 * A fresh database with the given migrations applied. With NOVA_TEST_DATABASE_URL it lies on the shared server
 * and is copied from a template; without, a server is started for this test alone.
 */
export async function openTestDatabase(migrations: readonly Migrations[] = []): Promise<TestDatabase> {
  const server = await serverForTest()
  const name = `test_${randomBytes(8).toString('hex')}`
  try {
    await copyTemplate(server.url, name, migrations)
  } catch (cause) {
    await server.stop()
    throw cause
  }
  const url = withDatabase(server.url, name)
  const database = openDatabase({ url, log: quiet, connections: 12 })
  return {
    database,
    url,
    async close() {
      await database.close()
      await onServer(server.url, async (client) =>
        client.query(`drop database if exists ${name} with (force)`)
      )
      await server.stop()
    }
  }
}

const idleMs = 1_000 // The next test of the same file comes within this.

let own: Promise<Server> | undefined
let users = 0
let idle: NodeJS.Timeout | undefined

/** The shared server, or one for this process that stays as long as a test uses it. */
async function serverForTest(): Promise<Server> {
  const shared = process.env['NOVA_TEST_DATABASE_URL']
  if (shared !== undefined && shared !== '') return { url: shared, stop: async () => {} }
  clearTimeout(idle)
  users++
  own ??= startOwn()
  const server = await own
  return {
    url: server.url,
    async stop() {
      if (--users > 0) return
      idle = setTimeout(() => {
        own = undefined
        void server.stop()
      }, idleMs)
    }
  }
}

async function startOwn(): Promise<Server> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-postgres-'))
  const server = await startPostgres({ dataDir, port: 0, quick: true })
  const forget = endWithProcess(server.child.pid)
  return {
    url: server.url,
    async stop() {
      await server.stop()
      forget()
      await rm(dataDir, { recursive: true, force: true })
    }
  }
}

const templateLock = 0x74706c // Several test files want the same template at the same moment.

async function copyTemplate(
  serverUrl: string,
  name: string,
  migrations: readonly Migrations[]
): Promise<void> {
  const template = `template_${(await fingerprint(migrations)).slice(0, 24)}`
  await onServer(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock])
    const found = await client.query('select from pg_database where datname = $1', [template])
    if (found.rowCount === 0) await makeTemplate(client, serverUrl, { template, migrations })
    await client.query(`create database ${name} template ${template}`)
  })
}

type Template = { readonly template: string; readonly migrations: readonly Migrations[] }

async function makeTemplate(
  client: pg.Client,
  serverUrl: string,
  { template, migrations }: Template
): Promise<void> {
  const half = `${template}_half_${randomBytes(4).toString('hex')}`
  await client.query(`create database ${half}`)
  const database = openDatabase({ url: withDatabase(serverUrl, half), log: quiet, connections: 2 })
  try {
    await database.migrate(migrations)
  } finally {
    await database.close()
  }
  await client.query(`alter database ${half} rename to ${template}`)
}

async function onServer<Value>(url: string, work: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
