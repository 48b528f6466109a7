import { test } from 'tap'
import { pass, reading, siteOf, stage, type Stage } from './loop.suite.ts'

const named = 'charger-ignores-limit A:1:1'

/** Nobody is there for longer than a lease; then a car, and in the same second its charger's reading, which tells no more after it. */
async function comes(readAt: string): Promise<Stage> {
  const set = stage(siteOf(['A'], 40))
  set.open()
  await pass(set, 130)
  set.sessions.set('A', '1')
  set.readings.set('A', { reading: { ...reading(30), at: readAt }, heardAtMs: set.clock.monotonicMs() })
  for (let second = 0; second < 5; second++) await set.clock.turn(1000)
  return set
}

void test('the first word of a session that comes with it is heard: 30 A where 6 are stored is known at once (seed 1000989)', async (t) => {
  const set = await comes('2026-03-01T10:00:00Z')
  t.ok(set.raised.includes(named), set.raised.join(', '))
  t.ok(set.stops.includes('stop A'))
})

void test('a word from before the session says nothing of it, however late it comes', async (t) => {
  const set = await comes('2026-03-01T09:59:59Z')
  t.notOk(set.raised.includes(named))
  t.strictSame(set.stops, [])
})

void test('of what has no readable time nobody knows whose it is', async (t) => {
  const set = await comes('')
  t.notOk(set.raised.includes(named))
})
