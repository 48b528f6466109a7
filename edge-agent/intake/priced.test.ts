import { test } from 'tap'
import { Plan } from '@nova/shared-protocol/tariff'
import { began, config, instant, link, openSite, readings, start, status, stop } from './fixture.suite.ts'

/** 1.00 a kWh; 6.00 an hour idle after ten minutes, at most 4.00; members and coupons pay less; a full site more. */
const plan = Plan.parse({
  tariffId: 'rules',
  version: 1,
  name: 'Rules',
  timeZone: 'Asia/Shanghai',
  validFrom: null,
  validUntil: null,
  currency: 'CNY',
  segments: [{ start: '00:00', end: '24:00', electricityPrice: '1', servicePrice: '0' }],
  rules: {
    currency: 'CNY',
    elements: [
      {
        components: [{ dimension: 'energy', price: '3' }],
        restrictions: { signal: { name: 'site-load', atLeast: '90' } }
      },
      { components: [{ dimension: 'energy', price: '0.5' }], restrictions: { groups: ['club'] } },
      { components: [{ dimension: 'energy', price: '1' }] },
      { components: [{ dimension: 'idle', price: '6', most: '4' }], restrictions: { minIdleS: 600 } },
      { components: [{ dimension: 'reservation', price: '2' }], restrictions: { reservation: 'made' } }
    ],
    discounts: [{ name: 'FIRST', percent: '10', on: ['energy'], restrictions: { coupons: ['FIRST'] } }]
  }
})
const minute = (count: number) => began + count * 60_000
const ruled = { tariffs: { plans: [plan], defaults: [{ tariffId: 'rules' }] } }

/** Ten kilowatt-hours in an hour at CP-1, and what it has cost then. */
async function hourOf(site: ReturnType<typeof openSite>, more: object = {}) {
  const { intake } = site.room
  const { transactionId } = await intake.start(start(more))
  await intake.readings(readings(transactionId, minute(60), 11_000))
  site.clock.ms = minute(60)
  const id = site.facts('session.started.v1').at(-1)?.sessionId ?? ''
  return { transactionId, id, cost: () => site.room.cost(id)?.amountMinor }
}

void test('a car that is full costs nothing for ten minutes, then idles until it leaves, under the cap', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  const { intake } = site.room
  await intake.connected('CP-1', link)
  const { transactionId, id, cost } = await hourOf(site)
  t.equal(cost(), 1000)
  await intake.status(
    status('suspended', { suspendedBy: 'ev', at: instant(minute(60)), heardAt: instant(minute(60)) })
  )
  site.clock.ms = minute(70)
  t.equal(cost(), 1000, 'the grace')
  site.clock.ms = minute(80)
  t.equal(cost(), 1100, 'ten minutes more')
  await intake.stop(
    stop(transactionId, { at: instant(minute(80)), heardAt: instant(minute(80)), reason: 'local' })
  )
  t.match(site.facts('session.ended.v1'), [{ standing: true }])
  await intake.status(status('finishing', { at: instant(minute(80)), heardAt: instant(minute(80)) }))
  site.clock.ms = minute(90)
  t.equal(cost(), 1200, 'its session is over, it stands there')
  await site.restart()
  await site.room.intake.connected('CP-1', { ...link, at: instant(minute(90)) })
  await site.room.intake.status(
    status('finishing', { at: instant(minute(91)), heardAt: instant(minute(91)) })
  )
  await site.room.intake.status(
    status('available', { at: instant(minute(95)), heardAt: instant(minute(95)) })
  )
  t.match(site.facts('session.left.v1'), [{ sessionId: id, at: instant(minute(95)), seen: true }])
  site.clock.ms = minute(300)
  t.equal(site.room.cost(id)?.amountMinor, 1250)
  await site.room.tick()
  t.equal(site.facts('session.left.v1').length, 1, 'told once')
})

void test('a charger 40 s behind whose status has no time pays for no time that never stood', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const { transactionId, id } = await hourOf(site)
  const heardAt = instant(minute(60) + 40_000)
  await site.room.intake.stop(stop(transactionId, { at: instant(minute(60)), heardAt, reason: 'local' }))
  await site.room.intake.status(status('available', { at: null, heardAt }))
  t.match(site.facts('session.left.v1'), [{ sessionId: id, at: instant(minute(60)), seen: true }])
})

void test('a car that we hold back, or that goes on charging, is not idle', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  const { intake } = site.room
  const { cost } = await hourOf(site)
  const say = async (word: 'suspended' | 'charging', by: 'ev' | 'evse' | null, at: number) =>
    intake.status(status(word, { suspendedBy: by, at: instant(minute(at)), heardAt: instant(minute(at)) }))
  await say('suspended', 'evse', 60)
  site.clock.ms = minute(120)
  t.equal(cost(), 1000)
  await say('suspended', 'ev', 120)
  site.clock.ms = minute(140)
  t.equal(cost(), 1100)
  await say('charging', null, 141)
  site.clock.ms = minute(142)
  t.equal(cost(), 1000, 'it had only paused')
})

void test('where our limit is 0 the pause that the station lays on the car is ours', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  site.clock.limitMilliA = 0
  await hourOf(site)
  const at = instant(minute(60))
  await site.room.intake.status(status('suspended', { suspendedBy: 'ev', at, heardAt: at }))
  t.match(site.facts('session.suspended.v1'), [{ suspended: true, by: 'evse' }])
})

void test('what stood there unwatched costs nothing; a day is the most that is watched', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const { transactionId, id } = await hourOf(site)
  const at = instant(minute(60))
  await site.room.intake.stop(stop(transactionId, { at, heardAt: at, reason: 'local' }))
  await site.room.intake.status(status('finishing', { at, heardAt: at }))
  site.clock.ms = minute(75)
  await site.room.intake.disconnected('CP-1', instant(minute(75)), 'gone')
  site.clock.ms = minute(600)
  await site.room.intake.connected('CP-1', { ...link, at: instant(minute(600)) })
  await site.room.intake.status(
    status('available', { at: instant(minute(600)), heardAt: instant(minute(600)) })
  )
  t.match(site.facts('session.left.v1'), [{ at: instant(minute(75)), seen: false }])
  t.equal(site.room.cost(id)?.amountMinor, 1050)
})

void test('a car that never leaves is given up after a day, and costs no more than the cap', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  await site.room.intake.connected('CP-1', link)
  const { transactionId, cost } = await hourOf(site)
  const at = instant(minute(60))
  await site.room.intake.stop(stop(transactionId, { at, heardAt: at, reason: 'remote' }))
  site.clock.ms = minute(60 + 24 * 60)
  await site.room.tick()
  t.match(site.facts('session.left.v1'), [{ at: /^2026-06-02T09:00:00/, seen: false }])
  t.equal(cost(), 1400, '23 h 50 min at 6.00 come to 143.00; the cap is 4.00')
})

void test('the next session on the connector shows that the one before has left', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  const { transactionId } = await hourOf(site)
  const at = instant(minute(60))
  await site.room.intake.stop(stop(transactionId, { at, heardAt: at, reason: 'local' }))
  const next = instant(minute(65))
  await site.room.intake.start(start({ tokenUid: 'TAG-002', at: next, heardAt: next, meterStartWh: 11_000 }))
  t.match(site.facts('session.left.v1'), [{ at: next, seen: true }])
})

void test('groups of the card’s list and coupons of the order count offline', async (t) => {
  const tokens = { file: [{ uid: 'CLUB-1', type: 'ISO14443' as const, status: 'accepted' as const, priceGroups: ['club'] }], desired: [] } // prettier-ignore
  const site = openSite({ ...ruled, tokens: { ...tokens, file: [...tokens.file, ...config.tokens.file] } })
  t.teardown(() => site.close())
  site.clock.online = false
  const member = await hourOf(site, { tokenUid: 'CLUB-1' })
  t.equal(member.cost(), 500)
  site.clock.ms = began
  const order = {
    commandId: crypto.randomUUID(),
    connector: 'CP-1:2:2',
    tokenUid: 'NVX',
    sessionId: crypto.randomUUID(),
    authorised: true,
    expiresAt: instant(began + 60_000),
    priceGroups: ['club'],
    coupons: ['FIRST']
  }
  await site.room.pendingStart(order)
  const { transactionId } = await site.room.intake.start(
    start({ evseId: 2, connectorId: 2, tokenUid: 'NVX' })
  )
  await site.room.intake.readings(readings(transactionId, minute(60), 11_000, { evseId: 2, connectorId: 2 }))
  site.clock.ms = minute(60)
  t.equal(site.room.cost(order.sessionId)?.amountMinor, 450, 'half price, a tenth off')
  await site.restart()
  t.equal(site.room.cost(order.sessionId)?.amountMinor, 450, 'after a restart too')
})

void test('the site’s load is noted when it changes, and prices what flows from then on', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  const { intake } = site.room
  site.clock.siteLoadPercent = 50.4
  await site.room.tick()
  const { transactionId } = await intake.start(start())
  site.clock.ms = minute(30)
  site.clock.siteLoadPercent = 95
  await site.room.tick()
  site.clock.ms = minute(30) + 10_000
  site.clock.siteLoadPercent = 96
  await site.room.tick()
  t.match(site.facts('signal.noted.v1'), [{ name: 'site-load', value: '50' }, { value: '95', at: instant(minute(30)) }]) // prettier-ignore
  t.equal(site.facts('signal.noted.v1').length, 2, 'a price changes once a minute at the most')
  await intake.readings(readings(transactionId, minute(60), 11_000))
  site.clock.ms = minute(60)
  const id = site.facts('session.started.v1')[0]?.sessionId ?? ''
  t.equal(site.room.cost(id)?.amountMinor, 2000, '5 kWh at 1.00, 5 kWh at 3.00')
  await site.restart()
  t.equal(site.room.cost(id)?.amountMinor, 2000)
})

void test('a reservation is told when it is made, used and when nobody came; who came pays for the time', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  const made = {
    chargerId: 'CP-1',
    evseId: 1,
    connectorId: 1,
    tokenUid: 'TAG-001',
    group: null,
    commandId: null
  }
  const until = instant(minute(30))
  await site.room.intake.connected('CP-1', link)
  await site.room.reservations.asked({ ...made, reservationId: 1, expiresAt: until })
  await site.room.reservations.became('CP-1', 1, 'active')
  await site.room.reservations.asked({
    ...made,
    evseId: 2,
    connectorId: 2,
    reservationId: 2,
    expiresAt: until
  })
  await site.room.reservations.became('CP-1', 2, 'active')
  await site.room.reservations.asked({
    ...made,
    evseId: 2,
    connectorId: 2,
    reservationId: 3,
    expiresAt: until
  })
  await site.room.reservations.became('CP-1', 3, 'refused')
  await site.room.intake.start(start({ at: instant(minute(15)), heardAt: instant(minute(15)) }))
  site.clock.ms = minute(29)
  await site.room.intake.connected('CP-1', { ...link, at: instant(minute(29)) })
  site.clock.ms = minute(30) + 1_000
  await site.room.tick()
  t.equal(site.facts('reservation.changed.v1').length, 4, 'it has just come back: its backlog is waited for')
  site.clock.ms = minute(32)
  await site.room.tick()
  const sessionId = site.facts('session.started.v1')[0]?.sessionId
  t.match(
    site
      .facts('reservation.changed.v1')
      .map(({ reservationId, status: word, at, sessionId: by }) => [reservationId, word, at, by]),
    [
      [1, 'active', instant(began), null],
      [2, 'active', instant(began), null],
      [3, 'refused', instant(began), null],
      [1, 'used', instant(minute(15)), sessionId],
      [2, 'expired', until, null]
    ]
  )
  t.equal(site.room.cost(sessionId ?? '')?.amountMinor, 50, 'a quarter of an hour at 2.00')
})

void test('nobody is to blame for a charger that was away: its reservation ends as cancelled', async (t) => {
  const site = openSite(ruled)
  t.teardown(() => site.close())
  const made = {
    chargerId: 'CP-1',
    evseId: 1,
    connectorId: 1,
    tokenUid: 'TAG-001',
    group: null,
    commandId: null
  }
  await site.room.reservations.asked({ ...made, reservationId: 1, expiresAt: instant(minute(30)) })
  await site.room.reservations.became('CP-1', 1, 'active')
  site.clock.ms = minute(30 + 24 * 60)
  await site.room.tick()
  t.match(site.facts('reservation.changed.v1'), [{ status: 'active' }, { status: 'cancelled' }])
})
