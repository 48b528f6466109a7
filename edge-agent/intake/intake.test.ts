import { test } from 'tap'
import { Fact, History } from '@nova/shared-protocol/messages'
import {
  began,
  charger,
  config,
  instant,
  link,
  openSite,
  readings,
  settled,
  start,
  status,
  stop
} from './fixture.suite.ts'

void test('a session from plug to bill: view, facts, cost, and all of it after a restart', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  await site.room.intake.status(status('preparing'))
  const { transactionId, authorisation } = await site.room.intake.start(start())
  t.equal(authorisation.status, 'accepted')
  await site.room.intake.status(status('charging', { at: instant(began + 1000) }))
  await site.room.intake.readings(readings(transactionId, began + 60_000, 1500))

  const view = () => site.room.views().find(({ chargerId, evseId }) => chargerId === 'CP-1' && evseId === 1)
  t.match(view(), {
    connected: true,
    status: 'charging',
    session: { transactionId, energyWh: 500, tokenUid: 'TAG-001' },
    reading: { powerW: 7000 }
  })
  const sessionId = view()!.session!.sessionId
  t.strictSame(site.room.cost(sessionId), { currency: 'CNY', amountMinor: 75 })

  await site.restart()
  t.match(view(), {
    connected: false,
    status: 'offline',
    session: { sessionId, energyWh: 500 },
    reading: { registerWh: 1500 }
  })
  t.equal((await site.room.intake.start(start())).transactionId, transactionId, 'the same start, the same id')

  await site.room.intake.stop(stop(transactionId))
  await site.restart()
  t.equal((await site.room.intake.start(start())).transactionId, transactionId, 'also when it has ended')
  t.match(site.room.sessions.find(sessionId), {
    status: 'ended',
    energyWh: 10_000,
    cost: { amountMinor: 1500 },
    tariffId: 'day',
    tariffVersion: 3,
    review: []
  })
  t.equal(site.facts('session.started.v1').length, 1)
  t.match(site.facts('session.ended.v1'), [{ sessionId, energyWh: 10_000, stopReason: 'local' }])
  t.strictSame(
    site.room.sessions.readings(sessionId).map(({ registerWh }) => registerWh),
    [1500]
  )
  t.equal(site.store.outbox.verify('facts', 0, 1000), null)
  for (const [, key, body] of site.store.outbox.read('facts', 0, 1000))
    t.ok(Fact.safeParse(JSON.parse(body)).success, key)
  for (const [, key, body] of site.store.outbox.read('history', 0, 1000))
    t.ok(History.safeParse(JSON.parse(body)).success, key)
})

void test('the start that answers a remote start takes its session id, plan and command', async (t) => {
  const site = openSite({ offline: { unknownToken: 'refuse', maxEnergyWh: 1, cachedHours: 24 } })
  t.teardown(() => site.close())
  const order = {
    commandId: crypto.randomUUID(),
    connector: 'CP-1:1:1',
    tokenUid: 'app-7',
    sessionId: crypto.randomUUID(),
    authorised: true,
    expiresAt: instant(began + 60_000),
    tariffId: 'day'
  }
  await site.room.pendingStart(order)
  t.equal(
    (await site.room.intake.authorise('CP-1', 'APP-7')).status,
    'accepted',
    'the cloud vouches, whatever the case'
  )
  t.equal((await site.room.intake.authorise('CP-2', 'APP-7')).status, 'invalid', 'but not elsewhere')
  await site.restart()
  await site.room.intake.start(start({ tokenUid: 'APP-7' }))
  t.match(site.facts('session.started.v1'), [{ sessionId: order.sessionId, commandId: order.commandId }])
  t.equal((await site.room.intake.authorise('CP-1', 'APP-7')).status, 'accepted', 'its own session runs here')
  const again = await site.room.intake.start(start({ tokenUid: 'APP-7' }))
  t.equal(again.authorisation.status, 'accepted', 'the repeated start is answered like the first')
  t.match(await site.room.intake.stop(stop(again.transactionId, { tokenUid: 'APP-7' })), {
    authorisation: { status: 'accepted' }
  })
  t.equal((await site.room.intake.authorise('CP-1', 'APP-7')).status, 'invalid', 'once')
})

void test('an order is answered on its own connector only, and late from a backlog', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const sessionId = crypto.randomUUID()
  await site.room.pendingStart({
    commandId: crypto.randomUUID(),
    connector: 'CP-1:1:1',
    tokenUid: 'APP-7',
    sessionId,
    authorised: true,
    expiresAt: instant(began + 60_000)
  })
  const elsewhere = await site.room.intake.start(start({ tokenUid: 'APP-7', evseId: 2, connectorId: 2 }))
  t.equal(elsewhere.authorisation.status, 'invalid')
  site.clock.ms += 7_200_000
  await site.room.intake.connected('CP-1', { ...link, at: instant(site.clock.ms) })
  const early = await site.room.intake.start(start({ tokenUid: 'APP-7', at: instant(began - 3_600_000) }))
  t.equal(early.authorisation.status, 'invalid', 'what began before the order is no answer')
  const late = await site.room.intake.start(start({ tokenUid: 'APP-7', at: instant(began + 30_000) }))
  t.equal(late.authorisation.status, 'accepted')
  t.equal(site.facts('session.started.v1').at(-1)?.sessionId, sessionId)
})

void test('a remote start that expired long ago gives nothing away', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const sessionId = crypto.randomUUID()
  await site.room.pendingStart({
    commandId: crypto.randomUUID(),
    connector: 'CP-1:1:1',
    tokenUid: 'TAG-001',
    sessionId,
    authorised: true,
    expiresAt: instant(began - 700_000)
  })
  await site.room.intake.start(start())
  t.not(site.facts('session.started.v1')[0]?.sessionId, sessionId)
  site.clock.ms += 86_400_000
  await site.room.tick()
  t.strictSame(site.store.sessions.kept('pending-start'), [])
})

const tokens = [
  { uid: 'tag-001', status: 'accepted', online: true },
  { uid: 'TAG-BAD', status: 'blocked', online: true },
  { uid: 'TAG-999', status: 'invalid', online: true },
  { uid: 'TAG-999', status: 'invalid', online: false }
] as const
for (const { uid, online, status: wanted } of tokens) {
  void test(`token ${uid} is ${wanted} with the cloud ${online ? 'there' : 'away'}`, async (t) => {
    const site = openSite()
    t.teardown(() => site.close())
    site.clock.online = online
    t.equal((await site.room.intake.authorise('CP-1', uid)).status, wanted)
  })
}

void test('offline an unknown token charges up to the cap, then the charger is asked to stop', async (t) => {
  const site = openSite({ offline: { unknownToken: 'accept-with-cap', maxEnergyWh: 2000, cachedHours: 24 } })
  t.teardown(() => site.close())
  site.clock.online = false
  await site.room.intake.connected('CP-1', link)
  const { transactionId, authorisation } = await site.room.intake.start(start({ tokenUid: 'STRANGER' }))
  t.equal(authorisation.status, 'accepted')
  await site.room.tick()
  t.strictSame(site.stops, [])
  await site.room.intake.readings(readings(transactionId, began + 600_000, 3100))
  site.clock.ms += 600_000
  await site.room.tick()
  await site.room.tick()
  t.match(site.stops, [{ transactionId, why: 'energy-cap' }], 'once in 30 s')
  site.clock.ms += 31_000
  await site.room.tick()
  t.equal(site.stops.length, 2, 'again while it does not')
  await site.room.intake.stop(stop(transactionId, { meterStopWh: 3200 }))
  t.match(site.facts('session.ended.v1'), [{ energyWh: 2200, review: [] }])
})

void test('a second session of one token elsewhere is concurrent, a tap at its own charger is not', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const [first, second] = await Promise.all([
    site.room.intake.start(start()),
    site.room.intake.start(start({ chargerId: 'CP-2' }))
  ])
  t.strictSame(
    [first.authorisation.status, second.authorisation.status],
    ['accepted', 'concurrent'],
    'even in the same commit'
  )
  t.equal((await site.room.intake.authorise('CP-1', 'TAG-001')).status, 'concurrent', 'it also runs on CP-2')
  await site.room.intake.stop(stop(second.transactionId, { chargerId: 'CP-2' }))
  t.equal((await site.room.intake.authorise('CP-1', 'TAG-001')).status, 'accepted')
  t.equal(
    (await site.room.intake.start(start())).authorisation.status,
    'accepted',
    'a repetition is no second session'
  )
})

void test('a station that comes back tells its past first: an older status changes nothing', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const hour = 3_600_000
  await site.room.intake.status(
    status('charging', { at: instant(began + hour), heardAt: instant(began + hour) })
  )
  await site.room.intake.status(
    status('available', { at: instant(began), heardAt: instant(began + hour + 1000) })
  )
  t.equal(site.room.views()[0]?.status, 'charging')
  t.equal(site.room.counters()['status-stale'], 1)
  await site.room.intake.status(
    status('finishing', { at: instant(began + hour + 2000), heardAt: instant(began + hour + 2000) })
  )
  t.equal(site.room.views()[0]?.status, 'finishing')
})

void test('a backlog after an outage: offline sessions, whole, within milliseconds', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  site.clock.ms += 7_200_000
  await site.room.intake.connected('CP-1', { ...link, at: instant(site.clock.ms) })
  for (let index = 0; index < 20; index++) {
    const from = began + index * 300_000
    const { transactionId } = await site.room.intake.start(
      start({ at: instant(from), meterStartWh: index * 1000, heardAt: instant(site.clock.ms) })
    )
    await site.room.intake.readings(
      readings(transactionId, from + 60_000, index * 1000 + 400, { heardAt: instant(site.clock.ms) })
    )
    await site.room.intake.stop(
      stop(transactionId, {
        at: instant(from + 200_000),
        meterStopWh: (index + 1) * 1000,
        heardAt: instant(site.clock.ms)
      })
    )
  }
  const ended = site.facts('session.ended.v1')
  t.equal(
    ended.reduce((sum, { energyWh }) => sum + (energyWh ?? 0), 0),
    20_000
  )
  t.ok(ended.every(({ review }) => review.length === 0))
  t.ok(site.facts('session.started.v1').every(({ offline }) => offline))
})

void test('history takes one sample in ten seconds of a connector, facts every reading of a session', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const { transactionId } = await site.room.intake.start(start())
  for (let step = 1; step <= 33; step++) {
    site.clock.ms = began + step * 900
    await site.room.intake.readings(readings(transactionId, site.clock.ms, 1000 + step))
  }
  t.equal(site.store.outbox.read('history', 0, 100).length, 4)
  t.equal(site.facts('session.reading.v1').length, 33)
})

void test('reservations: asked before the order, active, used by their session or expired', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const wanted = {
    chargerId: 'CP-1',
    evseId: 1,
    connectorId: 1,
    tokenUid: 'TAG-001',
    group: null,
    commandId: null,
    expiresAt: instant(began + 60_000)
  }
  await site.room.reservations.asked({ ...wanted, reservationId: 1 })
  await site.room.reservations.asked({ ...wanted, reservationId: 2, connectorId: 2, evseId: 2 })
  await site.room.reservations.became('CP-1', 1, 'active')
  await site.room.reservations.became('CP-1', 9, 'active')
  await site.room.intake.start(start({ tokenUid: 'tag-001' }))
  site.clock.ms += 61_000
  await site.room.tick()
  await site.room.reservations.became('CP-1', 2, 'cancelled')
  t.strictSame(
    site.room.reservations
      .list()
      .map((each) => [each.reservationId, each.status])
      .toSorted((one, other) => String(one).localeCompare(String(other))),
    [
      [1, 'used'],
      [2, 'expired']
    ]
  )
})

void test('a charger that was connected when the edge died is told to be gone, then offline, then back', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  await site.restart()
  await settled(site)
  t.match(site.facts('charger.connection.v1'), [
    { online: true },
    { online: false, reason: 'the edge was restarted' }
  ])
  site.clock.ms += 61_000
  await site.room.tick()
  t.match(site.room.alarms.open(), [{ code: 'charger-offline', subject: 'CP-1' }, { subject: 'CP-2' }])
  await site.room.intake.connected('CP-1', { ...link, at: instant(site.clock.ms) })
  t.match(site.room.alarms.open(), [{ subject: 'CP-2' }])
  await settled(site)
  t.match(site.facts('alarm.cleared.v1'), [{ code: 'charger-offline', subject: 'CP-1' }])
})

void test('a boot is answered by what is configured and told with its words', async (t) => {
  const site = openSite({ chargers: [charger('CP-1', { registration: 'pending' }), charger('CP-2')] })
  t.teardown(() => site.close())
  const boot = {
    chargerId: 'CP-1',
    heardAt: instant(began),
    raw: '',
    protocol: 'ocpp1.6' as const,
    vendor: 'V'.repeat(80),
    model: 'M',
    serial: null,
    firmware: '1.2'
  }
  t.strictSame(await site.room.intake.boot(boot), { registration: 'pending' })
  t.strictSame(await site.room.intake.boot({ ...boot, chargerId: 'CP-2' }), { registration: 'accepted' })
  t.equal(
    (await site.room.intake.authorise('CP-1', 'TAG-001')).status,
    'invalid',
    'a pending charger starts nothing'
  )
  t.match(site.facts('charger.booted.v1'), [
    { vendor: 'V'.repeat(50), firmware: '1.2' },
    { registration: 'accepted' }
  ])
  t.ok(
    site.room
      .shadow('CP-1')
      .some(({ field, owner, version }) => field === 'boot' && owner === 'edge' && version === 1)
  )
})

void test('strangers are remembered within bounds and told once', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  for (let index = 0; index < 300; index++)
    site.room.intake.unclaimed(`X-${index}`, '10.0.0.9', 'ocpp1.6', {})
  site.room.intake.unclaimed('X-299', '10.0.0.9', 'ocpp1.6', { vendor: 'v'.repeat(5000) })
  t.equal(site.room.unclaimed().length, 200)
  t.match(site.room.unclaimed().at(-1), { identity: 'X-299', knocks: 2 })
  t.ok(JSON.stringify(site.room.unclaimed().at(-1)).length < 1000)
  await settled(site)
  t.equal(site.facts('charger.unclaimed.v1').length, 20, 'a scanner does not fill the facts')
  site.room.reload({ ...config, chargers: [charger('X-299')] })
  t.equal(
    site.room.unclaimed().some(({ identity }) => identity === 'X-299'),
    false
  )
  site.room.intake.unclaimed('X-299', '10.0.0.9', 'ocpp1.6', { vendor: 'late' })
  const open = site.room.alarms.open().map(({ subject }) => subject)
  t.notOk(open.includes('X-299'), 'one that is still parked when it is configured is no stranger')
})

void test('reading back: sessions by charger, token and state', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const one = await site.room.intake.start(start())
  const two = await site.room.intake.start(start({ chargerId: 'CP-2', tokenUid: 'TAG-002' }))
  await site.room.intake.stop(stop(two.transactionId, { chargerId: 'CP-2', meterStopWh: 10 }))
  const ids = (query: Parameters<typeof site.room.sessions.query>[0]) =>
    site.room.sessions.query(query).map(({ transactionId }) => transactionId)
  t.strictSame(ids({ limit: 10 }).length, 2)
  t.strictSame(ids({ chargerId: 'CP-1', limit: 10 }), [one.transactionId])
  t.strictSame(ids({ tokenUid: 'tag-002', limit: 10 }), [two.transactionId])
  t.strictSame(ids({ status: 'started', limit: 10 }), [one.transactionId])
  t.strictSame(ids({ status: 'review', limit: 10 }), [two.transactionId])
  t.strictSame(ids({ status: 'ended', limit: 10 }), [])
  const three = await site.room.intake.start(
    start({ chargerId: 'CP-2', tokenUid: 'TAG-002', at: instant(began + 7_200_000) })
  )
  await site.room.intake.stop(
    stop(three.transactionId, { chargerId: 'CP-2', meterStopWh: 2_000, at: instant(began + 10_800_000) })
  )
  t.strictSame(ids({ status: 'review', limit: 1 }), [two.transactionId], 'not hidden behind newer ones')
  t.match(site.room.sessions.running({ transactionId: one.transactionId }), { chargerId: 'CP-1' })
  t.equal(site.room.sessions.running({ transactionId: two.transactionId }), null)
  t.equal(site.room.sessions.running({}), null)
  const register = began + 60_000
  await site.room.intake.readings(readings(one.transactionId, register, 1_500))
  const shown = () => site.room.sessions.query({ status: 'started', limit: 1 })[0]?.energyWh
  const energyWh = 1_500 - (site.room.sessions.query({ chargerId: 'CP-1', limit: 1 })[0]?.meterStartWh ?? 0)
  t.equal(shown(), energyWh, 'a list is as new as the last reading')
  await site.restart()
  t.equal(shown(), energyWh, 'and after a restart')
})

void test('listeners hear of a change once a turn', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  let told = 0
  const stopListening = site.room.onChange(() => told++)
  await site.room.intake.connected('CP-1', link)
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  const before = told
  t.ok(before >= 1 && before <= 2)
  stopListening()
  await site.room.intake.status(status('charging'))
  await new Promise(setImmediate)
  t.equal(told, before)
})

void test('a copied password raises an alarm', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.notice('CP-1', 'impostor', { address: '10.9.9.9' })
  t.match(site.room.alarms.open(), [{ code: 'charger-impostor', severity: 'urgent', subject: 'CP-1' }])
  await settled(site)
})
