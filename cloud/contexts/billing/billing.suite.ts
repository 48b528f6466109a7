import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Plan } from '@nova/shared-protocol/tariff'
import type { Database, LoggedEvent } from '../../db/index.ts'
import { Problem } from '../../http/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { listeners, migrations, setSeller, type Needs } from './index.ts'
import { cdrsOf, type Cdr } from './cdrs.ts'
import type { Billable } from './model.ts'
import type { Seller } from './party.ts'

export const seller = (country: string, more: Partial<Seller> = {}): Seller => ({
  name: 'Nova Charging',
  street: 'Am Strom 1',
  city: 'Ort',
  postalCode: '12345',
  country,
  timeZone: 'UTC',
  monthly: [],
  ...more
})

/** 1.00 electricity and 0.20 service a kWh; tariff `dear` ten times that. */
const plan = (
  tariffId: string,
  currency: string,
  [electricityPrice, servicePrice]: readonly [string, string]
): Plan => ({
  tariffId,
  version: 1,
  name: tariffId,
  timeZone: 'UTC',
  validFrom: null,
  validUntil: null,
  priority: 0,
  currency,
  segments: [{ name: 'all day', start: '00:00', end: '24:00', electricityPrice, servicePrice }]
})

export type Charged = {
  readonly sessionId?: string
  readonly wh?: number
  readonly endedAt?: string
  readonly tariffId?: string
  readonly driverId?: string | null
  readonly tokenUid?: string | null
  readonly siteId?: string
  readonly tenant?: string
  readonly at?: string
}

const hourMs = 3_600_000
const usual = {
  wh: 10_000,
  endedAt: '2026-03-02T02:00:00Z',
  tariffId: 'EUR',
  tenant: 'demo',
  siteId: 's1',
  driverId: 'driver-1',
  tokenUid: null,
  at: undefined
}

/** Billing alone on a real PostgreSQL; sessions are what the test says they are. */
export async function openBillingWorld() {
  const { database, close, url } = await openTestDatabase([migrations])
  const sessions = new Map<string, Billable>()
  const onAccount = new Set<string>()
  const audited: { act: string }[] = []
  const plans = new Map(
    ['CNY', 'EUR', 'USD', 'JPY', 'KWD'].flatMap((currency) => [
      [currency, plan(currency, currency, ['1.00', '0.20'])],
      [`dear-${currency}`, plan(`dear-${currency}`, currency, ['10.00', '2.00'])]
    ])
  )
  const needs: Needs = {
    database,
    billable: async (_, id) => sessions.get(id),
    siteTimeZone: async () => 'UTC',
    pinned: async (_, { tariffId }) => plans.get(tariffId),
    fleetPaying: async (_, sessionId) => (onAccount.has(sessionId) ? 'FLEET-9' : null),
    fleetOfToken: async (_, uid) => (uid.startsWith('FLEET-') ? uid.slice(0, 7) : null),
    audit: async (_, note) => void audited.push(note),
    salesTax: async ({ region }) =>
      region === 'CA' ? { percent: '7.25', name: 'Sales tax', source: 'a port of the test' } : undefined,
    now: () => Date.parse('2026-05-10T00:00:00Z')
  }
  const [billing] = listeners(needs)
  if (!billing) throw new Error('billing listens')

  /** A session as charging tells it; returns its CDR. */
  const charged = async (charge: Charged = {}): Promise<Cdr> => {
    const { wh, endedAt, tariffId, tenant, siteId, sessionId, driverId, tokenUid, at } = {
      ...usual,
      sessionId: randomUUID(),
      ...charge
    }
    const startedAt = new Date(Date.parse(endedAt) - hourMs).toISOString()
    sessions.set(sessionId, {
      sessionId,
      siteId,
      chargerId: 'CP1',
      connectorId: 'CP1:1:1',
      driverId,
      tokenUid,
      startedAt,
      endedAt,
      energyWh: wh,
      tariff: { tariffId, version: 1 },
      readings: [
        { at: startedAt, registerWh: 1_000 },
        { at: endedAt, registerWh: 1_000 + wh }
      ]
    })
    const body = { sessionId, siteId, statedEnergyWh: null }
    const event: LoggedEvent = {
      id: 1,
      tenantId: tenant,
      partition: 0,
      kind: 'charging.session-billable.v1',
      key: sessionId,
      body,
      at: at ?? endedAt
    }
    return database.tenant(tenant, async (tx) => {
      await billing.handle(tx, [event, event])
      const [cdr, another] = await cdrsOf(tx, sessionId)
      if (!cdr || another) throw new Error('one CDR a session')
      return cdr
    })
  }
  const sells = async (who: Seller, tenant = 'demo'): Promise<void> =>
    database.tenant(tenant, async (tx) => setSeller(tx, who))
  const eventsOf = async (kind: string): Promise<Record<string, unknown>[]> => {
    const rows = await database.platform('test', async (tx) =>
      tx.query<{ body: Record<string, unknown> }>('select body from events where kind = $1 order by id', [
        kind
      ])
    )
    return rows.map(({ body }) => body)
  }
  /** Ends a connection of the server, as a crash would. */
  const kill = async (pid: number): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('select pg_terminate_backend($1)', [pid])
    await client.end()
  }
  return { kill, onAccount, database, needs, audited, charged, sells, eventsOf, close }
}

export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error))
  )

export const inTenant = <Value>(database: Database, work: Parameters<typeof database.tenant<Value>>[1]) =>
  database.tenant('demo', work)
