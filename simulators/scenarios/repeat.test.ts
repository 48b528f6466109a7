import { test } from 'tap'
import { booksAreExact, freshSeed } from './exact.suite.ts'
import { repeatEverything } from './repeat.ts'

void test('sixty sessions told again and again with new ids and shuffled are sixty bills', async (t) => {
  t.setTimeout(1_000_000)
  booksAreExact(t, await repeatEverything({ sessions: 60, seed: freshSeed(t) }))
})
