import { test } from 'tap'
import { pass, siteOf, stage, type Stage } from './loop.suite.ts'

/** One car behind a wide fuse whose set-points rise by 3 A every 20 s. */
async function ramping(): Promise<{ set: Stage; loop: ReturnType<Stage['open']> }> {
  const set = stage(siteOf(['A'], 100))
  const terms = new Map([['A:1:1', { ramp: { kind: 'step', step: 3_000, everyMs: 20_000 } as const }]])
  set.joined = { terms: () => terms }
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 3)
  return { set, loop }
}

const levels = (set: Stage): number[] => [...new Set(set.points.map(({ limitMilliA }) => limitMilliA))]

void test('a car begins at its minimum and rises step by step, also while nothing else happens', async (t) => {
  const { set, loop } = await ramping()
  t.equal(set.told('A'), 6_000)
  await pass(set, 21)
  t.equal(set.told('A'), 9_000)
  await pass(set, 240)
  const told = levels(set)
  t.ok(told.length > 5)
  t.ok(
    told.every((level, at) => at === 0 || level - (told[at - 1] ?? 0) <= 3_000),
    told.join(' ')
  )
  await loop.stop()
})

void test('it falls at once, and begins its way up from there', async (t) => {
  const { set, loop } = await ramping()
  await pass(set, 60)
  const before = set.told('A') ?? 0
  set.limits = [{ source: 'operator', limitA: [7, 7, 7], reason: 'test' }]
  await pass(set, 2)
  t.ok(before > 9_000 && set.told('A') === 7_000, `${before} → ${set.told('A')}`)
  set.limits = []
  await pass(set, 10)
  t.equal(set.told('A'), 7_000)
  await pass(set, 14)
  t.equal(set.told('A'), 10_000)
  await loop.stop()
})
