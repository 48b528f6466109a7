import Sqlite, { type Database } from 'better-sqlite3'
import { chained } from './chain.ts'

type Row = {
  readonly sequence: number
  readonly key: string
  readonly body: string
  readonly hash: Uint8Array
}

/**
 * Hands over what the cloud does not have yet from a database that was set aside: facts in their order, each
 * checked against the chain, up to the first that cannot be read or does not fit. @returns how many
 */
export function salvage(path: string, take: (key: string, body: string) => void): number {
  let db: Database | undefined
  let taken = 0
  try {
    db = new Sqlite(path, { fileMustExist: true })
    for (const { key, body } of sound(db)) {
      take(key, body)
      taken++
    }
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error // Unreadable from here on: that much was saved.
  } finally {
    db?.close()
  }
  return taken
}

function* sound(db: Database): Generator<Row> {
  const lane = db.prepare<[], { durable: number }>(`select durable from lanes where lane = 'facts'`).get()
  const after = lane?.durable ?? 0
  const rows = db.prepare<[number], Row>(
    'select sequence, key, body, hash from facts where sequence >= ? order by sequence'
  )
  let before: Uint8Array | null = after === 0 ? Buffer.alloc(32) : null
  for (const row of rows.iterate(after)) {
    const isFit =
      before === null || Buffer.compare(chained(before, [row.sequence, row.key, row.body]), row.hash) === 0
    if (!isFit) return
    before = row.hash
    if (row.sequence > after) yield row
  }
}
