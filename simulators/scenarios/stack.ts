import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, type Nats, type Postgres, startNats, startPostgres } from '@nova/deploy/local'
import { type EdgeProcess, startEdgeAlone } from './edge-alone.ts'
import { type Line, openLine } from '../faults/line.ts'
import { type Killable, program } from './program.ts'

const scriptAt = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))

/** A server that scenarios stop, kill and bring back on the same port and data. */
export type Server = {
  readonly port: number
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/** The whole system on this machine, each part in a process of its own, on free ports and fresh data. */
export type Stack = {
  readonly dataDir: string
  readonly cloudUrl: string
  readonly bankUrl: string
  readonly databaseUrl: string
  readonly postgres: Server
  readonly nats: Server & {
    deleteData(): Promise<void>
    access(): { readonly url: string; readonly credentialsFile: string }
  }
  readonly bank: Killable
  readonly cloud: Killable
  readonly edge: EdgeProcess
  /** Between the edge and NATS: cut it and the site is offline. */
  readonly uplink: Line
  stop(): Promise<void>
}

export type StackOptions = {
  /** Durable settings of PostgreSQL; without it tests run faster and a killed process still loses nothing. */
  readonly durable?: boolean
  /** Sections merged over the edge's generated site file. */
  readonly site?: Readonly<Record<string, unknown>>
}

/** @throws what went wrong, with nothing left running */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const each of started.toReversed()) await each()
  }
  try {
    return { ...(await startParts(options, (end) => void started.push(end))), stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

/** Each part tells how it is ended as soon as it runs. */
async function startParts(
  options: StackOptions,
  ends: (end: () => Promise<void>) => void
): Promise<Omit<Stack, 'stop'>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'nova-stack-'))
  ends(() => rm(dataDir, { recursive: true, force: true }))
  const postgres = await postgresServer(dataDir, options.durable ?? false)
  ends(() => postgres.stop())
  const nats = await natsServer(dataDir)
  ends(() => nats.stop())
  const uplink = await openLine({ host: '127.0.0.1', port: nats.port })
  ends(() => uplink.close())
  const { cloudUrl, bankUrl, bank, cloud } = await programs(dataDir, postgres.url, nats.access())
  ends(async () => void (await Promise.all([cloud.stop(), bank.stop()])))
  await Promise.all([bank.start(), cloud.start()])
  const edge = await startEdgeAlone({
    site: {
      cloud: {
        nats: `nats://127.0.0.1:${uplink.port}`,
        credentials: path.join(dataDir, 'demo', 'site.creds')
      },
      ...options.site
    }
  })
  ends(() => edge.stop())
  const databaseUrl = postgres.url
  return { dataDir, cloudUrl, bankUrl, databaseUrl, postgres, nats, bank, cloud, edge, uplink }
}

/** Cloud and bank, pointed at each other, not started yet. */
async function programs(dataDir: string, databaseUrl: string, nats: Nats) {
  const [cloudPort, bankPort] = [await freePort(), await freePort()]
  const cloudUrl = `http://127.0.0.1:${cloudPort}`
  const money = bankSettings(cloudUrl, bankPort)
  const bank = program({
    script: scriptAt('simulators/bank/main.ts'),
    environment: { ...money, NOVA_DATA_DIR: dataDir },
    readyUrl: `http://127.0.0.1:${bankPort}/readyz`
  })
  const cloud = program({
    script: scriptAt('cloud/main.ts'),
    environment: {
      ...money,
      NOVA_HTTP_PORT: String(cloudPort),
      NOVA_DATABASE_URL: databaseUrl,
      NOVA_NATS_URL: nats.url,
      NOVA_NATS_CREDENTIALS: nats.credentialsFile,
      NOVA_NATS_SIGNING_KEY: nats.signingKeyFile,
      NOVA_DATA_DIR: dataDir,
      NOVA_PROFILE: 'demo'
    },
    readyUrl: `${cloudUrl}/readyz`
  })
  return { cloudUrl, bankUrl: money.NOVA_BANK_URL, bank, cloud }
}

const bankSettings = (cloudUrl: string, bankPort: number) => ({
  NOVA_BANK_PORT: String(bankPort),
  NOVA_BANK_URL: `http://127.0.0.1:${bankPort}`,
  NOVA_BANK_WEBHOOK_URL: `${cloudUrl}/gateways/payments/bank/events`,
  NOVA_BANK_WEBHOOK_SECRET: 'scenario-webhook-secret'
})

async function postgresServer(dataDir: string, durable: boolean): Promise<Server & { readonly url: string }> {
  const folder = path.join(dataDir, 'pg')
  let server: Postgres = await startPostgres({ dataDir: folder, port: 0, quick: !durable })
  const { port, url } = server
  return {
    port,
    url,
    kill: () => server.child.stop('SIGKILL', 0),
    start: async () => {
      server = await startPostgres({ dataDir: folder, port, quick: !durable })
    },
    stop: () => server.stop()
  }
}

async function natsServer(dataDir: string) {
  let server: Nats = await startNats({ dataDir, port: 0 })
  const { port } = server
  return {
    port,
    access: () => server,
    kill: () => server.child.stop('SIGKILL', 0),
    start: async () => {
      server = await startNats({ dataDir, port })
    },
    stop: () => server.stop(),
    deleteData: () => rm(path.join(dataDir, 'nats', 'jetstream'), { recursive: true, force: true })
  }
}
