import { test } from 'tap'
import { believed } from './believed.ts'

const reading = (powerW: number) => ({ at: '2026-03-01T10:00:00Z', powerW })

void test('nobody is led by a meter that the guard does not believe', async (t) => {
  let latest = { reading: reading(5_000), takenAtMs: 1_000 }
  let isGood = false
  const meter = believed({ latest: () => latest }, () => isGood)
  const shown = () => meter?.latest()
  t.equal(shown(), null, 'not before it was believed once')
  isGood = true
  t.equal(shown()?.reading.powerW, 5_000)
  latest = { reading: reading(50_000), takenAtMs: 2_000 }
  t.equal(shown()?.takenAtMs, 2_000, 'the verdict has not seen this one yet')
  t.equal(shown()?.takenAtMs, 2_000)
  isGood = false
  latest = { reading: reading(51_000), takenAtMs: 3_000 }
  t.strictSame(shown(), { reading: reading(5_000), takenAtMs: 1_000 }, 'what was believed grows old')
  isGood = true
  t.equal(shown()?.takenAtMs, 3_000)
})

void test('a site without a meter has none to believe', async (t) => {
  t.equal(
    believed(null, () => true),
    null
  )
})
