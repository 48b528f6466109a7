import { test } from 'tap'
import type { ControlLoop } from '../control-loop/index.ts'
import { obey, siteOf, stage, type Stage } from '../control-loop/loop.suite.ts'
import {
  openParticipants,
  type Needs,
  type Participants,
  type Trip,
  type Wish
} from '../participants/index.ts'
import { capsKeeper, tripOf } from './parts.ts'

const volts = 230
const limitA = 32
const rating = { leastW: -10_000, mostW: 10_000 }

type World = {
  readonly set: Stage
  readonly loop: ControlLoop
  readonly parts: Participants
  flowW: number
  toldW: number
  baseW: number
  sunW: number
}

/** A battery of 10 kW and chargers behind 32 A, with the real loop and the real room for the battery. */
function world(ids: readonly string[], wish: Wish, car: Car | null = null) {
  const plain = siteOf(ids, limitA)
  const set = stage({
    ...plain,
    chargers: plain.chargers.map((each) => ({ ...each, fallbackA: 0 })),
    grid: { ...plain.grid, meter: 'grid-meter' },
    feedsIn: true,
    feedInMilliA: [15_000, 15_000, 15_000]
  })
  set.hasMeter = true
  const late: { loop?: ControlLoop } = {}
  const flows = { flowW: 0, toldW: 0, baseW: 0, sunW: 0 }
  const parts = openParticipants({
    ...needsOf(set, wish, () => late.loop),
    drivers: [driverOf(set, flows, car)],
    trip: () => car?.trip ?? null,
    planned: () => null
  })
  set.joined = { beyondMeter: () => parts.beyondMeter(), devices: () => parts.show() }
  const orders = new Map()
  const caps = capsKeeper(
    () => orders,
    () => parts
  )
  Object.defineProperty(set, 'caps', { get: caps })
  late.loop = set.open()
  return Object.assign(flows, { set, loop: late.loop, parts, caps })
}

type Flows = Pick<World, 'flowW' | 'toldW' | 'baseW' | 'sunW'>

type Car = { readonly trip: Trip; readonly socPercent: number }

function needsOf(
  set: Stage,
  wish: Wish,
  loop: () => ControlLoop | undefined
): Omit<Needs, 'drivers' | 'trip' | 'planned'> {
  return {
    clock: set.clock,
    meter: { latest: () => set.meter },
    voltageV: volts,
    limitA: [limitA, limitA, limitA],
    circuits: [],
    wish,
    sight: () => loop()?.sight() ?? null,
    exportLimitW: () => null,
    limitW: () => loop()?.allocation()?.limitW ?? null,
    alarms: { raise: () => undefined, clear: () => undefined },
    changed: () => loop()?.wake(),
    log: { warn: (detail) => set.warnings.push(JSON.stringify(detail)) }
  }
}

const driverOf = (set: Stage, flows: Flows, car: Car | null): Needs['drivers'][number] => ({
  participant: {
    id: 'b1',
    kind: car === null ? 'battery' : 'vehicle',
    circuit: 'grid',
    phaseRotation: 'RST',
    rating,
    capacityWh: 20_000,
    minSocPercent: 10
  },
  abilities: () => ({
    follows: ['power', 'limits'],
    reversion: { leastS: 1, mostS: 3_600 },
    afterReversion: { leastW: 0, mostW: 0 }
  }),
  latest: () => ({
    reading: {
      at: '2026-03-01T10:00:00Z',
      powerW: [flows.flowW / 3, flows.flowW / 3, flows.flowW / 3],
      totalW: flows.flowW,
      socPercent: car?.socPercent ?? 50,
      available: rating,
      inForce: null,
      state: 'running'
    },
    takenAtMs: set.clock.monotonicMs()
  }),
  setPoint: async (point) => {
    if (point.kind === 'power') flows.toldW = point.powerW
    return { kind: 'accepted', answer: null }
  }
})

/** A second of the world: the battery follows at once, each car takes what it is told. @returns watts at the meter */
async function second(w: World): Promise<number> {
  obey(w.set)
  w.flowW = w.toldW
  const cars = [...w.set.sessions.keys()].reduce((sum, id) => sum + (w.set.told(id) ?? 0) * 0.69, 0)
  const powerW = cars + w.flowW + w.baseW - w.sunW
  const each = Math.round((powerW / 3 / volts) * 1000) + (w.set.clock.monotonicMs() % 7000) / 1000
  w.set.meter = {
    reading: { at: '2026-03-01T10:00:00Z', powerW, currentMilliA: [each, each, each] },
    takenAtMs: w.set.clock.monotonicMs()
  }
  await w.set.clock.turn(1000)
  return powerW
}

async function seconds(w: World, count: number): Promise<number> {
  let most = -Infinity
  for (let at = 0; at < count; at++) most = Math.max(most, await second(w))
  return most
}

const limitW = limitA * 3 * volts

void test('a battery charges with what nobody else takes, and makes room when cars come; the fuse holds throughout', async (t) => {
  const w = world(['A', 'B'], { battery: { peakW: 50_000, rechargeBelowW: 50_000 }, sun: 'force' })
  let most = await seconds(w, 30)
  t.ok(w.flowW > 9_000, `alone it charges with its 10 kW: ${w.flowW}`)
  for (const id of ['A', 'B']) w.set.sessions.set(id, '1')
  most = Math.max(most, await seconds(w, 120))
  t.ok(w.flowW < 500, `the cars want it all: ${w.flowW}`)
  const cars = ['A', 'B'].reduce((sum, id) => sum + (w.set.told(id) ?? 0), 0)
  t.ok(cars >= 30_000, `${cars} mA of ${limitA} A for the cars`)
  t.ok(most <= limitW, `${most} W of ${limitW} W`)
  w.set.sessions.clear()
  w.set.readings.clear()
  await seconds(w, 90)
  t.ok(w.flowW > 9_000, 'and when they have gone it charges again')
  w.parts.stop()
  await w.loop.stop()
})

void test('peak shaving beside cars: the battery gives what passes the peak', async (t) => {
  const w = world(['A'], { battery: { peakW: 10_000, rechargeBelowW: 0 }, sun: 'force' })
  w.set.sessions.set('A', '1')
  await seconds(w, 60)
  const cars = (w.set.told('A') ?? 0) * 0.69
  t.ok(
    Math.abs(cars + w.flowW - 10_000) < 500 || w.flowW <= -9_900,
    `${cars} W of cars, ${w.flowW} W of battery`
  )
  w.parts.stop()
  await w.loop.stop()
})

void test('a car that feeds back and is short of its trip charges in its own right, within the fuse', async (t) => {
  const trip = { percent: 80, inMs: 3_600_000 }
  const w = world(
    ['A'],
    { battery: { peakW: 10_000, rechargeBelowW: 0 }, sun: 'force' },
    { trip, socPercent: 40 }
  )
  const most = await seconds(w, 40)
  t.ok(w.flowW > 9_000, `nothing is below 0 W to recharge from, and still: ${w.flowW}`)
  t.ok(most <= limitW)
  w.parts.stop()
  await w.loop.stop()
})

void test('a trip leaves at the next time that the site’s clock shows its hour, over the change of summer time too', async (t) => {
  const settings = {
    site: { timeZone: 'Europe/Berlin' },
    participants: [{ participant: { id: 'v1' }, trip: { percent: 80, departAt: '07:30' } }]
  } as unknown as Parameters<typeof tripOf>[0]
  const inHours = (at: string): number => (tripOf(settings, 'v1', Date.parse(at))?.inMs ?? NaN) / 3_600_000
  t.equal(inHours('2026-03-01T05:30:00Z'), 1, '06:30 in Berlin')
  t.equal(inHours('2026-03-01T06:30:00Z'), 24, 'it is leaving: the next one')
  t.equal(inHours('2026-03-28T19:30:00Z'), 10, '20:30, and the night has 23 hours')
  t.equal(tripOf(settings, 'nobody', 0), null)
})

void test('a car that waits for the sun: capped until it has covered the minimum for a minute, then follows it', async (t) => {
  const w = world(['A'], { battery: null, sun: 'surplus' })
  w.set.sessions.set('A', '1')
  await seconds(w, 40)
  t.match(w.caps().get('A:1:1'), { limitMilliA: 0, reason: 'waits for the sun' })
  const before = w.caps()
  await second(w)
  t.equal(w.caps(), before, 'the same map while nothing has changed')
  w.sunW = 9_000
  await seconds(w, 120)
  const cap = w.caps().get('A:1:1')
  t.match(cap, { reason: 'follows the sun' })
  t.ok((cap?.limitMilliA ?? 0) >= 6_000, `${cap?.limitMilliA}`)
  const most = await seconds(w, 120)
  const told = w.set.told('A') ?? 0
  t.ok(told >= 11_000 && told <= 13_100, `9 kW are 13 A on three phases: ${told}`)
  t.ok(most < 700, `hardly anything from the grid: ${most} W`)
  w.parts.stop()
  await w.loop.stop()
})

void test('the lower of a person’s limit and the sun’s rules', async (t) => {
  const own = new Map([['A', { limitMilliA: 8_000, reason: 'a person' }]])
  const sunny: Participants = {
    beyondMeter: () => ({ grid: [0, 0, 0], madeUp: [0, 0, 0], circuits: new Map() }),
    show: () => ({ milliA: [0, 0, 0], unsure: [0, 0, 0], draws: [0, 0, 0], flows: [0, 0, 0] }),
    sunCaps: () => new Map([['A', { limitMilliA: 9_000, reason: 'sun' }]]),
    placed: () => [],
    told: () => new Map(),
    stop: () => undefined
  }
  t.match(
    capsKeeper(
      () => own,
      () => sunny
    )().get('A'),
    { reason: 'a person' }
  )
  const none = capsKeeper(
    () => own,
    () => null
  )
  t.equal(none(), own, 'without a sun the orders as they are')
})
