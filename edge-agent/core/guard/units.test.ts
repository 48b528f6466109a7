import type { SiteLimit } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { baseNow, noBaseLoad, watchBase } from './base-load.ts'
import { soundLimits } from './limits.ts'
import { freshMeter, watchMeter, type MeterLook, type MeterWatch } from './meter.ts'
import { unitMistake, type UnitMistake } from './units.ts'

const site = { limitA: [100, 100, 100] as const, voltageV: 230 } // 69 kW.
const limit = (changes: Partial<SiteLimit>): SiteLimit => ({
  source: 'operator',
  reason: 'said so',
  ...changes
})

const table: {
  title: string
  before?: Partial<SiteLimit>
  now: Partial<SiteLimit>
  kind: UnitMistake['kind'] | null
  says?: RegExp
}[] = [
  { title: 'half of what is carried', now: { limitW: 34_500 }, kind: null },
  { title: 'nothing at all', now: { limitW: 0 }, kind: null },
  { title: 'nothing after something', before: { limitW: 11_000 }, now: { limitW: 0 }, kind: null },
  { title: 'ten times the wiring', now: { limitW: 690_000 }, kind: null },
  { title: 'a watt more than that', now: { limitW: 690_001 }, kind: 'too-much', says: /milliwatts/ },
  {
    title: '11 kW given as 11 W',
    now: { limitW: 11 },
    kind: 'too-little',
    says: /11 W where .* 69000 W: kilowatts given as watts/
  },
  {
    title: '16 A given as 16,000',
    now: { limitA: [16_000, 16_000, 16_000] },
    kind: 'too-much',
    says: /milliamperes given as amperes/
  },
  {
    title: 'one phase of three in milliamperes',
    now: { limitA: [16, 16, 16_000] },
    kind: 'too-much',
    says: /16000 A/
  },
  {
    title: 'a fraction of an ampere',
    now: { limitA: [0.016, 16, 16] },
    kind: 'too-little',
    says: /0\.016 A/
  },
  {
    title: '400 W after 400 kW',
    before: { limitW: 400_000 },
    now: { limitW: 400 },
    kind: 'too-little',
    says: /400 W after 400000 W/
  },
  {
    title: '200 kW after 200 W',
    before: { limitW: 200 },
    now: { limitW: 200_000 },
    kind: 'too-much',
    says: /200000 W after 200 W/
  },
  { title: '20 kW after 20 W, put right', before: { limitW: 20 }, now: { limitW: 20_000 }, kind: null },
  { title: 'a tenth of what it was', before: { limitW: 50_000 }, now: { limitW: 5_000 }, kind: null },
  { title: 'an export in kilowatts', now: { exportLimitW: 30 }, kind: 'too-little', says: /30 W/ },
  { title: 'amperes after watts', before: { limitW: 16_000 }, now: { limitA: [16, 16, 16] }, kind: null }
]

for (const { title, before, now, kind, says } of table)
  void test(`${title}: ${kind ?? 'in order'}`, async (t) => {
    const mistake = unitMistake(limit(now), before && limit(before), site)
    t.equal(mistake?.kind ?? null, kind)
    if (says !== undefined) t.match(mistake?.detail, says)
  })

void test('far too much is refused and what was said before holds; far too little holds and is doubted', async (t) => {
  const good = soundLimits([limit({ limitW: 20_000 })], new Map(), site)
  t.strictSame([good.refused, good.doubted], [[], []])
  const much = soundLimits([limit({ limitW: 20_000_000 })], good.lastSound, site)
  t.equal(much.limits[0]?.limitW, 20_000)
  t.match(much.refused, [/limit of operator: 20000000 W/])
  const little = soundLimits([limit({ limitW: 20 })], good.lastSound, site)
  t.equal(little.limits[0]?.limitW, 20)
  t.match(little.doubted, [/limit of operator: 20 W/])
  t.equal(
    soundLimits([limit({ limitW: 20_000_000 })], new Map()).limits[0]?.limitW,
    20_000_000,
    'of an unknown connection nothing is too much'
  )
  t.equal(
    soundLimits([limit({ exportLimitW: 5 })], new Map()).limits[0]?.exportLimitW,
    5,
    'an export alone is a limit'
  )
})

void test('no mistake of units ever raises what holds', async (t) => {
  const watts = fc.integer({ min: 0, max: 100_000_000 })
  fc.assert(
    fc.property(fc.array(watts, { minLength: 2, maxLength: 12 }), (said) => {
      let sound = soundLimits([], new Map(), site)
      return said.every((limitW) => {
        const before = sound.lastSound.get('operator')?.limitW ?? 0
        sound = soundLimits([limit({ limitW })], sound.lastSound, site)
        const holds = sound.limits[0]?.limitW ?? Infinity
        return holds <= 690_000 && (sound.refused.length === 0 ? holds === limitW : holds === before)
      })
    })
  )
  t.pass()
})

const reading = (amps: number) => ({
  at: '2026-03-01T12:00:00Z',
  currentMilliA: [amps * 1000, amps * 1000, amps * 1000] as [number, number, number],
  powerW: amps * 690
})

type Sun = { readonly roofA?: number; readonly unsureA?: number }

const even = (amps: number) => [amps * 1000, amps * 1000, amps * 1000] as const

/** One look a second at what the meter and the roof show while chargers draw 16 A on each phase. */
function live(shownA: readonly number[], sunAt: ((second: number) => Sun) | null): MeterWatch[] {
  let watch = freshMeter(0)
  return shownA.map((amps, index) => {
    const { roofA = 0, unsureA = 0 } = sunAt?.(index) ?? {}
    const look: MeterLook = {
      sample: { reading: reading(amps + index / 1000), takenAtMs: index * 1000 },
      nowMs: index * 1000,
      silentMs: 5_000,
      limitMilliA: [100_000, 100_000, 100_000],
      voltageV: 230,
      chargers: even(16),
      chargersNow: even(16),
      ...(sunAt !== null && { devices: { milliA: even(roofA), unsure: even(unsureA) } })
    }
    watch = watchMeter(watch, look)
    return watch
  })
}

const steady = (amps: number, looks = 10): number[] => Array.from({ length: looks }, () => amps)

const suns: { title: string; shownA: number[]; sun: ((second: number) => Sun) | null; verdict: string }[] = [
  {
    title: 'below its chargers, with a roof that shows it',
    shownA: steady(-4),
    sun: () => ({ roofA: -20 }),
    verdict: 'good'
  },
  {
    title: 'below its chargers, with a roof that nobody hears',
    shownA: steady(-4),
    sun: () => ({ unsureA: 20 }),
    verdict: 'good'
  },
  { title: 'below its chargers, with no roof', shownA: steady(-4), sun: null, verdict: 'untrusted' },
  {
    title: 'below its chargers, with a roof at night',
    shownA: steady(-4),
    sun: () => ({ roofA: 0 }),
    verdict: 'untrusted'
  },
  {
    title: 'below its chargers by more than the roof shows',
    shownA: steady(-20),
    sun: () => ({ roofA: -20 }),
    verdict: 'untrusted'
  },
  {
    title: 'less than a battery takes',
    shownA: steady(16),
    sun: () => ({ roofA: 20 }),
    verdict: 'untrusted'
  },
  {
    title: 'feed-in in place of import, as a cloud leaves the sun',
    shownA: [5, 5, -5, -5],
    sun: (second) => ({ roofA: second < 2 ? -12 : -22 }),
    verdict: 'good'
  },
  {
    title: 'feed-in in place of import, where nothing feeds in',
    shownA: [5, 5, -5],
    sun: () => ({}),
    verdict: 'untrusted'
  },
  {
    title: 'feed-in in place of import, and the roof as before',
    shownA: [5, 5, -5],
    sun: () => ({ roofA: -25 }),
    verdict: 'untrusted'
  },
  {
    title: 'import in place of feed-in, and the roof as before',
    shownA: [-9, -9, 9],
    sun: () => ({ roofA: -25 }),
    verdict: 'untrusted'
  },
  {
    title: 'ten times what is fed in',
    shownA: [-9, -9, -90],
    sun: () => ({ roofA: -25 }),
    verdict: 'untrusted'
  }
]

for (const { title, shownA, sun, verdict } of suns)
  void test(`a meter that shows ${title}: ${verdict}`, async (t) => {
    t.equal(live(shownA, sun).at(-1)?.verdict, verdict)
  })

const roof = () => ({ roofA: -25 })

void test('a meter that turned over is not believed again until it turns back, however steady it is', async (t) => {
  // 16 A of cars, 25 of sun: 9 A of sun go out, and the meter says that they come in.
  const turned = live([-9, -9, ...steady(9, 300), ...steady(-9, 10)], roof)
  t.ok(turned.slice(2, -1).every(({ verdict }) => verdict === 'untrusted'))
  t.match(turned[100]?.because, /sign/)
  t.equal(turned.at(-1)?.verdict, 'good', 'after ten good samples')
})

void test('what moved against its devices while it was doubted is no second doubt', async (t) => {
  // Seed 720005: ten times too much for minutes, while the sun comes and goes; then it is right, and its devices stand.
  const sunA = (second: number): number => (second < 40 && second % 10 < 5 ? -10 : -25)
  const times = (second: number): number => (second >= 2 && second < 40 ? 10 : 1)
  const shown = Array.from({ length: 80 }, (_, second) => (16 + 5 + sunA(second)) * times(second))
  const watches = live(shown, (second) => ({ roofA: sunA(second) }))
  t.ok(watches.slice(2, 40).every(({ verdict }) => verdict === 'untrusted'))
  t.equal(
    watches.findIndex(({ verdict }, at) => at > 40 && verdict === 'good'),
    49
  )
})

void test('one that was doubted wrongly is believed when the rest of the site is as it was', async (t) => {
  // A battery swings from +9 to −9 A and its own meter is a second late.
  const late = live([9, 9, ...steady(-9, 30)], (second) => ({ roofA: second < 3 ? -7 : -25 }))
  t.equal(late[2]?.verdict, 'untrusted')
  t.equal(
    late.findIndex(({ verdict }, at) => at > 2 && verdict === 'good'),
    21,
    'ten looks bear it out, ten more are good'
  )
  // A heat pump that is put on looks like a sign, and nothing tells them apart but time.
  const pump = live([-9, -9, ...steady(9, 620)], roof)
  t.equal(pump[600]?.verdict, 'untrusted')
  t.equal(pump.at(-1)?.verdict, 'good')
})

void test('feed-in makes a negative base load, as far as generation can and the worst of late allows', async (t) => {
  let base = noBaseLoad
  for (let second = 0; second < 30; second++)
    base = watchBase(base, [second === 20 ? -2_000 : -12_300, -12_300, 3_100], second * 1000)
  t.strictSame(baseNow(base, 0, 0, [20_000, 20_000, 20_000]), [-2_000, -12_000, 3_500])
  t.strictSame(
    baseNow(base, 0, 0, [5_000, 5_000, 5_000]),
    [-2_000, -5_000, 3_500],
    'no more than the roof gives'
  )
  t.strictSame(baseNow(base, 0, 0), [0, 0, 3_500], 'without generation it is none')
  t.strictSame(
    baseNow(base, 4_000, 0, [20_000, 20_000, 20_000]),
    [4_000, 4_000, 4_000],
    'the reserve is no room'
  )
  t.strictSame(baseNow(noBaseLoad, 0, 0, [20_000, 20_000, 20_000]), [0, 0, 0], 'nobody has looked: no room')
})
