import type { Database } from 'better-sqlite3'
import type { EdgeEvent, Lane } from '@nova/shared-protocol/messages'
import { chained, hex } from './chain.ts'
import type { Head } from './contract.ts'

type Row = { readonly sequence: number; readonly key: string; readonly body: string }
type HashRow = { readonly sequence: number; readonly hash: Uint8Array }
type Place = { readonly sequence: number; readonly hash: Uint8Array }

/** What a lane knows without asking the disk; replaced whole, so that it can be put back after a failed write. */
type State = { readonly newest: Place; readonly base: Place; readonly durable: number }

export type LaneStore = {
  append(key: string, body: string, at: number): number
  has(key: string): boolean
  byPrefix(prefix: string, limit: number): EdgeEvent[]
  read(after: number, limit: number): EdgeEvent[]
  hashAt(sequence: number): string | null
  newest(): Head
  base(): number
  durable(): number
  markDurable(sequence: number, down: boolean): void
  /** Deletes at most `limit` durable events that were written before `olderThan`. */
  prune(olderThan: number, limit: number): number
  verify(after: number, limit: number): number | null
  mark(): () => void
}

/** One chained table. Everything that writes must run inside a transaction of the caller. */
export function openLane(db: Database, lane: Lane): LaneStore {
  const sql = statements(db, lane)
  let state = load()

  function load(): State {
    const row = sql.place.get(lane)
    if (!row) throw new Error(`lane ${lane} is missing`)
    const base = { sequence: row.base_sequence, hash: row.base_hash }
    return { base, newest: sql.newest.get() ?? base, durable: row.durable }
  }

  function bytesAt(sequence: number): Uint8Array | null {
    if (sequence === state.newest.sequence) return state.newest.hash
    if (sequence === state.base.sequence) return state.base.hash
    return sql.hashAt.get(sequence)?.hash ?? null
  }

  function verify(after: number, limit: number): number | null {
    const from = Math.max(after, state.base.sequence)
    let hash = bytesAt(from)
    if (!hash) return from
    let sequence = from
    for (const row of sql.whole.iterate(from, from + limit)) {
      sequence++
      hash = chained(hash, [sequence, row.key, row.body])
      if (row.sequence !== sequence || Buffer.compare(hash, row.hash) !== 0) return sequence
    }
    return sequence < Math.min(from + limit, state.newest.sequence) ? sequence + 1 : null
  }

  function prune(olderThan: number, limit: number): number {
    const upTo = sql.lastOld.get(state.base.sequence + limit, state.durable, olderThan)?.sequence ?? null
    if (upTo === null || upTo <= state.base.sequence) return 0
    const hash = bytesAt(upTo)
    if (!hash) return 0
    const gone = sql.delete.run(upTo).changes
    sql.setBase.run(upTo, hash, lane)
    state = { ...state, base: { sequence: upTo, hash } }
    return gone
  }

  return {
    append(key, body, at) {
      const sequence = state.newest.sequence + 1
      const hash = chained(state.newest.hash, [sequence, key, body])
      sql.insert.run(sequence, key, body, at, hash)
      state = { ...state, newest: { sequence, hash } }
      return sequence
    },
    has: (key) => sql.has.get(key) !== undefined,
    byPrefix: (prefix, limit) => sql.byPrefix.all(prefix, `${prefix}\u{10FFFF}`, limit).map(event),
    read: (after, limit) => sql.read.all(after, limit).map(event),
    hashAt(sequence) {
      const hash = bytesAt(sequence)
      return hash && hex(hash)
    },
    newest: () => ({ sequence: state.newest.sequence, hash: hex(state.newest.hash) }),
    base: () => state.base.sequence,
    durable: () => state.durable,
    markDurable(sequence, down) {
      if (sequence > state.newest.sequence)
        throw new RangeError(`${lane}: ${sequence} was never written, newest is ${state.newest.sequence}`)
      if (sequence === state.durable || (sequence < state.durable && !down)) return
      sql.setDurable.run(sequence, lane)
      state = { ...state, durable: sequence }
    },
    prune,
    verify,
    mark() {
      const before = state
      return () => void (state = before)
    }
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
    has: db.prepare<[string], unknown>(`select 1 from ${lane} where key = ?`),
    byPrefix: db.prepare<[string, string, number], Row>(
      `select sequence, key, body from ${lane} where key >= ? and key < ? order by key limit ?`
    ),
    read: db.prepare<[number, number], Row>(
      `select sequence, key, body from ${lane} where sequence > ? order by sequence limit ?`
    ),
    hashAt: db.prepare<[number], HashRow>(`select sequence, hash from ${lane} where sequence = ?`),
    whole: db.prepare<[number, number], Row & HashRow>(
      `select sequence, key, body, hash from ${lane} where sequence > ? and sequence <= ? order by sequence`
    ),
    lastOld: db.prepare<[number, number, number], { sequence: number | null }>(
      `select max(sequence) as sequence from (select sequence from ${lane}
        where sequence <= ? and sequence <= ? and at < ? order by sequence)`
    ),
    delete: db.prepare(`delete from ${lane} where sequence <= ?`),
    setBase: db.prepare('update lanes set base_sequence = ?, base_hash = ? where lane = ?'),
    setDurable: db.prepare('update lanes set durable = ? where lane = ?')
  }
}
