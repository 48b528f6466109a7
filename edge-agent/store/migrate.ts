import { readFileSync, readdirSync } from 'node:fs'
import type { Database } from 'better-sqlite3'

type Migration = { readonly version: number; readonly name: string; readonly sql: string }

const folder = new URL('./migrations/', import.meta.url)

/** Ordered by the number each file name begins with; a file is never edited once released, only followed. */
export function migrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({
      version: Number(name.slice(0, 3)),
      name,
      sql: readFileSync(new URL(name, folder), 'utf8')
    }))
    .toSorted((left, right) => left.version - right.version)
}

/**
 * Brings the database to the newest version, each step in a transaction of its own.
 * @throws Error when the file was written by a younger program than this
 */
export function migrate(db: Database, steps: readonly Migration[], at: string): void {
  db.exec(
    'create table if not exists schema_versions (version integer primary key, name text not null, at text not null) strict'
  )
  const found = db
    .prepare<[], { version: number | null }>('select max(version) as version from schema_versions')
    .get()
  const version = found?.version ?? 0
  const newest = steps.at(-1)?.version ?? 0
  if (version > newest)
    throw new Error(
      `the database has version ${version}, this program knows ${newest}: use the newer program`
    )
  const note = db.prepare('insert into schema_versions values (?, ?, ?)')
  for (const step of steps.filter((each) => each.version > version)) {
    db.transaction(() => {
      db.exec(step.sql)
      note.run(step.version, step.name, at)
    })()
  }
}
