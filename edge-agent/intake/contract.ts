import type { Fact, Lane } from '@nova/shared-protocol/messages'
import type {
  AlarmCode,
  Charger,
  ConnectorAddress,
  RegisterReading,
  ReviewReason,
  Severity,
  StopReason,
  Token
} from '@nova/shared-protocol/model'
import type { Money } from '@nova/shared-protocol/units'
import type { Plan, TariffDefault } from '@nova/shared-protocol/tariff'
import type { Answer, TokenList } from '../core/authorisation/index.ts'
import type { ConnectorView } from '../core/shadow/view.ts'
import type { Intake } from '../drivers/contract.ts'

/** What the site file and the desired state say together; `reload` brings it whole. */
export type IntakeConfig = {
  readonly chargers: readonly Charger[] // Merged; the file wins.
  readonly wished: readonly Charger[] // As the cloud wants them, served or not.
  readonly tokens: { readonly file: readonly Token[]; readonly desired: readonly Token[] } // Local ones (PUT /tokens) come from the store.
  readonly tariffs: {
    readonly plans: readonly Plan[]
    readonly defaults: readonly TariffDefault[]
    readonly signals?: readonly { readonly name: string; readonly value: string }[] | undefined // Newest, of those only the cloud hears.
  }
  readonly offline: {
    readonly unknownToken: 'refuse' | 'accept-with-cap'
    readonly maxEnergyWh: number
    readonly cachedHours: number // How long an answer of the cloud counts while it is out of reach.
  }
  readonly concurrent: 'refuse' | 'allow' // A second session of one token (ConcurrentTx).
  readonly currency: string
  readonly timeZone: string
}

export type StopWanted = {
  readonly chargerId: string
  readonly transactionId: string
  readonly sessionId: string
  readonly why: 'energy-cap' | 'order-energy' | 'token-refused'
}

export type Needs = {
  readonly store: StoreNeeds
  readonly now: () => number // Unix ms.
  readonly monotonic: () => number // Ms, never set back.
  readonly chance: { uuid(): string; int31(): number } // int31: 0 … 2^31 - 1.
  readonly log: Log
  readonly cloudOnline: () => boolean // The offline policy is for false.
  /** What the cloud says of a token now; settles within a few seconds, never rejects. */
  readonly askCloud: (tokenUid: string) => Promise<TokenWord>
  readonly limitMilliA: (connectorKey: string) => number | null // For history samples; null: not known.
  readonly siteLoadPercent: () => number | null // Of the grid connection; null: the meter does not say.
  readonly askStop: (wanted: StopWanted) => void // Must not throw; asked again every 30 s while the session runs.
  readonly askStatus: (place: ConnectorAddress) => void // Must not throw; `evseId` 0: of the station as a whole.
}

/** `silent`: no answer in time, or nobody to ask. `forbidden`: this site may not ask, its list is all there is. */
export type TokenWord =
  | { readonly kind: 'said'; readonly token: Token | null }
  | { readonly kind: 'silent' | 'forbidden' }

export type Log = {
  info(fields: Readonly<Record<string, unknown>>, text: string): void
  warn(fields: Readonly<Record<string, unknown>>, text: string): void
  error(fields: Readonly<Record<string, unknown>>, text: string): void
}

/** The part of the store that intake works with (edge-agent/store/contract.ts has this shape). */
export type StoreNeeds = {
  commit<Value>(write: () => Value, haste?: 'now' | 'soon'): Promise<Value>
  readonly outbox: {
    append(lane: Lane, key: string, body: string): number | null
    byPrefix(
      prefix: string,
      limit: number
    ): readonly (readonly [sequence: number, key: string, body: string])[]
    lastByPrefix(
      prefix: string,
      limit: number
    ): readonly (readonly [sequence: number, key: string, body: string])[]
  }
  readonly sessions: {
    put(row: SessionRow): void
    find(sessionId: string): SessionRow | null
    byStartKey(startKey: string): SessionRow | null
    byTransaction(chargerId: string, transactionId: string): SessionRow | null
    open(): SessionRow[]
    query(
      query: Omit<SessionQuery, 'status'> & {
        readonly status?: SessionRow['status']
        readonly review?: boolean
      }
    ): SessionRow[]
    keep(shelf: 'pending-start' | 'stray-stop' | 'standing', id: string, body: string): void
    drop(shelf: 'pending-start' | 'stray-stop' | 'standing', id: string): void
    kept(
      shelf: 'pending-start' | 'stray-stop' | 'standing'
    ): readonly { readonly id: string; readonly body: string }[]
  }
  readonly tokens: { list(): Token[] }
  readonly answers: {
    find(uid: string): Answer | null
    put(uid: string, answer: Answer, most: number): void
    forgetBefore(saidBeforeMs: number): number
  }
  readonly desired: { versions(): { readonly tokens?: number; readonly chargers?: number } }
  readonly reservations: {
    put(reservation: Reservation): void
    find(chargerId: string, reservationId: number): Reservation | null
    list(): Reservation[]
  }
  readonly shadows: { put(row: ShadowRow): void; device(deviceId: string): ShadowRow[]; all(): ShadowRow[] }
  readonly alarms: { put(alarm: OpenAlarm): void; delete(alarmId: string): void; open(): OpenAlarm[] }
  health(): StoreState
  onHealth(listener: (health: StoreState) => void): void
}

type StoreState = {
  readonly state: 'good' | 'low' | 'failing'
  readonly fault: string | null
  readonly damage: string | null // Found at the start.
}

type SessionRow = {
  readonly sessionId: string
  readonly chargerId: string
  readonly evseId: number
  readonly connectorId: number
  readonly transactionId: string
  readonly startKey: string
  readonly tokenUid: string
  readonly status: 'started' | 'suspended' | 'ended'
  readonly startedAt: string
  readonly body: string
}

type ShadowRow = {
  readonly deviceId: string
  readonly field: string
  readonly owner: 'cloud' | 'edge'
  readonly version: number
  readonly value: string | null
  readonly at: string
  readonly expiresAt: string | null
}

export type SessionQuery = {
  readonly chargerId?: string
  readonly tokenUid?: string
  readonly status?: SessionView['status']
  readonly limit: number
}

/** A session as the local API shows it. */
export type SessionView = ConnectorAddress & {
  readonly id: string
  readonly transactionId: string
  readonly tokenUid: string
  readonly status: 'started' | 'suspended' | 'ended' | 'review' // review: ended, with something for a person to look at.
  readonly startedAt: string
  readonly endedAt: string | null
  readonly meterStartWh: number | null
  readonly meterStopWh: number | null
  readonly energyWh: number | null
  readonly cost: Money | null // Provisional: the bill is the cloud's.
  readonly tariffId: string | null
  readonly tariffVersion: number | null
  readonly stopReason: StopReason | null
  readonly review: readonly { readonly reason: ReviewReason; readonly detail: string }[]
}

export type Reservation = ConnectorAddress & {
  readonly reservationId: number
  readonly tokenUid: string
  readonly group: string | null
  readonly expiresAt: string
  readonly commandId: string | null
  readonly status: 'asked' | 'active' | 'used' | 'cancelled' | 'expired' | 'refused'
  readonly madeAt?: string // When the charger took it.
}

export type OpenAlarm = {
  readonly alarmId: string
  readonly code: string
  readonly severity: string
  readonly subject: string
  readonly at: string
  readonly detail: string
  readonly advice: string
}

export type Alarm = {
  readonly code: AlarmCode
  readonly severity: Severity
  readonly subject: string
  readonly detail: string
  readonly advice: string
}

export type Unclaimed = {
  readonly identity: string
  readonly address: string
  readonly protocol: string
  readonly says: Readonly<Record<string, string>>
  readonly firstAt: string
  readonly lastAt: string
  readonly knocks: number
}

/** A remote start that the charger has been asked for; the session that answers it gets `sessionId`. */
export type PendingStart = {
  readonly commandId: string
  readonly connector: string // Connector key.
  readonly tokenUid: string
  readonly sessionId?: string | undefined
  readonly tariffId?: string | undefined
  readonly maxEnergyWh?: number | undefined
  readonly priceGroups?: readonly string[] | undefined
  readonly coupons?: readonly string[] | undefined
  readonly authorised: boolean
  readonly expiresAt: string
}

export type IntakeRoom = {
  readonly intake: Intake // For drivers.
  reload(config: IntakeConfig): void
  chargers(): readonly Charger[]
  /** All tokens that are gone by here; the same map for as long as nothing has changed. */
  tokens(): TokenList
  views(): readonly ConnectorView[]
  /** Latest of one connector's session cost so far, null without plan or energy. */
  cost(sessionId: string): Money | null
  readonly sessions: {
    find(sessionId: string): SessionView | null
    query(query: SessionQuery): SessionView[]
    /** Register readings kept as facts, oldest first. */
    readings(sessionId: string): RegisterReading[]
    /** Where a stop order has to go; null when no such session runs. */
    running(stop: {
      readonly sessionId?: string | undefined
      readonly transactionId?: string | undefined
      readonly chargerId?: string | undefined
    }): (ConnectorAddress & { readonly sessionId: string; readonly transactionId: string }) | null
  }
  /** Before the order goes to the charger; resolves after the commit. */
  pendingStart(start: PendingStart): Promise<void>
  /** The charger refused, or nobody plugged in. */
  dropPendingStart(commandId: string): Promise<void>
  readonly reservations: {
    list(): Reservation[]
    /** Before the order goes to the charger. */
    asked(reservation: Omit<Reservation, 'status'>): Promise<void>
    /** What the charger answered, or what became of it. */
    became(
      chargerId: string,
      reservationId: number,
      status: 'active' | 'refused' | 'cancelled'
    ): Promise<void>
  }
  /** Appends one fact (limit.changed, audit.noted, command.ended …) in a commit of its own. */
  fact(key: string, fact: Fact): Promise<void>
  readonly alarms: {
    raise(alarm: Alarm): void // Same code and subject while open: detail refreshed in memory, no second fact.
    clear(code: AlarmCode, subject: string): void
    open(): readonly OpenAlarm[]
  }
  unclaimed(): readonly Unclaimed[]
  /** All fields of a device's shadow, as GET /devices/{id}/shadow shows them. */
  shadow(deviceId: string): readonly {
    readonly field: string
    readonly owner: 'cloud' | 'edge'
    readonly version: number
    readonly value: unknown
    readonly at: string
  }[]
  /** In a commit: what was heard of a device that is no charger, for its shadow. */
  keepReported(deviceId: string, field: string, value: unknown, at: string): void
  /** Counts by name, for metrics. */
  counters(): Readonly<Record<string, number>>
  /** Something in views() changed; called at most once a turn. @returns stop listening */
  onChange(listener: () => void): () => void
  /** Once a second from main: closes what was left open, expires reservations, asks for stops. */
  tick(): Promise<void>
}
