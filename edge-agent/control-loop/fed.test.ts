import { test } from 'tap'
import { obey, reading, siteOf, stage } from './loop.suite.ts'

// Seed 470009: 14 A of load and 10 A of sun, as the meter and the inverter show. Then nobody believes the meter any more, and
// the inverter is throttled: the 10 A that it made up for flow from the grid.
const [limitA, loadA, sunA] = [32, 14, 10]
const feeds = { milliA: [-sunA * 1000, -sunA * 1000, -sunA * 1000], unsure: [0, 0, 0] } as const
const plain = siteOf(['A'], limitA, { feedInMilliA: [20_000, 20_000, 20_000] })
const site = { ...plain, grid: { ...plain.grid, meter: 'grid-meter', baseLoadReserveW: 690 } }

for (const lost of ['silent', 'tenfold'] as const)
  void test(`of a meter that is lost (${lost}) no sun is kept as room: it may have gone since, and nobody would see it`, async (t) => {
    const set = stage(site)
    set.hasMeter = true
    set.sessions.set('A', '1')
    set.joined = { devices: () => feeds }
    const loop = set.open()
    for (let second = 0; second < 60; second++) {
      obey(set)
      const amps = (set.told('A') ?? 0) / 1000 + loadA - sunA + second / 1000
      if (second < 30) set.meter = { reading: reading(amps), takenAtMs: set.clock.monotonicMs() }
      else if (lost === 'tenfold')
        set.meter = { reading: reading(amps * 10), takenAtMs: set.clock.monotonicMs() }
      await set.clock.turn(1000)
      if (second === 29)
        t.ok((set.told('A') ?? 0) > 25_000, `the sun is room while it is seen: ${set.told('A')}`)
    }
    t.not(loop.allocation()?.meter, 'good')
    t.ok((set.told('A') ?? 0) <= (limitA - loadA) * 1000, `${set.told('A')}`)
    t.ok((set.told('A') ?? 0) >= 6_000, 'what is left for certain is given all the same')
    await loop.stop()
  })

// Seed 400021: a battery that does as it likes feeds in 10 A and may come to draw 10; the site has 4 A of load beside it.
const swing = {
  grid: [20_000, 20_000, 20_000],
  madeUp: [10_000, 10_000, 10_000],
  circuits: new Map()
} as const

for (const [sun, room] of [
  [0, 18_000],
  [3, 21_000],
  [10, 22_000]
] as const)
  void test(`who may swing round counts once: what he feeds in now is not missing beside ${sun} A of sun`, async (t) => {
    const set = stage({ ...site, feedsIn: true })
    set.hasMeter = true
    set.sessions.set('A', '1')
    const milliA = [-(10 + sun) * 1000, -(10 + sun) * 1000, -(10 + sun) * 1000] as const
    set.joined = { devices: () => ({ milliA, unsure: [0, 0, 0] }), beyondMeter: () => swing }
    const loop = set.open()
    for (let second = 0; second < 60; second++) {
      obey(set)
      const amps = (set.told('A') ?? 0) / 1000 + 4 - 10 - sun - second / 1000
      set.meter = { reading: reading(amps), takenAtMs: set.clock.monotonicMs() }
      await set.clock.turn(1000)
    }
    t.equal(loop.allocation()?.meter, 'good')
    t.equal(set.told('A'), room, 'the sun makes up for load, but is no room')
    await loop.stop()
  })

// Seed 4000284: 2 A of load and 12 A that a battery takes, told 0; 3 A are reserved for the load. Then the meter is lost, and the load rises.
void test('while no meter is believed, what is reserved for the load is free beside what a battery takes', async (t) => {
  const grid = { ...plain.grid, meter: 'grid-meter', baseLoadReserveW: 2_070 }
  const set = stage({ ...plain, grid, feedsIn: true })
  set.hasMeter = true
  set.sessions.set('A', '1')
  const takes = [12_000, 12_000, 12_000] as const
  set.joined = { devices: () => ({ milliA: takes, unsure: [0, 0, 0], draws: takes }) }
  const loop = set.open()
  for (let second = 0; second < 60; second++) {
    obey(set)
    const amps = (set.told('A') ?? 0) / 1000 + 14 + second / 1000
    const shown = second < 30 ? amps : amps * 10
    set.meter = { reading: reading(shown), takenAtMs: set.clock.monotonicMs() }
    await set.clock.turn(1000)
    if (second === 29)
      t.ok((set.told('A') ?? 0) > 17_000, `${set.told('A')} of 18 A are free as long as it is seen`)
  }
  t.not(loop.allocation()?.meter, 'good')
  t.equal(set.told('A'), 17_000, '32 less 12 less 3')
  await loop.stop()
})

// Seed 5000098: a battery or an inverter moves by what a car could take, and a car that charges is paused to be looked at.
for (const isShown of [true, false])
  void test(`what a battery moves by itself ${isShown ? 'pauses nobody' : 'and does not show is looked for'}`, async (t) => {
    const set = stage({ ...site, grid: { ...site.grid, limitA: [100, 100, 100] }, feedsIn: true })
    set.hasMeter = true
    set.sessions.set('A', '1')
    let flowMilliA = -14_000
    const three = (): readonly [number, number, number] => [flowMilliA, flowMilliA, flowMilliA]
    const shown = () => ({ milliA: three(), unsure: [0, 0, 0] as const, flows: three() })
    if (isShown) set.joined = { devices: shown }
    const loop = set.open()
    const tolds: number[] = []
    for (let second = 0; second < 60; second++) {
      obey(set)
      if (second === 40) flowMilliA = 0
      const takesA = Math.min(10, (set.told('A') ?? 0) / 1000)
      const heardAtMs = set.clock.monotonicMs()
      set.readings.set('A', { reading: reading(takesA), heardAtMs })
      set.meter = { reading: reading(takesA + 20 + flowMilliA / 1000 + second / 1000), takenAtMs: heardAtMs }
      await set.clock.turn(1000)
      if (second > 40) tolds.push(set.told('A') ?? 0)
    }
    t.equal(Math.min(...tolds) === 0, !isShown, `${tolds}`)
    await loop.stop()
  })
