import { test } from 'tap'
import { booksAreExact, freshSeed } from './exact.suite.ts'
import { killAtRandom } from './kill.ts'

void test('4 random kills of cloud in mid-transaction lose and double nothing', async (t) => {
  t.setTimeout(1_000_000)
  booksAreExact(t, await killAtRandom({ victim: 'cloud', count: 4, seed: freshSeed(t) }))
})
