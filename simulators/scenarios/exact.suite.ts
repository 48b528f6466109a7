import type { Test } from 'tap'
import type { Verdict } from './books.ts'

/** What every suite that moves money must show: nothing lost, nothing doubled, not a watt-hour off, no review. */
export function booksAreExact(t: Test, verdict: Verdict): void {
  const { delivered, ...found } = verdict
  t.ok(delivered > 0, `${delivered} sessions were delivered`)
  t.strictSame(found, { lost: 0, doubled: 0, wrongWh: 0, inReview: 0, reviewReasons: [], ledgerOk: true })
}

/** A fresh seed each run finds new faults; it is printed, so that the run can be had again. */
export function freshSeed(t: Test): number {
  const seed = Date.now() % 1_000_000
  t.comment(`seed ${seed}`)
  return seed
}
