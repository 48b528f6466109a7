import { test } from 'tap'
import { openInverter } from '../../../../simulators/inverters/index.ts'
import type { ParticipantSetPoint } from '../../contract.ts'
import { nextReading, never, pairOf, pollMs, ratingW, until, type Options } from './device.suite.ts'
import { openSunSpec } from './participant.ts'

const exportAtMost = (exportW: number | null, reversionS = 30): ParticipantSetPoint => ({
  kind: 'limits',
  importW: null,
  exportW,
  reversionS
})
const power = (powerW: number, reversionS = 30): ParticipantSetPoint => ({
  kind: 'power',
  powerW,
  reversionS
})

const plan = {
  port: 0,
  kind: 'pv',
  generation: 'classic',
  phases: 3,
  ratingW,
  voltageV: 230,
  nowMs: () => 0
} as const

const generations = ['classic', 'der'] as const

for (const generation of generations) {
  const sunny: Options = { generation, wishW: () => -6000 }

  void test(`an inverter (${generation}) feeds in, is limited, and is free again when its own timer has run out`, async (t) => {
    const { driver, device, turn, close } = await pairOf('pv', sunny)
    t.teardown(close)
    await until('it was met', () => driver.abilities() !== null)
    t.strictSame(driver.abilities(), {
      follows: ['limits'],
      reversion: { leastS: 1, mostS: 65_534 },
      afterReversion: { leastW: -ratingW, mostW: 0 }
    })
    turn(10_000)
    const before = await nextReading(driver)
    t.strictSame([before.totalW, before.powerW, before.state], [-6000, [-2000, -2000, -2000], 'running'])
    t.strictSame(before.available, { leastW: -6000, mostW: 0 })
    t.equal(before.inForce, null)

    const deed = await driver.setPoint(exportAtMost(2500), never)
    t.match(deed, { kind: 'accepted', answer: { kind: 'limits', exportW: 2500, reversionS: 30 } })
    turn(10_000)
    const limited = await nextReading(driver)
    t.equal(limited.totalW, -2500)
    t.match(limited.inForce, { kind: 'limits', exportW: 2500 })
    t.equal(
      limited.available.leastW,
      generation === 'classic' ? -6000 : -ratingW,
      '122 says what the sun gives'
    )

    await driver.close() // Our side dies: nobody renews.
    turn(19_000)
    t.equal(device.powerW(), -2500, 'before its time')
    turn(11_000)
    t.equal(device.powerW(), -6000, 'by itself')
  })

  void test(`a battery (${generation}) charges and discharges as it is told`, async (t) => {
    const { driver, device, turn, close } = await pairOf('battery', { generation, socPercent: 50 })
    t.teardown(close)
    await until('it was met', () => driver.latest() !== null)
    const first = await nextReading(driver)
    t.equal(first.socPercent, 50)
    t.strictSame(first.available, { leastW: -ratingW, mostW: ratingW })
    for (const powerW of [4000, -3000, 0]) {
      const deed = await driver.setPoint(power(powerW), never)
      t.match(deed, { kind: 'accepted', answer: { kind: 'power', powerW } })
      turn(10_000)
      t.equal((await nextReading(driver)).totalW, powerW)
      t.equal(device.powerW(), powerW)
    }
  })

  void test(`a battery (${generation}) that nobody renews falls back to what it said it would`, async (t) => {
    const { driver, device, turn, close } = await pairOf('battery', { generation, wishW: () => 1500 })
    t.teardown(close)
    await until('it was met', () => driver.abilities() !== null)
    const back = generation === 'der' ? 0 : 1500 // 704 has reversion values: 0 W. 124 lets it do as it likes.
    const promised = driver.abilities()?.afterReversion
    t.ok(promised !== undefined && promised.leastW <= back && promised.mostW >= back)
    t.equal((await driver.setPoint(power(8000, 20), never)).kind, 'accepted')
    turn(15_000)
    t.equal(device.powerW(), 8000)
    await driver.close()
    turn(20_000)
    t.equal(device.powerW(), back)
  })
}

void test('bounds of charging and discharging leave a battery of model 124 its own mind between them', async (t) => {
  let wishW = 9000
  const { driver, device, turn, close } = await pairOf('battery', { wishW: () => wishW })
  t.teardown(close)
  await until('it was met', () => driver.abilities() !== null)
  t.match(await driver.setPoint({ kind: 'limits', importW: 2000, exportW: 500, reversionS: 600 }, never), {
    kind: 'accepted',
    answer: { kind: 'limits', importW: 2000, exportW: 500 }
  })
  for (const [own, real] of [
    [9000, 2000],
    [1200, 1200],
    [-9000, -500]
  ] as const) {
    // prettier-ignore
    wishW = own
    turn(20_000)
    t.equal(device.powerW(), real)
  }
  t.match(await driver.setPoint({ kind: 'limits', importW: null, exportW: null, reversionS: 60 }, never), {
    kind: 'accepted',
    answer: null
  })
  turn(20_000)
  t.equal(device.powerW(), -9000)
})

void test('no set-point passes the rating, and at its reserve a battery gives nothing', async (t) => {
  const { driver, turn, device, close } = await pairOf('battery', { socPercent: 20, minSocPercent: 20 })
  t.teardown(close)
  await until('it was met', () => driver.latest() !== null)
  t.strictSame((await nextReading(driver)).available, { leastW: 0, mostW: ratingW })
  t.match(await driver.setPoint(power(-5000), never), {
    kind: 'accepted',
    answer: { kind: 'power', powerW: 0 }
  })
  t.match(await driver.setPoint(power(50_000), never), { answer: { powerW: ratingW } })
  turn(20_000)
  t.equal(device.powerW(), ratingW)
  const wrong: readonly ParticipantSetPoint[] = [
    power(NaN),
    power(1000, 0),
    power(1000, NaN),
    { kind: 'limits', importW: -1, exportW: null, reversionS: 10 },
    { kind: 'limits', importW: null, exportW: Infinity, reversionS: 10 }
  ]
  for (const point of wrong)
    t.match(await driver.setPoint(point, never), { kind: 'failed', error: /no set-point/ })
})

void test('what cannot be said to a device is not said in other words', async (t) => {
  const [pv, store] = [await pairOf('pv'), await pairOf('battery', { generation: 'der' })]
  t.teardown(async () => {
    await pv.close()
    await store.close()
  })
  await until('both were met', () => pv.driver.abilities() !== null && store.driver.abilities() !== null)
  t.match(await pv.driver.setPoint(power(-1000), never), { kind: 'failed', error: /cannot be said/ })
  const bound: ParticipantSetPoint = { kind: 'limits', importW: 1000, exportW: null, reversionS: 10 }
  t.match(await store.driver.setPoint(bound, never), { kind: 'failed', error: /cannot be said/ })
})

void test('a device that loses its set-point gets it again, for the time that is left', async (t) => {
  const { driver, device, turn, warnings, close } = await pairOf('pv', { wishW: () => -6000 })
  t.teardown(close)
  await until('it was met', () => driver.abilities() !== null)
  device.temper('forgetful')
  t.equal((await driver.setPoint(exportAtMost(1000, 600), never)).kind, 'accepted')
  turn(3000) // Forgotten after 2 s of its time.
  await until('it is put right', () => warnings.some((each) => each.includes('written again')))
  turn(1000)
  const shown = (await nextReading(driver)).inForce
  t.match(shown, { kind: 'limits', exportW: 1000 })
  t.ok(shown !== null && shown.reversionS < 600 && shown.reversionS > 500)
})

void test('a set-point whose time is over is not put right', async (t) => {
  const { driver, device, turn, warnings, close } = await pairOf('pv', { wishW: () => -6000 })
  t.teardown(close)
  await until('it was met', () => driver.abilities() !== null)
  t.equal((await driver.setPoint(exportAtMost(1000, 1), never)).kind, 'accepted')
  turn(2000)
  await until('it is free', () => driver.latest()?.reading.inForce === null)
  t.equal(device.powerW() < -1000, true)
  t.notOk(warnings.some((each) => each.includes('written again')))
})

void test('a device without a timer is found out, and so is one that refuses', async (t) => {
  const { driver, device, close } = await pairOf('battery')
  t.teardown(close)
  await until('it was met', () => driver.abilities() !== null)
  device.temper('refusing')
  t.match(await driver.setPoint(power(1000), never), { kind: 'rejected', answer: /exception/ })
  device.temper('timerless')
  t.equal((await driver.setPoint(power(1000), never)).kind, 'accepted')
  t.match(driver.abilities(), { reversion: null, afterReversion: { leastW: -ratingW, mostW: ratingW } })
})

void test('a silent device gives no new sample and confirms nothing; back again, it is met anew', async (t) => {
  const { driver, device, warnings, close } = await pairOf('pv', { wishW: () => -500 })
  t.teardown(close)
  await until('it was met', () => driver.latest() !== null)
  device.temper('silent')
  t.equal((await driver.setPoint(exportAtMost(100), never)).kind, 'failed')
  const last = driver.latest()?.takenAtMs
  await until('it is told', () => warnings.some((each) => each.includes('no-answer')))
  t.equal(driver.latest()?.takenAtMs, last)
  device.temper('obedient')
  await nextReading(driver)
  t.equal((await driver.setPoint(exportAtMost(100), never)).kind, 'accepted')
})

void test('a device that was away and has forgotten everything is told again what still holds', async (t) => {
  const { driver, device, close } = await pairOf('pv', { wishW: () => -500 })
  await until('it was met', () => driver.abilities() !== null)
  t.equal((await driver.setPoint(exportAtMost(100, 600), never)).kind, 'accepted')
  await device.stop()
  const again = await openInverter({ ...plan, wishW: () => -500, port: device.port })
  t.teardown(async () => {
    await close()
    await again.stop()
  })
  const goneMs = performance.now()
  await until('it is heard again', () => (driver.latest()?.takenAtMs ?? 0) > goneMs)
  await until('it is told', () => driver.latest()?.reading.inForce !== null)
  t.match(driver.latest()?.reading.inForce, { kind: 'limits', exportW: 100 })
})

void test('while a device is away nothing is confirmed', async (t) => {
  const { driver, device, close } = await pairOf('pv')
  t.teardown(close)
  await until('it was met', () => driver.abilities() !== null)
  await device.stop()
  t.equal((await driver.setPoint(exportAtMost(200, 600), never)).kind, 'failed')
  t.equal((await driver.setPoint(exportAtMost(200, 600), never)).kind, 'failed')
})

void test('the newest set-point wins, and one that is given up is not written', async (t) => {
  const { driver, close } = await pairOf('pv', { wishW: () => -6000 })
  t.teardown(close)
  await until('it was met', () => driver.abilities() !== null)
  const first = driver.setPoint(exportAtMost(5000), never)
  const second = driver.setPoint(exportAtMost(4000), never)
  t.match(await first, { kind: 'failed', error: /overtaken/ })
  t.match(await second, { kind: 'accepted', answer: { exportW: 4000 } })
  t.match(await driver.setPoint(exportAtMost(1), AbortSignal.abort()), { kind: 'failed', error: 'given up' })
})

void test('a single-phase inverter lies on the phase it hangs on', async (t) => {
  const { driver, turn, close } = await pairOf('pv', { phases: 1, phaseRotation: 'S', wishW: () => -3000 })
  t.teardown(close)
  await until('it was met', () => driver.latest() !== null)
  turn(10_000)
  t.strictSame((await nextReading(driver)).powerW, [0, -3000, 0])
})

void test('a device that is not there is never met, and keeps nobody waiting at the end', async (t) => {
  const gone = await openInverter(plan)
  await gone.stop()
  const warnings: unknown[] = []
  const participant = {
    id: 'x',
    kind: 'pv' as const,
    circuit: 'grid',
    phaseRotation: 'RST' as const,
    rating: { leastW: -1, mostW: 0 },
    capacityWh: null,
    minSocPercent: null
  }
  const needs = {
    clock: { monotonicMs: () => performance.now(), instant: () => new Date().toISOString() },
    log: { warn: (detail: unknown) => warnings.push(detail) }
  }
  const driver = openSunSpec({ participant, address: `tcp://127.0.0.1:${gone.port}`, unit: 1, pollMs }, needs)
  await until('a warning', () => warnings.length > 0)
  t.equal(driver.latest(), null)
  t.equal(driver.abilities(), null)
  t.match(await driver.setPoint(exportAtMost(0), never), { kind: 'failed', error: /not connected/ })
  await driver.close()
  t.throws(() => openSunSpec({ participant, address: 'http://x', unit: 1, pollMs }, needs), RangeError)
})
