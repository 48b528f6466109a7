import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Fact, FactKind, FactOf } from '@nova/shared-protocol/messages'
import { Charger, type ConnectorAddress, type Token } from '@nova/shared-protocol/model'
import type { ReadingsReport, StartReport, StatusReport, StopReport } from '../drivers/contract.ts'
import { openStore, type Store } from '../store/index.ts'
import { openIntake, type IntakeConfig, type IntakeRoom, type StopWanted } from './index.ts'

/** A site with a real database in a fresh folder and a clock that is turned by hand. */
export type Site = {
  readonly store: Store
  readonly room: IntakeRoom
  readonly clock: { ms: number; online: boolean; siteLoadPercent: number | null; limitMilliA: number }
  /** The cloud's tokens by uid; what it was asked; how it takes a question. */
  readonly cloud: {
    readonly tokens: Map<string, Token>
    readonly asked: string[]
    word: 'said' | 'silent' | 'forbidden'
  }
  readonly stops: StopWanted[]
  readonly asked: ConnectorAddress[] // For their status.
  facts<Kind extends FactKind>(kind: Kind): FactOf<Kind>[]
  /** As after a crash or an orderly end: everything from the disk again. */
  restart(): Promise<void>
  close(): Promise<void>
}

export const began = Date.parse('2026-06-01T08:00:00.000Z')
export const instant = (ms: number): string => new Date(ms).toISOString()

export const charger = (id: string, more: Record<string, unknown> = {}): Charger =>
  Charger.parse({
    id,
    identity: id,
    protocol: 'ocpp1.6',
    evses: [1, 2].map((evse) => ({ id: evse, connectors: [{ id: evse, type: 'type2', maxPowerW: 22_000 }] })),
    ...more
  })

export const config: IntakeConfig = {
  chargers: [charger('CP-1'), charger('CP-2')],
  wished: [],
  tokens: {
    file: [
      { uid: 'TAG-001', type: 'ISO14443', status: 'accepted' },
      { uid: 'TAG-002', type: 'ISO14443', status: 'accepted', group: 'FLEET' },
      { uid: 'TAG-BAD', type: 'ISO14443', status: 'blocked' }
    ],
    desired: []
  },
  tariffs: {
    plans: [
      {
        tariffId: 'day',
        version: 3,
        name: 'Day',
        timeZone: 'Asia/Shanghai',
        validFrom: null,
        validUntil: null,
        priority: 0,
        currency: 'CNY',
        segments: [{ start: '00:00', end: '24:00', electricityPrice: '1.00', servicePrice: '0.50' }]
      }
    ],
    defaults: [{ tariffId: 'day' }]
  },
  offline: { unknownToken: 'refuse', maxEnergyWh: 30_000, cachedHours: 24 },
  concurrent: 'refuse',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai'
}

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

export function openSite(wanted: Partial<IntakeConfig> = {}): Site {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-intake-'))
  const clock = { ms: began, online: true, siteLoadPercent: null as number | null, limitMilliA: 16_000 }
  const stops: StopWanted[] = []
  const asked: ConnectorAddress[] = []
  const cloud: Site['cloud'] = { tokens: new Map(), asked: [], word: 'said' }
  const open = () => {
    const store = openStore({
      path: path.join(folder, 'edge.db'),
      now: () => clock.ms,
      random: () => crypto.randomUUID(),
      log: silent,
      reserveBytes: 0
    })
    const room = openIntake(
      {
        store,
        now: () => clock.ms,
        monotonic: () => clock.ms,
        chance: {
          uuid: () => crypto.randomUUID(),
          int31: () => crypto.getRandomValues(new Uint32Array(1))[0]! >>> 1
        },
        log: silent,
        cloudOnline: () => clock.online,
        askCloud: async (uid) => {
          cloud.asked.push(uid)
          if (cloud.word !== 'said') return { kind: cloud.word }
          return { kind: 'said', token: cloud.tokens.get(uid) ?? null }
        },
        limitMilliA: () => clock.limitMilliA,
        siteLoadPercent: () => clock.siteLoadPercent,
        askStop: (stop) => stops.push(stop),
        askStatus: (place) => asked.push(place)
      },
      { ...config, ...wanted }
    )
    return { store, room }
  }
  let now = open()
  return {
    clock,
    cloud,
    stops,
    asked,
    get store() {
      return now.store
    },
    get room() {
      return now.room
    },
    facts: <Kind extends FactKind>(kind: Kind) =>
      factsOf(now.store).filter((fact) => fact.kind === kind) as FactOf<Kind>[],
    async restart() {
      await now.store.close()
      now = open()
    },
    async close() {
      await now.store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const factsOf = (store: Store): Fact[] =>
  store.outbox.read('facts', 0, 10_000).map(([, , body]) => JSON.parse(body) as Fact)

/** What was handed in without waiting for it is written, and what that led to as well. */
export async function settled({ store }: Site): Promise<void> {
  for (let commit = 0; commit < 4; commit++) await store.commit(() => undefined)
}

const heard = { chargerId: 'CP-1', heardAt: instant(began), raw: '[2,"1","…",{}]' }
const place = { evseId: 1, connectorId: 1 }

export const start = (more: Partial<StartReport> = {}): StartReport => ({
  ...heard,
  ...place,
  tokenUid: 'TAG-001',
  at: instant(began),
  meterStartWh: 1000,
  reservationId: null,
  transactionId: null,
  problems: [],
  ...more
})

export const stop = (transactionId: string, more: Partial<StopReport> = {}): StopReport => ({
  ...heard,
  transactionId,
  tokenUid: null,
  at: instant(began + 3_600_000),
  meterStopWh: 11_000,
  reason: 'local',
  readings: [],
  problems: [],
  heardAt: instant(began + 3_600_000),
  ...more
})

export const readings = (
  transactionId: string | null,
  at: number,
  registerWh: number,
  more: Partial<ReadingsReport> = {}
): ReadingsReport => ({
  ...heard,
  ...place,
  heardAt: instant(at),
  heardMs: at,
  transactionId,
  readings: [{ at: instant(at), registerWh, powerW: 7000 }],
  problems: [],
  ...more
})

export const status = (word: StatusReport['status'], more: Partial<StatusReport> = {}): StatusReport => ({
  ...heard,
  ...place,
  status: word,
  suspendedBy: null,
  at: instant(began),
  errorCode: null,
  info: null,
  ...more
})

export const link = { address: '10.0.0.7', protocol: 'ocpp1.6' as const, at: instant(began) }
