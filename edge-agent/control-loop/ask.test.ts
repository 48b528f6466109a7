import { test } from 'tap'
import type { Deed } from '../drivers/contract.ts'
import { pass, reading, siteOf, stage, type Stage } from './loop.suite.ts'

/** 40 A for two chargers; `A` charges, and told what it draws once, a while ago. */
async function charging(answer?: () => Promise<Deed>): Promise<Stage> {
  const set = stage(siteOf(['A', 'B'], 40))
  set.hasMeter = true
  set.sessions.set('A', '1')
  if (answer !== undefined) set.asks = answer
  set.open()
  show(set, 5)
  await pass(set, 20)
  set.asked.length = 0
  return set
}

const show = (set: Stage, amps: number): void => {
  set.meter = { reading: reading(amps), takenAtMs: set.clock.monotonicMs() }
}

/** The site's meter shows this each second; the chargers tell nothing. */
async function see(set: Stage, amps: readonly number[]): Promise<void> {
  for (const each of amps) {
    show(set, each)
    await set.clock.turn(1000)
  }
}

const trembling = (amps: number, seconds: number): number[] =>
  Array.from({ length: seconds }, (_, second) => amps + (second % 2) / 10)

void test('a site above its limit asks who charges what it draws, each few seconds, and nobody else', async (t) => {
  const set = await charging()
  await see(set, trembling(38, 10))
  t.strictSame(set.asked, [], 'within the limit everyone tells in his own time')
  await see(set, trembling(44, 7))
  t.strictSame(set.asked, ['A', 'A', 'A'], 'B charges nobody')
  await pass(set, 1) // It shows that it has followed.
  await see(set, trembling(35, 10))
  t.equal(set.asked.length, 3, 'the limit holds again')
})

void test('whose word is fresh is not asked for it', async (t) => {
  const set = await charging()
  for (let second = 0; second < 6; second++) {
    show(set, 44 + (second % 2) / 10)
    await pass(set, 1)
  }
  t.strictSame(set.asked, [])
})

void test('who does not know the question is asked three times, and again when it comes back', async (t) => {
  const unknown: Deed = { kind: 'failed', error: 'NotImplemented: ' }
  const set = await charging(async () => unknown)
  await see(set, trembling(44, 30))
  t.equal(set.asked.length, 3)
  set.connected.delete('A')
  await see(set, trembling(44, 3))
  set.connected.add('A')
  await see(set, trembling(44, 3))
  t.equal(set.asked.length, 4)
})

void test('a charger that ignores its limit is stopped as soon as it is heard while the site is above', async (t) => {
  const set = await charging()
  await see(set, trembling(38, 12))
  await see(set, trembling(48, 3))
  t.ok(set.asked.length > 0)
  set.readings.set('A', { reading: reading(60), heardAtMs: set.clock.monotonicMs() })
  await see(set, trembling(48, 1))
  t.strictSame(set.stops, ['stop A'])
})

void test('who once ignored its limit and charges again is asked in any case, until its session is stopped too', async (t) => {
  const set = await charging()
  set.readings.set('A', { reading: reading(60), heardAtMs: set.clock.monotonicMs() })
  await see(set, trembling(35, 8))
  t.strictSame(set.stops, ['stop A'], 'found by its own meter')
  set.sessions.delete('A')
  await see(set, trembling(20, 3))
  set.asked.length = 0
  set.sessions.set('A', '2')
  await see(set, trembling(20, 7))
  t.strictSame(set.asked, ['A', 'A', 'A'], 'each 3 s while nothing is heard of it')
  set.readings.set('A', { reading: reading(20), heardAtMs: set.clock.monotonicMs() })
  await see(set, trembling(20, 6))
  t.strictSame(set.stops, ['stop A', 'stop A'], '20 A where 6 A were told')
})

void test('who last showed more than it may draw by now is asked when it has had time to follow, below the limit too', async (t) => {
  const set = stage(siteOf(['A'], 40))
  set.sessions.set('A', '1')
  const loop = set.open()
  await pass(set, 20)
  set.asked.length = 0
  set.limits = [{ source: 'operator', limitA: [16, 16, 16], reason: 'operator' }]
  for (let second = 0; second < 6; second++) await set.clock.turn(1000)
  t.strictSame(set.asked, [], 'a vehicle has 5 s to follow, and its reading one to come')
  for (let second = 0; second < 2; second++) await set.clock.turn(1000)
  t.strictSame(set.asked, ['A'])
  await pass(set, 10)
  t.strictSame(set.asked, ['A'], 'it shows that it follows')
  await loop.stop()
})
