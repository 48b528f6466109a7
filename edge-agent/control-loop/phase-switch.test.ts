import { test } from 'tap'
import type { Reading } from '@nova/shared-protocol/model'
import { siteOf, stage, type Stage } from './loop.suite.ts'

type Kept = Map<string, { readonly transactionId: string; readonly active: 1 | 2 | 3 }>

/** One charger of 22 kW that can switch; `limitW` rules the site. */
function scene(limitW: number, kept: Kept = new Map()) {
  const plain = siteOf(['A'], 63)
  const set = stage({ ...plain, chargers: plain.chargers.map((each) => ({ ...each, fallbackA: 0 })) })
  set.limits = [{ source: 'operator', limitW, reason: 'Works' }]
  const able = new Set(['A'])
  const memory = {
    recall: (key: string) => kept.get(key),
    remember: (key: string, transactionId: string, active: 1 | 2 | 3) =>
      void kept.set(key, { transactionId, active })
  }
  set.joined = { phases: () => ({ able, memory }) }
  return { set, kept }
}

/** The car draws what it was told, on as many phases as it was told; sites's watts are the sum. */
function draw(set: Stage): number {
  const last = set.points.at(-1)
  const [milliA, phases] = [last?.limitMilliA ?? 0, last?.phases ?? 3]
  const on = (phase: number): number => (phase < phases ? milliA : 0)
  const powerW = (milliA * phases * 230) / 1000
  const reading: Reading = {
    at: '2026-03-01T10:00:00Z',
    currentMilliA: [on(0), on(1), on(2)],
    powerW
  }
  set.readings.set('A', { reading, heardAtMs: set.clock.monotonicMs() })
  return powerW
}

async function charge(set: Stage, seconds: number): Promise<number> {
  let most = 0
  for (let second = 0; second < seconds; second++) {
    most = Math.max(most, draw(set))
    await set.clock.turn(1000)
  }
  return most
}

void test('3 kW are too little for three phases: the car stands at 0 A for the wait and goes on with one', async (t) => {
  const { set, kept } = scene(20_000)
  set.sessions.set('A', '1')
  const loop = set.open()
  await charge(set, 70)
  t.match(set.points.at(-1) ?? {}, { phases: 3 })
  t.ok((set.told('A') ?? 0) > 20_000)
  set.limits = [{ source: 'operator', limitW: 3_000, reason: 'Works' }]
  loop.wake()
  await charge(set, 5)
  t.match(set.points.at(-1) ?? {}, { limitMilliA: 0 })
  const paused = set.points.length
  await charge(set, 4)
  t.equal(set.points.slice(paused).filter(({ limitMilliA }) => limitMilliA > 0).length, 0, 'it stands still')
  const most = await charge(set, 40)
  t.match(set.points.at(-1) ?? {}, { phases: 1 })
  t.equal(set.told('A'), 13_000, '3,000 W by 230 V')
  t.ok(most <= 3_000, `${most} W`)
  t.strictSame([...kept], [['A:1:1', { transactionId: '1', active: 1 }]])
  await loop.stop()
})

void test('back to three only after the stable time, through 0 A again, and never above the limit', async (t) => {
  const { set } = scene(3_000, new Map([['A:1:1', { transactionId: '1', active: 1 as const }]]))
  set.sessions.set('A', '1')
  const loop = set.open()
  await charge(set, 40)
  t.match(set.points.at(-1) ?? {}, { phases: 1, limitMilliA: 13_000 }, 'after a restart it goes on as it was')
  set.limits = [{ source: 'operator', limitW: 11_040, reason: 'Works' }]
  loop.wake()
  await charge(set, 560)
  t.match(set.points.at(-1) ?? {}, { phases: 1 }, 'not before ten minutes are over')
  const before = set.points.length
  const most = await charge(set, 120)
  const since = set.points.slice(before)
  t.ok(
    since.some(({ limitMilliA }) => limitMilliA === 0),
    'it stood still'
  )
  t.match(set.points.at(-1) ?? {}, { phases: 3, limitMilliA: 16_000 })
  t.ok(most <= 11_040, `${most} W`)
  await loop.stop()
})

void test('a charger that cannot switch is never told fewer phases', async (t) => {
  const { set } = scene(3_000)
  set.joined = {}
  set.sessions.set('A', '1')
  const loop = set.open()
  await charge(set, 60)
  t.ok(set.points.every(({ phases }) => phases === 3))
  t.equal(set.told('A') ?? 0, 0)
  await loop.stop()
})
