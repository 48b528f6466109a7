import { test } from 'tap'
import { booksAreExact, freshSeed } from './exact.suite.ts'
import { killAtRandom } from './kill.ts'

void test('8 random kills of edge in mid-transaction lose and double nothing', async (t) => {
  t.setTimeout(1_000_000)
  booksAreExact(t, await killAtRandom({ victim: 'edge', count: 8, seed: freshSeed(t) }))
})
