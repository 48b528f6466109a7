import type {
  CommandAnswer,
  Desired,
  DesiredVersions,
  EdgeEvent,
  Lane,
  LiveConnector,
  LiveState
} from '@nova/shared-protocol/messages'
import type { Allocation, PowerPicture, Token } from '@nova/shared-protocol/model'

export type Log = {
  info(fields: Readonly<Record<string, unknown>>, text: string): void
  warn(fields: Readonly<Record<string, unknown>>, text: string): void
  error(fields: Readonly<Record<string, unknown>>, text: string): void
}

/** What the uplink has to be given; main.ts fills it. */
export type Needs = {
  readonly site: string
  readonly version: string
  readonly servers: string // nats://… or tls://…, several separated by commas.
  readonly credentials: string | null // NATS user credentials (JWT and seed).
  identity(): { readonly instance: string; readonly boot: string }
  /** The cloud knows events of this instance that this database never wrote (it is an older copy): be new. */
  renewIdentity(): Promise<void>
  readonly clock: Clock
  readonly random: () => number // [0, 1), for the spread of reconnects.
  readonly outbox: Outbox
  commit<Value>(write: () => Value): Promise<Value>
  desiredVersions(): DesiredVersions
  /** A section that passed the schema and is newer: keep it, then make it true, or say why not. */
  desired(
    desired: Pick<Desired, 'section' | 'version' | 'body'>
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: string }>
  /**
   * Bytes of a command as heard, and the trace that came with it, unread; the answer is quick, the end follows as a fact.
   * null: not worth an answer.
   */
  command(bytes: Uint8Array, epoch: number, trace: string | undefined): Promise<CommandAnswer | null>
  /** Bytes of a question that changes nothing; the answer as text. null: not understood, so not answered. */
  ask(bytes: Uint8Array): Promise<string | null>
  readonly live: Live
  /** Called at every change of the uplink's state. */
  changed(state: UplinkState): void
  readonly alarms: {
    raise(alarm: {
      readonly code: 'gateway-fenced' | 'cloud-silent' | 'message-rejected'
      readonly severity: 'info' | 'warning' | 'urgent'
      readonly subject: string
      readonly detail: string
      readonly advice: string
    }): void
    clear(code: 'gateway-fenced' | 'cloud-silent' | 'message-rejected', subject: string): void
  }
  readonly count: (name: string, by?: number) => void
  readonly log: Log
}

export type Clock = { monotonicMs(): number; instant(): string }

export type Outbox = {
  read(lane: Lane, afterSequence: number, limit: number): EdgeEvent[]
  hashAt(lane: Lane, sequence: number): string | null
  newest(lane: Lane): { readonly sequence: number; readonly hash: string }
  first(lane: Lane): number
  durable(lane: Lane): number
  markDurable(lane: Lane, sequence: number): void
  rewind(lane: Lane, sequence: number): void
  onAppend(listener: (lane: Lane) => void): () => void
}

/** Latest state for the live topics; `null` means that nothing changed since the last call. */
export type Live = {
  /** Somebody listens anew, who may have missed what was told: the next words are whole. */
  anew(): void
  connectors(): readonly LiveConnector[] | null
  allocation(): Allocation | null
  /** Paced by whoever makes it: a large one may come seldom. */
  picture(): PowerPicture | null
  state(): Omit<LiveState, 'v' | 'site' | 'at' | 'epoch'>
}

/** `online`: hello was answered. `fenced`: another process acts for this site. */
export type UplinkState =
  | { readonly kind: 'connecting'; readonly since: string; readonly reason: string }
  | { readonly kind: 'online'; readonly since: string; readonly epoch: number }
  | { readonly kind: 'fenced'; readonly since: string; readonly detail: string }
  | { readonly kind: 'refused'; readonly since: string; readonly detail: string }
  | { readonly kind: 'stopped'; readonly since: string }

/** `silent`: no answer in time, or nobody to ask. `forbidden`: NATS does not let this site ask. */
export type TokenWord =
  | { readonly kind: 'said'; readonly token: Token | null }
  | { readonly kind: 'silent' | 'forbidden' }

export type Uplink = {
  state(): UplinkState
  /** What the cloud knows of a token; settles within two seconds, never rejects. */
  askToken(uid: string): Promise<TokenWord>
  /** Monotonic instant of the last word of the cloud itself (not of NATS); null before the first. */
  cloudHeardAtMs(): number | null
  /** When the cloud last answered hello, which compares the versions of all desired sections. */
  welcomedAtMs(): number | null
  /** What has to be added to this clock to have the cloud's; 0 when they agree within two seconds. */
  clockOffMs(): number
  stop(): Promise<void>
}
