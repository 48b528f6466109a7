/** One transaction. Everything in it happens together or not at all; `work` may run again after a conflict. */
export type Tx = {
  /** The tenant whose rows are visible; null in a platform transaction, which crosses tenants. */
  readonly tenantId: string | null
  /** `$1`-style values. timestamptz comes back as RFC 3339 UTC text, int8 as a safe integer, numeric as text. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** The only row. @throws Error when there is none or more than one */
  one<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row>
  /** The only row or undefined. @throws Error when there is more than one */
  maybe<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row | undefined>
  /** Appends to the event log in this transaction. */
  emit(...events: readonly NewEvent[]): Promise<void>
  /** The same for many events of one key whose bodies are JSON text already (the edges' facts). */
  emitTexts(key: string, events: readonly { readonly kind: string; readonly text: string }[]): Promise<void>
  /** Runs once after a successful commit (never after a rollback); for pushing to screens, waking, publishing. */
  afterCommit(act: () => void): void
}

/** `kind` is `{context}.{past-tense}.v1`; `key` decides the partition and so the order (a site, a session…). */
export type NewEvent = {
  readonly kind: string
  readonly key: string
  readonly body: unknown
  /** Only in a platform transaction: whose event it is. In a tenant transaction it is the tenant's. */
  readonly tenantId?: string
}

export type LoggedEvent = {
  readonly id: number
  readonly tenantId: string | null
  readonly partition: number
  readonly kind: string
  readonly key: string
  readonly body: unknown
  readonly at: string
}

/**
 * Reads the log in order behind a durable cursor. `handle` gets events of one tenant and one partition, in a
 * transaction scoped to that tenant, and the cursor moves in the same transaction: effects happen once.
 * A failing event is tried five times and then goes to `dead_letters`; the stream goes on.
 */
export type Listener = {
  readonly name: string
  /** Kinds it wants; `['*']` for all. */
  readonly kinds: readonly string[]
  /** Kinds it does not want after all. */
  readonly without?: readonly string[]
  handle(tx: Tx, events: readonly LoggedEvent[]): Promise<void>
}

/** Ordered `.sql` files of one context; names and contents never change once they are released. */
export type Migrations = {
  readonly context: string
  readonly files: readonly URL[]
  /**
   * The one exception: a file that could not run everywhere, by its name; SHA-256 of its earlier texts, each of which
   * left the same schema wherever it did run.
   */
  readonly formerly?: Readonly<Record<string, readonly string[]>>
}

export type TransactionOptions = {
  /** How long all attempts together may take. */
  readonly deadlineMs?: number
  /** How long one statement may take. */
  readonly statementMs?: number
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
}

export type Work<Value> = (tx: Tx) => Promise<Value>

export type Database = {
  /** Number of this life of the process; each of its connections holds it (`holder.ts`). */
  readonly holder: number
  /** A transaction that sees and writes only this tenant's rows (forced row-level security). */
  tenant<Value>(tenantId: string, work: Work<Value>, options?: TransactionOptions): Promise<Value>
  /** A transaction that crosses tenants, under its own role; `purpose` is counted in `platform_uses`. */
  platform<Value>(purpose: string, work: Work<Value>, options?: TransactionOptions): Promise<Value>
  /**
   * One call of a database function in a transaction of its own, in one round trip. The function takes the tenants as
   * its first argument, sets `nova.tenant` (to one at a time) and its role for itself, and may be repeated without harm:
   * what happened to a call whose answer was lost is not found out here.
   */
  call<Row extends object>(
    tenantIds: readonly string[],
    name: string,
    values: readonly unknown[]
  ): Promise<Row[]>
  /** Brings the schema up to date; safe to call from many processes at once. */
  migrate(migrations: readonly Migrations[]): Promise<void>
  /** Starts reading the log; `stop` waits for the running batches. */
  listen(
    listeners: readonly Listener[],
    holdBack?: HoldBack
  ): { stop(): Promise<void>; lag(): Promise<ListenerLag[]> }
  /** @returns true when the server answers */
  ready(): Promise<boolean>
  close(): Promise<void>
}

/** True while something more urgent needs the machine; listeners then read at a slow pace, never not at all. */
export type HoldBack = () => boolean

export type ListenerLag = { readonly listener: string; readonly behind: number; readonly seconds: number }

/** Thrown by a listener that cannot do its work now for a reason outside the event: tried later, not counted. */
export class NotNow extends Error {
  override readonly name = 'NotNow'
}

/** The database could not be reached in time; nothing is known to have happened. Becomes a 503. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}
