import { test } from 'tap'
import { Fact } from '@nova/shared-protocol/messages'
import { at, endOf, now, openWorld, register } from './world.suite.ts'

void test('a start on a connector whose last session never stopped ends that one by its last register', async (t) => {
  const world = openWorld()
  const first = world.start()
  world.readings(first, [register('10:20:00', 6000)])
  const second = world.start({ at: at('10:30:00'), meterStartWh: 7000, tokenUid: 'TAG-002' })
  world.stop({ transactionId: second, meterStopWh: 9000 })
  world.overdue(at('12:00:09'))
  t.equal(world.sessions()[0]?.end, null, 'its stop may be on its way')
  world.overdue(at('12:00:11'))
  const [lost, next] = world.sessions()
  t.match(lost?.end, {
    energyWh: 5000,
    meterStopWh: 6000,
    endedAt: at('10:20:00'),
    stopReason: 'unknown',
    byStop: null
  })
  t.strictSame(
    lost?.review.map(({ reason }) => reason),
    ['stop-lost']
  )
  t.match(next, { end: { energyWh: 2000 }, review: [] })

  world.stop({ transactionId: first, at: at('10:25:00'), meterStopWh: 6900 })
  t.match(
    world.sessions()[0],
    { end: { energyWh: 5900, endedAt: at('10:25:00') }, review: [] },
    'its stop came late and is right'
  )
  t.equal(world.of('session.ended.v1').length, 3, 'the assumed end and the true one are both told')
})

void test('a session that never stopped and was never read has no energy', async (t) => {
  const world = openWorld()
  world.start()
  world.start({ at: at('10:30:00'), meterStartWh: 7000 })
  world.overdue(at('12:00:11'))
  t.strictSame(
    world.sessions()[0]?.review.map(({ reason }) => reason),
    ['stop-lost', 'no-energy-readings']
  )
  t.equal(world.sessions()[0]?.end?.energyWh, null)
})

void test('a start that is heard after a later one does not end it', async (t) => {
  const world = openWorld()
  const later = world.start({ at: at('11:00:00'), meterStartWh: 9000 })
  const earlier = world.start({ at: at('10:00:00'), meterStartWh: 1000 })
  world.stop({ transactionId: earlier, at: at('10:50:00'), meterStopWh: 9000 })
  world.stop({ transactionId: later, at: at('11:50:00'), meterStopWh: 9500 })
  t.strictSame(
    world.sessions().map((each) => [each.end?.energyWh, each.review.length]),
    [
      [500, 0],
      [8000, 0]
    ]
  )
})

void test('an earlier session whose stop never comes is not left open behind a later one', async (t) => {
  const world = openWorld()
  world.start({ at: at('11:00:00'), meterStartWh: 9000 })
  world.start({ at: at('10:00:00'), meterStartWh: 1000 })
  world.overdue(at('12:09:00'))
  t.equal(world.sessions().filter((each) => each.end).length, 0)
  world.overdue(at('12:11:00'))
  t.strictSame(
    world.sessions().map((each) => each.end !== null),
    [false, true]
  )
})

for (const id of ['0', '-1', '', '424242', '99999999999999999999999999999999999999999999']) {
  void test(`a stop for transaction "${id}", which nobody began, is accepted, kept and touches nobody`, async (t) => {
    const world = openWorld()
    const mine = world.start()
    world.start({ connectorId: 2, evseId: 2 })
    world.start({ chargerId: 'CP-2' })
    t.equal(world.stop({ transactionId: id }), null)
    t.equal(world.sessions().filter((each) => each.end).length, 0)
    const [item, ...others] = world.of('review.raised.v1')
    t.match(item, {
      reason: 'unknown-transaction',
      sessionId: null,
      chargerId: 'CP-1',
      raw: /StopTransaction/
    })
    t.equal(others.length, 0)
    world.stop({ transactionId: id })
    t.equal(world.of('review.raised.v1').length, 1, 'repeated it is the same item')
    t.not(mine, id)
  })
}

void test("a stop with another station's transaction id does not stop it", async (t) => {
  const world = openWorld()
  const other = world.start({ chargerId: 'CP-2' })
  world.stop({ chargerId: 'CP-1', transactionId: other })
  t.equal(world.sessions()[0]?.end, null)
  t.equal(world.of('review.raised.v1')[0]?.reason, 'unknown-transaction')
})

void test('a stop that arrives before the start of a station that gives its own ids ends it exactly', async (t) => {
  const world = openWorld()
  world.stop({ transactionId: 'abc' })
  world.start({ transactionId: 'abc' })
  world.stop({ transactionId: 'abc' })
  t.match(world.sessions(), [
    { transactionId: 'abc', end: { energyWh: 10_000, stopReason: 'local' }, review: [] }
  ])
  t.equal(world.of('session.ended.v1').length, 1)
})

void test('an id that a quarantined stop names is never given to a new session', async (t) => {
  const clean = openWorld({ seed: 5 })
  const next = clean.start()
  const world = openWorld({ seed: 4 }) // Its review item draws once before.
  world.stop({ transactionId: next })
  t.not(world.start(), next)
})

void test('a second stop with another register is shown to a person and changes nothing', async (t) => {
  const world = openWorld()
  const id = world.start()
  world.stop({ transactionId: id })
  world.stop({ transactionId: id, meterStopWh: 12_000, at: at('11:01:00') })
  t.equal(endOf(world)?.energyWh, 10_000)
  t.match(world.of('review.raised.v1'), [{ reason: 'malformed', sessionId: world.sessions()[0]?.sessionId }])
})

void test('the repeated start gets the same transaction id, also after the session has ended', async (t) => {
  const world = openWorld()
  const id = world.start()
  t.equal(world.start({ heardAt: at('12:00:30'), raw: '[2,"2","StartTransaction",{}]' }), id)
  world.stop({ transactionId: id })
  t.equal(world.start({ heardAt: at('12:01:00') }), id)
  t.equal(world.sessions().length, 1)
  t.equal(world.of('session.started.v1').length, 1)
  t.equal(world.of('raw.kept.v1').length, 2, 'one start, one stop')
})

void test('a start reported twice with other content is another session', async (t) => {
  const world = openWorld()
  const first = world.start()
  t.not(world.start({ at: at('10:00:01') }), first)
  t.equal(world.sessions().length, 2)
})

void test('a start that names no possible connector is answered, kept and never billed', async (t) => {
  const world = openWorld()
  const id = world.start({ connectorId: 0 })
  t.equal(world.start({ connectorId: 0 }), id)
  world.stop({ transactionId: id })
  t.equal(world.of('session.started.v1').length + world.of('session.ended.v1').length, 0)
  t.strictSame(
    world.of('review.raised.v1').map(({ reason }) => reason),
    ['malformed', 'malformed']
  )
  for (const { fact } of world.facts()) t.ok(Fact.safeParse(fact).success)
})

void test('readings of a transaction that was never started go to review once', async (t) => {
  const world = openWorld()
  world.readings('777', [register('10:00:00', 5)])
  world.readings('777', [register('10:01:00', 6)])
  t.match(world.of('review.raised.v1'), [{ reason: 'start-lost' }])
})

void test('readings without a transaction belong to the session on their connector', async (t) => {
  const world = openWorld()
  world.start()
  world.readings(null, [register('10:10:00', 2000)])
  world.readings('-1', [register('10:20:00', 3000)])
  t.equal(world.sessions()[0]?.last?.registerWh, 2000, 'and those of "-1" to nobody')
})

void test("readings that name another connector's transaction are not taken", async (t) => {
  const world = openWorld()
  const id = world.start()
  world.readings(id, [register('10:10:00', 2000)], { connectorId: 2 })
  t.equal(world.sessions()[0]?.last, null)
  t.match(world.of('review.raised.v1'), [{ reason: 'malformed' }])
})

void test("the session of an order has the order's id, once", async (t) => {
  const world = openWorld()
  const wanted = '11111111-1111-4111-8111-111111111111'
  world.start({}, { sessionId: wanted, commandId: wanted })
  world.start({ at: at('10:05:00') }, { sessionId: wanted })
  t.strictSame(
    world.sessions().map(({ sessionId }) => sessionId === wanted),
    [true, false]
  )
})

void test('pauses and resumptions are told once each', async (t) => {
  const world = openWorld()
  world.start()
  const session = () => world.sessions()[0]!
  world.status(session(), { status: 'suspended', suspendedBy: 'ev', at: at('10:10:00') })
  world.status(session(), { status: 'suspended', suspendedBy: 'ev', at: at('10:11:00') })
  world.status(session(), { status: 'charging', suspendedBy: null, at: at('10:12:00') })
  world.status(session(), { status: 'suspended', suspendedBy: 'evse', at: at('09:00:00') })
  t.match(world.of('session.suspended.v1'), [
    { suspended: true, by: 'ev', at: at('10:10:00') },
    { suspended: false, at: at('10:12:00') }
  ])
  t.equal(session().status, 'started')
})

void test('of a long session every reading of the first hours is kept, later one in 30 s', async (t) => {
  const world = openWorld()
  const id = world.start({ at: '2026-06-01T00:00:00Z', meterStartWh: 0 })
  for (let tick = 1; tick <= 2000; tick++) {
    const when = Temporal.Instant.from('2026-06-01T00:00:00Z')
      .add({ seconds: tick * 10 })
      .toString()
    world.readings(id, [{ at: when, registerWh: tick * 10 }], { heardAt: now })
  }
  const kept = world.of('session.reading.v1').length
  t.equal(kept, 720 + Math.floor((2000 - 720) / 3))
})

void test('a charger that booted and began anew has given up the session before', async (t) => {
  const world = openWorld()
  world.start()
  world.booted(at('12:00:00'))
  world.start({ at: at('11:59:00'), meterStartWh: 7000 })
  world.overdue(at('12:00:11'))
  t.match(world.sessions()[0], {
    end: { stopReason: 'reboot' },
    review: [{ reason: 'charger-rebooted' }, {}]
  })
})

void test('all starts first, then all stops: each session has its own energy and needs nobody', async (t) => {
  const world = openWorld()
  const ids = [0, 1, 2, 3].map((hour) => world.start({ at: at(`0${hour}:00:00`), meterStartWh: hour * 1000 }))
  for (const [hour, id] of [...ids.entries()].toReversed())
    world.stop({ transactionId: id, at: at(`0${hour}:50:00`), meterStopWh: hour * 1000 + 700 })
  world.overdue(at('12:00:11'))
  t.strictSame(
    world.sessions().map((each) => [each.end?.energyWh, each.review.length]),
    ids.map(() => [700, 0])
  )
})
