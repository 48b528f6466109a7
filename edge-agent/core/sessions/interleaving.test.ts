import fc from 'fast-check'
import { test } from 'tap'
import { Fact } from '@nova/shared-protocol/messages'
import type { Reading } from '@nova/shared-protocol/model'
import { openWorld, type World } from './world.suite.ts'

/** What really happened at a connector: sessions one after the other on one register. */
type Plan = {
  readonly chargerId: string
  readonly connectorId: number
  readonly sessions: readonly {
    readonly wh: number
    readonly minutes: number
    readonly gapMinutes: number
    readonly readings: number
  }[]
}

const session = fc.record({
  wh: fc.integer({ min: 1, max: 15_000 }),
  minutes: fc.integer({ min: 5, max: 300 }),
  gapMinutes: fc.integer({ min: 1, max: 90 }),
  readings: fc.integer({ min: 0, max: 6 })
})
const connectors = fc.tuple(
  fc.array(session, { maxLength: 4 }),
  fc.array(session, { maxLength: 4 }),
  fc.array(session, { maxLength: 4 })
)

const plansOf = ([one, two, other]: [Plan['sessions'], Plan['sessions'], Plan['sessions']]): Plan[] => [
  { chargerId: 'CP-1', connectorId: 1, sessions: one },
  { chargerId: 'CP-1', connectorId: 2, sessions: two },
  { chargerId: 'CP-2', connectorId: 1, sessions: other }
]

const begin = Temporal.Instant.from('2026-05-01T00:00:00Z').epochMilliseconds
const text = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toString()

type Told = {
  readonly place: { readonly chargerId: string; readonly evseId: number; readonly connectorId: number }
  readonly start: { readonly at: string; readonly meterStartWh: number }
  readonly readings: readonly Reading[]
  readonly stop: { readonly at: string; readonly meterStopWh: number }
}

function history({ chargerId, connectorId, sessions }: Plan): Told[] {
  let ms = begin
  let wh = 500
  return sessions.map((each) => {
    ms += each.gapMinutes * 60_000
    const start = { at: text(ms), meterStartWh: wh }
    const readings = Array.from({ length: each.readings }, (_, index) => ({
      at: text(ms + Math.floor((each.minutes * 60_000 * (index + 1)) / (each.readings + 1))),
      registerWh: wh + Math.floor((each.wh * (index + 1)) / (each.readings + 1))
    }))
    ms += each.minutes * 60_000
    wh += each.wh
    return {
      place: { chargerId, evseId: connectorId, connectorId },
      start,
      readings,
      stop: { at: text(ms), meterStopWh: wh }
    }
  })
}

/** A message waits until its session's start was answered: it cannot name a transaction it was not given. */
type Step = { readonly session: number; readonly say: (world: World, id: string) => void }

function stepsOf(told: Told, session: number, isInTransactionData: boolean): Step[] {
  const { place, start, stop } = told
  const readings = told.readings.map((reading): Step => ({
    session,
    say: (world, id) => world.readings(id, [reading], place)
  }))
  return [
    { session, say: (world) => void world.start({ ...place, ...start }) },
    ...readings,
    {
      session,
      say: (world, id) =>
        void world.stop({
          chargerId: place.chargerId,
          transactionId: id,
          ...stop,
          readings: isInTransactionData ? told.readings : []
        })
    }
  ]
}

function play(world: World, all: readonly Told[], steps: readonly Step[]): void {
  const ids = new Map<number, string>()
  for (const { session, say } of steps) {
    const told = all[session]
    if (!told) throw new Error('no such session')
    const id = ids.get(session) ?? world.start({ ...told.place, ...told.start })
    ids.set(session, id)
    say(world, id)
  }
}

const energies = (world: World) =>
  world
    .sessions()
    .map((each) => each.end?.energyWh ?? null)
    .toSorted((a, b) => (a ?? 0) - (b ?? 0))

void test("in whatever order and however often messages come: N sessions, and their energy is the registers' difference", async (t) => {
  fc.assert(
    fc.property(connectors, fc.infiniteStream(fc.nat()), fc.boolean(), (drawn, chance, inData) => {
      const plans = plansOf(drawn)
      const all = plans.flatMap(history)
      const steps = all.flatMap((told, index) => stepsOf(told, index, inData))
      const repeated = [...steps, ...steps, ...steps]
      const shuffled = repeated
        .map((step) => ({ step, rank: chance.next().value }))
        .toSorted((a, b) => a.rank - b.rank)
      const world = openWorld()
      play(
        world,
        all,
        shuffled.map(({ step }) => step)
      )
      const wanted = all
        .map(({ start, stop }) => stop.meterStopWh - start.meterStartWh)
        .toSorted((a, b) => a - b)
      return (
        JSON.stringify(energies(world)) === JSON.stringify(wanted) &&
        world.sessions().every((each) => each.review.length === 0)
      )
    }),
    { numRuns: 300 }
  )
  t.pass()
})

void test('in the order a station sends, each message up to three times, no session needs a person', async (t) => {
  fc.assert(
    fc.property(
      connectors,
      fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
      fc.boolean(),
      (drawn, times, inData) => {
        const all = plansOf(drawn).flatMap(history)
        const steps = all
          .flatMap((told, index) => stepsOf(told, index, inData))
          .flatMap((step) => Array<Step>(times.next().value).fill(step))
        const world = openWorld()
        play(world, all, steps)
        const isWhole = world
          .sessions()
          .every(
            (each, index) =>
              each.end?.energyWh ===
              (all[index]?.stop.meterStopWh ?? 0) - (all[index]?.start.meterStartWh ?? 0)
          )
        return (
          isWhole &&
          world.of('session.ended.v1').length === all.length &&
          world.of('session.started.v1').length === all.length
        )
      }
    ),
    { numRuns: 200 }
  )
  t.pass()
})

const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }).map((minutes) => text(begin + minutes * 60_000)),
  fc.constantFrom(
    '1970-01-01T00:00:00Z',
    '2099-01-01T00:00:00Z',
    'rubbish',
    '',
    '2026-05-02T10:00:00+08:00',
    '2026-05-02T10:00z',
    '+002026-05-02 10:00:00Z'
  )
)
const anyRegister = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -1000, max: 2_000_000 }),
  fc.constantFrom(2 ** 53, 1e300, 0.5)
)
const anyId = fc.constantFrom('0', '-1', '', 'x', '7919', '15838', '23757', '31676')
const anyReadings = fc.array(
  fc.record({ at: anyTime, registerWh: fc.integer({ min: -10, max: 1_000_000 }) }),
  { maxLength: 4 }
)
const anyPlace = fc.record({
  chargerId: fc.constantFrom('CP-1', 'CP-2'),
  evseId: fc.integer({ min: 0, max: 2 }),
  connectorId: fc.integer({ min: 0, max: 2 })
})
const anything = fc.oneof(
  fc.record({
    kind: fc.constant('start' as const),
    place: anyPlace,
    at: anyTime,
    wh: anyRegister,
    own: fc.option(anyId),
    token: fc.string({ maxLength: 50 })
  }),
  fc.record({
    kind: fc.constant('stop' as const),
    place: anyPlace,
    at: anyTime,
    wh: anyRegister,
    id: anyId,
    data: anyReadings
  }),
  fc.record({
    kind: fc.constant('readings' as const),
    place: anyPlace,
    id: fc.option(anyId),
    data: anyReadings
  }),
  fc.record({ kind: fc.constant('boot' as const), at: anyTime }),
  fc.record({ kind: fc.constant('tick' as const), minutes: fc.integer({ min: 0, max: 20_000 }) })
)

function suffer(
  world: World,
  event: typeof anything extends fc.Arbitrary<infer Event> ? Event : never
): void {
  switch (event.kind) {
    case 'start':
      world.start({
        ...event.place,
        at: event.at,
        meterStartWh: event.wh,
        transactionId: event.own,
        tokenUid: event.token
      })
      return
    case 'stop':
      world.stop({
        chargerId: event.place.chargerId,
        at: event.at,
        meterStopWh: event.wh,
        transactionId: event.id,
        readings: event.data
      })
      return
    case 'readings':
      world.readings(event.id, event.data, event.place)
      return
    case 'boot':
      world.booted('2026-05-02T00:00:00Z')
      return
    case 'tick':
      world.overdue(text(begin + event.minutes * 60_000), { goneSinceMs: begin })
  }
}

void test('whatever a station says, every fact fits the language, no energy is negative, and every oddity has a reason', async (t) => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 30 }), (events) => {
      const world = openWorld()
      for (const event of events) suffer(world, event)
      for (const { key, fact } of world.facts()) {
        const parsed = Fact.safeParse(fact)
        if (!parsed.success) throw new Error(`${key}: ${parsed.error.message}`)
      }
      return world.sessions().every((each) => {
        if (!each.end) return true
        const { energyWh } = each.end
        return energyWh === null ? each.review.length > 0 : energyWh >= 0 && Number.isSafeInteger(energyWh)
      })
    }),
    { numRuns: 400 }
  )
  t.pass()
})

void test('a repeated event changes nothing at all', async (t) => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 12 }), (events) => {
      const world = openWorld()
      for (const event of events) suffer(world, event)
      const messages = events.filter(({ kind }) => kind === 'start' || kind === 'stop')
      const before = JSON.stringify(
        world.sessions().map(({ sessionId, transactionId }) => [sessionId, transactionId])
      )
      for (const event of messages) suffer(world, event)
      return (
        JSON.stringify(world.sessions().map(({ sessionId, transactionId }) => [sessionId, transactionId])) ===
        before
      )
    }),
    { numRuns: 200 }
  )
  t.pass()
})
