import type { CommandStatus, SectionBody } from '@nova/shared-protocol/messages'
import type { Database, Listener, Migrations, Tx } from '../../db/index.ts'
import type { Audience, Routes } from '../../http/index.ts'
import { chargersSection, type Box, type Wiring } from './chargers.ts'
import { openDispatch, type Dispatch } from './dispatch.ts'
import { listeners, type Needs as ListenerNeeds } from './listeners.ts'
import { openMirror, type Heard, type Mirror } from './mirror.ts'
import { announce } from './announce.ts'
import { connectorById } from './queries.ts'
import { allRoutes } from './routes.ts'
import { tokensSection, type PriceGroups } from './tokens.ts'
import type { ConnectorView } from './view.ts'

export { createCharger, NewCharger } from './chargers.ts'
export { createToken, NewToken } from './tokens.ts'
export { keepTrace } from './traces.ts'
export type { NewCommand } from './commands.ts'
export { tokenByUid, tokenForEdge } from './tokens.ts'

export const migrations: Migrations = {
  context: 'fleet',
  files: [
    '0001_fleet.sql',
    '0002_fallback_may_be_automatic.sql',
    '0003_power_picture.sql',
    '0004_alarm_of_session.sql',
    '0005_traces.sql'
  ].map((file) => new URL(`./migrations/${file}`, import.meta.url))
}

export type Needs = {
  readonly database: Database
  readonly box: Box
  sign(text: string): string
  command(siteId: string, text: string, timeoutMs: number, trace: string | null): Promise<Uint8Array>
  tenantOf(siteId: string): Promise<string | undefined>
  siteExists(tx: Tx, siteId: string): Promise<void>
  /** Whether the tenant has such a driver. */
  isDriver(tx: Tx, driverId: string): Promise<boolean>
  /** Grid and circuits of a site. @throws Problem 404 */
  wiring(tx: Tx, siteId: string): Promise<Wiring>
  siteIds(tx: Tx): Promise<string[]>
  readonly waitingAt: ListenerNeeds['waitingAt']
  /** By driver, as they are now: the edges price cards by them. */
  priceGroups(tx: Tx): Promise<PriceGroups>
  /** Sessions of a driver that run now: on their connectors it sees all there is to see. */
  runningSessions(tx: Tx, driverId: string): Promise<readonly string[]>
  audit(tx: Tx, note: { actor: string; act: string; subject: string; detail?: string }): Promise<void>
  publish(tenantId: string, topic: string, data: unknown, audience?: Audience): void
  commandSettled(status: CommandStatus, seconds: number): void
  readonly log: { info(fields: object, text: string): void; warn(fields: object, text: string): void }
}

export type Fleet = {
  readonly routes: readonly Routes[]
  readonly listeners: readonly Listener[]
  /** `everywhere`: in each process; the others in one role. */
  readonly jobs: readonly {
    readonly name: string
    readonly everyMs: number
    readonly role: 'everywhere' | 'gateways' | 'workers'
    run(): Promise<void>
  }[]
  /** Sections of the desired state that lie here. */
  readonly sections: {
    chargers(tx: Tx, siteId: string): Promise<SectionBody<'chargers'>>
    tokens(tx: Tx): Promise<SectionBody<'tokens'>>
  }
  readonly sendCommand: Dispatch['send']
  /** A connector as it is now; undefined when there is none of that name. */
  connector(tx: Tx, connectorId: string): Promise<ConnectorView | undefined>
  /** A live message of an edge. */
  hearLive(siteId: string, topic: string, bytes: Uint8Array): Promise<void>
  /** An edge was welcomed under this epoch. */
  greeted(greeted: {
    readonly tenantId: string
    readonly siteId: string
    readonly epoch: number
  }): Promise<void>
  readonly mirror: Mirror
}

const watchMs = 2_000
const saveMs = 2_000
const sweepMs = 2_000

/** Chargers, tokens, what the edges say of them, and commands to them. */
export function openFleet(needs: Needs): Fleet {
  const { database, box } = needs
  const heard = (news: Heard): void => announce(needs.publish, news)
  const mirror = openMirror({ database, tenantOf: needs.tenantOf, log: needs.log, heard })
  const dispatch = openDispatch({ ...needs, settled: needs.commandSettled })
  return {
    routes: allRoutes({ ...needs, mirror, dispatch }),
    listeners: listeners({
      waitingAt: needs.waitingAt,
      log: needs.log,
      alarm: (tenantId, alarm) => needs.publish(tenantId, 'alarms', alarm),
      unclaimed: (tenantId, siteId) => needs.publish(tenantId, 'unclaimed', { siteId })
    }),
    jobs: [
      { name: 'watch edges', everyMs: watchMs, role: 'everywhere', run: async () => mirror.watch() },
      { name: 'save mirror', everyMs: saveMs, role: 'gateways', run: mirror.save },
      { name: 'sweep commands', everyMs: sweepMs, role: 'workers', run: dispatch.sweep }
    ],
    sections: {
      chargers: async (tx, siteId) => chargersSection(tx, box, siteId),
      tokens: async (tx) => tokensSection(tx, await needs.priceGroups(tx))
    },
    sendCommand: dispatch.send,
    connector: async (tx, id) => connectorById(tx, mirror, id),
    hearLive: mirror.hear,
    async greeted({ tenantId, siteId, epoch }) {
      await database.tenant(tenantId, async (tx) => {
        await tx.query(
          `insert into edges (tenant_id, site_id, epoch, seen_at) values ($1, $2, $3, now())
           on conflict (tenant_id, site_id) do update set epoch = $3, seen_at = now()`,
          [tx.tenantId, siteId, epoch]
        )
      })
      await dispatch.resend(tenantId, siteId)
    },
    mirror
  }
}
