import fc from 'fast-check'
import { test } from 'tap'
import type { Reading } from '@nova/shared-protocol/model'
import { isOnlyMeasured } from './measure.ts'
import type { Session } from './session.ts'
import { at, endOf, now, openWorld, reasons, register } from './world.suite.ts'

const powered = (time: string, registerWh: number, powerW: number): Reading => ({
  ...register(time, registerWh),
  powerW
})
const power = (time: string, powerW: number): Reading => ({ at: at(time), powerW })

type Case = {
  readonly title: string
  readonly readings: readonly Reading[]
  readonly meterStopWh: number
  readonly review?: true
}

// From 1000 Wh at 10:00 to 11:00, on a connector of 22 kW.
const cases: readonly Case[] = [
  {
    title:
      'a register that moves and then stands while 11 kW are drawn: 20 minutes are 3.7 kWh that it missed',
    readings: [
      powered('10:10:00', 2800, 11_000),
      powered('10:20:00', 4600, 11_000),
      powered('10:40:00', 4600, 11_000),
      powered('10:50:00', 4600, 0)
    ],
    meterStopWh: 4600,
    review: true
  },
  {
    title: 'a car that has finished: the register stands, no power is drawn',
    readings: [powered('10:20:00', 4600, 11_000), powered('10:21:00', 4700, 0), powered('10:55:00', 4700, 0)],
    meterStopWh: 4700
  },
  {
    title: 'a car that is full and keeps its computers awake with 400 W',
    readings: [
      powered('10:20:00', 4600, 11_000),
      powered('10:25:00', 4700, 400),
      powered('10:55:00', 4700, 400)
    ],
    meterStopWh: 4700
  },
  {
    title: 'a car that pauses between two readings: only the lower of both counts',
    readings: [
      powered('10:20:00', 4600, 11_000),
      powered('10:40:00', 4600, 0),
      powered('10:55:00', 4600, 11_000)
    ],
    meterStopWh: 4600
  },
  {
    title: 'readings further apart than 20 minutes say nothing of the time between',
    readings: [
      powered('10:10:00', 2800, 11_000),
      powered('10:30:01', 2800, 11_000),
      powered('10:50:02', 2800, 11_000)
    ],
    meterStopWh: 2800
  },
  {
    title: 'a register in whole kilowatt-hours stands for 16 minutes at 3.7 kW, and moves',
    readings: [
      powered('10:10:00', 1000, 3700),
      powered('10:17:00', 2000, 3700),
      powered('10:32:00', 2000, 3700),
      powered('10:34:00', 3000, 3700),
      powered('10:49:00', 3000, 3700),
      powered('10:51:00', 4000, 3700)
    ],
    meterStopWh: 4000
  },
  {
    title: 'a register that is read anew each quarter of an hour catches up',
    readings: [
      powered('10:00:00', 1000, 20_000),
      powered('10:10:00', 1000, 20_000),
      powered('10:15:00', 6000, 20_000),
      powered('10:29:00', 6000, 20_000),
      powered('10:30:00', 11_000, 20_000),
      powered('10:44:00', 11_000, 20_000)
    ],
    meterStopWh: 16_000
  },
  {
    title: 'one that stood for half an hour and makes up for it at the stop',
    readings: [
      powered('10:10:00', 2800, 11_000),
      powered('10:25:00', 2800, 11_000),
      powered('10:40:00', 2800, 11_000)
    ],
    meterStopWh: 8300
  },
  {
    title: 'one that stood for half an hour, went on, and never makes up for it',
    readings: [
      powered('10:05:00', 1900, 11_000),
      powered('10:20:00', 1900, 11_000),
      powered('10:35:00', 1900, 11_000),
      powered('10:36:00', 2080, 11_000)
    ],
    meterStopWh: 6480,
    review: true
  },
  {
    title: 'one that makes up for half of it is late by a sample, and believed',
    readings: [
      powered('10:10:00', 2800, 10_000),
      powered('10:25:00', 2800, 10_000),
      powered('10:28:00', 4050, 10_000)
    ],
    meterStopWh: 4050
  },
  {
    title: 'power that comes without a register counts when the register is read again and has not moved',
    readings: [
      powered('10:10:00', 2800, 11_000),
      power('10:20:00', 11_000),
      power('10:30:00', 11_000),
      power('10:40:00', 11_000)
    ],
    meterStopWh: 2800,
    review: true
  },
  {
    title: 'and not when it has moved by what was drawn',
    readings: [
      powered('10:10:00', 2800, 11_000),
      power('10:20:00', 11_000),
      power('10:30:00', 11_000),
      power('10:40:00', 11_000)
    ],
    meterStopWh: 8300
  },
  {
    title:
      'a fine register that stops for the last minute: less than a quarter of a kilowatt-hour is no alarm',
    readings: [
      powered('10:10:00', 2800, 11_000),
      powered('10:10:10', 2830, 11_000),
      powered('10:11:00', 2830, 11_000),
      powered('10:11:20', 2830, 0)
    ],
    meterStopWh: 2830
  },
  {
    title: 'the same for two minutes: 366 Wh are one',
    readings: [
      powered('10:10:00', 2800, 11_000),
      powered('10:10:10', 2830, 11_000),
      powered('10:12:10', 2830, 11_000),
      powered('10:12:20', 2830, 0)
    ],
    meterStopWh: 2830,
    review: true
  },
  {
    title: 'readings that come late and out of order are not held against it',
    readings: [
      powered('10:40:00', 8300, 11_000),
      powered('10:10:00', 2800, 11_000),
      powered('10:20:00', 2800, 11_000),
      powered('10:45:00', 9200, 11_000)
    ],
    meterStopWh: 9200
  }
]
for (const { title, readings, meterStopWh, review = false } of cases) {
  void test(title, async (t) => {
    const world = openWorld()
    const id = world.start()
    for (const reading of readings) world.readings(id, [reading])
    world.stop({ transactionId: id, meterStopWh })
    t.strictSame(reasons(world), review ? ['no-energy-readings'] : [])
    t.equal(endOf(world)?.energyWh, meterStopWh - 1000, 'what is known stays known')
    if (review)
      t.match(world.sessions()[0]?.review[0]?.detail, /the register stood at \d+ Wh from .* make \d+ Wh/)
  })
}

void test('the same readings in one message, twice, and in the stop are judged the same', async (t) => {
  for (const { readings, meterStopWh, review = false, title } of cases.slice(0, -1)) {
    const world = openWorld()
    const id = world.start()
    world.readings(id, readings.slice(0, 2))
    world.readings(id, readings.slice(0, 2))
    world.stop({ transactionId: id, meterStopWh, readings })
    t.strictSame(reasons(world), review ? ['no-energy-readings'] : [], title)
  }
})

const stored = (session: Session) => JSON.parse(JSON.stringify(session)) as Session

void test('the row is written when a stand begins to matter and each 5 kWh of it, not with each reading', async (t) => {
  const world = openWorld()
  const id = world.start()
  const rows: number[] = []
  let before = world.sessions()[0]!
  for (let minute = 1; minute <= 59; minute++) {
    const registerWh = minute <= 10 ? 1000 + 180 * minute : 2800
    world.readings(id, [powered(`10:${String(minute).padStart(2, '0')}:00`, registerWh, 11_000)])
    const after = world.sessions()[0]!
    if (!isOnlyMeasured(before, after)) rows.push(minute)
    before = after
  }
  // 11 kW are 183.3 Wh a minute: 366 Wh after two (twice the smallest step of 180 Wh), 5 kWh after 28.
  t.strictSame(rows, [12, 38])
  t.equal(stored(before).still?.registerWh, 2800)
})

void test('a session that was stored before is taken up, and so is one that is stored in mid-stand', async (t) => {
  const world = openWorld()
  const id = world.start()
  for (const time of ['10:10:00', '10:20:00', '10:30:00']) world.readings(id, [powered(time, 2800, 11_000)])
  const again = openWorld()
  const same = again.start()
  Object.assign(again.sessions()[0]!, stored(world.sessions()[0]!), { transactionId: same })
  again.stop({ transactionId: same, meterStopWh: 2800 })
  t.strictSame(reasons(again), ['no-energy-readings'])
})

/** A car, a meter and their readings: what the meter shows is what was drawn, in its own steps and at its own pace. */
type Life = {
  readonly powersW: readonly number[] // Each for one interval.
  readonly everyS: number
  readonly stepWh: number
  readonly refreshed: number // The register is taken anew each so many samples.
}
const life = fc.record({
  powersW: fc.array(fc.constantFrom(0, 300, 600, 1_400, 3_700, 11_000, 22_000), {
    minLength: 1,
    maxLength: 40
  }),
  everyS: fc.constantFrom(10, 30, 60, 300, 900),
  stepWh: fc.constantFrom(1, 10, 100, 500, 1000),
  refreshed: fc.integer({ min: 1, max: 4 })
})

function live({ powersW, everyS, stepWh, refreshed }: Life, frozenFrom = Infinity) {
  const startMs = Date.parse(at('10:00:00'))
  const shown = (drawnWh: number) => Math.floor(drawnWh / stepWh) * stepWh
  let [drawnWh, cached, missedWh] = [0, 0, 0]
  const readings = powersW.map((powerW, index): Reading => {
    if (index > 0) drawnWh += ((powersW[index - 1] ?? 0) * everyS) / 3600
    if (index > frozenFrom) missedWh += (Math.min(powersW[index - 1] ?? 0, powerW) * everyS) / 3600
    if (index % refreshed === 0 && index <= frozenFrom) cached = shown(drawnWh)
    const time = new Date(startMs + index * everyS * 1000).toISOString()
    return { at: time, registerWh: 100_000 + cached, powerW }
  })
  const heardAt = new Date(startMs + powersW.length * everyS * 1000).toISOString()
  const world = openWorld({ ratingW: 22_000 })
  const id = world.start({ meterStartWh: 100_000, heardAt })
  for (const reading of readings) world.readings(id, [reading], { heardAt })
  const stopWh = frozenFrom === Infinity ? shown(drawnWh) : cached
  const end = { transactionId: id, meterStopWh: 100_000 + stopWh, at: heardAt, heardAt }
  world.stop(end)
  return { world, missedWh, stopWh }
}

void test('a meter that counts, however coarsely and seldom, is never suspected', async (t) => {
  fc.assert(
    fc.property(life, (of) => {
      const { world, stopWh } = live(of)
      // A whole session below one step of its meter is a bill of 0, and that is another rule's.
      return stopWh === 0 || reasons(world).every((reason) => reason !== 'no-energy-readings')
    }),
    { numRuns: 1_000 }
  )
  t.pass()
})

void test('a fine meter that freezes while a kilowatt-hour or more is drawn is always found', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(1_400, 3_700, 11_000, 22_000), { minLength: 5, maxLength: 40 }),
      fc.constantFrom(10, 30, 60),
      fc.nat({ max: 39 }),
      (powersW, everyS, at) => {
        const frozenFrom = 1 + (at % (powersW.length - 1))
        const { world, missedWh } = live({ powersW, everyS, stepWh: 1, refreshed: 1 }, frozenFrom)
        return missedWh < 1_000 || reasons(world).includes('no-energy-readings')
      }
    ),
    { numRuns: 1_000 }
  )
  t.pass()
})

void test('an instant that is none, or from another century, changes nothing', async (t) => {
  const world = openWorld()
  const id = world.start()
  world.readings(id, [powered('10:10:00', 2800, 11_000)])
  const before = world.sessions()[0]?.still
  for (const odd of ['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z'])
    world.readings(id, [{ at: odd, powerW: 22_000 }], { heardAt: now })
  t.equal(world.sessions()[0]?.still, before)
})
