import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import fc from 'fast-check'
import { test } from 'tap'
import { freshMeter, watchMeter, type MeterLook, type MeterWatch } from './meter.ts'
import { absurdity, jump, turnedOver } from './plausible.ts'

const zero: PerPhase = [0, 0, 0]

/** An honest reading of so many amperes on each phase; `tremble` makes it differ from the last. */
const honest = (amps: number, tremble = 0): Reading => {
  const each = Math.round(amps * 1000) + tremble
  return {
    at: '2026-03-01T10:00:00Z',
    currentMilliA: [each, each, each],
    voltageV: [230.1, 229.8, 230],
    powerW: Math.round((each * 3 * 230) / 1000)
  }
}

type Second = { readonly reading: Reading | null; readonly chargers?: PerPhase; readonly fresh?: PerPhase }

/** One look a second; a second without a reading shows the old one. */
function live(seconds: readonly Second[], from: MeterWatch = freshMeter(0), startS = 0): MeterWatch[] {
  let sample: MeterLook['sample'] = from.last
  let watch = from
  return seconds.map(({ reading, chargers = zero, fresh = zero }, index) => {
    const nowMs = (startS + index) * 1000
    if (reading !== null) sample = { reading, takenAtMs: nowMs }
    watch = watchMeter(watch, {
      sample,
      nowMs,
      silentMs: 5000,
      limitMilliA: [100_000, 100_000, 100_000],
      voltageV: 230,
      chargers,
      chargersNow: fresh
    })
    return watch
  })
}

const seconds = (count: number, of: (index: number) => Second): Second[] =>
  Array.from({ length: count }, (_, index) => of(index))
const alive = (amps: number) => (index: number) => ({ reading: honest(amps, index % 7) })
const verdicts = (watches: readonly MeterWatch[]): string[] => watches.map(({ verdict }) => verdict)

void test('before its first reading a meter is silent, with its first it is good', async (t) => {
  t.strictSame(verdicts(live([{ reading: null }, { reading: honest(5) }])), ['silent', 'good'])
})

void test('the last look before the silence is over already sees it, wherever in the second it falls', async (t) => {
  const look = { voltageV: 230, chargers: zero, chargersNow: zero }
  const sample = { reading: honest(5), takenAtMs: 0 }
  const verdict = (nowMs: number, silentMs: number) =>
    watchMeter(freshMeter(0), { ...look, limitMilliA: [100_000, 100_000, 100_000], sample, nowMs, silentMs })
      .verdict
  t.equal(verdict(3_900, 5_000), 'good')
  t.equal(verdict(4_300, 5_000), 'silent', 'the next look would come at 5.3 s')
  t.equal(verdict(1_900, 2_000), 'good', 'a meter asked once a second is that old')
  t.equal(verdict(900, 1_000), 'good')
})

void test('silent for five seconds is silent, and it takes ten good seconds to be believed again', async (t) => {
  const watches = live([
    { reading: honest(5) },
    ...seconds(5, () => ({ reading: null })),
    ...seconds(10, alive(5))
  ])
  t.strictSame(verdicts(watches.slice(0, 6)), ['good', 'good', 'good', 'good', 'good', 'silent'])
  t.strictSame(verdicts(watches.slice(6)).slice(0, 9), Array(9).fill('silent'))
  t.equal(watches.at(-1)?.verdict, 'good')
})

const lively = live(seconds(60, alive(20))).at(-1)!

const faults: { what: string; seconds: Second[]; because: RegExp; within: number }[] = [
  {
    what: 'ten times what it was',
    seconds: [{ reading: honest(200) }],
    because: /tenfold/,
    within: 1
  },
  {
    what: 'the other sign',
    seconds: [{ reading: { ...honest(20), powerW: -13_800, currentMilliA: [-20_000, -20_000, -20_000] } }],
    because: /sign/,
    within: 1
  },
  {
    what: 'the same to the last digit, though it always trembled',
    seconds: seconds(6, () => ({ reading: honest(20, 3) })),
    because: /frozen/,
    within: 6
  },
  {
    what: 'less than its chargers draw',
    seconds: seconds(5, (index) => ({ reading: honest(5, index), fresh: [32_000, 0, 0] })),
    because: /less than the chargers/,
    within: 4
  },
  {
    what: 'a little feed-in on every phase where nothing feeds in',
    seconds: seconds(5, (index) => ({ reading: honest(-0.6, index) })),
    because: /where nothing feeds in/,
    within: 5
  },
  {
    what: 'a thousand volts',
    seconds: [{ reading: { ...honest(20), voltageV: [1000, 230, 230] } }],
    because: /voltage/,
    within: 1
  },
  {
    what: 'more than the connection carries',
    seconds: [{ reading: honest(500) }],
    because: /more current/,
    within: 1
  },
  {
    what: 'no number',
    seconds: [{ reading: { ...honest(20), powerW: NaN } }],
    because: /no number/,
    within: 1
  },
  {
    what: 'power without current',
    seconds: [{ reading: { ...honest(1), powerW: 50_000 } }],
    because: /contradict/,
    within: 1
  },
  { what: 'nothing', seconds: [{ reading: { at: '2026-03-01T10:00:00Z' } }], because: /neither/, within: 1 }
]

for (const { what, seconds: shown, because, within } of faults)
  void test(`a meter that shows ${what} is not believed within ${within} s`, async (t) => {
    const found = live(shown, lively, 60).slice(0, within).at(-1)
    t.equal(found?.verdict, 'untrusted')
    t.match(found?.because, because)
  })

void test('a steady meter that never trembled is believed, until chargers move without it', async (t) => {
  const steady = live(seconds(60, () => ({ reading: honest(20) })))
  t.equal(steady.at(-1)?.verdict, 'good')
  const moved = live(
    seconds(6, () => ({ reading: honest(20), chargers: [16_000, 16_000, 16_000] })),
    steady.at(-1),
    60
  )
  t.match(moved.at(-1)?.because, /frozen/)
})

void test('a panel on a balcony feeds in on its own phase, and an idle site trembles around nothing', async (t) => {
  const shows =
    (l1: number, others: number) =>
    (index: number): Second => ({
      reading: { ...honest(0), currentMilliA: [l1 + index, others, others], powerW: 0 }
    })
  t.ok(live(seconds(60, shows(-2_600, 300))).every(({ verdict }) => verdict === 'good'))
  t.ok(live(seconds(60, shows(-90, -90))).every(({ verdict }) => verdict === 'good'))
})

void test('cars that start and stop, and a base load that steps, do not cost the meter its trust', async (t) => {
  const day = seconds(300, (index) => {
    const cars = Math.floor(index / 20) % 4
    return { reading: honest(3 + 16 * cars, index % 5), fresh: [16_000 * cars, 16_000 * cars, 0] as const }
  })
  t.ok(live(day).every(({ verdict }) => verdict === 'good'))
})

void test('a loose wire: a fault in every ninth second never lets it be believed', async (t) => {
  const loose = seconds(60, (index) => ({ reading: index % 9 === 0 ? honest(500) : honest(20, index % 7) }))
  t.ok(live(loose, lively, 60).every(({ verdict }) => verdict === 'untrusted'))
})

void test('whatever a meter shows, the answer is a verdict and what is absurd is never good', async (t) => {
  const current = fc.oneof(fc.integer({ min: -600_000, max: 600_000 }), fc.constantFrom(NaN, Infinity))
  const reading = fc.record({
    at: fc.constant('2026-03-01T10:00:00Z'),
    currentMilliA: fc.tuple(current, current, current),
    powerW: fc.oneof(fc.integer(), fc.constant(NaN)),
    voltageV: fc.tuple(fc.double(), fc.double(), fc.double())
  })
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 20 }), (readings) => {
      const watches = live(readings.map((each) => ({ reading: each })))
      return watches.every(
        ({ verdict }, index) =>
          verdict !== 'good' ||
          absurdity(readings[index]!, { limitMilliA: [100_000, 100_000, 100_000], voltageV: 230 }) === null
      )
    })
  )
  t.equal(jump(honest(3), honest(35)), null, 'one car on an idle site is no tenfold jump')
  const uneven = (times: number): Reading => ({
    ...honest(1),
    currentMilliA: [10_900 * times, 800 * times, 900 * times]
  })
  t.match(jump(uneven(1), uneven(10)), /tenfold/, 'with one car on one phase')
  const single = (milliA: number): Reading => ({ ...honest(1), currentMilliA: [milliA, 0, 0] })
  t.equal(jump(single(5_500), single(55_000)), null, 'one phase alone proves nothing')
})

// Seed 470009: a pile that hides what it draws took 20 A of one phase while 6 A ended on the others: -1.0 kW, then 0.8.
void test('a sum that turns over while a phase carries as before is no wrong sign', async (t) => {
  const shows = (currentMilliA: [number, number, number]): Reading => ({
    at: '2026-03-01T10:00:00Z',
    currentMilliA,
    powerW: Math.round(((currentMilliA[0] + currentMilliA[1] + currentMilliA[2]) * 230) / 1_000)
  })
  const before = shows([6_644, -5_499, -5_505])
  t.equal(jump(before, shows([26_646, -11_492, -11_513])), null)
  t.equal(jump(before, shows([-6_644, 5_499, 5_505])), turnedOver)
  t.equal(jump({ ...before, currentMilliA: undefined }, shows([26_646, -11_492, -11_513])), turnedOver)
})
