import { test } from 'tap'
import { deviceOf, partOf, type Device } from './device.ts'
import { watchSame } from './same.ts'
import { stage, type Stage } from './stage.suite.ts'

const abilities = {
  follows: ['power' as const],
  reversion: { leastS: 1, mostS: 9 },
  afterReversion: { leastW: 0, mostW: 0 }
}

const still: Device['driver'] = {
  participant: {
    id: 'b',
    kind: 'battery',
    circuit: 'grid',
    phaseRotation: 'RST',
    rating: { leastW: -5_000, mostW: 5_000 },
    capacityWh: null,
    minSocPercent: null
  },
  abilities: () => abilities,
  latest: () => null,
  setPoint: async () => ({ kind: 'accepted', answer: null })
}

const shows = (totalW: number): ReturnType<Device['driver']['latest']> => ({
  reading: {
    at: '2026-03-01T10:00:00Z',
    powerW: [totalW, 0, 0],
    totalW,
    socPercent: null,
    available: { leastW: totalW, mostW: 0 },
    inForce: null,
    state: 'running'
  },
  takenAtMs: 0
})

const exportW = ({ points }: Stage): number | null => {
  const point = points.at(-1)
  return point?.kind === 'limits' ? point.exportW : null
}

void test('what devices show, and by how much they may feed in more: of late, or all that one can whom nobody hears', async (t) => {
  const s = stage()
  const each = (watts: number): number => Math.round((watts * 1000) / 690)
  const show = () => {
    const { milliA, unsure } = s.room.show()
    return [Math.round(milliA[0]), Math.round(unsure[0]), milliA[0] === milliA[2], unsure[0] === unsure[1]]
  }
  s.flowW = -6_000
  await s.clock.turn(5_000)
  t.strictSame(show(), [each(-6_000), 0, true, true])
  s.flowW = -2_000
  await s.clock.turn(1_000)
  t.strictSame(show(), [each(-2_000), each(4_000), true, true], 'the meter may have been read a moment ago')
  await s.clock.turn(10_000)
  t.strictSame(show(), [each(-2_000), 0, true, true])
  s.heard = false
  await s.clock.turn(7_000)
  t.strictSame(show(), [0, each(10_000), true, true])
  s.room.stop()
})

void test('who is heard again is told at once, however often it has not answered', async (t) => {
  const s = stage()
  s.exportLimitW = 5_000
  s.answer = 'failed'
  await s.clock.turn(60_000)
  const asked = s.points.length
  t.ok(asked < 10, `${asked} times: each pause is longer`)
  s.heard = false
  await s.clock.turn(10_000)
  s.answer = 'accepted'
  s.heard = true
  const before = s.points.length
  await s.clock.turn(1_000)
  t.equal(s.points.length, before + 1)
  s.room.stop()
})

void test('a meter that nobody believes gives no room to feed in, and takes room away', async (t) => {
  const s = stage()
  s.exportLimitW = 5_000
  s.loadW = 3_000
  await s.clock.turn(3_000)
  t.equal(exportW(s), 7_900, '4.9 kW and the load')
  s.metered = false
  s.doubtedW = 30_000
  await s.clock.turn(10_000)
  t.equal(exportW(s), 4_900, 'its load is not counted')
  s.doubtedW = -3_000
  await s.clock.turn(2_000)
  t.equal(exportW(s), 1_900, 'what it shows that goes out is')
  s.room.stop()
})

void test('what was seen to go out is no room, because the meter that nobody believes has turned over', async (t) => {
  const s = stage()
  s.exportLimitW = 5_000
  await s.clock.turn(3_000)
  s.metered = false
  s.doubtedW = -3_000
  await s.clock.turn(10_000)
  t.equal(exportW(s), 1_900, '3 of the 4.9 kW go out, and nobody shows them')
  s.doubtedW = 3_000
  await s.clock.turn(10_000)
  t.equal(exportW(s), 1_900)
  s.room.stop()
})

void test('beside a reading of the meter that grows old, what is fed in more is no load', async (t) => {
  const s = stage()
  s.exportLimitW = 0
  s.loadW = 3_000
  s.flowW = -3_000
  await s.clock.turn(3_000)
  t.equal(exportW(s), 3_000)
  s.metered = false
  const told: (number | null)[] = []
  for (const flowW of [-3_200, -3_400, -3_600, -3_800]) {
    s.flowW = flowW
    await s.clock.turn(1_000)
    told.push(exportW(s))
  }
  t.ok((told[1] ?? Infinity) <= 3_400, `${told.join()} W: for two seconds both may be a second apart`)
  t.ok((told[3] ?? Infinity) <= 3_200, 'then it cannot lift itself')
  s.room.stop()
})

// Seeds 1001816 and 1001438: a frozen meter writes a new instant beside an old reading, and is found out after 4 s.
void test('what is fed in more while the meter repeats itself to the last digit is no load either', async (t) => {
  const s = stage()
  s.exportLimitW = 0
  s.loadW = 3_300
  s.flowW = -3_000
  await s.clock.turn(3_000)
  t.equal(exportW(s), 3_300)
  for (const flowW of [-3_300, -3_600, -3_900, -4_200]) {
    s.flowW = flowW
    s.loadW = 300 - flowW // So that the meter shows the same 300 W.
    await s.clock.turn(1_000)
    t.equal(exportW(s), 3_300, `${-flowW} W: it cannot lift itself`)
  }
  s.loadW += 50
  await s.clock.turn(1_000)
  t.equal(exportW(s), 4_550, 'it moves again: that is true, all is counted')
  s.room.stop()
})

type Shown = Parameters<typeof watchSame>[1] & object

const reading: Shown = {
  at: '2026-03-01T10:00:00Z',
  registerWh: 7,
  powerW: 690,
  currentMilliA: [1_000, 1_000, 1_000],
  voltageV: [230, 230, 230]
}
const tremble: readonly Partial<Shown>[] = [
  { powerW: 691 },
  { currentMilliA: [1_000, 1_000, 1_001] },
  { voltageV: [230, 230.1, 230] }
]

void test('a reading is the same by all that trembles, whatever its instant and its register', async (t) => {
  const s = deviceOf({ ...still, latest: () => shows(watts) })
  let watts = -500
  const first = watchSame(null, reading, [s])
  watts = -900
  const same = { ...reading, at: '2026-03-01T10:00:01Z', registerWh: 8 }
  t.equal(watchSame(first, same, [s])?.shownW.get('b'), -500, 'the least that was fed in since')
  for (const each of tremble)
    t.equal(watchSame(first, { ...reading, ...each }, [s])?.shownW.get('b'), -900, JSON.stringify(each))
  watts = -100
  t.equal(watchSame(first, same, [s])?.shownW.get('b'), -100, 'less by now')
  t.equal(watchSame(first, null, [s]), null)
})

void test('what may be drawn beyond the meter is told apart from what is fed in now and would only end', async (t) => {
  const s = stage()
  s.answer = 'failed' // Nothing is confirmed: from what it shows to its rating.
  const amps = (milliA: number): number => milliA / 1000
  for (const { flowW, beyondA, madeUpA } of [
    { flowW: -6_000, beyondA: 23.5, madeUpA: 8.5 }, // 16 kW, 6 of them, on three phases.
    { flowW: 6_000, beyondA: 6, madeUpA: 0 } // From 6 to 10 kW.
  ]) {
    s.flowW = flowW
    await s.clock.turn(10_000)
    const { grid, madeUp } = s.room.beyondMeter()
    t.strictSame(grid.map(amps), [beyondA, beyondA, beyondA])
    t.strictSame(madeUp.map(amps), [madeUpA, madeUpA, madeUpA])
  }
  s.room.stop()
})

void test('a device is the same part until something about it has changed', async (t) => {
  const device = deviceOf(still)
  const part = partOf(device)
  t.equal(partOf(device), part)
  t.match(part, { confirmed: null, fallback: { leastW: 0, mostW: 0 } })
  device.confirmed = { range: { leastW: 0, mostW: 1_000 }, untilMs: 9 }
  t.match(partOf(device), { confirmed: { range: { mostW: 1_000 } } })
  device.conduct = { strays: true, sinceMs: 0, ignores: true }
  t.equal(partOf(device).confirmed, null, 'who does not follow has confirmed nothing')
})
