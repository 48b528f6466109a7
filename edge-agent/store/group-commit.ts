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

type Job = { run(): void; settle(): void; fail(error: unknown): void; failed: boolean }

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

/** Many writes, one transaction, one fsync: a write costs microseconds, a commit a turn of the disk. */
export function openGroupCommit(needs: GroupCommitNeeds): GroupCommit {
  const { db, memory } = needs
  const counts = { commits: 0, writes: 0 }
  const statements = {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    rollback: db.prepare('rollback'),
    mark: db.prepare('savepoint one_write'),
    keep: db.prepare('release one_write'),
    undo: db.prepare('rollback to one_write')
  }
  let queue: Job[] = []
  let immediate: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function schedule(haste: Haste): void {
    if (immediate) return
    if (haste === 'now' || queue.length >= companyWrites) {
      clearTimeout(timer)
      timer = undefined
      immediate = setImmediate(flush)
    } else timer ??= setTimeout(flush, patienceMs)
  }

  function flush(): void {
    clearTimeout(timer)
    clearImmediate(immediate)
    timer = immediate = undefined
    if (queue.length === 0) return
    const batch = queue.slice(0, batchWrites)
    const taken = runBatch(batch)
    queue = queue.slice(taken)
    if (queue.length > 0) schedule('now')
  }

  /** @returns how many jobs of the batch are settled, well or badly */
  function runBatch(batch: readonly Job[]): number {
    const back = memory.mark()
    try {
      const taken = attempt(batch)
      memory.committed()
      counts.commits++
      needs.tell(null)
      for (const job of batch.slice(0, taken)) if (!job.failed) job.settle()
      return taken
    } catch (error) {
      back()
      if (db.inTransaction) statements.rollback.run()
      const fault = storeFault(error)
      if (fault === 'disk-full' && needs.makeRoom()) return 0
      if (fault) needs.tell(fault)
      const reason = fault ? new StoreError(fault, error) : error
      for (const job of batch) if (!job.failed) job.fail(reason)
      return batch.length
    }
  }

  function attempt(batch: readonly Job[]): number {
    const until = needs.monotonic() + batchMs
    let taken = 0
    statements.begin.run()
    for (const job of batch) {
      runOne(job)
      taken++
      if (needs.monotonic() > until) break
    }
    statements.commit.run()
    counts.writes += taken
    return taken
  }

  /** One write in its own savepoint: its bug or refusal undoes only itself. A fault of the disk ends the batch. */
  function runOne(job: Job): void {
    if (job.failed) return
    const back = memory.mark()
    statements.mark.run()
    try {
      job.run()
    } catch (error) {
      if (!db.inTransaction || storeFault(error)) throw error
      statements.undo.run()
      back()
      job.failed = true
      job.fail(error)
    }
    statements.keep.run()
  }

  return {
    counts,
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
        schedule(haste)
      })
    },
    close() {
      closed = true
      while (queue.length > 0) flush()
      return Promise.resolve()
    }
  }
}
