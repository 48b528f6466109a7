import { test } from 'tap'
import { pass, reading, siteOf, stage, type Stage } from './loop.suite.ts'

const baseA = 2
const toldA = (set: Stage, id: string): number => (set.told(id) ?? 0) / 1000

/** One second in which the site's meter shows the truth and each charger's own meter what it was told. */
async function second(set: Stage, trueA: number, tremble: number): Promise<void> {
  const amps = baseA + (set.sessions.has('A') ? trueA : 0) + toldA(set, 'B') + tremble / 50
  set.meter = { reading: reading(amps), takenAtMs: set.clock.monotonicMs() }
  await pass(set, 1)
}

/** A minute in good order: the base load is known, both cars have their share of 40 A. */
async function opened(): Promise<Stage> {
  const set = stage(siteOf(['A', 'B'], 40))
  set.hasMeter = true
  set.sessions.set('A', 'tx-a')
  set.sessions.set('B', 'tx-b')
  set.open()
  for (let index = 0; index < 60; index++) await second(set, toldA(set, 'A'), index % 5)
  return set
}

const named = (set: Stage, id: string): boolean => set.raised.includes(`charger-ignores-limit ${id}:1:1`)

void test('a charger that draws 32 A while its meter shows what it was told is named within 10 s and stopped', async (t) => {
  const set = await opened()
  t.notOk(named(set, 'A'))
  t.ok(toldA(set, 'A') <= 19.5, 'half of what the base load leaves')
  let foundS = 0
  for (let index = 1; index <= 30; index++) {
    await second(set, toldA(set, 'A') === 0 ? 0 : 32, index % 5)
    if (foundS === 0 && named(set, 'A')) foundS = index
  }
  t.ok(foundS > 0 && foundS <= 10, `named after ${foundS} s`)
  t.ok(set.stops.includes('stop A'), 'its own meter is no reason to let it go on')
  t.notOk(named(set, 'B'))
})

void test('a charger that a person has repaired is not caught for what it did before', async (t) => {
  const set = stage(siteOf(['A', 'B'], 40))
  set.hasMeter = true
  set.sessions.set('A', 'tx-a')
  set.sessions.set('B', 'tx-b')
  const loop = set.open()
  for (let index = 0; index < 60; index++) await second(set, toldA(set, 'A'), index % 5)
  for (let index = 0; index < 12; index++) await second(set, toldA(set, 'A') === 0 ? 0 : 32, index % 5)
  t.ok(named(set, 'A'))
  loop.forgive('A')
  for (let index = 0; index < 60; index++) await second(set, toldA(set, 'A'), index % 5)
  t.ok(toldA(set, 'A') >= 6, `it charges on with ${toldA(set, 'A')} A in the same session`)
})

void test('one that does not follow either, while others make room for it, is contained within 10 s', async (t) => {
  const set = await opened()
  for (let index = 1; index <= 60; index++) {
    await second(set, 32, index % 5)
    if (index > 10) t.ok(baseA + 32 + toldA(set, 'B') <= 40, `second ${index}: B has ${toldA(set, 'B')} A`)
  }
  t.notOk(named(set, 'B'))
})

void test('a heat pump as strong as a car accuses nobody, and all charge on after some seconds', async (t) => {
  const set = await opened()
  for (let index = 0; index < 120; index++) await second(set, toldA(set, 'A') + 12, index % 5)
  t.strictSame([named(set, 'A'), named(set, 'B'), set.stops.length], [false, false, 0])
  t.ok(toldA(set, 'A') >= 6 && toldA(set, 'B') >= 6, 'less for each, but nobody is left out')
})

/** A site of 45 A beside a base load of 22 A; B, C and D tell and draw what they were told, A what the test says. */
async function tight(
  ids: readonly string[]
): Promise<{ set: Stage; next(baseA: number, ownA: number): Promise<number> }> {
  const set = stage(siteOf(ids, 100))
  set.hasMeter = true
  for (const id of ids) set.sessions.set(id, `tx-${id}`)
  set.open()
  let tremble = 0
  const next = async (base: number, ownA: number): Promise<number> => {
    for (const stop of set.stops) set.sessions.delete(stop.replace('stop ', ''))
    const honest = ids.filter((id) => id !== 'A' && set.sessions.has(id))
    const others = honest.reduce((sum, id) => sum + toldA(set, id), 0)
    const siteA = base + others + (set.sessions.has('A') ? ownA : 0) + (tremble++ % 5) / 50
    set.meter = { reading: reading(siteA), takenAtMs: set.clock.monotonicMs() }
    await pass(set, 1)
    return siteA
  }
  for (let index = 0; index < 60; index++) await next(22, toldA(set, 'A'))
  return { set, next }
}

for (const ids of [['A'], ['B', 'A'], ['B', 'C', 'D', 'A']])
  void test(`above the limit, ${ids.length} at 0 A by their own word: the one that draws on is stopped, the site holds its limit again`, async (t) => {
    const { set, next } = await tight(ids)
    set.limits = [{ source: 'operator', limitA: [45, 45, 45] } as unknown as (typeof set.limits)[number]]
    const over: number[] = []
    for (let index = 0; index < 90; index++) if ((await next(22, 32)) > 45.2) over.push(index)
    t.ok(set.stops.includes('stop A'), `stopped: ${set.stops.join(', ')}`)
    t.ok(over.length <= 10 + 8 * (ids.length - 1), `${over.length} s above the limit`)
    t.ok((await next(22, 32)) <= 45.2)
    t.ok(named(set, 'A'))
    const accused = ids.filter((id) => id !== 'A' && named(set, id))
    t.strictSame(
      accused.filter((id) => !set.cleared.includes(`charger-ignores-limit ${id}:1:1`)),
      [],
      'who was stopped for nothing is cleared'
    )
  })

void test('a base load above the limit stops nobody: all fell as they said', async (t) => {
  const { set, next } = await tight(['A', 'B'])
  set.limits = [{ source: 'operator', limitA: [45, 45, 45] } as unknown as (typeof set.limits)[number]]
  for (let index = 0; index < 60; index++) await next(60, toldA(set, 'A'))
  t.strictSame(set.stops, [])
  t.strictSame([toldA(set, 'A'), toldA(set, 'B')], [0, 0])
})
