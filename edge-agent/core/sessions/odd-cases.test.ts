import { test } from 'tap'
import { Fact } from '@nova/shared-protocol/messages'
import type { ReviewReason } from '@nova/shared-protocol/model'
import { at, endOf, now, openWorld, reasons, register, type World } from './world.suite.ts'

type Case = {
  readonly title: string
  readonly ratingW?: number | null
  readonly happens: (world: World) => void
  readonly energyWh: number | null
  readonly review: readonly ReviewReason[]
  readonly sessions?: number
}

const cases: readonly Case[] = [
  {
    title: 'a plain session has the energy of its registers',
    happens: (world) => void world.stop({ transactionId: world.start() }),
    energyWh: 10_000,
    review: []
  },
  {
    title: 'readings in between change nothing',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:20:00', 4000)])
      world.readings(id, [register('10:40:00', 8000)])
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: []
  },
  {
    title: 'a session of a car that took nothing costs nothing and needs nobody',
    happens: (world) => void world.stop({ transactionId: world.start(), meterStopWh: 1000 }),
    energyWh: 0,
    review: []
  },
  {
    title: 'a station without a meter says 0 and 0: no bill of 0',
    happens: (world) => void world.stop({ transactionId: world.start({ meterStartWh: 0 }), meterStopWh: 0 }),
    energyWh: null,
    review: ['no-energy-readings']
  },
  {
    title: 'no register at all',
    happens: (world) =>
      void world.stop({ transactionId: world.start({ meterStartWh: null }), meterStopWh: null }),
    energyWh: null,
    review: ['no-energy-readings']
  },
  {
    title: 'no meterStart, but a begin reading right at the start',
    happens(world) {
      const id = world.start({ meterStartWh: null })
      world.readings(id, [register('10:00:05', 1000)])
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: []
  },
  {
    title: 'no meterStart and a first reading half an hour later: what is known, to a person',
    happens(world) {
      const id = world.start({ meterStartWh: null })
      world.readings(id, [register('10:30:00', 5000)])
      world.stop({ transactionId: id })
    },
    energyWh: 6000,
    review: ['no-energy-readings']
  },
  {
    title: 'no meterStop, but an end reading in the transaction data',
    happens: (world) =>
      void world.stop({
        transactionId: world.start(),
        meterStopWh: null,
        readings: [register('10:59:50', 9000)]
      }),
    energyWh: 8000,
    review: []
  },
  {
    title: 'a stop below the start is never billed',
    happens: (world) => void world.stop({ transactionId: world.start(), meterStopWh: 900 }),
    energyWh: null,
    review: ['register-rollback']
  },
  {
    title: 'begin 0 against end 910 kWh is more than a connector can deliver',
    happens: (world) =>
      void world.stop({ transactionId: world.start({ meterStartWh: 0 }), meterStopWh: 910_000 }),
    energyWh: null,
    review: ['register-jump']
  },
  {
    title: 'a single reading out of all bounds is kept, flagged and not billed from',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:10:00', 900_000)])
      world.readings(id, [register('10:20:00', 3000)])
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: ['register-jump']
  },
  {
    title: 'a charger that crashed goes on under its transaction with a lower register',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:20:00', 6000)])
      world.booted(at('10:21:00'))
      world.readings(id, [register('10:25:00', 5900)])
      world.readings(id, [register('10:40:00', 8000)])
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: ['register-rollback']
  },
  {
    title: 'a register that begins again at 0 in mid-session',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:20:00', 6000)])
      world.readings(id, [register('10:30:00', 200)])
      world.stop({ transactionId: id, meterStopWh: 700 })
    },
    energyWh: null,
    review: ['register-rollback']
  },
  {
    title: 'a charger that boots and goes on with a higher register needs nobody',
    happens(world) {
      const id = world.start()
      world.booted(at('10:20:00'))
      world.readings(id, [register('10:30:00', 6000)])
      world.overdue(at('11:00:00'))
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: []
  },
  {
    title: 'a charger that boots and forgets its transaction',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:20:00', 6000)])
      world.booted(at('10:21:00'))
      world.overdue(at('10:30:00'))
      world.overdue(at('10:37:00'))
    },
    energyWh: 5000,
    review: ['charger-rebooted']
  },
  {
    title: 'a stop that comes after the session was given up after a boot makes it whole again',
    happens(world) {
      const id = world.start()
      world.booted(at('10:21:00'))
      world.overdue(at('10:37:00'))
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: []
  },
  {
    title: 'a connector that has been free for ten minutes has no session',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:20:00', 6000)])
      world.overdue(at('10:29:00'), { freeSinceMs: Date.parse(at('10:20:30')) })
      world.overdue(at('10:31:00'), { freeSinceMs: Date.parse(at('10:20:30')) })
    },
    energyWh: 5000,
    review: ['stop-lost']
  },
  {
    title: 'a charger that is gone for a day ends its session by the last register',
    happens(world) {
      const id = world.start()
      world.readings(id, [register('10:20:00', 6000)])
      world.overdue('2026-06-02T10:20:00Z', { goneSinceMs: Date.parse(at('10:20:30')) })
      world.overdue('2026-06-02T10:21:00Z', { goneSinceMs: Date.parse(at('10:20:30')) })
    },
    energyWh: 5000,
    review: ['stop-lost']
  },
  {
    title: 'a stop dated 1970 ends when it was heard',
    happens: (world) => void world.stop({ transactionId: world.start(), at: '1970-01-01T00:00:10Z' }),
    energyWh: 10_000,
    review: ['clock-untrusted']
  },
  {
    title: 'a stop dated 2099',
    happens: (world) => void world.stop({ transactionId: world.start(), at: '2099-01-01T00:00:00Z' }),
    energyWh: 10_000,
    review: ['clock-untrusted']
  },
  {
    title: 'a stop dated before its start',
    happens: (world) => void world.stop({ transactionId: world.start(), at: at('09:00:00') }),
    energyWh: 10_000,
    review: ['clock-untrusted']
  },
  {
    title: 'a start dated 1970',
    happens: (world) =>
      void world.stop({ transactionId: world.start({ at: '1970-01-01T00:00:00Z' }), at: at('12:30:00') }),
    energyWh: 10_000,
    review: ['clock-untrusted']
  },
  {
    title: 'a time that is no time',
    happens: (world) =>
      void world.stop({ transactionId: world.start({ at: 'yesterday' }), at: at('12:30:00') }),
    energyWh: 10_000,
    review: ['clock-untrusted']
  },
  {
    title: 'a reading dated 2099 is kept with the time it was heard, and flagged',
    happens(world) {
      const id = world.start()
      world.readings(id, [{ at: '2099-01-01T00:00:00Z', registerWh: 5000 }])
      world.stop({ transactionId: id })
    },
    energyWh: 10_000,
    review: ['clock-untrusted']
  },
  {
    title: 'readings after the end change nothing',
    happens(world) {
      const id = world.start()
      world.stop({ transactionId: id })
      world.readings(id, [register('11:10:00', 99_000)])
    },
    energyWh: 10_000,
    review: []
  },
  {
    title: 'what the schema found wrong goes to a person',
    happens: (world) =>
      void world.stop({ transactionId: world.start({ problems: ['idTag: longer than 20'] }) }),
    energyWh: 10_000,
    review: ['malformed']
  },
  {
    title: 'a connector that is not configured',
    ratingW: null,
    happens: (world) => void world.stop({ transactionId: world.start() }),
    energyWh: 10_000,
    review: ['malformed']
  },
  {
    title: 'a token that turned out to be blocked',
    happens: (world) =>
      void world.stop({ transactionId: world.start({}, { tokenProblem: 'blocked', refused: 'blocked' }) }),
    energyWh: 10_000,
    review: ['unknown-token']
  },
  {
    title: 'more than the offline policy allows',
    happens: (world) =>
      void world.stop({
        transactionId: world.start({}, { cap: { maxEnergyWh: 5000, because: 'energy-cap' } })
      }),
    energyWh: 10_000,
    review: ['over-offline-cap']
  },
  {
    title: 'a register beyond all meters is no register',
    happens: (world) => void world.stop({ transactionId: world.start({ meterStartWh: 1e15 }) }),
    energyWh: null,
    review: ['malformed', 'no-energy-readings']
  }
]

for (const { title, ratingW, happens, energyWh, review, sessions = 1 } of cases) {
  void test(title, async (t) => {
    const world = openWorld(ratingW === undefined ? {} : { ratingW })
    happens(world)
    t.equal(world.sessions().length, sessions, 'sessions')
    t.equal(endOf(world)?.energyWh, energyWh, 'energy')
    t.strictSame(reasons(world), review, 'review')
    const told = world.of('session.ended.v1').at(-1)
    t.equal(told?.energyWh, energyWh, 'the fact says the same')
    t.strictSame(
      told?.review.map(({ reason }) => reason),
      review
    )
    for (const { key, fact } of world.facts()) {
      t.ok(Fact.safeParse(fact).success, `${key} fits the language`)
      t.ok(key.length <= 300)
    }
  })
}

void test('a start on a connector whose last session never stopped ends that one by its last register', async (t) => {
  const world = openWorld()
  const first = world.start()
  world.readings(first, [register('10:20:00', 6000)])
  const second = world.start({ at: at('10:30:00'), meterStartWh: 7000, tokenUid: 'TAG-002' })
  world.stop({ transactionId: second, meterStopWh: 9000 })
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
