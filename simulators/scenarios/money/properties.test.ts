import { test } from 'tap'
import { holdProperties } from './properties.ts'

void test('the properties of money are counted: each holds over a few random sessions of another seed', async (t) => {
  t.setTimeout(1_000_000)
  t.match(await holdProperties({ seed: 7, runs: 20 }), { held: 3, failed: 0 })
})
