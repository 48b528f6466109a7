import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Database } from 'better-sqlite3'

const flushed = promisify(fdatasync)

/** SQLite's write-ahead log, as a file whose bytes can be forced to the disk beside the event loop. */
export type LogFile = {
  /** Resolves when everything written to the log before the call is on the disk. @throws what the disk says */
  flush(): Promise<void>
  close(): void
}

/**
 * From here on COMMIT writes to the log without waiting for the disk: whoever acknowledges calls `flush` between
 * COMMIT and the acknowledgement, which together is what `synchronous=FULL` does. Everything else stays SQLite's own:
 * under NORMAL it still waits for the log before a checkpoint, for the database after it, and for a new log's header.
 * The log is one file as long as the database is open; no lock lies on it that a second descriptor could lose.
 */
export function openLogFile(db: Database, path: string): LogFile {
  const file = openSync(`${path}-wal`, 'r+')
  fdatasyncSync(file) // A process that was killed may have left commits that it never flushed.
  let isOpen = true
  db.pragma('synchronous = normal')
  return {
    flush: () => flushed(file),
    close() {
      if (isOpen) closeSync(file)
      isOpen = false
    }
  }
}
