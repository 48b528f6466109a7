import { test } from 'tap'
import { accepted, pass, rejected, siteOf, stage } from './loop.suite.ts'

void test('a lower set-point that was lost is said again within seconds, whatever was refused before', async (t) => {
  const set = stage(siteOf(['A'], 32))
  set.sessions.set('A', '1')
  set.open()
  await pass(set, 5)
  set.answers = async () => rejected
  await pass(set, 600)
  t.ok(set.counted.rejected > 5, 'its renewals are refused, and asked for ever less often')
  set.answers = async () => ({ kind: 'failed', error: 'no answer in time' })
  set.limits = [{ source: 'operator', limitA: [10, 10, 10], reason: 'operator' }]
  const before = set.points.length
  await pass(set, 20)
  const lowers = set.points.slice(before).filter(({ limitMilliA }) => limitMilliA <= 10_000)
  t.ok(lowers.length >= 3, `${lowers.length} times in 20 s`)
  set.answers = async () => accepted
  await pass(set, 7)
  t.ok((set.told('A') ?? Infinity) <= 10_000)
})
