import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { configurationOf } from '../nats/configuration.ts'
import { identitiesIn } from '../nats/identities.ts'
import { startProgram, type Child, type ServerWanted } from './child.ts'
import { tailOf } from './log.ts'
import { until } from './waiting.ts'

const readyMs = 30_000 // JetStream checks its files before it listens.
const stopMs = 10_000
const storeFolder = 'nats' // Beside keys/, so that it may be lost or deleted without anybody losing access.

export type Nats = {
  readonly url: string
  readonly port: number
  /** NATS creds file with full rights in the account: for the cloud (`NOVA_NATS_CREDENTIALS`). */
  readonly credentialsFile: string
  /** Seed file of the account's signing key, to mint sites' credentials (`NOVA_NATS_SIGNING_KEY`). */
  readonly signingKeyFile: string
  readonly child: Child
  stop(): Promise<void>
}

/**
 * Starts a nats-server in operator mode on 127.0.0.1; keys and streams below `dataDir`, made when missing.
 * Port 0 picks a free one. A second start in the same folder has the same keys and streams.
 * @throws Error with the end of its log when it does not come up
 */
export async function startNats(wanted: ServerWanted): Promise<Nats> {
  const folder = path.join(wanted.dataDir, storeFolder)
  mkdirSync(folder, { recursive: true })
  const identities = await identitiesIn(path.join(wanted.dataDir, 'keys'))
  const portsFolder = path.join(folder, 'ports')
  rmSync(portsFolder, { recursive: true, force: true })
  mkdirSync(portsFolder)
  const place = {
    host: '127.0.0.1',
    port: wanted.port === 0 ? -1 : wanted.port,
    storeFolder: folder,
    portsFolder
  }
  const configuration = path.join(folder, 'server.conf')
  writeFileSync(configuration, configurationOf(identities, place), { mode: 0o600 })
  const logFile = wanted.logFile ?? path.join(wanted.dataDir, 'nats.log')
  const child = startProgram({
    command: [serverProgram(), '-c', configuration],
    cwd: folder,
    logFile,
    ownSession: wanted.ownSession
  })
  wanted.spawned?.(child)
  const port = await portOf(child, portsFolder, logFile)
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    credentialsFile: identities.cloudCredentialsFile,
    signingKeyFile: identities.signingKeyFile,
    child,
    stop: () => child.stop('SIGTERM', stopMs)
  }
}

/** Set-up names it in the environment; a test that is run by hand finds it on the machine. */
function serverProgram(): string {
  const named = process.env['NOVA_NATS_SERVER']
  if (named !== undefined && named !== '') return named
  const own = path.join(import.meta.dirname, '..', '..', '.toolchain', 'bin', 'nats-server')
  return (
    [own, '/usr/sbin/nats-server', '/usr/local/bin/nats-server'].find((file) => existsSync(file)) ??
    'nats-server'
  )
}

/** The server writes its addresses down when it takes connections. */
async function portOf(child: Child, portsFolder: string, logFile: string): Promise<number> {
  return until('nats-server ready', readyMs, () => {
    if (!child.running()) throw new Error(`nats-server did not start:\n${tailOf(logFile)}`)
    const [file] = readdirSync(portsFolder).filter((name) => name.endsWith('.ports'))
    return file === undefined ? undefined : written(readFileSync(path.join(portsFolder, file), 'utf8'))
  })
}

function written(text: string): number | undefined {
  const address = /nats:\/\/[^":]*:(\d+)/.exec(text)?.[1]
  return address === undefined ? undefined : Number(address)
}

/** @returns the version of the server that `startNats` would run, such as `2.9.10` */
export function natsVersion(): string {
  return (
    /v?(\d+\.\d+\.\d+)/.exec(execFileSync(serverProgram(), ['--version'], { encoding: 'utf8' }))?.[1] ??
    'unknown'
  )
}
