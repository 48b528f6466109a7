import type { CommandStatus, Fact, Order, Trace } from '@nova/shared-protocol/messages'
import type { Charger, ConnectorAddress } from '@nova/shared-protocol/model'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Deed } from '../drivers/contract.ts'

/** What carrying out orders needs from other rooms; main.ts fills it. */
export type Needs = {
  readonly site: string
  readonly voltageV: number
  readonly clock: { now(): number } // Unix ms.
  readonly uuid: () => string
  /** null: there is no key to check commands with, so none from the cloud is taken. */
  readonly signatureFits: ((text: string, signature: string) => boolean) | null
  readonly store: StoreNeeds
  readonly intake: IntakeNeeds
  readonly caps: { set(key: string, cap: Cap): Promise<void>; clear(key: string): Promise<void> }
  readonly wishes: WishNeeds
  perform(chargerId: string, order: Order, signal: AbortSignal, traceId: string | undefined): Promise<Deed>
  readonly metrics: { ended(action: string, status: CommandStatus, milliseconds: number): void }
  readonly count: (name: string) => void
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, text: string): void
    warn(fields: Readonly<Record<string, unknown>>, text: string): void
    error(fields: Readonly<Record<string, unknown>>, text: string): void
  }
}

export type Cap = { readonly limitMilliA: number; readonly reason: string }

export type StoreNeeds = {
  commit<Value>(write: () => Value): Promise<Value>
  state(): 'good' | 'low' | 'failing'
  /** In a commit. */
  appendFact(key: string, fact: Fact): void
  readonly commands: {
    remember(command: NewCommand, at: string): 'new' | 'seen' | 'stale'
    progress(id: string, step: Step): boolean
    find(id: string): CommandRecord | null
    open(): readonly CommandRecord[]
  }
}

export type NewCommand = {
  readonly id: string
  readonly counter: number | null // null: given locally.
  readonly issuer: string
  readonly chargerId: string
  readonly action: string
  readonly payload: unknown
  readonly issuedAt: string
  readonly expiresAt: string
  /** The doing of a person that it belongs to; known to the process that heard it, not kept. */
  readonly trace?: Trace | undefined
}
export type Step = {
  readonly status: CommandStatus
  readonly at: string
  readonly result?: unknown
  readonly error?: string
}
export type CommandRecord = NewCommand & {
  readonly status: CommandStatus
  readonly result: unknown
  readonly error: string | null
  readonly history: readonly { readonly status: CommandStatus; readonly at: string }[]
}

/** What a driver wants of one session, kept by the session's id. */
export type WishNeeds = {
  put(
    sessionId: string,
    wish: { readonly energyWh?: number | undefined; readonly departAt?: string | undefined }
  ): Promise<void>
}

export type IntakeNeeds = {
  chargers(): readonly Charger[]
  views(): readonly ConnectorView[]
  authorise(
    chargerId: string,
    tokenUid: string
  ): Promise<{ readonly status: string; readonly group: string | null }>
  pendingStart(start: PendingStart): Promise<void>
  dropPendingStart(commandId: string): Promise<void>
  running(stop: {
    readonly sessionId?: string | undefined
    readonly transactionId?: string | undefined
    readonly chargerId?: string | undefined
  }): (ConnectorAddress & { readonly sessionId: string; readonly transactionId: string }) | null
  readonly reservations: {
    list(): readonly Reservation[]
    asked(reservation: Omit<Reservation, 'status'>): Promise<void>
    became(chargerId: string, id: number, status: 'active' | 'refused' | 'cancelled'): Promise<void>
  }
}

export type PendingStart = {
  readonly commandId: string
  readonly connector: string
  readonly tokenUid: string
  readonly sessionId?: string | undefined
  readonly tariffId?: string | undefined
  readonly maxEnergyWh?: number | undefined
  readonly priceGroups?: readonly string[] | undefined
  readonly coupons?: readonly string[] | undefined
  readonly authorised: boolean
  readonly expiresAt: string
}

export type Reservation = ConnectorAddress & {
  readonly reservationId: number
  readonly tokenUid: string
  readonly group: string | null
  readonly expiresAt: string
  readonly commandId: string | null
  readonly status: 'asked' | 'active' | 'used' | 'cancelled' | 'expired' | 'refused'
}
