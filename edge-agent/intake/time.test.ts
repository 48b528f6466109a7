import { test } from 'tap'
import {
  began,
  config,
  instant,
  link,
  openSite,
  readings,
  settled,
  start,
  status,
  stop,
  type Site
} from './fixture.suite.ts'

/** Time passes, and the clock's second hand with it. */
async function later(site: Site, ms: number): Promise<void> {
  site.clock.ms += ms
  await site.room.tick()
  await settled(site)
}

void test('a start on a connector whose session never stopped ends that one after ten seconds, by its last register', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const { transactionId: lost } = await site.room.intake.start(start())
  await site.room.intake.readings(readings(lost, began + 60_000, 1500))
  site.clock.ms += 120_000
  const heardAt = instant(site.clock.ms)
  const next = await site.room.intake.start(
    start({ at: instant(began + 100_000), meterStartWh: 1600, tokenUid: 'TAG-002', heardAt })
  )
  t.equal(site.room.views()[0]?.session?.transactionId, next.transactionId, 'the new one is what runs')
  await later(site, 9_000)
  t.equal(site.facts('session.ended.v1').length, 0)
  await site.restart()
  await later(site, 2_000)
  t.match(site.facts('session.ended.v1'), [
    { energyWh: 500, stopReason: 'unknown', review: [{ reason: 'stop-lost' }] }
  ])
  t.match(site.room.sessions.query({ status: 'review', limit: 5 }), [{ transactionId: lost, energyWh: 500 }])

  await site.room.intake.stop(stop(lost, { meterStopWh: 1580, at: instant(began + 90_000) }))
  t.match(site.room.sessions.query({ limit: 5 }).at(-1), {
    transactionId: lost,
    status: 'ended',
    energyWh: 580,
    review: []
  })
  t.match(
    site.facts('session.ended.v1').at(-1),
    { energyWh: 580, review: [] },
    'its stop came after all, and corrects the end'
  )
})

void test('a connector that says it is free ends its session after ten minutes', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  await site.room.intake.start(start())
  const at = instant(began + 60_000)
  await site.room.intake.status(status('available', { at, heardAt: at }))
  await later(site, 9 * 60_000)
  t.equal(site.facts('session.ended.v1').length, 0)
  await later(site, 3 * 60_000)
  t.match(site.facts('session.ended.v1'), [
    { review: [{ reason: 'stop-lost' }, { reason: 'no-energy-readings' }] }
  ])
})

void test('a charger that boots and is silent about its session has given it up; one that goes on has not', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  const boot = {
    chargerId: 'CP-1',
    heardAt: instant(began),
    raw: '',
    protocol: 'ocpp1.6' as const,
    vendor: 'V',
    model: 'M',
    serial: null,
    firmware: null
  }
  await site.room.intake.connected('CP-1', link)
  const goesOn = await site.room.intake.start(start())
  const isGone = await site.room.intake.start(start({ evseId: 2, connectorId: 2, tokenUid: 'TAG-002' }))
  await site.room.intake.boot(boot)
  await site.room.intake.readings(readings(goesOn.transactionId, began + 60_000, 1500))
  await later(site, 16 * 60_000)
  t.match(site.facts('session.ended.v1'), [
    { stopReason: 'reboot', review: [{ reason: 'charger-rebooted' }, {}] }
  ])
  t.strictSame(
    [...site.room.sessions.query({ status: 'started', limit: 5 })].map(({ transactionId }) => transactionId),
    [goesOn.transactionId]
  )
  t.not(goesOn.transactionId, isGone.transactionId)
})

void test('a charger that is gone for a day ends its sessions, counted from when it went, over a restart', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const { transactionId } = await site.room.intake.start(start())
  await site.room.intake.readings(readings(transactionId, began + 60_000, 1500))
  await site.room.intake.disconnected('CP-1', instant(began + 120_000), 'power cut')
  await later(site, 23 * 3_600_000)
  await site.restart()
  t.equal(site.facts('session.ended.v1').length, 0)
  await later(site, 3_600_000 + 180_000)
  t.match(site.facts('session.ended.v1'), [{ energyWh: 500, review: [{ reason: 'stop-lost' }] }])
})

void test('a session that runs for days at a connected charger is nobody’s business', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  await site.room.intake.start(start())
  await site.room.intake.status(
    status('suspended', { suspendedBy: 'ev', at: instant(began + 1000), heardAt: instant(began + 1000) })
  )
  await later(site, 4 * 86_400_000)
  t.equal(site.facts('session.ended.v1').length, 0)
  t.match(site.facts('session.suspended.v1'), [{ suspended: true, by: 'ev' }])
  t.equal(site.room.views()[0]?.session?.suspendedBy, 'ev')
})

void test('an order’s energy is kept to', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  await site.room.pendingStart({
    commandId: crypto.randomUUID(),
    connector: 'CP-1:1:1',
    tokenUid: 'TAG-001',
    maxEnergyWh: 400,
    authorised: false,
    expiresAt: instant(began + 60_000)
  })
  const { transactionId } = await site.room.intake.start(start())
  await site.room.intake.readings(readings(transactionId, began + 60_000, 1399))
  await later(site, 1_000)
  t.strictSame(site.stops, [])
  await site.room.intake.readings(readings(transactionId, began + 120_000, 1400))
  await later(site, 1_000)
  t.match(site.stops, [{ transactionId, why: 'order-energy' }])
})

void test('a charger taken out of the configuration is no longer missed', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await later(site, 61_000)
  t.equal(site.room.alarms.open().length, 2)
  site.room.reload({ ...config, chargers: config.chargers.slice(0, 1) })
  t.match(site.room.alarms.open(), [{ code: 'charger-offline', subject: 'CP-1' }])
  t.equal(site.room.views().length, 2)
  await settled(site)
})

void test('a faulted connector is an alarm until it says something else', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  await site.room.intake.status(status('faulted', { errorCode: 'GroundFailure', info: 'L2' }))
  t.match(site.room.alarms.open(), [
    { code: 'connector-faulted', subject: 'CP-1:1:1', detail: 'GroundFailure: L2' }
  ])
  t.match(site.room.views()[0], { status: 'faulted', errorCode: 'GroundFailure' })
  await site.room.intake.status(
    status('available', { at: instant(began + 1000), heardAt: instant(began + 1000) })
  )
  t.strictSame(site.room.alarms.open(), [])
  await settled(site)
})

void test('wrong credentials are an alarm until the right ones come', async (t) => {
  const [first] = config.chargers
  const site = openSite({
    chargers: [{ ...first!, security: { profile: 1, password: 'a-password-of-20-char' } }]
  })
  t.teardown(() => site.close())
  const claim = { identity: 'CP-1', protocol: 'ocpp1.6' as const, address: '10.0.0.1', secure: false }
  t.equal(site.room.intake.door({ ...claim, password: Buffer.from('x') }).kind, 'wrong-credentials')
  t.match(site.room.alarms.open(), [{ code: 'charger-refused', subject: 'CP-1' }])
  t.notMatch(JSON.stringify(site.room.alarms.open()), /a-password/)
  t.equal(site.room.intake.door({ ...claim, password: Buffer.from('a-password-of-20-char') }).kind, 'welcome')
  t.strictSame(site.room.alarms.open(), [])
  t.match(site.room.counters(), { 'door-wrong-credentials': 1, 'door-welcome': 1 })
  await settled(site)
})

void test('an impostor is an alarm until the charger has a new password', async (t) => {
  const [first] = config.chargers
  const withPassword = (password: string) => ({
    ...config,
    chargers: [{ ...first!, security: { profile: 1 as const, password } }]
  })
  const site = openSite(withPassword('a-password-of-20-char'))
  t.teardown(() => site.close())
  await site.room.intake.notice('CP-1', 'impostor', { address: '10.9.9.9' })
  site.room.reload(withPassword('a-password-of-20-char'))
  t.match(site.room.alarms.open(), [{ code: 'charger-impostor', subject: 'CP-1' }])
  site.room.reload(withPassword('another-one-of-20-chr'))
  t.strictSame(site.room.alarms.open(), [])
  await settled(site)
})

void test('what is refused or noticed is counted and kept within bounds', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  for (let index = 0; index < 700; index++)
    site.room.intake.rejected('CP-1', `reason ${index}`, 'x'.repeat(5000))
  t.ok(Object.keys(site.room.counters()).length <= 501)
  t.equal(site.room.counters()['rejected-reason 1'], 1)
  await site.room.intake.notice('CP-1', 'firmware-status', { status: 'Downloaded' })
  await site.room.intake.notice('CP-1', 'data-transfer', { data: 'y'.repeat(50_000) })
  const fields = site.room.shadow('CP-1')
  t.match(
    fields.find(({ field }) => field === 'notice/firmware-status'),
    { value: { status: 'Downloaded' }, owner: 'edge' }
  )
  t.ok(JSON.stringify(fields).length < 6000)
})

void test('an older status under two minutes old changes nothing, but its charger is asked again, and a clock set back heals', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const say = (word: 'charging' | 'available', afterS: number, behindS: number) =>
    site.room.intake.status(
      status(word, {
        at: instant(began + (afterS - behindS) * 1000),
        heardAt: instant(began + afterS * 1000)
      })
    )
  await say('charging', 10, 0)
  for (const behindS of [2, 5, 30, 60, 119]) await say('available', 10, behindS)
  t.equal(site.room.views()[0]?.status, 'charging')
  t.equal(site.room.counters()['status-stale'], 5)

  const tickUntil = async (second: number) => {
    for (; site.clock.ms < began + second * 1000; site.clock.ms += 1000) await site.room.tick()
  }
  await tickUntil(5)
  t.strictSame(site.asked, [])
  await tickUntil(20)
  t.strictSame(site.asked, [{ chargerId: 'CP-1', evseId: 1, connectorId: 1 }])
  await say('available', 20, 119)
  t.equal(site.room.views()[0]?.status, 'available', 'it runs, only behind')
  await tickUntil(120)
  t.equal(site.asked.length, 1)
})

void test('a reading counts from when it came, however long it waited for its turn', async (t) => {
  const site = openSite()
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  site.clock.ms += 40_000
  await site.room.intake.readings(readings(null, began + 1000, 1500))
  t.equal(site.room.views()[0]?.readingHeardAtMs, began + 1000)
})
