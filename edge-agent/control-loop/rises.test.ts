import type { SiteLimit } from '@nova/shared-protocol/model'
import { test } from 'tap'
import { reading, siteOf, stage, type Stage } from './loop.suite.ts'

const limit = (amps: number): SiteLimit => ({
  source: 'operator',
  limitA: [amps + 2.5, amps + 2.5, amps + 2.5],
  reason: 'operator'
})

function metered(): Stage {
  const site = siteOf(['A'], 32)
  const set = stage({ ...site, grid: { ...site.grid, meter: 'grid-meter' } })
  set.hasMeter = true
  return set
}

/** The site's meter shows what the car takes and a load of 2 A. */
function see(set: Stage, second: number): void {
  const amps = (set.told('A') ?? 0) / 1000 + 2 + (second % 7) / 100
  set.meter = { reading: reading(amps), takenAtMs: set.clock.monotonicMs() }
}

/** One car at 10 A, told 12 A in second 30 and 14 A from second 31 on. @returns the set-points of each second from 30 on */
async function twice(shownInS: number | null): Promise<(number | undefined)[]> {
  const set = metered()
  set.sessions.set('A', '1')
  set.limits = [limit(10)]
  const loop = set.open()
  const told: (number | undefined)[] = []
  for (let second = 0; second < 45; second++) {
    const heardAtMs = set.clock.monotonicMs()
    const isShown = second < 30 || (shownInS !== null && second >= 30 + shownInS)
    if (isShown) set.readings.set('A', { reading: reading((set.told('A') ?? 0) / 1000), heardAtMs })
    if (second === 30) set.limits = [limit(12)]
    if (second === 31) set.limits = [limit(14)]
    see(set, second)
    await set.clock.turn(1000)
    if (second >= 30) told.push(set.told('A'))
  }
  await loop.stop()
  return told
}

const seconds = (milliA: number, told: readonly (number | undefined)[]): number =>
  told.filter((each) => each === milliA).length

void test('who was told more gets yet more when its meter has shown the first rise', async (t) => {
  const told = await twice(5)
  t.equal(told[0], 12_000, 'the first at once')
  const waitedS = seconds(12_000, told)
  t.ok(waitedS >= 5 && waitedS <= 7, `${waitedS} s`)
  t.equal(told.at(-1), 14_000)
})

void test('a reading that is lost, or comes once a minute, holds nobody for longer than ten seconds', async (t) => {
  const told = await twice(null)
  const waitedS = told.filter((each) => (each ?? 0) < 13_500).length
  t.ok(waitedS >= 9 && waitedS <= 12, `${waitedS} s: ${told.join()}`)
  t.equal(told.at(-1), 14_000)
})

void test('less is told at once, whatever has been shown', async (t) => {
  const set = metered()
  set.sessions.set('A', '1')
  set.limits = [limit(10)]
  const loop = set.open()
  for (let second = 0; second < 34; second++) {
    if (second < 30) set.readings.set('A', { reading: reading(10), heardAtMs: set.clock.monotonicMs() })
    if (second === 30) set.limits = [limit(16)]
    if (second === 32) set.limits = [limit(8)]
    see(set, second)
    await set.clock.turn(1000)
  }
  t.ok((set.told('A') ?? Infinity) <= 8_500, `${set.told('A')}`)
  await loop.stop()
})

const hidesA = (toldA: number): number => (toldA === 0 ? 0 : 10)

/**
 * Four cars at a site of 32 A with a load of 4 A: A draws 10 A whatever it is told and shows what it was told, B has been there
 * as long; C and D come within seconds, and C's car takes three to begin. Readings come every five seconds.
 * @returns what the site draws at the most
 */
async function fourCars(apartS: number, offsetS: number): Promise<number> {
  const site = siteOf(['A', 'B', 'C', 'D'], 32)
  const set = stage({
    ...site,
    grid: { ...site.grid, meter: 'grid-meter' },
    chargers: site.chargers.map((charger) => ({ ...charger, fallbackA: 0 }))
  })
  set.hasMeter = true
  for (const id of ['A', 'B']) set.sessions.set(id, id)
  const loop = set.open()
  let most = 0
  const tolds: number[] = []
  for (let second = 0; second < 120; second++) {
    if (second === 60) set.sessions.set('C', 'C')
    if (second === 60 + apartS) set.sessions.set('D', 'D')
    const toldA = (id: string): number => (set.told(id) ?? 0) / 1000
    const heardAtMs = set.clock.monotonicMs()
    tolds.push(toldA('C'))
    const takesA = Math.min(10, toldA('C'), tolds.at(-4) ?? 0)
    for (const [at, id] of ['A', 'B', 'C', 'D'].entries())
      if (set.sessions.has(id) && (second + offsetS * at) % 5 === 0)
        set.readings.set(id, { reading: reading(id === 'C' ? takesA : Math.min(10, toldA(id))), heardAtMs })
    const honestA = Math.min(10, toldA('B')) + takesA + Math.min(10, toldA('D'))
    const siteA = 4 + hidesA(toldA('A')) + honestA
    most = Math.max(most, siteA)
    set.meter = { reading: reading(siteA + (second % 7) / 100), takenAtMs: heardAtMs }
    await set.clock.turn(1000)
  }
  await loop.stop()
  return most
}

for (const apartS of [1, 2, 3, 4])
  void test(`two who come ${apartS} s apart get no more than is there when one that was told less hides what it takes`, async (t) => {
    for (const offsetS of [0, 1, 2, 3, 4]) {
      const mostA = await fourCars(apartS, offsetS)
      t.ok(mostA > 28, `all four charge: ${mostA} A`)
      t.ok(mostA <= 32, `${mostA} A, readings ${offsetS} s apart`)
    }
  })
