import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { StoreError, storeFault } from './fault.ts'
import { openLogFile, type LogFile } from './log-file.ts'
import { migrate, migrations } from './migrate.ts'

/** Below it a WAL can be corrupted when a write meets a checkpoint (fixed in 3.51.3). */
const oldestSqlite = [3, 51, 3] as const

/**
 * WAL appends whole pages: small ones, because a commit changes a few hundred bytes on four to six of them. Measured
 * at the disk, one message alone in its commit: 14 kB with pages of 1 kB, 18 with 2, 27 with 4; batches cost the same.
 */
const pageBytes = 1024

/** A checkpoint copies each changed page once: rarer is fewer bytes, more often is a shorter stall. 4 MB. */
const checkpointPages = 4000

/** What a WAL may keep on the disk after a burst; it is overwritten in place, without new file-system blocks. */
const walKeptBytes = 8_000_000

export type Opened = { readonly db: Database; readonly logFile: LogFile; readonly setAside: string | null }

/**
 * Opens or makes the database. A file that SQLite cannot read is set aside under another name and a new one is
 * begun: a site without its past can still charge, hold limits and record; the cloud holds the durable part.
 * @param makeRoom gives back what is held of a full disk: a step to the newest version may write everything anew
 * @throws StoreError when the place takes no database at all, or another process holds it
 */
export function openDatabase(path: string, at: string, makeRoom = (): boolean => false): Opened {
  try {
    mkdirSync(dirname(path), { recursive: true })
    return { ...openFile(path, at), setAside: null }
  } catch (error) {
    if (storeFault(error) === 'disk-full' && makeRoom()) return openDatabase(path, at)
    if (storeFault(error) !== 'corrupt') throw named(error)
    const setAside = `${path}.damaged-${at.replaceAll(/[^0-9]/g, '')}`
    renameSync(path, setAside)
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${setAside}-wal`) // The newest commits are in it.
    return { ...openFile(path, at), setAside }
  }
}

function openFile(path: string, at: string): Omit<Opened, 'setAside'> {
  const db = new Sqlite(path, { timeout: 2_000 }) // A process that was just killed frees its lock at once.
  try {
    refuseOld(db)
    db.pragma(`page_size = ${pageBytes}`)
    db.pragma('locking_mode = exclusive') // One process owns the site's memory.
    db.pragma('journal_mode = wal')
    db.pragma('synchronous = full') // Until the log's own flush takes over (`log-file.ts`).
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`)
    db.pragma(`journal_size_limit = ${walKeptBytes}`)
    db.pragma('foreign_keys = on')
    db.pragma('temp_store = memory')
    migrate(db, migrations(), at)
    refuseRotten(db)
    return { db, logFile: openLogFile(db, path) }
  } catch (error) {
    db.close()
    throw error
  }
}

/** Small, and all of it is read at the start; the lanes are checked by their chains. */
const checkedTables = [
  'lanes',
  'meta',
  'commands',
  'desired',
  'limits',
  'tokens',
  'alarms',
  'sessions',
  'shelf',
  'shadows',
  'shadow_news'
]

/** @throws StoreError `corrupt` when a page of them cannot be read: found now, not in the middle of a session */
function refuseRotten(db: Database): void {
  for (const table of checkedTables) {
    const found = db.pragma(`quick_check(${table})`, { simple: true })
    if (found !== 'ok') throw new StoreError('corrupt', new Error(`${table}: ${String(found)}`))
  }
}

function refuseOld(db: Database): void {
  const row = db.prepare<[], { version: string }>('select sqlite_version() as version').get()
  const parts = (row?.version ?? '0').split('.').map(Number)
  const order =
    oldestSqlite.map((least, index) => (parts[index] ?? 0) - least).find((difference) => difference !== 0) ??
    0
  if (order < 0)
    throw new Error(`SQLite ${row?.version} is too old: at least ${oldestSqlite.join('.')} is needed`)
}

function named(error: unknown): unknown {
  const fault = storeFault(error)
  return fault && !(error instanceof StoreError) ? new StoreError(fault, error) : error
}
