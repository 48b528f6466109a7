import { setImmediate as settle } from 'node:timers/promises'
import { Charger, type Allocation, type Reading, type SiteLimit } from '@nova/shared-protocol/model'
import type { PowerSite } from '../core/allocator/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Deed, Fallback, SetPoint } from '../drivers/contract.ts'
import { openControlLoop } from './loop.ts'
import type { Alarm, Cap, CloudContact, ControlLoop, Needs, Removed } from './needs.ts'

/** A clock that stands until it is turned; promises settle between timers. */
export function handClock(): Needs['clock'] & { turn(milliseconds: number): Promise<void> } {
  let nowMs = 0
  let timers: { atMs: number; work: () => void }[] = []
  return {
    monotonicMs: () => nowMs,
    instant: () => new Date(Date.UTC(2026, 2, 1, 10) + nowMs).toISOString(),
    after(milliseconds, work) {
      const timer = { atMs: nowMs + milliseconds, work }
      timers = [...timers, timer].toSorted((a, b) => a.atMs - b.atMs)
      return {
        cancel: () => {
          timers = timers.filter((each) => each !== timer)
        }
      }
    },
    async turn(milliseconds) {
      const endMs = nowMs + milliseconds
      for (let due = timers[0]; due !== undefined && due.atMs <= endMs; due = timers[0]) {
        timers = timers.slice(1)
        nowMs = due.atMs
        due.work()
        await settle()
      }
      nowMs = endMs
      await settle()
    }
  }
}

export const siteOf = (
  ids: readonly string[],
  limitA: number,
  changes: Partial<PowerSite> & { readonly managed?: boolean } = {}
): PowerSite => ({
  grid: { limitA: [limitA, limitA, limitA], voltageV: 230, baseLoadReserveW: 0 },
  circuits: [],
  chargers: ids.map((id) =>
    Charger.parse({
      id,
      protocol: 'ocpp1.6',
      identity: id,
      fallbackA: 6,
      managed: changes.managed ?? true,
      evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_080 }] }]
    })
  ),
  failsafe: { cloudSilentSeconds: 120, limitW: null, meterSilentSeconds: 5 },
  timeZone: 'Asia/Shanghai',
  ...changes
})

/** Everything a test turns and reads. What a charger answers is `answers(point)`. */
export type Stage = {
  readonly clock: ReturnType<typeof handClock>
  readonly points: SetPoint[]
  readonly fallbacks: Fallback[]
  readonly stops: string[]
  readonly asked: string[] // For a reading out of turn.
  readonly raised: string[]
  readonly cleared: string[]
  readonly changes: Allocation[]
  readonly warnings: string[]
  readonly remembered: Map<string, Fallback>
  removed: readonly Removed[]
  readonly sessions: Map<string, string>
  readonly readings: Map<string, { readonly reading: Reading; readonly heardAtMs: number }>
  readonly connected: Set<string>
  readonly caps: Map<string, Cap>
  readonly counted: { missed: number; accepted: number; rejected: number; failed: number }
  site: PowerSite
  limits: SiteLimit[]
  cloud: CloudContact | null
  meter: { reading: Reading; takenAtMs: number } | null
  hasMeter: boolean
  joined: Pick<Needs, 'beyondMeter' | 'devices' | 'terms' | 'said' | 'strategy' | 'phases'>
  answers: (point: SetPoint) => Promise<Deed>
  stores: (fallback: Fallback) => Promise<Deed>
  asks: () => Promise<Deed>
  open(): ControlLoop
  /** The set-point that the charger was told last. */
  told(chargerId: string): number | undefined
}

export const accepted: Deed = { kind: 'accepted', answer: null }
export const rejected: Deed = { kind: 'rejected', answer: null }

export function stage(site: PowerSite): Stage {
  const set: Stage = {
    clock: handClock(),
    points: [],
    fallbacks: [],
    stops: [],
    asked: [],
    raised: [],
    cleared: [],
    changes: [],
    warnings: [],
    remembered: new Map(),
    removed: [],
    sessions: new Map(),
    readings: new Map(),
    connected: new Set(site.chargers.map(({ id }) => id)),
    caps: new Map(),
    counted: { missed: 0, accepted: 0, rejected: 0, failed: 0 },
    site,
    limits: [],
    cloud: null,
    meter: null,
    hasMeter: false,
    joined: {},
    answers: async () => accepted,
    stores: async () => accepted,
    asks: async () => accepted,
    open: () => openControlLoop(needsOf(set)),
    told: (chargerId) => set.points.findLast((point) => point.chargerId === chargerId)?.limitMilliA
  }
  return set
}

/** Three phases alike. */
export const reading = (amps: number): Reading => ({
  at: '2026-03-01T10:00:00Z',
  currentMilliA: [amps * 1000, amps * 1000, amps * 1000],
  powerW: amps * 690
})

/** The chargers' meters tell what they were last told to take. */
export function obey(set: Stage): void {
  for (const id of set.sessions.keys())
    set.readings.set(id, { reading: reading((set.told(id) ?? 0) / 1000), heardAtMs: set.clock.monotonicMs() })
}

export async function pass(set: Stage, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    obey(set)
    await set.clock.turn(1000)
  }
}

function needsOf(set: Stage): Needs {
  return {
    ...set.joined,
    clock: set.clock,
    site: () => set.site,
    views: () => set.site.chargers.map(({ id }) => viewOf(set, id)),
    limits: () => set.limits,
    caps: () => set.caps,
    meter: set.hasMeter ? { latest: () => set.meter } : null,
    cloud: () => set.cloud,
    chargers: {
      isConnected: (id) => set.connected.has(id),
      setPoint: (point) => {
        set.points.push(point)
        return set.answers(point)
      },
      fallback: (fallback) => {
        set.fallbacks.push(fallback)
        return set.stores(fallback)
      },
      perform: async (id, { action }) => {
        if (action === 'trigger') {
          set.asked.push(id)
          return set.asks()
        }
        set.stops.push(`${action} ${id}`)
        return accepted
      }
    },
    memory: {
      fallbacks: () => [...set.remembered.values()],
      removed: () => set.removed,
      keepRemoved: async (all) => {
        set.removed = all
      },
      remember: async (fallback) => {
        set.remembered.set(fallback.chargerId, fallback)
      }
    },
    alarms: {
      raise: ({ code, subject }: Alarm) => set.raised.push(`${code} ${subject}`),
      clear: (code, subject) => set.cleared.push(`${code} ${subject}`)
    },
    allocated: () => undefined,
    limitChanged: (allocation) => set.changes.push(allocation),
    metrics: {
      cycle: () => undefined,
      missed: (cycles) => {
        set.counted.missed += cycles
      },
      setPoint: (result) => {
        set.counted[result]++
      }
    },
    log: { warn: (detail, message) => set.warnings.push(`${message} ${JSON.stringify(detail)}`) }
  }
}

function viewOf(set: Stage, chargerId: string): ConnectorView {
  const transactionId = set.sessions.get(chargerId)
  const read = set.readings.get(chargerId)
  const session = {
    sessionId: transactionId ?? '',
    transactionId: transactionId ?? '',
    tokenUid: 'TAG',
    startedAt: '2026-03-01T10:00:00Z',
    meterStartWh: 0,
    energyWh: null,
    suspendedBy: null
  }
  return {
    chargerId,
    evseId: 1,
    connectorId: 1,
    connected: set.connected.has(chargerId),
    status: 'charging',
    errorCode: null,
    statusAt: null,
    session: transactionId === undefined ? null : session,
    reading: read?.reading ?? null,
    readingHeardAtMs: read?.heardAtMs ?? null
  }
}
