import { test } from 'tap'
import { Fact } from '@nova/shared-protocol/messages'
import type { Reading, ReviewReason } from '@nova/shared-protocol/model'
import { at, endOf, openWorld, reasons, register, type World } from './world.suite.ts'

type Case = {
  readonly title: string
  readonly ratingW?: number | null
  readonly happens: (world: World) => void
  readonly energyWh: number | null
  readonly review: readonly ReviewReason[]
  readonly sessions?: number
}

const powered = (time: string, registerWh: number, powerW: number) => ({
  ...register(time, registerWh),
  powerW
})

/** A session from 1000 Wh to `meterStopWh`, with one message for each reading. */
const heard =
  (readings: readonly Reading[], meterStopWh = 1000) =>
  (world: World): void => {
    const id = world.start()
    for (const reading of readings) world.readings(id, [reading])
    world.stop({ transactionId: id, meterStopWh })
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
    title: 'a register that stands still at 11 kW: no bill of 0',
    happens: heard(['10:00:10', '10:30:00', '10:59:50'].map((time) => powered(time, 1000, 11_000))),
    energyWh: null,
    review: ['no-energy-readings']
  },
  {
    title: 'the same where power comes without a register, late and twice',
    happens: heard(
      ['10:30:00', '10:10:00', '10:30:00', '10:31:00'].map((time) => ({ at: at(time), powerW: 501 }))
    ),
    energyWh: null,
    review: ['no-energy-readings']
  },
  {
    title: 'the same where the readings come only with the stop',
    happens: (world) =>
      void world.stop({
        transactionId: world.start(),
        meterStopWh: 1000,
        readings: [powered('10:10:00', 1000, 11_000), powered('10:11:00', 1000, 11_000)]
      }),
    energyWh: null,
    review: ['no-energy-readings']
  },
  {
    title: 'the same where the car stops drawing afterwards',
    happens: heard([
      powered('10:10:00', 1000, 11_000),
      powered('10:11:00', 1000, 11_000),
      powered('10:40:00', 1000, 0)
    ]),
    energyWh: null,
    review: ['no-energy-readings']
  },
  {
    title: 'the same where no stop ever comes',
    happens(world) {
      const id = world.start()
      for (const time of ['10:10:00', '10:20:00']) world.readings(id, [powered(time, 1000, 11_000)])
      world.overdue(at('10:31:00'), { freeSinceMs: Date.parse(at('10:20:30')) })
    },
    energyWh: null,
    review: ['stop-lost', 'no-energy-readings']
  },
  {
    title: 'a register that moves only at the stop is believed',
    happens: heard(
      ['10:10:00', '10:30:00'].map((time) => powered(time, 1000, 11_000)),
      11_000
    ),
    energyWh: 10_000,
    review: []
  },
  {
    title: 'power of almost nothing for an hour is a car that took nothing',
    happens: heard(['10:00:10', '10:30:00', '10:59:50'].map((time) => powered(time, 1000, 500))),
    energyWh: 0,
    review: []
  },
  {
    title: 'peaks with nothing in between, and power for less than a minute, are no charging',
    happens: heard([
      powered('10:10:00', 1000, 11_000),
      powered('10:20:00', 1000, 0),
      powered('10:30:00', 1000, 11_000),
      powered('10:30:59', 1000, 11_000)
    ]),
    energyWh: 0,
    review: []
  },
  {
    title: 'power dated before the start is of the session before',
    happens: heard([powered('09:59:30', 1000, 11_000), powered('10:00:40', 1000, 11_000)]),
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
  },
  {
    title: 'a register below 0 is none either, at the start',
    happens: (world) =>
      void world.stop({ transactionId: world.start({ meterStartWh: -5 }), meterStopWh: 10_000 }),
    energyWh: null,
    review: ['malformed', 'no-energy-readings']
  },
  {
    title: 'in a reading',
    happens: heard([register('10:20:00', -1)], 11_000),
    energyWh: 10_000,
    review: ['register-jump']
  },
  ...[-1, 1e15].map((meterStopWh): Case => ({
    title: `and at the stop, where a person looks although the last reading is known: ${meterStopWh}`,
    happens: heard([register('10:59:59', 10_900)], meterStopWh),
    energyWh: 9900,
    review: ['malformed']
  }))
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
