import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'tap'
import { backOffice, type BackOffice } from './back-office.suite.ts'
import { openChargePoint, tempers, usualVehicle, type ChargePoint, type ChargePointOptions } from './index.ts'

type Testing = { teardown(work: () => Promise<void>): void }
const patienceMs = 60_000

/** A station that is switched on and has told everything. */
async function station(
  t: Testing,
  over: Partial<ChargePointOptions> = {}
): Promise<{ office: BackOffice; point: ChargePoint }> {
  const office = await backOffice()
  const point = openChargePoint({
    url: office.url,
    identity: 'SIM',
    outlets: [
      { maxMilliA: 32_000, phases: 3 },
      { maxMilliA: 32_000, phases: 1 }
    ],
    patienceMs: 300,
    ...over
  })
  t.teardown(async () => {
    await point.close()
    await office.close()
  })
  point.switchOn()
  await point.settled(patienceMs)
  return { office, point }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await wait(5)
  }
}

async function charging(t: Testing, over: Partial<ChargePointOptions> = {}) {
  const all = await station(t, over)
  all.point.plugIn(1, usualVehicle)
  await all.point.swipe(1, 'TAG')
  await all.point.settled(patienceMs)
  return all
}

const limitOf = (limit: number, more: object = {}) => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  ...more
})

void test('a station boots, tells its statuses, and beats', async (t) => {
  const { office, point } = await station(t)
  await until('all statuses are told', () => office.of('StatusNotification').length === 3)
  t.strictSame(
    office.of('StatusNotification').map(({ connectorId }) => connectorId),
    [0, 1, 2]
  )
  point.advance(301_000)
  await until('it beats', () => office.of('Heartbeat').length === 1)
})

void test('a session by card: what is billed is what flowed', async (t) => {
  const { office, point } = await charging(t)
  point.advance(3_600_000)
  await point.settled(patienceMs)
  t.strictSame(point.drawnMilliA(), [16_000, 16_000, 16_000])
  t.equal(await point.swipe(1, 'OTHER'), 'refused')
  t.equal(await point.swipe(1, 'TAG'), 'stopped')
  await point.settled(patienceMs)
  const [stop] = office.of('StopTransaction')
  t.match(stop, { transactionId: 101, reason: 'Local', idTag: 'TAG', meterStop: 11_040 })
  t.equal(office.of('MeterValues').length, 360)
  t.ok(office.of('MeterValues').every(({ transactionId }) => transactionId === 101))
  t.strictSame(point.drawnMilliA(), [0, 0, 0])
  point.unplug(1)
  t.equal(point.outlets()[0]?.status, 'Available')
})

void test('a single-phase car hangs on L1 alone', async (t) => {
  const { point } = await charging(t)
  point.plugIn(2, { ...usualVehicle, phases: 1 })
  await point.swipe(2, 'TAG2')
  point.advance(1_000)
  t.strictSame(point.drawnMilliA(), [32_000, 16_000, 16_000])
})

void test('remote start and stop; a start where a car charges is refused', async (t) => {
  const { office, point } = await station(t)
  t.strictSame(await office.ask('RemoteStartTransaction', { connectorId: 1, idTag: 'APP' }), {
    status: 'Accepted'
  })
  t.strictSame(await office.ask('RemoteStartTransaction', { connectorId: 1, idTag: 'APP' }), {
    status: 'Rejected'
  })
  point.plugIn(1, usualVehicle)
  await point.settled(patienceMs)
  t.match(office.of('StartTransaction'), [{ connectorId: 1, idTag: 'APP', meterStart: 0 }])
  t.strictSame(await office.ask('RemoteStopTransaction', { transactionId: 999 }), { status: 'Rejected' })
  t.strictSame(await office.ask('RemoteStopTransaction', { transactionId: 101 }), { status: 'Accepted' })
  await until('it stopped', () => office.of('StopTransaction').length === 1)
})

void test('nobody comes: the permission runs out', async (t) => {
  const { office, point } = await station(t)
  await office.ask('RemoteStartTransaction', { connectorId: 1, idTag: 'APP' })
  point.advance(61_000)
  point.plugIn(1, usualVehicle)
  await point.settled(patienceMs)
  t.equal(office.of('StartTransaction').length, 0)
})

void test('a lease limits, ends, and leaves the stored default; the station cap is shared', async (t) => {
  const { office, point } = await charging(t)
  const soon = () => new Date(Date.now() + 20_000).toISOString()
  await office.ask('SetChargingProfile', {
    connectorId: 1,
    csChargingProfiles: limitOf(8, { chargingProfileId: 2, chargingProfilePurpose: 'TxDefaultProfile' })
  })
  await office.ask('SetChargingProfile', {
    connectorId: 1,
    csChargingProfiles: limitOf(12, { transactionId: 101, validTo: soon() })
  })
  point.advance(1_000)
  t.equal(point.drawnMilliA()[0], 12_000)
  point.advance(30_000)
  t.equal(point.drawnMilliA()[0], 8_000)
  await office.ask('SetChargingProfile', {
    connectorId: 0,
    csChargingProfiles: limitOf(7, { chargingProfileId: 3, chargingProfilePurpose: 'ChargePointMaxProfile' })
  })
  point.advance(1_000)
  t.equal(point.drawnMilliA()[0], 7_000)
  await office.ask('ClearChargingProfile', {})
  point.advance(1_000)
  t.equal(point.drawnMilliA()[0], 16_000)
})

void test('a limit below 6 A pauses, and says who paused', async (t) => {
  const { office, point } = await charging(t)
  await office.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limitOf(5) })
  point.advance(1_000)
  await point.settled(patienceMs)
  t.equal(point.outlets()[0]?.status, 'SuspendedEVSE')
  t.equal(point.drawnMilliA()[0], 0)
})

const profileTempers = [
  ['obedient', { status: 'Accepted' }, 6_000],
  ['rejecting', { status: 'Rejected' }, 16_000],
  ['plain', { status: 'Accepted' }, 6_000],
  ['ignoring', { status: 'Accepted' }, 16_000],
  ['watts', { status: 'Rejected' }, 16_000]
] as const

for (const [name, answer, drawn] of profileTempers) {
  void test(`a station that is ${name} answers a limit of 6 A with ${answer.status} and draws ${drawn} mA`, async (t) => {
    const { office, point } = await charging(t, { temper: tempers[name] })
    t.strictSame(
      await office.ask('SetChargingProfile', { connectorId: 1, csChargingProfiles: limitOf(6) }),
      answer
    )
    point.advance(1_000)
    t.equal(point.drawnMilliA()[0], drawn)
  })
}

void test('offline: the local list starts, everything waits, and comes in order afterwards', async (t) => {
  const { office, point } = await station(t)
  const list = {
    listVersion: 1,
    updateType: 'Full',
    localAuthorizationList: [{ idTag: 'Known', idTagInfo: { status: 'Accepted' } }]
  }
  t.strictSame(await office.ask('SendLocalList', list), { status: 'Accepted' })
  point.goOffline()
  await until('it is offline', () => !point.isOnline())
  point.plugIn(1, usualVehicle)
  t.equal(await point.swipe(1, 'STRANGER'), 'refused')
  t.equal(await point.swipe(1, 'KNOWN'), 'started')
  point.advance(60_000)
  t.equal(await point.swipe(1, 'KNOWN'), 'stopped')
  t.equal(office.of('StartTransaction').length, 0)
  point.goOnline()
  await point.settled(patienceMs)
  const actions = office.heard
    .map((frame) => frame[2])
    .filter((action) => /Transaction|MeterValues/.test(action))
  t.strictSame(actions, [
    'StartTransaction',
    ...Array.from({ length: 6 }, () => 'MeterValues'),
    'StopTransaction'
  ])
  t.match(office.of('StopTransaction'), [{ transactionId: 101, meterStop: 184 }])
  t.equal(office.of('BootNotification').length, 1, 'a reconnection is no boot')
})

void test('a lost answer: the same start again under a new message id', async (t) => {
  const { office, point } = await station(t)
  point.plugIn(1, usualVehicle)
  await point.swipe(1, 'TAG')
  await point.settled(patienceMs)
  office.mute = true
  await point.swipe(1, 'TAG')
  await until('the stop is sent', () => office.of('StopTransaction').length === 1)
  office.mute = false
  await until('it is sent again', () => {
    point.advance(1_000)
    return office.of('StopTransaction').length === 2
  })
  await point.settled(patienceMs)
  const stops = office.heard.filter((frame) => frame[2] === 'StopTransaction')
  t.strictSame(stops[0]?.[3], stops[1]?.[3])
  t.not(stops[0]?.[1], stops[1]?.[1])
})

void test('what is refused three times is given up, and counted', async (t) => {
  const { office, point } = await station(t)
  office.refuses.add('StartTransaction')
  point.plugIn(1, usualVehicle)
  await point.swipe(1, 'TAG')
  await until('it is given up', () => {
    point.advance(10_000)
    return point.backlog().lost === 1
  })
  t.equal(office.of('StartTransaction').length, 3)
})

void test('an answer to a start without a transaction id is as good as none: it is asked again', async (t) => {
  const { office, point } = await station(t)
  office.answers.set('StartTransaction', {})
  point.plugIn(1, usualVehicle)
  await point.swipe(1, 'TAG')
  await until('it was asked', () => office.of('StartTransaction').length === 1)
  office.answers.delete('StartTransaction')
  await until('it is answered', () => {
    point.advance(1_000)
    return point.outlets()[0]?.transactionId === 101
  })
  t.equal(point.backlog().lost, 0)
})

void test('a token that turns out to be invalid ends its session', async (t) => {
  const { office, point } = await station(t)
  office.answers.set('StartTransaction', { transactionId: 5, idTagInfo: { status: 'Blocked' } })
  point.plugIn(1, usualVehicle)
  await point.swipe(1, 'TAG')
  await until('it stopped', () => office.of('StopTransaction').length === 1)
  t.match(office.of('StopTransaction'), [{ transactionId: 5, reason: 'DeAuthorized' }])
})

void test('reset: the session ends first, then the station boots anew', async (t) => {
  const { office, point } = await charging(t)
  t.strictSame(await office.ask('Reset', { type: 'Soft' }), { status: 'Accepted' })
  await until('it is gone', () => !point.isOnline())
  await until('it is back', () => {
    point.advance(1_000)
    return point.isOnline()
  })
  await point.settled(patienceMs)
  t.equal(office.of('BootNotification').length, 2)
  t.match(office.of('StopTransaction'), [{ reason: 'SoftReset', transactionId: 101 }])
})

void test('reservations, availability, unlock, configuration and triggers', async (t) => {
  const { office, point } = await station(t)
  const expiryDate = new Date(Date.now() + 60_000).toISOString()
  const reservation = { connectorId: 1, reservationId: 4, idTag: 'MINE', expiryDate }
  t.strictSame(await office.ask('ReserveNow', reservation), { status: 'Accepted' })
  t.equal(point.outlets()[0]?.status, 'Reserved')
  t.strictSame(await office.ask('ReserveNow', { ...reservation, reservationId: 5 }), { status: 'Occupied' })
  t.equal(await point.swipe(1, 'OTHER'), 'refused')
  t.equal(await point.swipe(1, 'MINE'), 'waits-for-car')
  point.plugIn(1, usualVehicle)
  await point.settled(patienceMs)
  t.match(office.of('StartTransaction'), [{ reservationId: 4 }])
  t.strictSame(await office.ask('CancelReservation', { reservationId: 4 }), { status: 'Rejected' })
  t.strictSame(await office.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' }), {
    status: 'Scheduled'
  })
  t.strictSame(await office.ask('UnlockConnector', { connectorId: 1 }), { status: 'Unlocked' })
  t.equal(point.outlets()[0]?.status, 'Unavailable')
  t.strictSame(await office.ask('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '5' }), {
    status: 'Accepted'
  })
  t.strictSame(await office.ask('ChangeConfiguration', { key: 'Nonsense', value: '5' }), {
    status: 'NotSupported'
  })
  t.match(await office.ask('GetConfiguration', { key: ['MeterValueSampleInterval', 'Nonsense'] }), {
    configurationKey: [{ value: '5' }],
    unknownKey: ['Nonsense']
  })
  t.strictSame(await office.ask('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 2 }), {
    status: 'Accepted'
  })
  await until('it is triggered', () => office.of('MeterValues').some(({ connectorId }) => connectorId === 2))
  t.match(await office.ask('GetCompositeSchedule', { connectorId: 1, duration: 60 }), {
    status: 'Accepted',
    chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 32 }] }
  })
  t.match(await office.ask('MakeCoffee', {}), [4, /^o/, 'NotImplemented'])
  await office.ask('UpdateFirmware', { location: 'https://x.test', retrieveDate: expiryDate })
  await until('the update is told', () => office.of('FirmwareStatusNotification').length === 4)
})

void test('registers and backlog survive in the state file', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nova-charger-'))
  const stateFile = path.join(folder, 'state.json')
  t.teardown(() => rmSync(folder, { recursive: true }))
  const { office, point } = await charging(t, { stateFile, startMs: 1_800_000_000_000 })
  point.goOffline()
  point.advance(3_600_000)
  await point.close()
  const again = openChargePoint({
    url: office.url,
    identity: 'SIM',
    outlets: [
      { maxMilliA: 32_000, phases: 3 },
      { maxMilliA: 32_000, phases: 1 }
    ],
    stateFile,
    startMs: 1_800_003_600_000
  })
  t.teardown(() => again.close())
  t.equal(again.outlets()[0]?.registerWh, 11_040)
  again.switchOn()
  await again.settled(patienceMs)
  t.equal(office.of('MeterValues').length, 360)
  t.equal(await again.swipe(1, 'TAG'), 'stopped')
  await again.settled(patienceMs)
  t.match(office.of('StopTransaction'), [{ transactionId: 101, meterStop: 11_040 }])
})

void test('a fault ends the session, a repair opens the outlet; a power cut keeps the register', async (t) => {
  const { office, point } = await charging(t)
  point.fault(1, 'GroundFailure')
  await point.settled(patienceMs)
  t.match(office.of('StatusNotification').at(-1), {
    connectorId: 1,
    status: 'Faulted',
    errorCode: 'GroundFailure'
  })
  t.equal(await point.swipe(1, 'TAG'), 'refused')
  point.fault(1, 'NoError')
  await point.swipe(1, 'TAG')
  point.advance(60_000)
  const before = point.outlets()[0]?.registerWh
  point.powerCut()
  await until('it boots', () => {
    point.advance(1_000)
    return point.isOnline()
  })
  await point.settled(patienceMs)
  t.match(office.of('StopTransaction').at(-1), { reason: 'PowerLoss', meterStop: before })
})

void test('a silent station hears everything and says nothing', async (t) => {
  const { office } = await station(t, { temper: tempers.silent })
  const outcome = await Promise.race([office.ask('Reset', { type: 'Hard' }), wait(200, 'silence')])
  t.equal(outcome, 'silence')
})
