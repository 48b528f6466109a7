import type {
  Connector,
  ConnectorAddress,
  ConnectorStatus,
  PhaseRotation,
  Protocol,
  Reading,
  Registration,
  SignedValue,
  StopReason,
  Token
} from '@nova/shared-protocol/model'
import type { Order } from '@nova/shared-protocol/messages'
import type { PerPhase } from '@nova/shared-protocol/units'

/**
 * What stands between a protocol driver and the rest of the edge, in words that no protocol owns. A driver
 * turns its wire into calls of `Intake` and carries out `Order`s; it never sees another driver, the database
 * or the cloud. All times are ISO instants with Z; quantities carry their unit.
 */

/** What happened to a claim at the door, before any upgrade or login frame is answered. */
export type Door =
  | { readonly kind: 'welcome'; readonly chargerId: string }
  | { readonly kind: 'wrong-credentials' } // Known, but the password does not fit: 401, counted, slowed down.
  | { readonly kind: 'unclaimed' } // Nobody has configured it: park it, answer Pending, show it.
  | { readonly kind: 'slow-down'; readonly retryAfterS: number }

export type Claim = {
  readonly identity: string
  readonly protocol: Protocol
  readonly address: string // Remote IP.
  readonly secure: boolean // Came through TLS.
  readonly password: Uint8Array | null // As sent; hex text and the bytes it stands for are both accepted.
  /** A client certificate of our own CA whose common name is this identity was shown (profile 3). */
  readonly certified?: boolean
}

/** A message as it came, when it came (not when its turn did), kept for disputes: the transaction messages' raw text travels with the report. */
export type Heard = { readonly chargerId: string; readonly heardAt: string; readonly raw: string }

export type BootReport = Heard & {
  readonly protocol: Protocol
  readonly vendor: string
  readonly model: string
  readonly serial: string | null
  readonly firmware: string | null
}

export type StatusReport = Heard & {
  readonly evseId: number // 0: the station as a whole.
  readonly connectorId: number
  readonly status: ConnectorStatus
  readonly suspendedBy: 'ev' | 'evse' | null
  readonly at: string | null // Station time; null when the station gave none.
  readonly errorCode: string | null
  readonly info: string | null
}

export type StartReport = Heard &
  ConnectorAddress & {
    readonly tokenUid: string
    readonly at: string
    readonly meterStartWh: number | null
    readonly reservationId: number | null
    readonly transactionId: string | null // null: the edge gives one (OCPP 1.6).
    readonly problems: readonly string[] // What the schema found wrong; the report is taken all the same.
  }

export type StopReport = Heard & {
  readonly transactionId: string
  readonly tokenUid: string | null
  readonly at: string
  readonly meterStopWh: number | null
  readonly reason: StopReason
  readonly readings: readonly Reading[] // Transaction data, oldest first as sent.
  readonly signed?: readonly SignedValue[] // Meter records as they came; absent: the protocol has none.
  readonly problems: readonly string[]
}

export type ReadingsReport = Heard &
  ConnectorAddress & {
    readonly transactionId: string | null
    readonly heardMs: number // Monotonic, of `heardAt`: whoever judges by it must not mind what waited for the disk.
    readonly readings: readonly Reading[]
    readonly signed?: readonly SignedValue[]
    readonly problems: readonly string[]
  }

export type Authorisation = {
  readonly status: 'accepted' | 'blocked' | 'expired' | 'invalid' | 'concurrent'
  readonly group: string | null
  readonly expiresAt: string | null
}

/**
 * The edge's ear. Every promise resolves after the commit: when it has resolved, what was reported survives
 * a power cut, and only then may the driver answer the charger. A rejection means "could not be stored":
 * the driver then gives no answer and closes, so that the charger keeps its message and tries again.
 * Calls of one charger must be made one after the other, in the order heard.
 */
export type Intake = {
  /** Synchronous on purpose: no password costs more than a comparison of hashes held in memory. */
  door(claim: Claim): Door
  connected(
    chargerId: string,
    link: { readonly address: string; readonly protocol: Protocol; readonly at: string }
  ): Promise<void>
  disconnected(chargerId: string, at: string, reason: string): Promise<void>
  /** An unclaimed charger says who it is; kept within 1 kB per identity. */
  unclaimed(identity: string, address: string, protocol: string, says: Readonly<Record<string, string>>): void
  boot(report: BootReport): Promise<{ readonly registration: Registration }>
  status(report: StatusReport): Promise<void>
  authorise(chargerId: string, tokenUid: string): Promise<Authorisation>
  /** Never refused for its content: odd content is accepted and goes to review. */
  start(
    report: StartReport
  ): Promise<{ readonly transactionId: string; readonly authorisation: Authorisation }>
  stop(report: StopReport): Promise<{ readonly authorisation: Authorisation | null }>
  readings(report: ReadingsReport): Promise<void>
  /** Anything else that is worth keeping or counting (firmware and diagnostics status, data transfer). */
  notice(chargerId: string, what: string, detail: Readonly<Record<string, unknown>>): Promise<void>
  /** A message was refused for its form: counted, logged once per charger and reason. */
  rejected(chargerId: string, reason: string, sample: string): void
}

/** What a charger did with an order: `answer` is its own words as they stand. */
export type Deed =
  | { readonly kind: 'accepted' | 'rejected'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly error: string } // Not connected, no answer in time, unsupported.

/** A charging set-point for one connector as a lease: it must be renewed before `leaseS` is over. */
export type SetPoint = ConnectorAddress & {
  readonly limitMilliA: number // Per phase. 0 pauses.
  readonly phases: 1 | 2 | 3
  readonly transactionId: string | null // null: no transaction, goes to the default profile.
  readonly leaseS: number
}

/** The stored limits a charger falls back to when the edge is dead. */
export type Fallback = {
  readonly chargerId: string
  readonly connectors: readonly {
    readonly evseId: number
    readonly connectorId: number
    readonly defaultMilliA: number
  }[]
  readonly stationMaxMilliA: number
}

/**
 * What a charger can do with limits, found by asking it and from its answers; null: not known. Data, so that
 * whoever builds limits can respect it: `stepMilliA` 1000 means that it only follows whole amperes.
 */
export type Capabilities = {
  readonly foundAt: string // ISO instant of the last probe.
  readonly firmware: string | null // As booted then; another one means: ask again.
  readonly unit: 'A' | 'W' // In which limits are said to it.
  readonly stepMilliA: number
  readonly maxStackLevel: number | null
  readonly maxPeriods: number | null
  readonly maxProfiles: number | null
  readonly switches3to1: boolean | null
  readonly sampleIntervalS: number | null
  readonly stationMaximum: boolean | null // Takes ChargePointMaxProfile.
  readonly readsBack: boolean | null // Answers GetCompositeSchedule.
  readonly clears: boolean | null // ClearChargingProfile takes away what was named.
  readonly txBeforeStart: boolean | null // Takes a TxProfile without a transaction.
}

/** One connector whose own words about its limit are not what it was told; per phase, null: no limit. */
export type Difference = ConnectorAddress & {
  readonly toldMilliA: number | null
  readonly saysMilliA: number | null
}

/** What reading back showed. `unknown` and `failed` are no reason to distrust, `differs` is one to send again. */
export type ReadBack =
  | { readonly kind: 'as-told' }
  | { readonly kind: 'differs'; readonly differences: readonly [Difference, ...Difference[]] }
  | { readonly kind: 'unknown'; readonly because: string } // Told nothing yet, cannot answer, not ours to lead.
  | { readonly kind: 'failed'; readonly error: string } // Not connected, no answer in time.

/** Cards for chargers to decide by while they hear nobody; the dearest first, who has little room drops the last. */
export type CardList = {
  readonly revision: number // 1 or more; another one for another list.
  readonly cards: readonly Token[]
  /** An earlier revision, to tell the difference from; null: not remembered. */
  before(revision: number): readonly Token[] | null
}

/** What a charger can do with lists, found by asking it. */
export type ListAbility = {
  readonly firmware: string | null // As booted then; another one means: ask again.
  readonly cannot: string | null // Why it gets none.
  readonly mostCards: number
  readonly perMessage: number
  readonly takesDifferences: boolean
  readonly failures: number // Whole lists that it refused in a row.
}

/** `held`: it had the revision already, or has to have nothing. `cards`: of the list, as many as it has room for. */
export type ListKept =
  | { readonly kind: 'kept'; readonly how: 'held'; readonly cards: null }
  | { readonly kind: 'kept'; readonly how: 'difference' | 'whole'; readonly cards: number }
  | { readonly kind: 'unsupported'; readonly because: string }
  | { readonly kind: 'failed'; readonly error: string } // Not connected, no answer in time, refused for now.

export type ChargerInfo = {
  readonly chargerId: string
  readonly identity: string
  readonly phaseRotation: PhaseRotation
  readonly connectors: readonly (ConnectorAddress & { readonly connector: Connector })[]
}

/** What a driver of chargers offers. Orders of one charger are carried out one at a time, in order. */
export type ChargerDriver = {
  readonly protocols: readonly Protocol[]
  isConnected(chargerId: string): boolean
  /** `traceId`: the doing of a person that it belongs to, for the log. */
  perform(chargerId: string, order: Order, signal: AbortSignal, traceId?: string): Promise<Deed>
  /** Resolves with whether the charger confirmed; overtakes queued orders, newest set-point per connector wins. */
  setPoint(point: SetPoint, signal: AbortSignal): Promise<Deed>
  fallback(fallback: Fallback, signal: AbortSignal): Promise<Deed>
  /**
   * Asks the charger what it will allow (1.6 GetCompositeSchedule) and compares with what it has accepted. One
   * question a connector; the caller bounds the rate: after a new connection, then one charger every few seconds.
   */
  readBack?(chargerId: string, signal: AbortSignal): Promise<ReadBack>
  /** Finds out what the charger can, once for each firmware; null: not connected, not ours to lead, or silent. */
  probe?(chargerId: string, signal: AbortSignal): Promise<Capabilities | null>
  /** What was found, in this life or an earlier one; null before the first probe. */
  capabilities?(chargerId: string): Capabilities | null
  /** Brings the charger's own list of cards to this revision; the caller bounds the rate. Never rejects. */
  keepList?(chargerId: string, list: CardList, signal: AbortSignal): Promise<ListKept>
  /** Ends the connection of a charger that was deleted or whose credentials changed. */
  drop(chargerId: string, reason: string): void
  close(): Promise<void>
}

/** What a driver of meters, inverters and other read-only devices offers. */
export type MeterDriver = {
  /** Latest reading with the monotonic instant it was taken at; null before the first. */
  latest(): { readonly reading: Reading; readonly takenAtMs: number } | null
  close(): Promise<void>
}

/** AC power that lies between two bounds, import positive: −5,000 … 0 is an inverter that may feed in 5 kW. */
export type PowerRange = { readonly leastW: number; readonly mostW: number }

/** What takes part in the site's power beside the loads: its place and rating as configured. */
export type Participant = {
  readonly id: string
  readonly kind: 'pv' | 'battery' | 'vehicle'
  readonly circuit: string // Id of a circuit, or `grid`.
  readonly phaseRotation: PhaseRotation // One letter: a single-phase device on that grid phase.
  readonly rating: PowerRange // Never commanded beyond it, whatever is asked.
  readonly capacityWh: number | null
  readonly minSocPercent: number | null // A battery is not commanded to discharge at or below it.
}

/**
 * A set-point as a lease that the device itself ends: `reversionS` goes into its own reversion timer with every
 * write (SunSpec 123, 124, 704; OCPP 2.x: duration of the profile), so it must be shorter than our watch-dog
 * and written again before it is over. `power` is to be held, import positive; `limits` are magnitudes not to be
 * passed while the device does as it likes: null asks for none but the rating, 0 for nothing at all.
 */
export type ParticipantSetPoint = { readonly reversionS: number } & (
  | { readonly kind: 'power'; readonly powerW: number }
  | { readonly kind: 'limits'; readonly importW: number | null; readonly exportW: number | null }
)

/** What was found out on first contact. Limits without bounds (null, null) release a device that follows `power` only. */
export type ParticipantAbilities = {
  readonly follows: readonly ParticipantSetPoint['kind'][]
  /** null: it has no such timer and keeps its last set-point for ever; that is then its fallback. */
  readonly reversion: { readonly leastS: number; readonly mostS: number } | null
  readonly afterReversion: PowerRange // What it may draw or feed in when the timer has run out.
}

export type ParticipantReading = {
  readonly at: string
  readonly powerW: PerPhase<number> // By grid phase, import positive: PV and a discharging battery are below 0.
  readonly totalW: number
  readonly socPercent: number | null
  /** What it could follow at this moment: PV up to what the sun gives, a full battery nothing upward. */
  readonly available: PowerRange
  /** As the device itself says; null: none, or its timer has run out. */
  readonly inForce: ParticipantSetPoint | null
  readonly state: 'running' | 'standby' | 'off' | 'fault'
}

/** What a driver of an inverter, a battery or a V2G charger offers: one driver, one device. */
export type ParticipantDriver = {
  readonly participant: Participant
  /** null until the device was heard for the first time. */
  abilities(): ParticipantAbilities | null
  /** Latest plausible reading with its monotonic instant; whoever uses it judges its age. */
  latest(): { readonly reading: ParticipantReading; readonly takenAtMs: number } | null
  /**
   * Accepted: written and read back. Newest wins; until the lease is over the driver puts right what the
   * device is found to have lost, with the time that is left. Never throws for what the device does.
   */
  setPoint(point: ParticipantSetPoint, signal: AbortSignal): Promise<Deed>
  close(): Promise<void>
}

/** What a grid operator's box says: its limit and a counter that shows that it is alive. */
export type GridSignal = {
  readonly limitW: number | null // Import at the connection; null: it sets none. 0: nothing.
  readonly heartbeat: number | null // null: the box has no such counter.
  readonly beatAtMs: number // Monotonic: when counter or limit last changed; without a counter: last answer.
  readonly takenAtMs: number
}

/** null before the first answer: not connected is neither 0 nor "no limit". */
export type GridSignalDriver = { latest(): GridSignal | null; close(): Promise<void> }
