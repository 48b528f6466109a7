import { openBatch, type Batch, type BatchNeeds, type Job } from './batch.ts'
import type { Haste } from './contract.ts'
import { StoreError } from './fault.ts'

/** A batch ends at this or at a few ms, so that the event loop is not held for longer. */
const batchWrites = 512

/** Telemetry waits this long for company; with 16 writes together a row costs a tenth of the flash wear. */
const patienceMs = 250
const companyWrites = 16

/** Beyond it the caller is told to come back: memory stays bounded when the disk is slower than the site. */
const queueWrites = 20_000

export type GroupCommit = {
  commit<Value>(write: () => Value, haste?: Haste): Promise<Value>
  close(): Promise<void>
  readonly counts: { commits: number; writes: number }
}

/**
 * Many writes, one transaction, one flush: a write costs microseconds, a flush a turn of the disk. The flush runs
 * beside the event loop, one batch at a time: what is heard meanwhile is read, judged, and the next batch.
 */
export function openGroupCommit(needs: BatchNeeds): GroupCommit {
  const batch = openBatch(needs)
  const queue = new Queue(batch)
  return {
    counts: batch.counts,
    close: () => queue.close(),
    commit<Value>(write: () => Value, haste: Haste = 'now'): Promise<Value> {
      const refusal = queue.refusal()
      if (refusal) return Promise.reject(refusal)
      return new Promise<Value>((resolve, reject) => {
        let value: Value
        queue.push(
          {
            failed: false,
            run: () => void (value = write()),
            settle: () => resolve(value),
            fail: reject
          },
          haste
        )
      })
    }
  }
}

/** Who waits for which batch. */
class Queue {
  readonly #batch: Batch
  readonly #alarm = openAlarmClock(() => this.#begin())
  #jobs: Job[] = []
  #urgent = false
  #busy: Promise<void> | null = null
  #refusal: StoreError | null = null

  constructor(batch: Batch) {
    this.#batch = batch
  }

  refusal(): StoreError | null {
    return this.#refusal ?? (this.#jobs.length >= queueWrites ? new StoreError('overloaded') : null)
  }

  push(job: Job, haste: Haste): void {
    this.#jobs.push(job)
    if (haste === 'now') this.#urgent = true
    this.#ring()
  }

  async close(): Promise<void> {
    this.#refusal ??= new StoreError('closed')
    while (this.#busy || this.#jobs.length > 0) {
      this.#begin()
      await this.#busy
    }
  }

  #begin(): void {
    this.#alarm.off()
    if (this.#busy || this.#jobs.length === 0) return
    const { taken, standing } = this.#batch.write(this.#jobs.slice(0, batchWrites))
    this.#jobs = this.#jobs.slice(taken)
    this.#urgent = this.#jobs.length > 0
    if (standing.length === 0) this.#ring()
    else this.#busy = this.#batch.secure(standing).then((fault) => this.#ended(fault))
  }

  #ended(fault: StoreError | null): void {
    this.#busy = null
    if (fault) {
      this.#refusal = fault
      for (const job of this.#jobs.splice(0)) job.fail(fault)
    }
    this.#ring()
  }

  #ring(): void {
    if (this.#busy || this.#jobs.length === 0) return
    if (this.#urgent || this.#jobs.length >= companyWrites) this.#alarm.atOnce()
    else this.#alarm.later()
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

/** What the store holds in memory beside its rows: it goes back with them, and counts when they are on the disk. */
type Held = { mark(): () => void; safe(): void }

type Ends = { readonly finish: () => void; readonly news: () => void }

/** @param ends `finish`: writes what is written once a batch; `news`: told after all of it is safe */
export function memoryOf(held: readonly Held[], { finish, news }: Ends): BatchNeeds['memory'] {
  return {
    mark() {
      const back = held.map((each) => each.mark())
      return () => back.forEach((each) => each())
    },
    finish,
    safe() {
      for (const each of held) each.safe()
      news()
    }
  }
}
