import type { Command, CommandStatus, Section } from '@nova/shared-protocol/messages'
import type {
  Allocation,
  Charger,
  LimitRefusal,
  PowerPicture,
  RegisterReading,
  Settled,
  SiteLimit,
  Token
} from '@nova/shared-protocol/model'
import type { Money } from '@nova/shared-protocol/units'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Wires } from './headroom.ts'

/** What the local API and screen show and may do; main.ts fills it. */
export type Needs = {
  readonly host: string
  readonly port: number
  readonly token: string
  readonly version: string
  readonly now: () => number // Unix ms.
  readonly monotonic: () => number
  readonly uuid: () => string
  readonly site: SiteNeeds
  readonly devices: DeviceNeeds
  readonly sessions: SessionNeeds
  readonly orders: OrderNeeds
  readonly wiring: WiringNeeds
  readonly limits: LimitNeeds
  readonly power: PowerNeeds
  readonly health: HealthNeeds
  readonly metrics: {
    text(): Promise<string>
    readonly contentType: string
    answered(route: string, status: number, seconds: number): void
  }
  readonly count: (name: string) => void
  readonly log: {
    info(fields: Readonly<Record<string, unknown>>, text: string): void
    warn(fields: Readonly<Record<string, unknown>>, text: string): void
    error(fields: Readonly<Record<string, unknown>>, text: string): void
  }
}

export type SiteNeeds = {
  /** Identity, grid and circuits as configured. */
  plan(): Readonly<Record<string, unknown>> & {
    readonly id: string
    readonly grid: { readonly limitA: readonly number[]; readonly voltageV: number }
    readonly circuits: readonly {
      readonly id: string
      readonly parent: string
      readonly limitA: readonly number[]
    }[]
  }
  limits(): readonly SiteLimit[]
  allocation(): Allocation | null
  wires(): Wires | null
  uplink(): Readonly<Record<string, unknown>> & { readonly kind: string }
  alarms(): readonly Readonly<Record<string, unknown>>[]
  outbox(): {
    lane(name: 'facts' | 'history'): {
      readonly first: number
      readonly last: number
      readonly durable: number
    }
  }
  desiredVersions(): Partial<Record<Section, number>>
}

export type DeviceNeeds = {
  chargers(): readonly Charger[]
  /** What each falls back to when nobody guides it, and why; undefined when that is not known. */
  fallback(chargerId: string): Settled | undefined
  isConnected(chargerId: string): boolean
  views(): readonly ConnectorView[]
  unclaimed(): readonly Readonly<Record<string, unknown>>[]
  meters(): readonly Meter[]
  shadow(id: string): readonly ShadowField[]
}

export type Meter = {
  readonly id: string
  readonly model: string
  readonly reading: Readonly<Record<string, unknown>> | null
  readonly ageSeconds: number | null
}

export type ShadowField = {
  readonly field: string
  readonly owner: 'cloud' | 'edge'
  readonly version: number
  readonly value: unknown
  readonly at: string
}

export type SessionNeeds = {
  find(id: string): SessionView | null
  query(query: {
    readonly chargerId?: string
    readonly tokenUid?: string
    readonly status?: 'started' | 'suspended' | 'ended' | 'review'
    readonly limit: number
  }): readonly SessionView[]
  readings(id: string): readonly RegisterReading[]
  cost(id: string): Money | null
  reservations(): readonly Readonly<Record<string, unknown>>[]
  /** What its driver wants; null: nobody said. */
  wish(id: string): SessionWish | null
  putWish(id: string, wish: SessionWish): Promise<void>
}

export type SessionWish = { readonly energyWh?: number | undefined; readonly departAt?: string | undefined }

export type SessionView = {
  readonly id: string
  readonly chargerId: string
  readonly evseId: number
  readonly connectorId: number
  readonly status: string
}

export type OrderNeeds = {
  take(order: {
    readonly chargerId: string
    readonly action: string
    readonly payload: unknown
    readonly expiresAt?: string | undefined
    readonly issuer: string
    readonly idempotencyKey?: string | undefined
  }): Promise<
    | { readonly kind: 'taken'; readonly command: Ended }
    | {
        readonly kind: 'unknown-charger' | 'malformed' | 'conflict' | 'busy' | 'not-stored'
        readonly detail: string
      }
  >
  find(id: string): Ended | null
  ended(id: string, waitMs: number): Promise<Ended | null>
}

export type Ended = {
  readonly id: string
  readonly chargerId: string
  readonly action: Command['action']
  readonly payload: unknown
  readonly status: CommandStatus
  readonly result: unknown
  readonly error: string | null
  readonly history: readonly { readonly status: CommandStatus; readonly at: string }[]
}

export type WiringNeeds = {
  putCharger(
    charger: Charger,
    actor: string
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: string }>
  deleteCharger(id: string, actor: string): Promise<boolean>
  putToken(token: Token, actor: string): Promise<void>
}

export type LimitNeeds = {
  /** @returns null, or why it was refused; what is refused is recorded */
  put(limit: SiteLimit, actor: string): Promise<LimitRefusal | null>
  /** What cannot even be read as a limit of that source; recorded as refused. */
  refuse(source: string, detail: string): void
  /** @returns false when nobody here gave such a limit */
  delete(source: string, actor: string): Promise<boolean>
  heartbeat(source: string, isDimmed?: boolean): 'taken' | 'unknown-source' | 'no-relay'
}

export type PowerNeeds = {
  /** null: nothing is known yet. */
  picture(): PowerPicture | null
  /** What would be under these limits, each in place of the one of its source. null: nobody plans ahead yet. */
  preview(
    limits: readonly SiteLimit[]
  ): { readonly before: PowerPicture; readonly after: PowerPicture } | { readonly refused: string } | null
}

export type HealthNeeds = {
  /** What is not yet or no longer as it should be; empty: ready. */
  unready(): readonly string[]
}

export type LocalDoor = { readonly port: number; close(): Promise<void> }
