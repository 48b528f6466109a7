import type { Database } from 'better-sqlite3'
import type { StoreFault } from './contract.ts'
import { StoreError, storeFault } from './fault.ts'

/** A batch ends at this, so that the event loop is not held for longer; `group-commit.ts` bounds the number. */
const batchMs = 6

export type BatchNeeds = {
  readonly db: Database
  readonly monotonic: () => number
  /** Resolves when the disk has every COMMIT made before the call (`log-file.ts`). */
  readonly flush: () => Promise<void>
  /**
   * `mark`: around each write and batch, so that memory goes back with the rows. `finish`: before the COMMIT, writes
   * what is written once for all of a batch. `safe`: a batch is on the disk.
   */
  readonly memory: { mark(): () => void; finish(): void; safe(): void }
  /** Makes room after a full disk; true when it is worth trying the same batch again. */
  readonly makeRoom: () => boolean
  readonly tell: (fault: StoreFault | null) => void
}

export type Job = { run(): void; settle(): void; fail(error: unknown): void; failed: boolean }

/** What a COMMIT did: how many jobs are through with it (0: room was made, try again), and those that stand. */
type Written = { readonly taken: number; readonly standing: readonly Job[] }

export type Batch = {
  write(jobs: readonly Job[]): Written
  /** @returns the fault for which nothing may be acknowledged any more, or null: the jobs are settled */
  secure(jobs: readonly Job[]): Promise<StoreError | null>
  readonly counts: { commits: number; writes: number }
}

type Statements = ReturnType<typeof statements>

function statements(db: Database) {
  return {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    rollback: db.prepare('rollback'),
    mark: db.prepare('savepoint one_write'),
    keep: db.prepare('release one_write'),
    undo: db.prepare('rollback to one_write')
  }
}

export function openBatch(needs: BatchNeeds): Batch {
  const sql = statements(needs.db)
  const counts = { commits: 0, writes: 0 }
  const all = (jobs: readonly Job[]) => together(jobs, { sql, needs, one: (job) => job.run() })

  function write(jobs: readonly Job[]): Written {
    try {
      const taken = all(jobs) ?? attempt(jobs, { sql, needs, one: runOne })
      counts.commits++
      counts.writes += taken
      return { taken, standing: jobs.slice(0, taken) }
    } catch (error) {
      return { taken: refused(jobs, error, needs), standing: [] }
    }
  }

  async function secure(jobs: readonly Job[]): Promise<StoreError | null> {
    try {
      await needs.flush()
    } catch (error) {
      return lost(jobs, error, needs)
    }
    needs.memory.safe()
    needs.tell(null)
    for (const job of jobs) if (!job.failed) job.settle()
    return null
  }

  return { write, secure, counts }
}

/**
 * After a failed flush the kernel may have dropped the bytes and call the next flush a success: only a restart, which
 * reads the log back and keeps what its checksums vouch for, knows what the disk has. Until then nothing is promised.
 */
function lost(jobs: readonly Job[], error: unknown, { tell }: BatchNeeds): StoreError {
  const fault = new StoreError('io-error', error)
  tell('io-error')
  for (const job of jobs) if (!job.failed) job.fail(fault)
  return fault
}

type How = {
  readonly sql: Statements
  readonly needs: BatchNeeds
  readonly one: (job: Job, sql: Statements, needs: BatchNeeds) => void
}

/** The common case: each goes well, and needs no savepoint. @returns null when one did not: nothing of it stands */
function together(jobs: readonly Job[], how: How): number | null {
  try {
    return attempt(jobs, how)
  } catch (error) {
    if (storeFault(error)) throw error
    return null
  }
}

/** @returns how many jobs were taken before the time of a batch was over; their COMMIT stands */
function attempt(jobs: readonly Job[], { sql, needs, one }: How): number {
  const back = needs.memory.mark()
  const until = needs.monotonic() + batchMs
  let taken = 0
  try {
    sql.begin.run()
    for (const job of jobs) {
      if (!job.failed) one(job, sql, needs)
      taken++
      if (needs.monotonic() > until) break
    }
    needs.memory.finish()
    sql.commit.run()
    return taken
  } catch (error) {
    back()
    if (needs.db.inTransaction) sql.rollback.run()
    throw error
  }
}

/** One write in its own savepoint: its bug or refusal undoes only itself. A fault of the disk ends the batch. */
function runOne(job: Job, sql: Statements, { db, memory }: BatchNeeds): void {
  const back = memory.mark()
  sql.mark.run()
  try {
    job.run()
  } catch (error) {
    if (!db.inTransaction || storeFault(error)) throw error
    sql.undo.run()
    back()
    job.failed = true
    job.fail(error)
  }
  sql.keep.run()
}

/** Nothing of the batch stands. @returns how many jobs are settled by that */
function refused(jobs: readonly Job[], error: unknown, { makeRoom, tell }: BatchNeeds): number {
  const fault = storeFault(error)
  if (fault === 'disk-full' && makeRoom()) return 0
  if (fault) tell(fault)
  const reason = fault ? new StoreError(fault, error) : error
  for (const job of jobs) if (!job.failed) job.fail(reason)
  return jobs.length
}
