import type { Database } from 'better-sqlite3'
import type { Haste, StoreFault } from './contract.ts'
import { StoreError, storeFault } from './fault.ts'

/** A batch ends at either bound, so that the event loop is not held for longer than a few ms plus one fsync. */
const batchWrites = 512
const batchMs = 6

/** Telemetry waits this long for company; with 16 writes together a row costs a tenth of the flash wear. */
const patienceMs = 250
const companyWrites = 16

/** Beyond it the caller is told to come back: memory stays bounded when the disk is slower than the site. */
const queueWrites = 20_000

export type GroupCommitNeeds = {
  readonly db: Database
  readonly monotonic: () => number
  /** Called around each write and batch, so that values held in memory go back together with the rows. */
  readonly memory: { mark(): () => void; committed(): void }
  /** Makes room after a full disk; true when it is worth trying the same batch again. */
  readonly makeRoom: () => boolean
  readonly tell: (fault: StoreFault | null) => void
}

export type GroupCommit = {
  commit<Value>(write: () => Value, haste?: Haste): Promise<Value>
  close(): Promise<void>
  readonly counts: { commits: number; writes: number }
}

type Job = { run(): void; settle(): void; fail(error: unknown): void; failed: boolean }

/** What a batch did: how many jobs are settled, well or badly; 0: room was made, try the same ones again. */
type Batch = { run(jobs: readonly Job[]): number; readonly counts: GroupCommit['counts'] }

/** Many writes, one transaction, one fsync: a write costs microseconds, a commit a turn of the disk. */
export function openGroupCommit(needs: GroupCommitNeeds): GroupCommit {
  const batch = openBatch(needs)
  let queue: Job[] = []
  let closed = false
  const alarm = openAlarmClock(() => flush())

  function flush(): void {
    alarm.off()
    if (queue.length === 0) return
    queue = queue.slice(batch.run(queue.slice(0, batchWrites)))
    if (queue.length > 0) alarm.atOnce()
  }

  return {
    counts: batch.counts,
    commit<Value>(write: () => Value, haste: Haste = 'now'): Promise<Value> {
      if (closed) return Promise.reject(new StoreError('closed'))
      if (queue.length >= queueWrites) return Promise.reject(new StoreError('overloaded'))
      return new Promise<Value>((resolve, reject) => {
        let value: Value
        queue.push({
          failed: false,
          run: () => void (value = write()),
          settle: () => resolve(value),
          fail: reject
        })
        if (haste === 'now' || queue.length >= companyWrites) alarm.atOnce()
        else alarm.later()
      })
    },
    close() {
      closed = true
      while (queue.length > 0) flush()
      return Promise.resolve()
    }
  }
}

/** At once is after the input of this turn of the event loop has been read: that makes the company. */
function openAlarmClock(ring: () => void) {
  let immediate: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  return {
    atOnce(): void {
      immediate ??= setImmediate(ring)
    },
    later(): void {
      if (!immediate) timer ??= setTimeout(ring, patienceMs)
    },
    off(): void {
      clearTimeout(timer)
      clearImmediate(immediate)
      timer = undefined
      immediate = undefined
    }
  }
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

function openBatch(needs: GroupCommitNeeds): Batch {
  const sql = statements(needs.db)
  const counts = { commits: 0, writes: 0 }

  function run(jobs: readonly Job[]): number {
    const back = needs.memory.mark()
    try {
      const taken = attempt(jobs, sql, needs)
      counts.commits++
      counts.writes += taken
      needs.memory.committed()
      needs.tell(null)
      for (const job of jobs.slice(0, taken)) if (!job.failed) job.settle()
      return taken
    } catch (error) {
      back()
      if (needs.db.inTransaction) sql.rollback.run()
      return refused(jobs, error, needs)
    }
  }

  return { run, counts }
}

/** @returns how many jobs were taken before the time of a batch was over; their COMMIT stands */
function attempt(jobs: readonly Job[], sql: Statements, needs: GroupCommitNeeds): number {
  const until = needs.monotonic() + batchMs
  let taken = 0
  sql.begin.run()
  for (const job of jobs) {
    if (!job.failed) runOne(job, sql, needs)
    taken++
    if (needs.monotonic() > until) break
  }
  sql.commit.run()
  return taken
}

/** One write in its own savepoint: its bug or refusal undoes only itself. A fault of the disk ends the batch. */
function runOne(job: Job, sql: Statements, { db, memory }: GroupCommitNeeds): void {
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
function refused(jobs: readonly Job[], error: unknown, { makeRoom, tell }: GroupCommitNeeds): number {
  const fault = storeFault(error)
  if (fault === 'disk-full' && makeRoom()) return 0
  if (fault) tell(fault)
  const reason = fault ? new StoreError(fault, error) : error
  for (const job of jobs) if (!job.failed) job.fail(reason)
  return jobs.length
}
