import { test } from 'tap'
import {
  openChargePoint,
  tempers,
  usualVehicle,
  type ChargePoint,
  type Temper
} from '../../../../simulators/chargers/index.ts'
import type { Capabilities } from '../../contract.ts'
import { open, stage, until, type Stage } from '../stage.suite.ts'

// Real sockets to the simulated charger, whose composite schedule is the language's own piece.

const patience = () => AbortSignal.timeout(9_000)
const patienceMs = 9_000
type Teardown = { teardown(work: () => Promise<void>): void }

type Set = {
  readonly driver: Stage['driver']
  readonly point: ChargePoint
  readonly kept: Map<string, Capabilities>
}

async function standing(t: Teardown, temper: Temper, kept = new Map<string, Capabilities>()): Promise<Set> {
  const { driver, url } = await stage(t, { kept, limits: { setPointMs: 1_000 } })
  const outlets = [1, 2].map(() => ({ maxMilliA: 32_000, phases: 3 as const }))
  const point = openChargePoint({ url: url('CP1').replace('/CP1', ''), identity: 'CP1', outlets, temper })
  t.teardown(() => point.close())
  point.switchOn()
  if (temper.answers) await point.settled(patienceMs)
  await until('it is connected', () => driver.isConnected('CP1'))
  return { driver, point, kept }
}

/** A car at outlet 1, led by `milliA`. @returns the transaction's id */
async function led({ driver, point }: Set, limitMilliA: number): Promise<string> {
  point.plugIn(1, usualVehicle)
  await point.swipe(1, 'TAG')
  await point.settled(patienceMs)
  const transactionId = String(point.outlets()[0]?.transactionId)
  await driver.setPoint({ ...place, limitMilliA, phases: 3, transactionId, leaseS: 30 }, patience())
  return transactionId
}

const place = { chargerId: 'CP1', evseId: 1, connectorId: 1 } as const
const fallback = {
  chargerId: 'CP1',
  stationMaxMilliA: 40_000,
  connectors: [1, 2].map((evseId) => ({ evseId, connectorId: 1, defaultMilliA: 6_000 }))
}

const probes: readonly (readonly [keyof typeof tempers, object])[] = [
  [
    'obedient',
    { unit: 'A', stepMilliA: 100, readsBack: true, clears: true, txBeforeStart: false, stationMaximum: true }
  ],
  ['rounding', { unit: 'A', stepMilliA: 1_000, readsBack: true, clears: true }],
  ['watts', { unit: 'W', stepMilliA: 100, readsBack: true, clears: true }],
  ['plain', { unit: 'A', readsBack: true, stationMaximum: false }],
  ['taciturn', { unit: 'A', readsBack: false, clears: true }],
  ['rejecting', { unit: 'A', stepMilliA: 100, readsBack: null, clears: null, txBeforeStart: null }],
  ['forgetful', { readsBack: null }]
]

for (const [name, found] of probes) {
  void test(`a probe finds out what a charger that is ${name} can, and keeps it`, async (t) => {
    const { driver, kept } = await standing(t, tempers[name])
    await driver.fallback(fallback, patience())
    const can = await driver.probe?.('CP1', patience())
    t.match(can, found)
    t.match(can, {
      maxStackLevel: 10,
      maxPeriods: 24,
      maxProfiles: 20,
      switches3to1: false,
      sampleIntervalS: 10
    })
    t.strictSame(kept.get('CP1'), can)
    t.strictSame(driver.capabilities?.('CP1'), can)
  })
}

void test('a probe leaves nothing behind: the fallback is all that the charger then says', async (t) => {
  const set = await standing(t, tempers.obedient)
  await set.driver.fallback(fallback, patience())
  await set.driver.probe?.('CP1', patience())
  t.strictSame(await set.driver.readBack?.('CP1', patience()), { kind: 'as-told' })
})

void test('a probe is made once for each firmware: what is known is not asked for again', async (t) => {
  const kept = new Map<string, Capabilities>()
  const first = await standing(t, tempers.obedient, kept)
  const can = await first.driver.probe?.('CP1', patience())
  t.equal(await first.driver.probe?.('CP1', patience()), can, 'the same one, nothing was asked')
  const { driver, url } = await stage(t, { kept })
  const bare = await open(url('CP1'))
  t.equal(await driver.probe?.('CP1', patience()), can, 'after a restart as well')
  const boot = { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion: 'another' }
  await bare.call('BootNotification', boot)
  const again = driver.probe?.('CP1', patience())
  t.match(await bare.next(), [
    2,
    String,
    'GetConfiguration',
    { key: ['ChargingScheduleAllowedChargingRateUnit'] }
  ])
  bare.ws.terminate()
  await again
})

const told: readonly (readonly [keyof typeof tempers, string])[] = [
  ['obedient', 'as-told'],
  ['rounding', 'as-told'],
  ['watts', 'as-told'],
  ['plain', 'as-told'],
  ['ignoring', 'as-told'], // It says what it should and draws what it likes: the meter's business.
  ['taciturn', 'unknown'],
  ['rejecting', 'unknown'],
  ['forgetful', 'differs']
]

for (const [name, kind] of told) {
  void test(`reading back a charger that is ${name} while it charges: ${kind}`, async (t) => {
    const set = await standing(t, tempers[name])
    await set.driver.fallback(fallback, patience())
    await led(set, 13_400)
    t.match(await set.driver.readBack?.('CP1', patience()), { kind })
  })
}

void test('a difference names the connector, what it was told and what it says', async (t) => {
  const set = await standing(t, tempers.forgetful)
  await led(set, 10_000)
  t.strictSame(await set.driver.readBack?.('CP1', patience()), {
    kind: 'differs',
    differences: [{ ...place, toldMilliA: 10_000, saysMilliA: 32_000 }]
  })
})

void test('a charger that rounds is told whole amperes from the probe on', async (t) => {
  const set = await standing(t, tempers.rounding)
  await set.driver.probe?.('CP1', patience())
  await led(set, 13_900)
  set.point.advance(1_000)
  t.equal(set.point.drawnMilliA()[0], 13_000)
  t.match(await set.driver.readBack?.('CP1', patience()), { kind: 'as-told' })
})

void test('after the stop the lease is not expected any more, nor after a new connection', async (t) => {
  const set = await standing(t, tempers.obedient)
  await set.driver.fallback(fallback, patience())
  await led(set, 20_000)
  set.point.stop(1, 'Local')
  await set.point.settled(patienceMs)
  await set.driver.probe?.('CP1', patience())
  t.match(await set.driver.readBack?.('CP1', patience()), { kind: 'as-told' })
  set.point.goOffline()
  await until('it is gone', () => !set.driver.isConnected('CP1'))
  t.match(await set.driver.readBack?.('CP1', patience()), { kind: 'failed', error: /not connected/ })
  set.point.goOnline()
  await until('it is back', () => set.driver.isConnected('CP1'))
  await set.point.settled(patienceMs)
  t.match(await set.driver.readBack?.('CP1', patience()), { kind: 'as-told' })
})

void test('what a person clears or limits is expected as well', async (t) => {
  const set = await standing(t, tempers.obedient)
  await set.driver.fallback(fallback, patience())
  await set.driver.probe?.('CP1', patience())
  const connector = 'CP1:1:1'
  await set.driver.perform('CP1', { action: 'setLimit', payload: { connector, limitA: 9 } }, patience())
  t.match(await set.driver.readBack?.('CP1', patience()), { kind: 'as-told' })
  await set.driver.perform('CP1', { action: 'clearLimit', payload: { connector } }, patience())
  t.match(await set.driver.readBack?.('CP1', patience()), { kind: 'as-told' })
})

void test('a charger that was told nothing, and one that is silent, give no reason to act', async (t) => {
  const fresh = await standing(t, tempers.obedient)
  t.match(await fresh.driver.readBack?.('CP1', patience()), { kind: 'unknown' })
  const silent = await standing(t, tempers.silent)
  t.equal(await silent.driver.probe?.('CP1', patience()), null)
})

for (const [id, why] of [
  ['REFUSED', /rejected/],
  ['FREE', /not managed/]
] as const) {
  void test(`${id}: nothing is told, read back or probed`, async (t) => {
    const { driver, url } = await stage(t)
    const bare = await open(url(id))
    const connectors = [{ evseId: 1, connectorId: 1, defaultMilliA: 6_000 }]
    const point = {
      chargerId: id,
      evseId: 1,
      connectorId: 1,
      limitMilliA: 6_000,
      phases: 3,
      transactionId: '7',
      leaseS: 30
    } as const
    t.match(await driver.setPoint(point, patience()), { kind: 'failed', error: why })
    t.match(await driver.fallback({ chargerId: id, connectors, stationMaxMilliA: 32_000 }, patience()), {
      kind: 'failed',
      error: why
    })
    t.match(await driver.readBack?.(id, patience()), { kind: 'unknown', because: why })
    t.equal(await driver.probe?.(id, patience()), null)
    t.match(
      await bare.call('Heartbeat', {}),
      [3, 'm1'],
      'the next frame answers the heartbeat: nothing came before'
    )
    t.strictSame(bare.heard, [])
  })
}

void test('a rejected charger is told no limit by a person either', async (t) => {
  const { driver, url } = await stage(t)
  await open(url('REFUSED'))
  const order = { action: 'setLimit', payload: { connector: 'REFUSED:1:1', limitA: 6 } } as const
  t.match(await driver.perform('REFUSED', order, patience()), { kind: 'failed', error: /rejected/ })
})

void test('with one stack level there is no lease before a transaction: it would take the fallback’s place', async (t) => {
  const set = await standing(t, tempers.obedient)
  const can = await set.driver.probe?.('CP1', patience())
  const { driver, url } = await stage(t, { kept: new Map([['CP1', { ...can!, maxStackLevel: 0 }]]) })
  await open(url('CP1'))
  const point = { ...place, limitMilliA: 9_000, phases: 3, transactionId: null, leaseS: 30 } as const
  t.match(await driver.setPoint(point, patience()), { kind: 'failed', error: /one default only/ })
})
