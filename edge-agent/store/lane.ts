import type { Database } from 'better-sqlite3'
import type { EdgeEvent, Lane } from '@nova/shared-protocol/messages'
import { chained, hex } from './chain.ts'
import type { Head } from './contract.ts'
import { FactKeys } from './fact-keys.ts'

type Row = { readonly sequence: number; readonly key: string; readonly body: string }
type HashRow = { readonly sequence: number; readonly hash: Uint8Array }
type Place = { readonly sequence: number; readonly hash: Uint8Array }

/** What a lane knows without asking the disk; replaced whole, so that it can be put back after a failed write. */
type State = { readonly newest: Place; readonly base: Place; readonly durable: number }

/** One chained table. Everything that writes must run inside a transaction of the caller. */
export class LaneStore {
  readonly #sql: ReturnType<typeof statements>
  readonly #lane: Lane
  readonly #db: Database
  readonly #keys: FactKeys | null // History may say the same twice.
  #state: State
  #safe: Place // Up to here the disk has it; who is outside of a commit sees no further.

  constructor(db: Database, lane: Lane) {
    this.#sql = statements(db, lane)
    this.#lane = lane
    this.#db = db
    const row = this.#sql.place.get(lane)
    if (!row) throw new Error(`lane ${lane} is missing`)
    const base = { sequence: row.base_sequence, hash: row.base_hash }
    this.#state = { base, newest: this.#sql.newest.get() ?? base, durable: row.durable }
    this.#safe = this.#state.newest
    this.#keys = lane === 'facts' ? new FactKeys(db) : null
  }

  /** @returns its sequence; null: a fact of that key is there already */
  append(key: string, body: string, at: number): number | null {
    if (this.has(key)) return null
    const sequence = this.#state.newest.sequence + 1
    const hash = chained(this.#state.newest.hash, [sequence, key, body])
    this.#sql.insert.run(sequence, key, body, at, hash)
    this.#state = { ...this.#state, newest: { sequence, hash } }
    this.#keys?.add(key, sequence)
    return sequence
  }

  has(key: string): boolean {
    return this.#keys?.has(key) ?? false
  }

  byPrefix(prefix: string, limit: number): EdgeEvent[] {
    return this.#keys?.withPrefix(prefix, limit, 'first') ?? []
  }

  lastByPrefix(prefix: string, limit: number): EdgeEvent[] {
    return this.#keys?.withPrefix(prefix, limit, 'last').toReversed() ?? []
  }

  read(after: number, limit: number): EdgeEvent[] {
    return this.#sql.read.all(after, this.#seen().sequence, limit).map(event)
  }

  hashAt(sequence: number): string | null {
    const hash = this.#bytesAt(sequence)
    return hash && hex(hash)
  }

  newest(): Head {
    const { sequence, hash } = this.#seen()
    return { sequence, hash: hex(hash) }
  }

  /** The event before the oldest one held. */
  base(): number {
    return this.#state.base.sequence
  }

  durable(): number {
    return this.#state.durable
  }

  /** When the oldest event that is not durable was written; null: there is none. */
  waitingSince(): number | null {
    return this.#sql.writtenAfter.get(this.#state.durable, this.#seen().sequence)?.at ?? null
  }

  /** @throws RangeError beyond the newest; lower than known counts only when `down` */
  markDurable(sequence: number, down: boolean): void {
    const { newest, durable } = this.#state
    if (sequence > newest.sequence)
      throw new RangeError(`${this.#lane}: ${sequence} was never written, newest is ${newest.sequence}`)
    if (sequence === durable || (sequence < durable && !down)) return
    this.#sql.setDurable.run(sequence, this.#lane)
    this.#state = { ...this.#state, durable: sequence }
  }

  /** Deletes at most `limit` durable events that were written before `olderThan`. @returns how many */
  prune(olderThan: number, limit: number): number {
    const { base, durable } = this.#state
    const upTo = this.#sql.lastOld.get(base.sequence + limit, durable, olderThan)?.sequence ?? null
    const hash = upTo === null || upTo <= base.sequence ? null : this.#bytesAt(upTo)
    if (upTo === null || !hash) return 0
    this.#keys?.drop(upTo)
    const gone = this.#sql.delete.run(upTo).changes
    this.#sql.setBase.run(upTo, hash, this.#lane)
    this.#state = { ...this.#state, base: { sequence: upTo, hash } }
    return gone
  }

  /** Recomputes the chain of `limit` events. @returns the first sequence that does not fit, or null */
  verify(after: number, limit: number): number | null {
    const from = Math.max(after, this.#state.base.sequence)
    let hash = this.#bytesAt(from)
    if (!hash) return from
    let sequence = from
    for (const row of this.#sql.whole.iterate(from, from + limit)) {
      sequence++
      hash = chained(hash, [sequence, row.key, row.body])
      if (row.sequence !== sequence || Buffer.compare(hash, row.hash) !== 0) return sequence
    }
    return sequence < Math.min(from + limit, this.#state.newest.sequence) ? sequence + 1 : null
  }

  /** @returns puts back what is held in memory, for when the rows go back */
  mark(): () => void {
    const [before, keys] = [this.#state, this.#keys?.mark()]
    return () => {
      this.#state = before
      keys?.()
    }
  }

  /** The disk has all of it: others may hear of it. */
  safe(): void {
    this.#safe = this.#state.newest
    this.#keys?.safe()
  }

  /** The cloud must never hold what a power cut here could take back. */
  #seen(): Place {
    return this.#db.inTransaction ? this.#state.newest : this.#safe
  }

  #bytesAt(sequence: number): Uint8Array | null {
    const { newest, base } = this.#state
    if (sequence === newest.sequence) return newest.hash
    if (sequence === base.sequence) return base.hash
    return this.#sql.hashAt.get(sequence)?.hash ?? null
  }
}

const event = (row: Row): EdgeEvent => [row.sequence, row.key, row.body]

function statements(db: Database, lane: Lane) {
  type PlaceRow = { durable: number; base_sequence: number; base_hash: Uint8Array }
  return {
    place: db.prepare<[string], PlaceRow>(
      'select durable, base_sequence, base_hash from lanes where lane = ?'
    ),
    newest: db.prepare<[], HashRow>(`select sequence, hash from ${lane} order by sequence desc limit 1`),
    insert: db.prepare(`insert into ${lane} (sequence, key, body, at, hash) values (?, ?, ?, ?, ?)`),
    read: db.prepare<[number, number, number], Row>(
      `select sequence, key, body from ${lane} where sequence > ? and sequence <= ? order by sequence limit ?`
    ),
    hashAt: db.prepare<[number], HashRow>(`select sequence, hash from ${lane} where sequence = ?`),
    whole: db.prepare<[number, number], Row & HashRow>(
      `select sequence, key, body, hash from ${lane} where sequence > ? and sequence <= ? order by sequence`
    ),
    lastOld: db.prepare<[number, number, number], { sequence: number | null }>(
      `select max(sequence) as sequence from (select sequence from ${lane}
        where sequence <= ? and sequence <= ? and at < ? order by sequence)`
    ),
    writtenAfter: db.prepare<[number, number], { at: number }>(
      `select at from ${lane} where sequence > ? and sequence <= ? order by sequence limit 1`
    ),
    delete: db.prepare(`delete from ${lane} where sequence <= ?`),
    setBase: db.prepare('update lanes set base_sequence = ?, base_hash = ? where lane = ?'),
    setDurable: db.prepare('update lanes set durable = ? where lane = ?')
  }
}
