import type { Reading } from '@nova/shared-protocol/model'
import fc from 'fast-check'
import { test } from 'tap'
import { freshMeter, watchMeter } from './meter.ts'
import { mirrored, turnedSince, type Mirror } from './mirror.ts'

type Second = {
  readonly devicesW: number
  readonly loadW: number
  readonly carW?: number
  readonly carShownW?: number // By its charger, which may be seconds late.
  readonly unsureW?: number
}

/** One look a second through a meter that makes of the truth what it likes. @returns what is held against it by then */
function watched(
  seconds: readonly Second[],
  shows: (trueW: number, second: number) => number
): (number | null)[] {
  let mirror: Mirror | null = null
  let [beforeW, before] = [0, { besideDevicesW: 0, restW: 0 }]
  return seconds.map(({ devicesW, loadW, carW = 0, carShownW = carW, unsureW = 0 }, second) => {
    const powerW = shows(devicesW + loadW + carW, second)
    mirror = mirrored(mirror, { powerW, beforeW, devicesW, unsureW, chargersW: carShownW, before })
    beforeW = powerW
    before = { besideDevicesW: powerW - devicesW, restW: powerW - devicesW - carShownW }
    return turnedSince(mirror)
  })
}

const right = (trueW: number): number => trueW
const back = (trueW: number): number => -trueW
const still = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second)

// Seed 1001716: 1.2 kW of load, a battery that makes up for it; then the sign turns, and it follows its own reflection.
const drift = [-1_200, -1_240, -1_340, -1_660, -2_540, -2_540, -2_540, -5_000, -5_000].map((devicesW) => ({
  devicesW,
  loadW: 1_200
}))

void test('a meter that turns while nothing flows is known by the inverter that drifts away with it', async (t) => {
  const found = watched(drift, back)
  t.strictSame(found.slice(0, 6), Array(6).fill(null), 'half a kilowatt tells nothing, nor does one look')
  t.strictSame(
    found.slice(6),
    Array(3).fill(1_480),
    '1.2 kW, and twice the 0.14 that flowed when it was taken'
  )
  t.ok(watched(drift, right).every((each) => each === null))
})

// Seed 1000659: -0.04 kW when the sign turns, a car of 2.6 kW ends and its charger says so eight seconds later.
void test('a car that ends behind a turned meter explains nothing once its charger has told it', async (t) => {
  const before = still(3, { devicesW: -3_726, loadW: 1_140, carW: 2_646 })
  const gone = still(8, { devicesW: -3_726, loadW: 1_140, carW: 0, carShownW: 2_646 })
  const told = still(4, { devicesW: -4_760, loadW: 1_140 })
  const seen = watched([...before, ...gone, ...told], back)
  t.strictSame(seen.slice(0, -2), Array(13).fill(null), 'before it may be the car, or a load')
  t.ok(Math.abs((seen.at(-1) ?? 0) - 1_140) < 150, `${seen.at(-1)} W are held against it`)
})

void test('what a load, a cloud, a car or an inverter does that nobody hears is no mirror', async (t) => {
  const rest = still(3, { devicesW: -1_200, loadW: 1_200 })
  const cases: Readonly<Record<string, Second>> = {
    'a load is put on': { devicesW: -1_200, loadW: 6_000 },
    'a cloud comes': { devicesW: 0, loadW: 2_400 },
    'a car begins, not told yet': { devicesW: -1_200, loadW: 1_200, carW: 7_400, carShownW: 0 },
    'a load goes': { devicesW: -3_600, loadW: 1_200 }
  }
  for (const [name, second] of Object.entries(cases))
    t.ok(
      watched([...rest, ...still(9, second)], right).every((each) => each === null),
      name
    )
  const unheard = still(9, { devicesW: -1_200, loadW: -1_200, unsureW: 2_400 })
  t.ok(
    watched([...rest, ...unheard], right).every((each) => each === null),
    'one that feeds in more than it has shown'
  )
})

// Seed 400032: a car stops, nothing flows, a battery ends what it fed in for it, and then its charger says so.
void test('a car that had stopped when nothing flowed, and has said so since, is no mirror', async (t) => {
  const charging = still(3, { devicesW: -4_500, loadW: 1_600, carW: 4_140 })
  const nothing = still(2, { devicesW: -2_900, loadW: 2_900, carW: 0, carShownW: 4_140 })
  const ended = still(2, { devicesW: -830, loadW: 2_900, carW: 0, carShownW: 4_140 })
  const told = still(5, { devicesW: -830, loadW: 2_900 })
  t.ok(watched([...charging, ...nothing, ...ended, ...told], right).every((each) => each === null))
})

void test('no honest meter is ever taken for a turned one by what devices and steady loads do', async (t) => {
  const watts = fc.integer({ min: -20_000, max: 20_000 })
  const days = fc.array(
    fc.record({ devicesW: watts, carW: fc.nat(22_000), looks: fc.integer({ min: 1, max: 6 }) }),
    {
      maxLength: 12
    }
  )
  fc.assert(
    fc.property(days, fc.nat(20_000), (day, loadW) => {
      const seconds = day.flatMap(({ looks, devicesW, carW }) => still(looks, { devicesW, carW, loadW }))
      return watched(seconds, right).every((each) => each === null)
    })
  )
  fc.assert(
    fc.property(days, fc.integer({ min: 1_000, max: 20_000 }), (day, loadW) => {
      // Without cars: one that has stopped may explain what a right meter shows.
      const calm = still(2, { devicesW: -loadW, loadW })
      const after = day.flatMap(({ looks, devicesW }) => still(looks + 2, { devicesW, loadW }))
      const found = watched([...calm, ...after], back)
      const flows = after.findIndex(({ devicesW }) => Math.abs(devicesW + loadW) >= 1_000)
      return flows < 0 || found.slice(2 + flows, 2 + flows + 3).some((each) => each !== null)
    })
  )
  t.pass()
})

void test('the guard trusts a meter no longer that has turned while nothing flowed', async (t) => {
  const verdicts = (shows: (trueW: number) => number) => {
    let watch = freshMeter(0)
    return drift.map(({ devicesW, loadW }, second) => {
      const each = Math.round((shows(devicesW + loadW) * 1_000) / 690)
      const reading: Reading = { at: '2026-03-01T10:00:00Z', currentMilliA: [each, each, each] }
      const device = Math.round((devicesW * 1_000) / 690)
      watch = watchMeter(watch, {
        sample: { reading, takenAtMs: second * 1_000 },
        nowMs: second * 1_000,
        silentMs: 5_000,
        limitMilliA: [100_000, 100_000, 100_000],
        voltageV: 230,
        chargers: [0, 0, 0],
        chargersNow: [0, 0, 0],
        devices: { milliA: [device, device, device], unsure: [0, 0, 0] }
      })
      return watch.because ?? watch.verdict
    })
  }
  t.strictSame(verdicts(back).slice(-4), ['good', ...Array<string>(3).fill('sign turned over')])
  t.strictSame(verdicts(right), Array(drift.length).fill('good'))
})
