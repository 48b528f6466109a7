import type { CommandStatus, EdgeEvent, Lane, Section } from '@nova/shared-protocol/messages'
import type { SiteLimit, Token } from '@nova/shared-protocol/model'

/** Why the database could not do what was asked; closed list, each has its line in the runbook. */
export type StoreFault = 'disk-full' | 'io-error' | 'read-only' | 'corrupt' | 'busy' | 'overloaded' | 'closed'

/** `now`: people or money wait. `soon`: telemetry, may wait some 100 ms for company (flash wear). */
export type Haste = 'now' | 'soon'

/**
 * The edge's memory. Writers marked "in a commit" throw outside of `commit`. Reads are synchronous and see the
 * last COMMIT (inside a commit also what was written before in the same one); `outbox.read` and `newest` see only what
 * the disk has.
 */
export type Store = {
  /**
   * Queues `write`; all writes of one turn go into one transaction. Resolves with the write's own result after
   * the COMMIT is on the disk. A write that throws is undone alone and rejects alone with its own error; a
   * COMMIT that fails rejects all of them with StoreError.
   * `write` may run more than once before it stands (a neighbour failed, room was made): memory it changes must bear it.
   */
  commit<Value>(write: () => Value, haste?: Haste): Promise<Value>
  readonly outbox: Outbox
  readonly commands: Commands
  readonly desired: DesiredSections
  readonly limits: Limits
  readonly meta: Meta
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly answers: TokenAnswers
  readonly reservations: Reservations
  readonly shadows: Shadows
  readonly alarms: Alarms
  health(): StoreHealth
  /** Listener is called when `health().state` changes. */
  onHealth(listener: (health: StoreHealth) => void): void
  /** Writes what is queued, then closes. Later commits reject with fault `closed`. */
  close(): Promise<void>
}

export type StoreHealth = {
  /** `low`: the reserve for money is in use, history is dropped. `failing`: the last commit failed. */
  readonly state: 'good' | 'low' | 'failing'
  readonly fault: StoreFault | null
  readonly damage: string | null // What was found broken at the start, in words for an alarm.
  readonly since: string
  readonly fileBytes: number
  readonly freeBytes: number | null
  readonly commits: number
  readonly writes: number
  readonly walBytes: number
  readonly historyDropped: number
}

export type Head = { readonly sequence: number; readonly hash: string }

export type Outbox = {
  /** In a commit. `body` is JSON text. @returns its sequence, or null: key already there (facts) or thinned out (history) */
  append(lane: Lane, key: string, body: string): number | null // RangeError beyond EdgeEvent's lengths.
  has(key: string): boolean // Facts only.
  /** Facts whose key begins with `prefix`, in the order of their keys. */
  byPrefix(prefix: string, limit: number): EdgeEvent[]
  /** The last `limit` of them, in the order of their keys. */
  lastByPrefix(prefix: string, limit: number): EdgeEvent[]
  /** Events after `afterSequence`, oldest first, gap-free. */
  read(lane: Lane, afterSequence: number, limit: number): EdgeEvent[]
  /** Chain value of an event still held, or of the one before the oldest held; sequence 0 is the chain's start. */
  hashAt(lane: Lane, sequence: number): string | null
  newest(lane: Lane): Head
  /** First sequence still held; newest + 1 when nothing is held. */
  first(lane: Lane): number
  durable(lane: Lane): number
  /** When the oldest event was written that is not durable in the cloud, Unix ms; null: there is none. */
  waitingSince(lane: Lane): number | null
  /** In a commit. Lower than known is ignored; beyond the newest is refused. Set back with `rewind` only. */
  markDurable(lane: Lane, sequence: number): void
  /** In a commit. The cloud holds less than it said (restored from a backup): send again from there. */
  rewind(lane: Lane, sequence: number): void
  /** Bounded clean-up in short steps; call it every minute. Only durable and older than the retention. */
  prune(now: number): Promise<{ readonly facts: number; readonly history: number }>
  /** Recomputes the chain of (afterSequence, afterSequence + limit]. @returns first sequence that does not fit, or null */
  verify(lane: Lane, afterSequence: number, limit: number): number | null
  /** Called after a commit that appended something; must not throw. @returns stop listening */
  onAppend(listener: (lane: Lane) => void): () => void
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
}
export type CommandRecord = NewCommand & {
  readonly status: CommandStatus
  readonly result: unknown
  readonly error: string | null
  readonly history: readonly { readonly status: CommandStatus; readonly at: string }[]
}

export type Commands = {
  /** In a commit. `seen`: this id is known. `stale`: its counter was used by another command or is long past. */
  remember(command: NewCommand, at: string): 'new' | 'seen' | 'stale'
  /** In a commit. A final status stays: later progress is ignored. @returns whether it was taken */
  progress(id: string, step: CommandStep): boolean
  find(id: string): CommandRecord | null
  /** Not yet final, oldest first: after a restart the act's outcome is unknown. */
  open(): CommandRecord[]
  recent(limit: number): CommandRecord[]
}
export type CommandStep = {
  readonly status: CommandStatus
  readonly at: string
  readonly result?: unknown
  readonly error?: string
}

export type DesiredSections = {
  section(name: Section): { readonly version: number; readonly body: unknown } | null
  /** In a commit. @returns false when the version is not newer than the one held */
  put(name: Section, version: number, body: unknown): boolean
  versions(): Partial<Record<Section, number>>
}

/** Limits given locally (PUT /limits/{source}); those of the cloud are in desired section `limits`. */
export type Limits = {
  list(): SiteLimit[]
  put(limit: SiteLimit): void
  delete(source: string): boolean
}

/** Small single values: instance id (made at the first open), epoch, counters. */
export type Meta = {
  readonly instance: string
  get(name: string): string | null
  put(name: string, value: string): void
  delete(name: string): void
}

/** Tokens put locally (PUT /tokens/{uid}); `uid` compares without regard to case. */
export type Tokens = {
  find(uid: string): Token | null
  list(): Token[]
  put(token: Token): void
  delete(uid: string): boolean
}

/** What the cloud said of a token when it was asked; `token` null: it knows none of that uid. */
export type TokenAnswer = {
  readonly token: Token | null
  readonly saidAtMs: number // Unix ms.
  readonly listVersion: number // Of desired section `tokens` when it was asked.
}

/** One answer a uid, which compares without regard to case. */
export type TokenAnswers = {
  find(uid: string): TokenAnswer | null
  /** In a commit. Beyond `most` the least useful go: refusals before acceptances, old before new. */
  put(uid: string, answer: TokenAnswer, most: number): void
  /** In a commit. @returns how many there were */
  forgetBefore(saidBeforeMs: number): number
}

export type ReservationRecord = {
  readonly reservationId: number
  readonly chargerId: string
  readonly evseId: number
  readonly connectorId: number
  readonly tokenUid: string
  readonly group: string | null
  readonly expiresAt: string
  readonly commandId: string | null
  readonly status: 'asked' | 'active' | 'used' | 'cancelled' | 'expired' | 'refused'
  readonly madeAt?: string
}

/** `asked` → active | refused; active → used | cancelled | expired. */
export type Reservations = {
  put(reservation: ReservationRecord): void
  find(chargerId: string, reservationId: number): ReservationRecord | null
  list(): ReservationRecord[]
}

/** What the columns tell; `body` is the core's own Session as JSON text. */
export type SessionRow = {
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

export type SessionQuery = {
  readonly chargerId?: string
  readonly tokenUid?: string
  readonly status?: SessionRow['status']
  readonly review?: boolean // Whether its body lists something for a person to look at; absent: either.
  readonly limit: number
}

export type Sessions = {
  put(row: SessionRow): void
  find(sessionId: string): SessionRow | null
  byStartKey(startKey: string): SessionRow | null
  byTransaction(chargerId: string, transactionId: string): SessionRow | null
  open(): SessionRow[]
  query(query: SessionQuery): SessionRow[] // Newest start first.
  /** Remote starts waiting for their session, stops waiting for their start, vehicles that still stand there. */
  keep(shelf: 'pending-start' | 'stray-stop' | 'standing', id: string, body: string): void
  drop(shelf: 'pending-start' | 'stray-stop' | 'standing', id: string): void
  kept(shelf: 'pending-start' | 'stray-stop' | 'standing'): { readonly id: string; readonly body: string }[]
}

/** One field of a device's shadow as stored; `value` is JSON text, null is a tombstone. */
export type ShadowRow = {
  readonly deviceId: string
  readonly field: string
  readonly owner: 'cloud' | 'edge'
  readonly version: number
  readonly value: string | null
  readonly at: string
  readonly expiresAt: string | null
}

export type Shadows = {
  put(row: ShadowRow): void
  find(deviceId: string, field: string): ShadowRow | null
  device(deviceId: string): ShadowRow[]
  all(): ShadowRow[]
}

export type AlarmRecord = {
  readonly alarmId: string
  readonly code: string
  readonly severity: string
  readonly subject: string
  readonly at: string
  readonly detail: string
  readonly advice: string
}

/** Open alarms only; what was is in the facts. */
export type Alarms = {
  put(alarm: AlarmRecord): void
  delete(alarmId: string): void
  open(): AlarmRecord[]
}
