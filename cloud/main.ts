import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { pino, type Logger } from 'pino'
import { accountOf, mintSiteCredentials, openBus, type Bus } from './bus/index.ts'
import { openDatabase, openIdempotency, type Database } from './db/index.ts'
import { openHttp, problem, type Audience, type Http } from './http/index.ts'
import { runJobs } from './jobs.ts'
import { bank } from './contexts/payments/index.ts'
import { bankStatements } from './contexts/reconciliation/index.ts'
import { smtp } from './contexts/notifications/index.ts'
import { openFigures } from './figures.ts'
import { join, migrations, topics, type Joined } from './join.ts'
import type { Mint } from './join-desired.ts'
import { openKeys, type Keys } from './keys.ts'
import { openMetrics, type Metrics } from './metrics.ts'
import { billsFrom, providersFrom } from './providers.ts'
import { relay } from './relay.ts'
import { aboutRoutes } from './about.ts'
import { demoSignIns, seedDemo } from './seed.ts'
import { help, readSettings, type CloudSettings } from './settings.ts'

const version = '0.1.0'
const databasePauseMs = 250
const databaseWaitMs = 60_000 // A database that is just starting, or recovering.
const stopMs = 4_500 // Whatever hangs, the process is gone within five seconds.

export { readSettings, type CloudSettings } from './settings.ts'

export type Cloud = {
  /** Where HTTP is answered; empty for roles without it. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts the cloud in this process; `settings` as `readSettings` gives them. Port 0 picks a free one. */
export async function startCloud(settings: CloudSettings, log: Logger = loggerFor(settings)): Promise<Cloud> {
  const database = openDatabase({ url: settings.databaseUrl, log, connections: settings.databaseConnections })
  const stops: (() => Promise<void>)[] = [database.close]
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).toReversed())
      await each().catch((error: unknown) => log.warn({ err: String(error) }, 'a part did not stop cleanly'))
  }
  try {
    await whenReady(database)
    await database.migrate(migrations)
    const keys = await openKeys(settings.dataDir)
    const bus = openBus({ url: settings.natsUrl, credentials: await textOf(settings.natsCredentials), log })
    stops.push(bus.close)
    const url = await open(settings, { database, keys, bus, log, stops })
    log.info({ url, role: settings.role, version }, 'the cloud is up')
    return { url, stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

type Rooms = {
  readonly database: Database
  readonly keys: Keys
  readonly bus: Bus
  readonly log: Logger
  readonly stops: (() => Promise<void>)[]
}

async function open(settings: CloudSettings, rooms: Rooms): Promise<string> {
  const { bus, keys, log, stops } = rooms
  const metrics = openMetrics(version)
  stops.push(async () => metrics.stop())
  const mint = await minting(settings, keys)
  const screens = fanOut(bus)
  const joined = join({
    ...rooms,
    metrics,
    headsFile: path.join(settings.dataDir, 'cloud', 'audit-heads.jsonl'),
    ledgerRootsDir: settings.ledgerRootsDir ?? path.join(settings.dataDir, 'cloud', 'ledger-roots'),
    mint: mint ?? cannotMint,
    publish: screens.publish,
    providers: [bank(settings.bank), ...providersFrom(settings.payments, Date)],
    statements: [bankStatements(settings.bank), ...billsFrom(settings.payments, Date)],
    webUrl: settings.payments.NOVA_PUBLIC_URL,
    sendMail: settings.smtpUrl === null ? undefined : smtp(settings.smtpUrl, 'Nova-X <nova@localhost>')
  })
  bus.hearLive((siteId, topic, bytes) => {
    joined.fleet
      .hearLive(siteId, topic, bytes)
      .catch((error: unknown) => log.warn({ siteId, topic, err: String(error) }, 'a live message was lost'))
  })
  if (settings.profile === 'demo') await seedDemo({ ...rooms, ...settings, mint })
  startRoles(settings, { ...rooms, joined, metrics, screens })
  if (!has(settings, 'http')) return ''
  const http = await openDoor(settings, { ...rooms, joined, metrics })
  stops.push(http.close)
  screens.showOn(http)
  return http.listen()
}

const has = ({ role }: CloudSettings, wanted: 'http' | 'workers' | 'gateways'): boolean =>
  role === 'all' || role === wanted

type Parts = Rooms & { readonly joined: Joined; readonly metrics: Metrics }
type Shown = { clients(): number }

/** What runs besides HTTP; stopped in the opposite order. */
function startRoles(
  settings: CloudSettings,
  { database, bus, log, stops, joined, metrics, screens }: Parts & { readonly screens: Shown }
): void {
  const workers = has(settings, 'workers')
  const gateways = has(settings, 'gateways')
  const gate = gateways ? joined.startGateway() : undefined
  // What an edge has kept for days becomes durable first; its effects follow.
  const isBehind = () => gate?.isBehind() ?? false
  const listening = workers ? database.listen([...joined.listeners, relay(bus)], isBehind) : undefined
  const started = [
    runJobs(
      [
        ...joined.jobs.everywhere,
        ...(workers ? joined.jobs.workers : []),
        ...(gateways ? joined.jobs.gateways : [])
      ],
      log
    ),
    ...(listening ? [listening] : []),
    ...(workers ? [joined.startWorkers()] : []),
    ...(gate ? [gate] : [])
  ]
  metrics.measure({
    lag: async () => (await listening?.lag()) ?? [],
    streamClients: screens.clients,
    figures: openFigures(database),
    edgesInTouch: () => [...joined.fleet.mirror.sites()].filter(({ inTouch }) => inTouch).length
  })
  stops.push(async () => void (await Promise.all(started.map(async (each) => each.stop()))))
}

async function openDoor(
  settings: CloudSettings,
  { database, bus, log, joined, metrics }: Parts
): Promise<Http> {
  return openHttp(
    { ...settings, log, topics },
    {
      authenticate: joined.authenticate,
      idempotency: openIdempotency(database),
      health: {
        ready: async () => ({ database: await database.ready(), nats: bus.connected() }),
        metrics: metrics.read
      },
      onAnswered: metrics.onAnswered
    },
    [...joined.routes, aboutRoutes({ ...settings, version, demo: demoSignIns })],
    joined.outside
  )
}

/** News for screens go to this process's streams and, through NATS, to those of the other processes. */
function fanOut(bus: Bus) {
  const self = randomUUID()
  let http: Http | undefined
  const subject = 'screens'
  return {
    publish(tenantId: string, topic: string, data: unknown, audience?: Audience): void {
      http?.hub.publish(tenantId, topic, data, audience)
      // What edges say, every process hears for itself.
      if (!heardByAll.has(topic))
        bus.fanOut(subject, JSON.stringify({ from: self, tenantId, topic, data, audience }))
    },
    clients: () => http?.hub.clients() ?? 0,
    showOn(door: Http): void {
      http = door
      bus.hearFanOut((name, text) => {
        if (name !== subject) return
        const told = JSON.parse(text) as {
          from: string
          tenantId: string
          topic: string
          data: unknown
          audience?: Audience
        }
        if (told.from !== self) door.hub.publish(told.tenantId, told.topic, told.data, told.audience)
      })
    }
  }
}

const heardByAll = new Set(['connectors', 'power', 'edges'])

async function minting({ natsCredentials, natsSigningKey }: CloudSettings, keys: Keys): Promise<Mint | null> {
  const [credentials, signingSeed] = [await textOf(natsCredentials), await textOf(natsSigningKey)]
  if (credentials === null || signingSeed === null) return null
  const account = await accountOf(credentials)
  return async (siteId) =>
    mintSiteCredentials(siteId, { account, signingSeed: signingSeed.trim() }, keys.commandKey)
}

async function cannotMint(): Promise<never> {
  throw problem(503, 'credentials-unavailable', 'This cloud has no signing key (NOVA_NATS_SIGNING_KEY).')
}

const textOf = async (file: string | null): Promise<string | null> =>
  file === null ? null : readFile(file, 'utf8')

async function whenReady(database: Database): Promise<void> {
  const until = Date.now() + databaseWaitMs
  while (!(await database.ready())) {
    if (Date.now() > until) throw new Error('PostgreSQL does not answer: see NOVA_DATABASE_URL')
    await wait(databasePauseMs)
  }
}

function loggerFor({ logLevel }: CloudSettings): Logger {
  return pino({
    level: logLevel,
    base: { service: 'nova-cloud' },
    redact: ['*.password', '*.authorization', '*.otp']
  })
}

async function runAsProgram(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes('--help')) return void process.stdout.write(help)
  const settings = readSettings(process.env, args)
  const cloud = await startCloud(settings)
  const end = (): void => {
    setTimeout(() => process.exit(0), stopMs).unref()
    void cloud.stop().then(() => process.exit(0))
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  runAsProgram().catch((error: unknown) => {
    process.stderr.write(`${describe(error)}\n`)
    process.exitCode = 1
  })
}

/** One clear line for what people can mend; the stack for what they cannot. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE')
    return `The HTTP port is busy: set NOVA_HTTP_PORT to another one. (${error.message})`
  return error.cause === undefined
    ? error.message
    : `${error.message}: ${error.cause instanceof Error ? error.cause.message : 'cause unknown'}`
}
