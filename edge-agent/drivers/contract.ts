import type {
  Connector,
  ConnectorAddress,
  ConnectorStatus,
  PhaseRotation,
  Protocol,
  Reading,
  Registration,
  StopReason
} from '@nova/shared-protocol/model'
import type { Order } from '@nova/shared-protocol/messages'

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

/** A message as it came, kept for disputes: the transaction messages' raw text travels with the report. */
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
  readonly problems: readonly string[]
}

export type ReadingsReport = Heard &
  ConnectorAddress & {
    readonly transactionId: string | null
    readonly readings: readonly Reading[]
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
  perform(chargerId: string, order: Order, signal: AbortSignal): Promise<Deed>
  /** Resolves with whether the charger confirmed; overtakes queued orders, newest set-point per connector wins. */
  setPoint(point: SetPoint, signal: AbortSignal): Promise<Deed>
  fallback(fallback: Fallback, signal: AbortSignal): Promise<Deed>
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
