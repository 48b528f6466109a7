import { test } from 'tap'
import { leaseMs } from '../core/allocator/index.ts'
import { site, scene } from '../core/allocator/site.suite.ts'
import type { Sight } from '../core/picture/index.ts'
import { perPhase, stage } from './stage.suite.ts'

/** A loop's last look at a site of 100 A on which nothing else is committed. */
const where = site({ limitA: 100, chargers: [{ id: 'A' }] })
const roomySight: Sight = {
  instant: '2026-03-01T10:00:00Z',
  site: where,
  scene: scene(where, { seats: [] }),
  limits: [],
  voltageV: 230,
  decisions: []
}

const shaving = { battery: { peakW: 20_000, rechargeBelowW: 0 } }

void test('what the load has above the peak comes out of the battery, as a lease that its own timer ends', async (t) => {
  const s = stage(shaving)
  s.loadW = 26_000
  await s.clock.turn(3_000)
  t.equal(s.flowW, -6_000, '26 kW less 20 kW')
  t.ok(s.points.every(({ reversionS }) => reversionS > 0))
  s.room.stop()
})

// Seed 1000806: the edge was killed, a battery's timer ran out after 40 s, and the cars kept what they were told for 120.
void test('whenever the edge dies, what a device was told outlasts what every charger was told', async (t) => {
  const s = stage(shaving)
  s.loadW = 26_000
  await s.clock.turn(1_000)
  let [told, endsMs] = [0, 0]
  for (let second = 0; second < 300; second++) {
    await s.clock.turn(1_000)
    if (s.points.length > told) endsMs = s.clock.monotonicMs() + (s.points.at(-1)?.reversionS ?? 0) * 1_000
    told = s.points.length
    t.ok(endsMs - s.clock.monotonicMs() > leaseMs, `${endsMs - s.clock.monotonicMs()} ms are left`)
  }
  s.room.stop()
})

void test('a limit below the wanted peak is the peak', async (t) => {
  const s = stage(shaving)
  s.loadW = 18_000
  s.limitW = 15_000
  await s.clock.turn(3_000)
  t.equal(s.flowW, -3_000)
  s.room.stop()
})

void test('no more is fed in than the export limit and the site’s own load use up', async (t) => {
  const s = stage({ battery: { peakW: 0, rechargeBelowW: 0 } })
  s.exportLimitW = 0
  s.loadW = 4_000
  await s.clock.turn(3_000)
  t.equal(s.flowW, -4_000, 'self-consumption: what the site draws, and no export')
  s.room.stop()
})

void test('before anything is heard and confirmed it may come to draw its rating, beyond what it feeds in', async (t) => {
  const s = stage({}, { circuit: 'hall' })
  s.answer = 'failed'
  s.flowW = -6_000
  await s.clock.turn(1_000)
  const { grid, circuits } = s.room.beyondMeter()
  t.equal(grid[0], perPhase(16_000), 'from -6 to +10 kW')
  t.equal(circuits.get('hall')?.[0], perPhase(10_000), 'no meter looks behind the circuit')
  s.room.stop()
})

void test('a confirmed and seen discharge leaves nothing beyond the meter; one that was ended a moment ago does', async (t) => {
  const s = stage(shaving)
  s.loadW = 26_000
  await s.clock.turn(8_000)
  t.equal(s.room.beyondMeter().grid[0], 0)
  s.loadW = 10_000
  s.metered = false // The meter's last look has the discharge in it.
  s.flowW = -2_000
  await s.clock.turn(500)
  t.ok(s.room.beyondMeter().grid[0] >= perPhase(4_000), 'from -6 to -2 kW')
  s.room.stop()
})

void test('an answer that never comes frees nothing', async (t) => {
  const s = stage(shaving)
  s.answer = 'failed'
  s.loadW = 26_000
  await s.clock.turn(5_000)
  t.ok(s.points.length >= 1)
  t.equal(s.room.beyondMeter().grid[0], perPhase(10_000), 'its rating')
  s.room.stop()
})

void test('who does not follow counts with its rating after ten seconds, and is trusted again after five minutes', async (t) => {
  const s = stage(shaving)
  s.loadW = 15_000
  s.obeys = false
  s.flowW = 5_000 // Charges although it was told not to.
  await s.clock.turn(9_000)
  t.strictSame(s.alarms, [])
  await s.clock.turn(3_000)
  t.strictSame(s.alarms, ['+participant-ignores-limit'])
  t.equal(s.room.beyondMeter().grid[0], perPhase(5_000), 'it draws 5 kW of its 10')
  s.flowW = 0
  await s.clock.turn(302_000)
  t.strictSame(s.alarms, ['+participant-ignores-limit', '-participant-ignores-limit'])
  s.room.stop()
})

void test('a silent one counts with all that it can, and its silence is told', async (t) => {
  const s = stage(shaving)
  await s.clock.turn(3_000)
  s.heard = false
  await s.clock.turn(20_000)
  t.strictSame(s.alarms, ['+participant-silent'])
  t.equal(s.room.beyondMeter().grid[0], perPhase(20_000), 'it may have fed in 10 kW and may draw 10 kW')
  s.heard = true
  await s.clock.turn(2_000)
  t.equal(s.alarms.at(-1), '-participant-silent')
  s.room.stop()
})

void test('a lost meter lets no discharge grow', async (t) => {
  const s = stage(shaving)
  s.loadW = 26_000
  await s.clock.turn(3_000)
  s.metered = false
  s.loadW = 30_000
  await s.clock.turn(30_000)
  t.equal(s.flowW, -6_000, 'held')
  await s.clock.turn(60_000)
  t.equal(s.flowW, 0, 'and given up after a minute')
  s.room.stop()
})

void test('the sun is held back for an export limit only', async (t) => {
  const s = stage({}, { kind: 'pv', rating: { leastW: -8_000, mostW: 0 } })
  await s.clock.turn(3_000)
  t.strictSame(s.points, [])
  s.exportLimitW = 5_000
  await s.clock.turn(2_000)
  t.match(s.points.at(-1) ?? {}, { kind: 'limits', importW: null, exportW: 4_900 }) // Less 2 %.
  s.room.stop()
})

void test('an inverter that was found not to follow has no share of what may be fed in, and is told to feed in nothing', async (t) => {
  const s = stage({}, { kind: 'pv', rating: { leastW: -8_000, mostW: 0 } })
  s.exportLimitW = 5_000
  s.flowW = -8_000
  await s.clock.turn(15_000)
  t.strictSame(s.alarms, ['+participant-ignores-limit'])
  const before = s.points.length
  await s.clock.turn(40_000)
  t.ok(s.points.length > before, 'it is told again and again: it may follow again')
  t.match(s.points.at(-1) ?? {}, { kind: 'limits', exportW: 0 })
  s.flowW = 0
  await s.clock.turn(302_000)
  t.strictSame(s.alarms.at(-1), '-participant-ignores-limit')
  t.match(s.points.at(-1) ?? {}, { kind: 'limits', exportW: 4_900 })
  s.room.stop()
})

void test('the sun is held back for its circuit’s export limit, and for its circuit’s fuses', async (t) => {
  const roof = { kind: 'pv', circuit: 'hall', rating: { leastW: -8_000, mostW: 0 } } as const
  const limited = stage({}, roof, { hallExportW: 5_000 })
  await limited.clock.turn(3_000)
  t.match(limited.points.at(-1) ?? {}, { kind: 'limits', importW: null, exportW: 4_900 })
  limited.room.stop()
  const fused = stage({}, roof, { hallA: [10, 10, 10] })
  await fused.clock.turn(3_000)
  t.match(fused.points.at(-1) ?? {}, { kind: 'limits', importW: null, exportW: 6_900 }) // 3 · 230 V · 10 A.
  fused.room.stop()
})

void test('an inverter that sleeps at night takes nothing from the cars', async (t) => {
  const s = stage({}, { kind: 'pv', rating: { leastW: -8_000, mostW: 0 } })
  await s.clock.turn(2_000)
  s.heard = false
  await s.clock.turn(60_000)
  t.strictSame(s.room.beyondMeter().grid, [0, 0, 0])
  s.room.stop()
})

void test('stopped, it says nothing more', async (t) => {
  const s = stage(shaving)
  s.loadW = 26_000
  await s.clock.turn(2_000)
  s.room.stop()
  const told = s.points.length
  await s.clock.turn(60_000)
  t.equal(s.points.length, told)
})

const car = { kind: 'vehicle', capacityWh: 50_000, minSocPercent: 20 } as const

void test('a car helps with the peak until it could not charge for its trip any more, then it keeps what it has', async (t) => {
  const s = stage(shaving, car)
  s.loadW = 26_000
  s.socPercent = 60
  s.trip = { percent: 80, inMs: 10 * 3_600_000 } // 10 h of 8 kW into 50 kWh: all of it again.
  await s.clock.turn(3_000)
  t.equal(s.flowW, -6_000, '26 kW less 20 kW')
  s.trip = { percent: 80, inMs: 3_600_000 } // One hour: 8 kW · 0.92 are 14.7 of its 100 points.
  await s.clock.turn(3_000)
  t.equal(s.flowW, 0, '60 % is less than 80 - 14.7')
  t.match([...s.room.told().values()][0]?.because, /reserve of 65.3 %/)
  s.trip = { percent: 60, inMs: 3_600_000 }
  await s.clock.turn(3_000)
  t.equal(s.flowW, -6_000, '60 % is more than 60 - 14.7')
  s.socPercent = 20
  await s.clock.turn(3_000)
  t.equal(s.flowW, 0, 'and never below its own least')
  s.room.stop()
})

void test('a plan leads a battery, but not over a peak that has to be held, nor without a meter', async (t) => {
  const s = stage(shaving)
  s.loadW = 15_000
  s.plannedW = -4_000
  await s.clock.turn(3_000)
  t.equal(s.flowW, -4_000)
  t.equal([...s.room.told().values()][0]?.because, 'as planned')
  s.loadW = 26_000
  await s.clock.turn(3_000)
  t.equal(s.flowW, -6_000, '26 kW less 20 kW')
  s.loadW = 15_000
  s.plannedW = -25_000
  await s.clock.turn(8_000)
  t.equal(s.flowW, -10_000, 'its rating')
  s.metered = false
  await s.clock.turn(70_000)
  t.equal(s.flowW, 0)
  s.room.stop()
})

void test('who plans ahead sees what is led, and what a car keeps for its trip', async (t) => {
  const s = stage(shaving, car)
  s.trip = { percent: 80, inMs: 0 }
  await s.clock.turn(1_000)
  t.match(s.room.placed(), [
    { id: 'b1', circuit: 'grid', led: true, reservePercent: 80, trip: { percent: 80 } }
  ])
  s.room.stop()
  const own = stage({ battery: null })
  await own.clock.turn(1_000)
  t.match(own.room.placed(), [{ led: false, trip: null }], 'the site does not want it led')
  own.room.stop()
})

void test('what a plan wants charged stays below the peak', async (t) => {
  const s = stage(shaving, { circuit: 'grid' })
  s.sight = roomySight
  s.loadW = 15_000
  s.plannedW = 8_000
  await s.clock.turn(3_000)
  t.equal(s.flowW, 5_000, '20 kW less 15 kW')
  s.loadW = 18_500
  await s.clock.turn(3_000)
  t.equal(s.flowW, 1_500)
  s.room.stop()
})
