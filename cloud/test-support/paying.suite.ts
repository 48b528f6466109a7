import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { Money } from '@nova/shared-protocol/units'
import { openBank } from '../../simulators/bank/server.ts'
import { listeners as ledgerListeners } from '../contexts/ledger/listeners.ts'
import { migrations as ledgerMigrations, postAll } from '../contexts/ledger/index.ts'
import { balanceOf } from '../contexts/ledger/queries.ts'
import {
  addMethod,
  bank,
  migrations,
  openPayments,
  savePolicy,
  type Provider
} from '../contexts/payments/index.ts'
import { bankStatements } from '../contexts/reconciliation/index.ts'
import { houses, type Opened } from '../gateways/payments/houses.suite.ts'
import { openHttp, type Who } from '../http/index.ts'
import { openTestDatabase } from './postgres.ts'
import { until } from './until.ts'

export type Event = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Takes what the houses tell, with every answer they like, and hands nothing on: the test decides what arrives. */
async function openRecorder() {
  const heard: Event[] = []
  const server = createServer((request, reply) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !/^(host|connection|content-length|transfer-encoding)$/.test(name)
          ? [[name, value] as const]
          : []
      )
      heard.push({
        path: request.url ?? '',
        headers: Object.fromEntries(headers),
        body: Buffer.concat(parts)
      })
      reply.end('success')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { heard, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

const who = (userId: string, roles: Who['roles'], tenantId = 'demo'): Who => ({
  tenantId,
  userId,
  roles,
  email: 'someone@nova.test',
  permissions: ['*'],
  expiresAtMs: Date.now() + 3_600_000,
  ...(roles.includes('driver') ? { driverId: userId } : {})
})

/** `driver:{id}`, `admin:{id}`, `stranger:{id}`: the bearer says who it is. */
function whoOf(bearer: string): Who | undefined {
  const [role, id = ''] = bearer.split(':')
  if (role === 'driver' || role === 'admin') return who(id, [role])
  return role === 'stranger' ? who(id, ['admin', 'operator'], 'somebody-else') : undefined
}

/** The bank has no house of the gateways: it is opened here, in the same shape. */
async function openBankHouse(hookUrl: string): Promise<Opened> {
  const webhook = { url: `${hookUrl}/bank/events`, secret: 's' }
  const house = await openBank({
    port: 0,
    key: 'k',
    webhook,
    faults: { webhookForged: 1 },
    log: () => undefined
  })
  return {
    provider: bank({ url: house.url, key: 'k', webhookSecret: 's', patienceMs: 500 }),
    url: house.url,
    method: 'card-1',
    badMethod: 'card-declined',
    currency: 'CNY',
    pay: async () => undefined,
    bills: { ...bankStatements({ url: house.url, key: 'k' }) },
    tamper: () => undefined, // Seeded in the bank's own tests.
    close: house.close
  }
}

export type Ending = { readonly sessionId: string; readonly driverId: string; readonly total: Money }

/** Payments and the ledger on a real PostgreSQL with every provider's house; charging and billing are the test's. */
export async function openPayingWorld() {
  const { database, close } = await openTestDatabase([migrations, ledgerMigrations])
  const recorder = await openRecorder()
  const hookUrl = `${recorder.url}/gateways/payments`
  const opened = new Map<string, Opened>([['bank', await openBankHouse(hookUrl)]])
  for (const [name, open] of Object.entries(houses))
    opened.set(name, await open({ hookUrl, faults: { webhookForged: 1 } }))
  const providers: Provider[] = [...opened.values()].map(({ provider }) => provider)
  const costs = new Map<string, { cost: Money; startedAt: string }>()
  const [stops, troubles, logged]: [string[], unknown[], string[]] = [[], [], []]
  const audited: { act: string; subject: string }[] = []
  const clock = { aheadMs: 0 }
  const now = (): number => Date.now() + clock.aheadMs
  const paying = openPayments({
    database,
    providers,
    books: {
      async post(tx, transfers, at) {
        const posted = await postAll(tx, [{ transfers, at }])
        return posted.ok ? undefined : posted.fault
      },
      balance: balanceOf
    },
    now,
    isDriver: async () => true, // Who drives is known to identity, which has no part here.
    audit: async (_, note) => void audited.push(note),
    onTrouble: (error) => void troubles.push(error),
    runningCost: async (_, sessionId) => costs.get(sessionId),
    stopSession: async (_, { sessionId }) => void stops.push(sessionId)
  })
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const http = await openHttp(
    {
      log,
      port: 0,
      host: '127.0.0.1',
      webDir: '/nowhere',
      topics: {},
      requestsPerMinute: 100_000,
      trustedProxies: []
    },
    {
      authenticate: async (bearer) => whoOf(bearer),
      idempotency: {
        begin: async () => ({ kind: 'new' }),
        answered: async () => undefined,
        release: async () => undefined
      },
      health: { ready: async () => ({}), metrics: async () => ({ type: 'text/plain', text: '' }) },
      onAnswered: () => undefined
    },
    [...paying.routes],
    [paying.outside]
  )
  const address = await http.listen()
  const workers = paying.start()
  const listening = database.listen([...paying.listeners, ...ledgerListeners()])
  await database.tenant('demo', async (tx) =>
    savePolicy(tx, {
      providers: [...opened.keys(), 'wallet', 'invoice-later'],
      confirmAboveMinor: 1_000_000,
      twoPeopleAboveMinor: 2_000_000,
      marginPercent: 10,
      laterCharges: 'with-consent',
      walletRefundFeePercent: 2
    })
  )
  return {
    database,
    address,
    opened,
    recorder,
    costs,
    stops,
    troubles,
    audited,
    logged,
    clock,
    /** `line` is method and path: `GET /wallet`. */
    async call(as: string, line: string, body?: object, key: string = randomUUID()) {
      const [method = '', path = ''] = line.split(' ')
      const answer = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${as}`,
          'idempotency-key': key,
          ...(body ? { 'content-type': 'application/json' } : {})
        },
        ...(body ? { body: JSON.stringify(body) } : {})
      })
      const text = await answer.text()
      return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
    },
    async addMethod(driverId: string, provider: string, reference: string): Promise<string> {
      const id = `${provider}-${driverId}`.slice(0, 64)
      await database.tenant('demo', async (tx) =>
        addMethod(tx, { id, driverId, provider, reference, label: provider })
      )
      return id
    },
    /** Charging asks for a hold, as its event says it. */
    async start(driverId: string, paymentMethodId: string, hold: Money): Promise<string> {
      const sessionId = randomUUID()
      const body = { sessionId, siteId: 's', driverId, connectorId: 'c', paymentMethodId, hold }
      await database.tenant('demo', async (tx) =>
        tx.emit({ kind: 'charging.start-requested.v1', key: sessionId, body })
      )
      return sessionId
    },
    /** Billing has made the bill, as its event says it. */
    async bill({ sessionId, driverId, total }: Ending): Promise<void> {
      const body = {
        cdrId: randomUUID(),
        invoiceId: randomUUID(),
        invoiceNumber: '1',
        sessionId,
        siteId: 's',
        driverId,
        tokenUid: null,
        total,
        energyWh: '10000',
        tariffId: 't',
        tariffVersion: 1
      }
      await database.tenant('demo', async (tx) =>
        tx.emit({ kind: 'billing.cdr-issued.v1', key: sessionId, body })
      )
    },
    /** Billing takes the bill back and puts another in its place (0: none), as its event says it. */
    async correct({ sessionId, driverId, total }: Ending, before: number): Promise<string> {
      const correctionId = randomUUID()
      const issued = (amountMinor: number) => ({
        cdrId: randomUUID(),
        invoiceId: randomUUID(),
        invoiceNumber: '1',
        total: { ...total, amountMinor }
      })
      const more = { energyWh: '9000', tariffId: 't', tariffVersion: 1 }
      const body = {
        correctionId,
        sessionId,
        siteId: 's',
        driverId,
        tokenUid: null,
        original: { cdrId: randomUUID(), total: { ...total, amountMinor: before } },
        credit: issued(0 - before),
        replacement: total.amountMinor === 0 ? null : { ...issued(total.amountMinor), ...more },
        difference: { ...total, amountMinor: total.amountMinor - before },
        reason: 'meter exchanged',
        requestedBy: 'anna',
        approvedBy: 'bert'
      }
      await database.tenant('demo', async (tx) =>
        tx.emit({ kind: 'billing.cdr-corrected.v1', key: sessionId, body })
      )
      return correctionId
    },
    async abandon(sessionId: string): Promise<void> {
      const body = { sessionId, siteId: 's', driverId: null, tokenUid: null, code: 'x', detail: 'x' }
      await database.tenant('demo', async (tx) =>
        tx.emit({ kind: 'charging.start-abandoned.v1', key: sessionId, body })
      )
    },
    paymentIs: async (id: string, status: string, patience = true) =>
      until(`payment ${id} ${status}`, async () => {
        const row = await database.tenant('demo', async (tx) =>
          tx.maybe<{
            status: string
            captured_minor: number
            amount_minor: number
            last_error: string | null
          }>('select status, captured_minor, amount_minor, last_error from payments where id = $1', [id])
        )
        return row?.status === status || !patience ? row : undefined
      }),
    balance: async (party: string, purpose: string, currency: string) =>
      database.tenant('demo', async (tx) => balanceOf(tx, currency, { party, purpose })),
    /** What is set aside and neither taken nor let go. */
    pending: async (party: string) =>
      database.tenant('demo', async (tx) => {
        const { open } = await tx.one<{ open: number }>(
          `select count(*) as open from ledger_entries e join ledger_accounts a on a.id = e.account_id
           join ledger_transfers t on t.sequence = e.sequence
           where a.party = $1 and t.phase = 'pending'
             and not exists (select from ledger_transfers r where r.resolves = t.key)`,
          [party]
        )
        return open
      }),
    transfers: async () =>
      database.tenant('demo', async (tx) => {
        const { count } = await tx.one<{ count: number }>('select count(*) as count from ledger_transfers')
        return count
      }),
    async quiet(): Promise<void> {
      await until('listeners have read all', async () =>
        (await listening.lag()).every(({ behind }) => behind === 0)
      )
    },
    async deliver({ path, headers, body }: Event): Promise<{ status: number; text: string }> {
      const answer = await fetch(`${address}${path}`, { method: 'POST', headers, body: new Uint8Array(body) })
      return { status: answer.status, text: await answer.text() }
    },
    async close() {
      await workers.stop()
      await listening.stop()
      for (const each of opened.values()) await each.close()
      recorder.close()
      await http.close()
      await close()
    }
  }
}

export type PayingWorld = Awaited<ReturnType<typeof openPayingWorld>>
