import fc from 'fast-check'
import { test } from 'tap'
import {
  nextOf,
  paceMs,
  restMs,
  seen,
  settleMs,
  strikeRestMs,
  visited,
  type Rounds,
  type Verdict
} from './rounds.ts'

const all = () => true
const none: Rounds = new Map()

void test('a new connection is left in peace until the loop has told it its fallback', async (t) => {
  const rounds = seen(none, ['A'], all, 0)
  t.equal(nextOf(rounds, settleMs - 1), null)
  t.equal(nextOf(rounds, settleMs), 'A')
})

void test('new connections go before those that were seen; among equals the longest due', async (t) => {
  const before = visited(seen(none, ['A', 'B'], all, 0), 'A', 'same', settleMs)
  const rounds = seen(before, ['A', 'B', 'C'], all, settleMs + restMs)
  t.equal(nextOf(rounds, settleMs + restMs), 'B')
  const later = visited(rounds, 'B', 'same', settleMs + restMs)
  t.equal(nextOf(later, 2 * settleMs + restMs), 'C')
  t.equal(nextOf(visited(later, 'C', 'same', 2 * settleMs + restMs), 2 * settleMs + restMs), 'A')
})

void test('a difference is looked at again soon; strikes count in a row, and stand while nothing is learned', async (t) => {
  let rounds = seen(none, ['A'], all, 0)
  const strike = (verdict: Verdict) => {
    rounds = visited(rounds, 'A', verdict, 1_000)
    return rounds.get('A')?.strikes
  }
  t.strictSame(
    (['differs', 'differs', 'unknown', 'differs', 'same', 'differs'] as const).map(strike),
    [1, 2, 2, 3, 0, 1]
  )
  t.equal(rounds.get('A')?.dueMs, 1_000 + strikeRestMs)
})

void test('who stays different for a day is told some 150 times, not 8,640: each time is a write to its flash', async (t) => {
  let rounds = visited(seen(none, ['A'], all, 0), 'A', 'differs', 0)
  const due = (): number => rounds.get('A')?.dueMs ?? 0
  let visits = 1
  for (; due() < 86_400_000; visits++) rounds = visited(rounds, 'A', 'differs', due())
  t.ok(visits < 160, `${visits} visits`)
  const lastMs = due()
  rounds = visited(rounds, 'A', 'same', lastMs)
  rounds = visited(rounds, 'A', 'differs', lastMs)
  t.equal(due(), lastMs + strikeRestMs, 'once in order it is looked at soon again')
})

void test('strikes outlive a lost line; who is not configured any more is forgotten', async (t) => {
  const struck = visited(seen(none, ['A'], all, 0), 'A', 'differs', 0)
  const gone = seen(struck, ['A'], () => false, 1)
  t.equal(nextOf(gone, Number.MAX_SAFE_INTEGER), null)
  const back = seen(gone, ['A'], all, 2)
  t.match(back.get('A'), { strikes: 1, fresh: true, dueMs: 2 + settleMs })
  t.equal(seen(back, [], all, 3).size, 0)
})

void test('every connected charger is visited within one round, whatever the others do', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.constantFrom<Verdict>('same', 'differs', 'unknown', 'failed'), { minLength: 1 }),
      (count, verdicts) => {
        const ids = Array.from({ length: count }, (_, index) => `C${index}`)
        let rounds = seen(none, ids, all, 0)
        const met = new Set<string>()
        const beats = count + Math.ceil((settleMs + restMs) / paceMs)
        for (let beat = 0; beat < 2 * beats; beat++) {
          const nowMs = beat * paceMs
          rounds = seen(rounds, ids, all, nowMs)
          const id = nextOf(rounds, nowMs)
          if (id === null) continue
          met.add(id)
          rounds = visited(rounds, id, verdicts[beat % verdicts.length] ?? 'same', nowMs)
        }
        return met.size === count
      }
    )
  )
  t.pass()
})

void test('who does not answer is left alone for ten minutes', async (t) => {
  const rounds = visited(seen(none, ['A'], all, 0), 'A', 'failed', 1_000)
  t.match(rounds.get('A'), { dueMs: 601_000, fresh: false })
})
