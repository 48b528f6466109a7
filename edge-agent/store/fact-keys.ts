import type { Database } from 'better-sqlite3'
import type { EdgeEvent } from '@nova/shared-protocol/messages'

/** So many keys wait in memory for the index: enough that those of one session fill a page, few enough for some ms. */
const longestTail = 1024

/** Groups of keys of which the last one is known: more than a site has running sessions. */
const mostGroups = 2_000

type Keyed = { readonly key: string; readonly sequence: number }
type Row = Keyed & { readonly body: string }

/**
 * Which fact has which key: on the disk in the order of keys, and for the newest facts in memory, read again from the
 * facts themselves at each start. Whoever writes is inside of a commit.
 */
export class FactKeys {
  readonly #sql: ReturnType<typeof statements>
  readonly #tail = new Map<string, number>() // In the order of sequences; may still hold some that are indexed.
  readonly #last = new Map<string, string>() // Of a group, no key in the index comes after this one.
  #indexed: number // Up to this sequence the index on the disk has all keys.

  constructor(db: Database) {
    this.#sql = statements(db)
    this.#indexed = this.#sql.keyed.get()?.keyed ?? 0
    for (const { key, sequence } of this.#sql.unindexed.all(this.#indexed)) this.#tail.set(key, sequence)
  }

  has(key: string): boolean {
    if (this.#tail.has(key)) return true
    if (isAfter(key, this.#lastOf(groupOf(key)))) return false // As the next reading of a session is.
    return this.#sql.has.get(key) !== undefined
  }

  /** Sequences are handed in without gap. */
  add(key: string, sequence: number): void {
    this.#tail.set(key, sequence)
    if (sequence - this.#indexed >= longestTail) this.#index()
  }

  /** Forgets the keys of facts up to `sequence`, which are still there. */
  drop(sequence: number): void {
    if (sequence > this.#indexed) this.#index()
    this.#sql.drop.run(sequence)
  }

  /** Facts whose keys begin with `prefix`: the first in the order of their keys, or the last, last first. */
  withPrefix(prefix: string, limit: number, end: 'first' | 'last'): EdgeEvent[] {
    const stored = this.#sql[end].all(prefix, `${prefix}\u{10FFFF}`, limit)
    const fresh = [...this.#tail].flatMap(([key, sequence]) =>
      sequence > this.#indexed && key.startsWith(prefix) ? this.#sql.one.all(sequence) : []
    )
    if (fresh.length === 0) return stored.map(event)
    const all = [...stored, ...fresh].toSorted((left, right) => bytewise(left.key, right.key))
    return (end === 'first' ? all : all.toReversed()).slice(0, limit).map(event)
  }

  /** @returns puts back what is held in memory, for when the rows go back */
  mark(): () => void {
    const [size, indexed] = [this.#tail.size, this.#indexed]
    return () => {
      for (const key of [...this.#tail.keys()].slice(size)) this.#tail.delete(key)
      this.#indexed = indexed
    }
  }

  /** What was written stands: memory needs the keys no more that are in the index. */
  safe(): void {
    for (const [key, sequence] of this.#tail) {
      if (sequence > this.#indexed) return
      this.#tail.delete(key)
    }
  }

  #insert(key: string, sequence: number): void {
    this.#sql.insert.run(key, sequence)
    const group = groupOf(key)
    const last = this.#last.get(group)
    if (last !== undefined && (isAfter(key, last) || bytewise(key, last) > 0)) this.#last.set(group, key)
  }

  #lastOf(group: string): string {
    const known = this.#last.get(group)
    if (known !== undefined) return known
    if (this.#last.size >= mostGroups) this.#last.clear()
    const last = this.#sql.lastKey.get(group, `${group}\u{10FFFF}`)?.key ?? group
    this.#last.set(group, last)
    return last
  }

  #index(): void {
    const fresh = [...this.#tail].filter(([, sequence]) => sequence > this.#indexed)
    const last = fresh.at(-1)
    if (last === undefined) return
    for (const [key, sequence] of fresh.toSorted(byKey)) this.#insert(key, sequence)
    this.#indexed = last[1]
    this.#sql.setKeyed.run(this.#indexed)
  }
}

const event = ({ sequence, key, body }: Row): EdgeEvent => [sequence, key, body]

const groupOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1)

const plain = /^[\0-\ud7ff]*$/

/** Whether it is sure that it comes later in the index: for text up to here in Unicode both orders are one. */
const isAfter = (key: string, other: string): boolean => key > other && plain.test(key)

/** As SQLite orders text: by the bytes of UTF-8. */
const bytewise = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right))

/** Only for neighbours in the index to come one after the other: any order is right. */
const byKey = ([left]: readonly [string, number], [right]: readonly [string, number]): number =>
  left < right ? -1 : 1

function statements(db: Database) {
  const range = `select facts.sequence, facts.key, body from fact_keys join facts using (sequence)
    where fact_keys.key >= ? and fact_keys.key < ? order by fact_keys.key`
  return {
    keyed: db.prepare<[], { keyed: number }>(`select keyed from lanes where lane = 'facts'`),
    setKeyed: db.prepare(`update lanes set keyed = ? where lane = 'facts'`),
    unindexed: db.prepare<[number], Keyed>(
      'select key, sequence from facts where sequence > ? order by sequence'
    ),
    one: db.prepare<[number], Row>('select sequence, key, body from facts where sequence = ?'),
    insert: db.prepare('insert into fact_keys values (?, ?)'),
    has: db.prepare<[string], unknown>('select 1 from fact_keys where key = ?'),
    lastKey: db.prepare<[string, string], Keyed>(
      'select key, sequence from fact_keys where key >= ? and key < ? order by key desc limit 1'
    ),
    drop: db.prepare('delete from fact_keys where key in (select key from facts where sequence <= ?)'),
    first: db.prepare<[string, string, number], Row>(`${range} limit ?`),
    last: db.prepare<[string, string, number], Row>(`${range} desc limit ?`)
  }
}
