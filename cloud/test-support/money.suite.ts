import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import type { FactOf, FactKind } from '@nova/shared-protocol/messages'
import { openBank, type BankSettings } from '../../simulators/bank/server.ts'
import { bank, type Provider } from '../contexts/payments/index.ts'
import { bankStatements, type StatementSource } from '../contexts/reconciliation/index.ts'
import type { Listener } from '../db/index.ts'
import { openHttp, type Who } from '../http/index.ts'
import { joinMoney, moneyMigrations, type Money, type MoneyNeeds } from '../join-money.ts'
import { seedMoney } from '../seed-money.ts'
import { openTestDatabase } from './postgres.ts'
import { openTestSeal } from './seal.ts'
import { until } from './until.ts'

const secret = 'webhook-secret'
export const site = { siteId: 'demo-site', timeZone: 'Asia/Shanghai' } as const
export const driverId = '11111111-1111-4111-8111-111111111111'
const otherDriver = '22222222-2222-4222-8222-222222222222'

const who = (roles: Who['roles'], more: Partial<Who> = {}): Who => ({
  tenantId: 'demo',
  userId: randomUUID(),
  roles,
  email: 'someone@nova.test',
  permissions: ['*'],
  expiresAtMs: Date.now() + 3_600_000,
  ...more
})

/** Who signs in with which token in these tests. */
export const people: Readonly<Record<string, Who>> = {
  driver: who(['driver'], { driverId, userId: driverId }),
  other: who(['driver'], { driverId: otherDriver, userId: otherDriver }),
  operator: who(['operator']),
  controller: who(['admin']),
  stranger: who(['operator'], { tenantId: 'somebody-else' })
}

export type Command = Parameters<MoneyNeeds['sendCommand']>[0]
export type Answer = {
  readonly status: number
  readonly body: Record<string, unknown> & { id: string; code?: string }
}

/**
 * The money side of the cloud on a real PostgreSQL, a real bank over HTTP and the real HTTP door; the fleet is
 * played by the test. `restart` stops and starts all that runs, `breaks` lets calls fail after their effect.
 */
export async function openMoneyWorld(faults: BankSettings['faults'] = {}) {
  const { database, close, url } = await openTestDatabase([...moneyMigrations])
  const [commands, troubles, providers]: [Command[], unknown[], Provider[]] = [[], [], []]
  const statements: StatementSource[] = []
  const statuses = new Map<string, string>()
  const breaks = { command: 0, sendsTwice: 0 }
  const audited: object[] = []
  const rootsDir = await mkdtemp(path.join(tmpdir(), 'nova-roots-'))
  const needs: MoneyNeeds = {
    database,
    now: () => Date.now(),
    ledgerRootsDir: rootsDir,
    ledgerSeal: openTestSeal(),
    providers,
    statements,
    ratingW: async () => 50_000,
    meteredWh: async () => new Map(),
    sendMail: undefined,
    webUrl: '',
    publish: () => undefined,
    onTrouble: (error) => void troubles.push(error),
    siteTimeZone: async (_, siteId) => (siteId === site.siteId ? site.timeZone : undefined),
    siteCurrency: async (_, siteId) => (siteId === site.siteId ? 'CNY' : undefined),
    fleetOfToken: async (_, uid) => (uid.startsWith('FLEET-') ? 'fleet-1' : null),
    salesTax: undefined,
    isDriver: async (_, id) => [driverId, otherDriver].includes(id),
    driverOfToken: async (_, uid) => (uid === 'TAG-DRIVER' ? driverId : null),
    audit: async (_, note) => void audited.push(note),
    connector: async (_, id) => ({
      ...site,
      chargerId: id.split(':')[0] ?? '',
      status: statuses.get(id) ?? 'available',
      sessionId: null
    }),
    keepTrace: async () => undefined,
    async sendCommand(command) {
      if (!commands.some(({ id }) => id !== undefined && id === command.id)) commands.push(command)
      if (breaks.command > 0 && breaks.command--) throw new Error('the process died after the command')
      return { id: command.id ?? randomUUID(), status: 'queued' }
    }
  }
  let money: Money = joinMoney(needs)
  const current: Listener[] = []
  const http = await openHttp(
    {
      log: pino({ level: 'silent' }),
      port: 0,
      host: '127.0.0.1',
      webDir: '/nowhere',
      topics: {},
      requestsPerMinute: 100_000,
      trustedProxies: []
    },
    {
      authenticate: async (bearer) => people[bearer],
      idempotency: {
        begin: async () => ({ kind: 'new' }),
        answered: async () => undefined,
        release: async () => undefined
      },
      health: { ready: async () => ({}), metrics: async () => ({ type: 'text/plain', text: '' }) },
      onAnswered: () => undefined
    },
    money.routes,
    money.outside
  )
  const address = await http.listen()
  const webhook = { url: `${address}/gateways/payments/bank/events`, secret }
  const theBank = await openBank({ port: 0, key: 'k', webhook, faults, log: () => undefined })
  providers.push(bank({ url: theBank.url, key: 'k', webhookSecret: secret, patienceMs: 400 }))
  statements.push(bankStatements({ url: theBank.url, key: 'k' }))
  await seedMoney(database, { tenantId: 'demo', siteId: site.siteId, driverId })
  const start = () => {
    current.splice(0, current.length, ...money.listeners)
    return { workers: money.start(), log: database.listen(current) }
  }
  let running = start()
  const stop = async (): Promise<void> => {
    await Promise.all([running.workers.stop(), running.log.stop()])
  }
  const call = async (as: string, method: string, where: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${address}/api/v1${where}`, {
      method,
      headers: { authorization: `Bearer ${as}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {})
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
  return {
    database,
    url,
    bank: theBank,
    address,
    commands,
    statuses,
    breaks,
    audited,
    troubles,
    call,
    async restart() {
      await stop()
      money = joinMoney(needs)
      running = start()
    },
    /** A fact of the site, as the gateway writes it. */
    async fact<Kind extends FactKind>(fact: FactOf<Kind>, times = 1): Promise<void> {
      const event = {
        kind: fact.kind,
        key: site.siteId,
        body: { siteId: site.siteId, fact, sequence: 1, epoch: 1 }
      }
      await database.tenant('demo', async (tx) => tx.emit(...Array.from({ length: times }, () => event)))
    },
    async settled(commandId: string, status: 'rejected' | 'expired', error: string): Promise<void> {
      const body = { commandId, siteId: site.siteId, chargerId: 'CP', action: 'start', status, error }
      await database.tenant('demo', async (tx) =>
        tx.emit({ kind: 'fleet.command-settled.v1', key: site.siteId, body })
      )
    },
    startOf: async (sessionId: string): Promise<Command> =>
      until(`the start of ${sessionId}`, () =>
        commands.find(({ action, payload }) => action === 'start' && payload['sessionId'] === sessionId)
      ),
    async close() {
      await stop()
      await theBank.close()
      await http.close()
      await close()
      await rm(rootsDir, { recursive: true, force: true })
    }
  }
}

export type MoneyWorld = Awaited<ReturnType<typeof openMoneyWorld>>

export type Charge = {
  readonly connectorId?: string
  readonly startedAt?: string
  readonly wh?: readonly number[] // Energy of each half hour.
  readonly tokenUid?: string
  readonly review?: FactOf<'session.ended.v1'>['review']
  readonly times?: number
}

const halfHourMs = 1_800_000
const at = (from: string, ms: number): string => new Date(Date.parse(from) + ms).toISOString()

/** What a charger reports of a session: start, a register each half hour, end; each fact `times` times. */
export async function chargeAt(world: MoneyWorld, sessionId: string, charge: Charge = {}): Promise<number> {
  const {
    connectorId = 'CP1:1:1',
    startedAt = '2026-03-02T01:00:00Z',
    wh = [5_000, 7_500],
    times = 1
  } = charge
  const [chargerId = '', evse, connector] = connectorId.split(':')
  const tokenUid = charge.tokenUid ?? `NV${sessionId.replaceAll('-', '').slice(0, 18).toUpperCase()}`
  await world.fact(
    {
      kind: 'session.started.v1',
      sessionId,
      chargerId,
      evseId: Number(evse),
      connectorId: Number(connector),
      transactionId: '1',
      tokenUid,
      startedAt,
      meterStartWh: 1_000_000,
      reservationId: null,
      commandId: null,
      offline: false,
      tariff: { tariffId: 'demo-tou', version: 1 }
    },
    times
  )
  let registerWh = 1_000_000
  for (const [index, each] of wh.entries()) {
    registerWh += each
    const reading = { at: at(startedAt, (index + 1) * halfHourMs), registerWh, trust: 'good' as const }
    await world.fact({ kind: 'session.reading.v1', sessionId, reading }, times)
  }
  await world.fact(
    {
      kind: 'session.ended.v1',
      sessionId,
      endedAt: at(startedAt, wh.length * halfHourMs),
      meterStopWh: registerWh,
      energyWh: registerWh - 1_000_000,
      stopReason: 'ev-disconnected',
      tokenUid: null,
      review: [...(charge.review ?? [])]
    },
    times
  )
  return registerWh - 1_000_000
}
