import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import type { Migrations } from './types.ts'

const lock = 0x6e6f7661 // "nova"; one number for all processes on one database.
const statementMs = 600_000

/** The fittings' own tables; they come before every context's. */
export const fittings: Migrations = {
  context: 'db',
  files: ['0001_fittings.sql', '0002_server_lives.sql', '0003_lasting_answers.sql', '0004_who_began.sql'].map(
    (name) => new URL(`./migrations/${name}`, import.meta.url)
  )
}

/** Made anew each time: the views through which a tenant's transaction sees the tables. */
const scopedViews: Migrations = {
  context: 'db',
  files: [new URL('./migrations/scoped.sql', import.meta.url)]
}

type Step = {
  readonly context: string
  readonly name: string
  readonly sql: string
  readonly checksum: string
  /** Of this text, and of the earlier ones that left the same schema. */
  readonly same: readonly string[]
}

/**
 * Applies what is missing, each file in its own transaction, one process at a time.
 * @throws Error when a file that was applied before has changed since
 */
export async function migrate(pool: pg.Pool, all: readonly Migrations[]): Promise<void> {
  const steps = await Promise.all(
    [fittings, ...all].flatMap((each) => each.files.map((file) => read(each, file)))
  )
  const client = await pool.connect()
  try {
    for (const step of steps) await apply(client, step)
    await makeViews(client)
  } finally {
    client.release()
  }
}

async function makeViews(client: pg.PoolClient): Promise<void> {
  const [file] = scopedViews.files
  if (!file) return
  const { sql } = await read(scopedViews, file)
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [lock])
    await client.query(sql)
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error('the views of the query layer could not be made', { cause })
  }
}

/** Names and contents of all steps; equal texts mean equal schemas. */
export async function fingerprint(all: readonly Migrations[]): Promise<string> {
  const steps = await Promise.all(
    [fittings, scopedViews, ...all].flatMap((each) => each.files.map((file) => read(each, file)))
  )
  const hash = createHash('sha256')
  for (const { context, name, checksum } of steps) hash.update(`${context}/${name}/${checksum}\n`)
  return hash.digest('hex')
}

async function read({ context, formerly = {} }: Migrations, file: URL): Promise<Step> {
  const sql = await readFile(file, 'utf8')
  const name = basename(fileURLToPath(file))
  const checksum = createHash('sha256').update(sql).digest('hex')
  return { context, name, sql, checksum, same: [checksum, ...(formerly[name] ?? [])] }
}

async function apply(client: pg.PoolClient, step: Step): Promise<void> {
  await client.query('begin')
  try {
    await client.query(`set local statement_timeout = ${statementMs}`)
    await client.query('select pg_advisory_xact_lock($1)', [lock])
    await client.query(
      `create table if not exists nova_migrations (context text, name text, checksum text not null,
       at timestamptz not null default now(), primary key (context, name))`
    )
    if (!(await known(client, step))) {
      // Views hold on to the columns they show: a step may change or drop them.
      await client.query('drop schema if exists scoped cascade')
      await client.query(step.sql)
      await client.query('insert into nova_migrations (context, name, checksum) values ($1, $2, $3)', [
        step.context,
        step.name,
        step.checksum
      ])
    }
    await client.query('commit')
  } catch (cause) {
    await client.query('rollback')
    throw new Error(`migration ${step.context}/${step.name} failed`, { cause })
  }
}

async function known(client: pg.PoolClient, step: Step): Promise<boolean> {
  const { rows } = await client.query<{ checksum: string }>(
    'select checksum from nova_migrations where context = $1 and name = $2',
    [step.context, step.name]
  )
  const found = rows[0]
  if (found && !step.same.includes(found.checksum))
    throw new Error('it was applied before with another content: write a new migration instead')
  return found !== undefined
}
