import { Charger } from '@nova/shared-protocol/model'
import { test } from 'tap'
import type { ControlLoop } from './needs.ts'
import { obey, pass, reading, siteOf, stage, type Stage } from './loop.suite.ts'

const hall = [{ id: 'hall', parent: 'grid', limitA: [20, 20, 20] as [number, number, number] }]

/** Two chargers behind a feeder of 20 A; `A` charges, `B` is taken out of the plan after a while. */
async function withoutB(
  changes: Partial<Stage> = {},
  feedsIn = false
): Promise<{ set: Stage; loop: ControlLoop }> {
  const whole = siteOf(['A', 'B'], 100)
  const grid = { ...whole.grid, meter: 'grid-meter' }
  const chargers = whole.chargers.map((each) => Charger.parse({ ...each, circuit: 'hall' }))
  const site = { ...whole, grid, circuits: hall, chargers, ...(feedsIn && { feedsIn }) }
  const set = Object.assign(stage(site), changes)
  set.sessions.set('A', '1')
  const loop = set.open()
  await live(set, 30)
  set.site = { ...site, chargers: chargers.slice(0, 1) }
  return { set, loop }
}

/** The site's meter shows what `A` takes beside a base load that trembles around so many amperes. */
async function live(set: Stage, seconds: number, baseA = 2): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    obey(set)
    const amps = (set.told('A') ?? 0) / 1000 + baseA + (second % 2) / 10
    set.meter = set.hasMeter ? { reading: reading(amps), takenAtMs: set.clock.monotonicMs() } : null
    await set.clock.turn(1000)
  }
}

void test('what was taken out of the plan stays reserved on its wire, and a person ends that', async (t) => {
  const { set, loop } = await withoutB()
  await pass(set, 60)
  t.equal(set.told('A'), 14_000, 'of 20 A: B may hold on to the 6 A that it stored')
  t.strictSame(set.removed[0], { key: 'B:1:1', chargerId: 'B', circuit: 'hall', draw: [6_000, 6_000, 6_000] })
  t.match(loop.allocation()?.connectors[0]?.reason, /hall L\d beside a removed charger/)
  loop.forgive('B')
  await pass(set, 20)
  t.equal(set.told('A'), 20_000)
  t.strictSame(set.removed, [])
})

const shown: { title: string; baseA: number; feedsIn?: boolean; told: number }[] = [
  { title: 'no more than the site draws beside the chargers', baseA: 2, told: 17_500 },
  { title: 'all of it when the site draws that much and more', baseA: 9, told: 14_000 },
  { title: 'all of it when the sun may hide what it draws', baseA: 2, feedsIn: true, told: 14_000 }
]

for (const { title, baseA, feedsIn = false, told } of shown)
  void test(`where a meter looks, what is reserved for the removed is ${title}`, async (t) => {
    const { set } = await withoutB({ hasMeter: true }, feedsIn)
    await live(set, 120, baseA)
    t.ok(Math.abs((set.told('A') ?? 0) - told) <= 600, `${set.told('A')}`)
  })

void test('a restart forgets none of it, and who is in the plan again counts as every other', async (t) => {
  const { set } = await withoutB()
  await pass(set, 5)
  t.equal(set.removed.length, 1)
  const whole = set.site
  const later = stage(whole)
  later.removed = set.removed
  later.remembered.set('A', {
    ...set.fallbacks.at(-1),
    chargerId: 'A',
    connectors: [],
    stationMaxMilliA: 6_000
  })
  later.sessions.set('A', '1')
  later.open()
  await pass(later, 150)
  t.equal(later.told('A'), 14_000)
  const back = whole.chargers.map((each) => Charger.parse({ ...each, id: 'B', identity: 'B' }))
  later.site = { ...whole, chargers: [...whole.chargers, ...back] }
  later.connected.add('B')
  await pass(later, 20)
  t.strictSame(later.removed, [])
  t.equal(later.told('A'), 14_000, 'its fallback')
})
