import { test } from 'tap'
import { freshSeed } from './fresh.suite.ts'

void test('the same code is tried with the same seed, another by wish', (t) => {
  const seed = freshSeed(undefined)
  t.equal(freshSeed(undefined), seed)
  t.ok(Number.isInteger(seed) && seed >= 0 && seed < 1_000_000, `${seed}`)
  t.equal(freshSeed('339011'), 339_011)
  t.ok(Number.isInteger(freshSeed('fresh')))
  t.end()
})
