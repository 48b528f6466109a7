import type { Bus } from './bus/index.ts'
import { readSession, runningSessions, waitingAt } from './contexts/charging/index.ts'
import * as fleet from './contexts/fleet/index.ts'
import * as identity from './contexts/identity/index.ts'
import * as sites from './contexts/sites/index.ts'
import * as telemetry from './contexts/telemetry/index.ts'
import type { Database, Listener, Migrations, Tx } from './db/index.ts'
import * as edge from './gateways/edge/index.ts'
import { isStaff, type Audience, type Authenticate, type Routes, type Topics } from './http/index.ts'
import { joinMoney, moneyMigrations, type Money, type MoneyNeeds } from './join-money.ts'
import { desiredSources, groupsNow, type Mint } from './join-desired.ts'
import type { Keys } from './keys.ts'

/** Who hears which topic of the stream; drivers hear only what is theirs. */
export const topics: Topics = {
  connectors: ['admin', 'operator', 'utility', 'oem', 'driver'],
  sessions: ['admin', 'operator', 'driver'],
  notifications: ['admin', 'operator', 'driver'],
  power: ['admin', 'operator', 'utility'],
  edges: ['admin', 'operator', 'utility', 'oem'],
  alarms: ['admin', 'operator', 'utility', 'oem'],
  unclaimed: ['admin', 'operator']
}

export const migrations: readonly Migrations[] = [
  identity.migrations,
  sites.migrations,
  fleet.migrations,
  telemetry.migrations,
  edge.migrations,
  ...moneyMigrations
]

export type Log = edge.Needs['log']

export type Parts = Pick<MoneyNeeds, 'providers' | 'statements' | 'sendMail' | 'webUrl'> & {
  /** Where the ledgers' signed roots are kept, outside the database. */
  readonly ledgerRootsDir: string
  readonly database: Database
  readonly bus: Bus
  readonly keys: Keys
  readonly headsFile: string
  readonly mint: Mint
  readonly log: Log
  readonly metrics: {
    count(what: string, by: number, reason?: string): void
    lag(seconds: number): void
    commandSettled(result: string, seconds: number): void
  }
  publish(tenantId: string, topic: string, data: unknown, audience?: Audience): void
}

export type Job = { readonly name: string; readonly everyMs: number; run(): Promise<void> }

export type Joined = {
  readonly authenticate: Authenticate
  readonly routes: readonly Routes[]
  readonly outside: readonly Routes[]
  readonly listeners: readonly Listener[]
  readonly jobs: {
    readonly everywhere: readonly Job[]
    readonly workers: readonly Job[]
    readonly gateways: readonly Job[]
  }
  readonly fleet: fleet.Fleet
  startWorkers(): { stop(): Promise<void> }
  startGateway(): edge.Gate
}

/** Puts the contexts together: who needs what of whom stands here. */
export function join(parts: Parts): Joined {
  const { database, keys } = parts
  const people = identity.openIdentity({
    database,
    keys: keys.access,
    box: keys.box,
    seal: keys,
    headsFile: parts.headsFile,
    log: parts.log
  })
  const tenantOf = sites.openTenantOf(database)
  const devices = openDevices(parts, tenantOf)
  const money = joinMoney(moneyNeeds(parts, devices))
  const places = openPlaces(parts, devices, money)
  const curves = telemetry.openTelemetry({ database, siteExists, maySeeSession })
  const inRole = (role: string): Job[] => devices.jobs.filter((job) => job.role === role)
  return {
    authenticate: people.authenticate,
    routes: [...people.routes, places.routes, ...devices.routes, curves.routes, ...money.routes],
    outside: money.outside,
    listeners: [people, places, devices, curves, money].flatMap(({ listeners }) => listeners),
    jobs: {
      everywhere: inRole('everywhere'),
      gateways: inRole('gateways'),
      workers: [...people.jobs, ...curves.jobs, ...money.jobs, ...inRole('workers')]
    },
    fleet: devices,
    startWorkers: money.start,
    startGateway: () => edge.openEdgeGateway(gatewayNeeds(parts, { tenantOf, places, devices }))
  }
}

type TenantOf = (siteId: string) => Promise<string | undefined>

function openDevices(parts: Parts, tenantOf: TenantOf): fleet.Fleet {
  return fleet.openFleet({
    ...parts,
    box: parts.keys.box,
    sign: parts.keys.sign,
    command: parts.bus.command,
    tenantOf,
    siteExists,
    isDriver: identity.isDriver,
    wiring: sites.siteById,
    siteIds: sites.siteIds,
    priceGroups: groupsNow,
    runningSessions,
    waitingAt,
    audit: identity.noteAudit,
    commandSettled: parts.metrics.commandSettled
  })
}

function openPlaces({ database, log, mint, bus }: Parts, devices: fleet.Fleet, money: Money): sites.Sites {
  return sites.openSites({
    database,
    log,
    audit: identity.noteAudit,
    mint,
    push: bus.publishDesired,
    ask: bus.ask,
    ...desiredSources(devices, money)
  })
}

const siteExists = async (tx: Tx, siteId: string): Promise<void> => void (await sites.siteById(tx, siteId))

const maySeeSession: telemetry.Needs['maySeeSession'] = async (tx, who, sessionId) => {
  const session = await readSession(tx, sessionId)
  return (
    session !== undefined &&
    (isStaff(who) || (who.driverId !== undefined && session.driver_id === who.driverId))
  )
}

function moneyNeeds(parts: Parts, devices: fleet.Fleet): Parameters<typeof joinMoney>[0] {
  return {
    ...parts,
    now: () => Date.now(),
    isDriver: identity.isDriver,
    ledgerSeal: sealOf(parts.keys),
    sendCommand: devices.sendCommand,
    keepTrace: fleet.keepTrace,
    connector: devices.connector,
    ratingW: async (tx, connectorId) => (await devices.connector(tx, connectorId))?.maxPowerW ?? null,
    meteredWh: telemetry.meteredWh,
    driverOfToken: async (tx, uid) => (await fleet.tokenByUid(tx, uid))?.driverId ?? null,
    fleetOfToken: async (tx, uid) => (await fleet.tokenByUid(tx, uid))?.groupId ?? null,
    salesTax: undefined, // No provider is built in; billing asks it for sites in the United States.
    siteTimeZone: sites.siteTimeZone,
    siteCurrency: sites.siteCurrency,
    audit: identity.noteAudit,
    onTrouble: (error) => parts.log.warn({ err: String(error) }, 'a worker had trouble, it tries again')
  }
}

/** Signs the ledgers' roots; asked for when it signs, since the API can be described without keys. */
const sealOf = (keys: Keys): MoneyNeeds['ledgerSeal'] => ({
  sign: (text) => keys.sign(text),
  verify: (text, signature) => keys.verify(text, signature),
  publicKey: () => keys.commandKey
})

type Gate = { readonly tenantOf: TenantOf; readonly places: sites.Sites; readonly devices: fleet.Fleet }

function gatewayNeeds(parts: Parts, { tenantOf, places, devices }: Gate): edge.Needs {
  return {
    ...parts,
    count: parts.metrics.count,
    lag: parts.metrics.lag,
    tenantOf,
    token: async (tx, uid) => fleet.tokenForEdge(tx, uid, await groupsNow(tx)),
    saveHistory: telemetry.saveSamples,
    greeted({ tenantId, siteId, epoch, hello }) {
      const failed = (error: unknown): void =>
        parts.log.warn(
          { siteId, err: String(error) },
          'an edge could not be brought up to date; its next hello does it'
        )
      places.greet(tenantId, siteId, hello.desired).catch(failed)
      devices.greeted({ tenantId, siteId, epoch }).catch(failed)
    }
  }
}
