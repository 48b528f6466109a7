import type { Status16 } from '@nova/shared-protocol/codecs/ocpp'
import {
  newOutlet,
  registerWh,
  usualConfiguration,
  type Body,
  type Outlet,
  type OutletOptions
} from './body.ts'
import { offers, powerW } from './power.ts'
import { tempers, type Temper } from './tempers.ts'
import { socPercent, type Vehicle } from './vehicle.ts'

export type ChargePointOptions = {
  readonly url: string // Up to the identity: ws://127.0.0.1:9220/ocpp
  readonly identity: string
  readonly password?: string | null
  readonly outlets?: readonly OutletOptions[] // One type 2 outlet, 32 A on three phases, when left out.
  readonly temper?: Temper
  readonly voltageV?: number
  readonly startMs?: number // The station's clock at the beginning; now when left out.
  readonly configuration?: Readonly<Record<string, string>>
  readonly stateFile?: string | null // Registers and backlog survive in it.
  readonly patienceMs?: number // How long the station waits for an answer, in real time.
  readonly chance?: () => number // 0 to 1, for the pauses between tries to connect.
}

/** What a person sees who stands before the station. */
export type OutletView = {
  readonly number: number
  readonly status: Status16
  readonly plugged: boolean
  readonly idTag: string | null
  readonly transactionId: number | null
  readonly registerWh: number
  readonly powerW: number
  readonly drawnMilliA: number
  readonly offeredMilliA: number | null
  readonly socPercent: number | null
}

export type Swipe = 'started' | 'waits-for-car' | 'stopped' | 'refused'

export type ChargePoint = {
  readonly identity: string
  /** Switches the station on: it connects, boots, and connects again whenever it has to. */
  switchOn(): void
  /** The cable to the network is pulled, and put back. */
  goOffline(): void
  goOnline(): void
  plugIn(outlet: number, vehicle: Vehicle): void
  unplug(outlet: number): void
  /** A card is held before the reader: starts, or stops what the same card has started. */
  swipe(outlet: number, idTag: string): Promise<Swipe>
  /** A button at the station. */
  stop(outlet: number, reason: string): void
  /** `NoError` repairs. */
  fault(outlet: number, errorCode: string): void
  /** Power is lost and comes back: registers and backlog stay, the transactions end with PowerLoss. */
  powerCut(): void
  /** Turns the station's clock; all that falls due on the way happens. */
  advance(ms: number): void
  /** Lets the clock run by itself, `speed` times as fast as the real one. @returns stop */
  run(speed: number): () => void
  /** Current on the station's own L1, L2, L3. */
  drawnMilliA(): readonly [number, number, number]
  outlets(): readonly OutletView[]
  isOnline(): boolean
  /** Why the last connection ended or never came about; null while it stands. */
  whyOffline(): string | null
  /** The station's own list of cards: its version, and those it lets charge without asking. */
  localList(): { readonly version: number; readonly accepted: readonly string[] }
  /** Transaction messages that wait for an answer, and how many were given up. */
  backlog(): { readonly waiting: number; readonly lost: number }
  /** Resolves when the station is registered and has told everything. @throws after `deadlineMs` of real time */
  settled(deadlineMs: number): Promise<void>
  close(): Promise<void>
}

const usualOutlet: OutletOptions = { maxMilliA: 32_000, phases: 3 }

export function newBody(options: ChargePointOptions): Body {
  const outlets = (options.outlets ?? [usualOutlet]).map((outlet, index) => newOutlet(outlet, index + 1))
  const temper = options.temper ?? tempers.obedient
  return {
    identity: options.identity,
    temper,
    voltageV: options.voltageV ?? 230,
    outlets,
    configuration: new Map(
      Object.entries({
        ...usualConfiguration,
        NumberOfConnectors: String(outlets.length),
        ChargingScheduleAllowedChargingRateUnit: temper.rateUnit,
        ...options.configuration
      })
    ),
    profiles: [],
    localList: { version: 0, entries: new Map() },
    backlog: [],
    transactionIds: new Map(),
    nowMs: options.startMs ?? Date.now(),
    registered: false,
    lost: 0,
    nextLocal: 1
  }
}

export function viewOf(body: Body, outlet: Outlet): OutletView {
  const { number, status, vehicle, transaction, drawnMilliA } = outlet
  return {
    number,
    status,
    plugged: vehicle !== null,
    idTag: transaction?.idTag ?? null,
    transactionId: transaction?.id ?? null,
    registerWh: registerWh(outlet),
    powerW: Math.round(powerW(body, outlet)),
    drawnMilliA,
    offeredMilliA: offers(body).get(number) ?? null,
    socPercent: vehicle && socPercent(vehicle)
  }
}
