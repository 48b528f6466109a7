import type { Database } from 'better-sqlite3'
import type { ShadowRow, Shadows } from './contract.ts'

type Row = {
  readonly device_id: string
  readonly field: string
  readonly owner: ShadowRow['owner']
  readonly version: number
  readonly value: string | null
  readonly at: string
  readonly expires_at: string | null
}

/** Each row has its own page to change: more of them than this are noted together, one after the other. */
const rowsApart = 2

/** What was noted is folded into the rows after so many notes, or when so many rows wait: a few ms of work. */
const notesKept = 64
const rowsKept = 500

/**
 * Fields of devices. Whether a change is allowed (owner, version, age) the core has decided before. What a commit puts
 * is written at its end, as one note when it is much; the rows follow every so many notes. Where a row and a note differ
 * the newer version counts.
 */
export class ShadowStore implements Shadows {
  readonly #sql: ReturnType<typeof statements>
  readonly #inCommit: (act: string) => void
  readonly #newest = new Map<string, ShadowRow>() // What the rows on the disk may not have yet.
  readonly #before: [key: string, row: ShadowRow | undefined][] = [] // Of this commit, to take it back.
  #written: readonly string[] = [] // Keys whose rows this commit brings up to date.
  #notes = 0

  constructor(db: Database, inCommit: (act: string) => void) {
    this.#sql = statements(db)
    this.#inCommit = inCommit
    for (const { body } of this.#sql.notes.all()) {
      this.#notes++
      for (const row of rowsOf(body)) this.#newest.set(keyOf(row.deviceId, row.field), row)
    }
  }

  put(row: ShadowRow): void {
    this.#inCommit('shadows.put')
    const key = keyOf(row.deviceId, row.field)
    const held = this.#newest.get(key)
    if (held && held.version >= row.version) return
    this.#before.push([key, held])
    this.#newest.set(key, row)
  }

  find(deviceId: string, field: string): ShadowRow | null {
    const row = this.#sql.find.get(deviceId, field)
    return newer(row && shadow(row), this.#newest.get(keyOf(deviceId, field))) ?? null
  }

  device(deviceId: string): ShadowRow[] {
    const noted = [...this.#newest.values()].filter((row) => row.deviceId === deviceId)
    return together(this.#sql.device.all(deviceId), noted)
  }

  all(): ShadowRow[] {
    return together(this.#sql.all.all(), this.#newest.values())
  }

  /** In a commit, at its end: writes what was put in it. */
  finish(): void {
    if (this.#before.length === 0) return
    const keys = [...new Set(this.#before.map(([key]) => key))]
    if (this.#notes >= notesKept || this.#newest.size >= rowsKept) {
      this.#write([...this.#newest.keys()])
      this.#sql.forget.run()
      this.#notes = 0
    } else if (keys.length <= rowsApart) this.#write(keys)
    else {
      this.#sql.note.run(noteOf(keys.flatMap((key) => this.#newest.get(key) ?? [])))
      this.#notes++
    }
  }

  /** @returns puts back what is held in memory, for when the rows go back */
  mark(): () => void {
    const [length, notes] = [this.#before.length, this.#notes]
    return () => {
      for (const [key, row] of this.#before.splice(length).toReversed()) {
        if (row) this.#newest.set(key, row)
        else this.#newest.delete(key)
      }
      this.#notes = notes
      this.#written = []
    }
  }

  /** What `finish` wrote stands. */
  safe(): void {
    for (const key of this.#written) this.#newest.delete(key)
    this.#written = []
    this.#before.length = 0
  }

  #write(keys: readonly string[]): void {
    for (const key of keys) {
      const row = this.#newest.get(key)
      if (row) put(this.#sql, row)
    }
    this.#written = keys
  }
}

const keyOf = (deviceId: string, field: string): string => `${deviceId}\n${field}`

/** One line a row, and one for its value as it is: without quotes upon quotes. No JSON text has a line's end in it. */
const noteOf = (rows: readonly ShadowRow[]): string =>
  rows
    .map(({ deviceId, field, owner, version, value, at, expiresAt }) =>
      [JSON.stringify([deviceId, field, owner, version, at, expiresAt]), value ?? ''].join('\n')
    )
    .join('\n')

type Told = readonly [string, string, ShadowRow['owner'], number, string, string | null]

function rowsOf(note: string): ShadowRow[] {
  const lines = note.split('\n')
  return Array.from({ length: lines.length / 2 }, (_, index) => {
    const [deviceId, field, owner, version, at, expiresAt] = JSON.parse(lines[2 * index] ?? '') as Told
    return { deviceId, field, owner, version, value: lines[2 * index + 1] || null, at, expiresAt }
  })
}

const put = (sql: ReturnType<typeof statements>, row: ShadowRow): void =>
  void sql.put.run(row.deviceId, row.field, row.owner, row.version, row.value, row.at, row.expiresAt)

const newer = (left: ShadowRow | undefined, right: ShadowRow | undefined): ShadowRow | undefined =>
  left && right ? (right.version > left.version ? right : left) : (left ?? right)

function together(stored: readonly Row[], noted: Iterable<ShadowRow>): ShadowRow[] {
  const rows = new Map(stored.map((row) => [keyOf(row.device_id, row.field), shadow(row)]))
  for (const row of noted) {
    const key = keyOf(row.deviceId, row.field)
    rows.set(key, newer(rows.get(key), row) ?? row)
  }
  return [...rows.values()]
}

function statements(db: Database) {
  const columns = 'device_id, field, owner, version, value, at, expires_at'
  return {
    put: db.prepare(
      `insert into shadows (${columns}) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (device_id, field) do update set owner = excluded.owner, version = excluded.version,
         value = excluded.value, at = excluded.at, expires_at = excluded.expires_at where excluded.version > version`
    ),
    find: db.prepare<[string, string], Row>(
      `select ${columns} from shadows where device_id = ? and field = ?`
    ),
    device: db.prepare<[string], Row>(`select ${columns} from shadows where device_id = ?`),
    all: db.prepare<[], Row>(`select ${columns} from shadows`),
    note: db.prepare('insert into shadow_news (body) values (?)'),
    notes: db.prepare<[], { body: string }>('select body from shadow_news order by id'),
    forget: db.prepare('delete from shadow_news')
  }
}

const shadow = (row: Row): ShadowRow => ({
  deviceId: row.device_id,
  field: row.field,
  owner: row.owner,
  version: row.version,
  value: row.value,
  at: row.at,
  expiresAt: row.expires_at
})
