import { randomUUID } from 'node:crypto'
import type { Fact, LiveConnector } from '@nova/shared-protocol/messages'
import type { Test } from 'tap'
import type { LoggedEvent } from '../../db/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { createCharger, NewCharger } from './chargers.ts'
import { migrations } from './index.ts'

export const box = { seal: (text: string) => `sealed:${text}`, open: (sealed: string) => sealed.slice(7) }

/** A database with the fleet's tables and, when asked for, chargers at their sites, for tenant `a`. */
export async function openFleetDatabase(t: Test, chargers: Readonly<Record<string, string>> = {}) {
  const { database, close } = await openTestDatabase([migrations])
  t.teardown(close)
  const rows = async <Row extends object>(sql: string, ...values: unknown[]): Promise<Row[]> =>
    database.tenant('a', async (tx) => tx.query<Row>(sql, values))
  for (const [id, siteId] of Object.entries(chargers))
    await database.tenant('a', async (tx) => createCharger(tx, box, chargerOf(id, siteId)))
  return { database, rows }
}

export const chargerOf = (id: string, siteId: string, more: object = {}): NewCharger =>
  NewCharger.parse({
    id,
    siteId,
    protocol: 'ocpp1.6',
    identity: id,
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }],
    ...more
  })

export const connectorOf = (chargerId: string, more: Partial<LiveConnector> = {}): LiveConnector => ({
  chargerId,
  evseId: 1,
  connectorId: 1,
  status: 'available',
  errorCode: null,
  sessionId: null,
  tokenUid: null,
  powerW: 0,
  energyWh: null,
  costMinor: null,
  socPercent: null,
  limitW: 11_000,
  limitReason: 'wiring',
  updatedAt: '2026-11-21T10:00:00Z',
  ...more
})

let events = 0

/** A fact of an edge as the log holds it. */
export const told = (siteId: string, fact: Fact): LoggedEvent => ({
  id: ++events,
  tenantId: 'a',
  partition: 0,
  kind: fact.kind,
  key: siteId,
  body: { siteId, fact, sequence: events, epoch: 1 },
  at: '2026-11-21T10:00:00Z'
})

export const raisedAlarm = (
  alarmId: string = randomUUID(),
  detail = 'd'
): Extract<Fact, { kind: 'alarm.raised.v1' }> => ({
  kind: 'alarm.raised.v1',
  alarmId,
  code: 'meter-silent',
  severity: 'urgent',
  subject: 'grid-meter',
  at: '2026-11-21T10:00:00Z',
  detail,
  advice: 'look'
})
