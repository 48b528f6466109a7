import { test } from 'tap'
import { booksAreExact, freshSeed } from './exact.suite.ts'
import { loseNats } from './nats-loss.ts'

void test('NATS killed and its data deleted with frames in flight loses no fact', async (t) => {
  t.setTimeout(1_000_000)
  booksAreExact(t, await loseNats({ count: 3, seed: freshSeed(t) }))
})
