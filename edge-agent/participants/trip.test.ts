import { test } from 'tap'
import type { Part } from '../core/schedule/index.ts'
import { chargedForTrip, keptForTrip } from './trip.ts'

const car = (kind: Part['kind'], socPercent: number | null): Part => ({
  id: 'v1',
  kind,
  rating: { leastW: -10_000, mostW: 10_000 },
  capacityWh: 50_000,
  reservePercent: 20,
  reading: { totalW: 0, socPercent, available: { leastW: -10_000, mostW: 10_000 }, atMs: 0 },
  confirmed: null,
  sent: [],
  fallback: { leastW: 0, mostW: 0 }
})
const hour = 3_600_000
const idle = { id: 'v1', powerW: 0, because: 'between recharging and peak' }

void test('what it cannot charge again before it leaves is kept; the more time, the less', async (t) => {
  const kept = (inMs: number): number | null =>
    keptForTrip(car('vehicle', 50), () => ({ percent: 80, inMs })).reservePercent
  t.equal(kept(0), 80)
  t.equal(kept(hour), 65.3, '80 less 8 kW · 0.92 of 50 kWh: 14.72, kept to the safe side')
  t.equal(kept(24 * hour), 20, 'its own least')
})

void test('a battery has no trip, and a car without a wish keeps its own least', async (t) => {
  t.equal(keptForTrip(car('battery', 50), () => ({ percent: 80, inMs: 0 })).reservePercent, 20)
  t.equal(keptForTrip(car('vehicle', 50), () => null).reservePercent, 20)
})

void test('below that it charges with what there is room for, whatever the peak says', async (t) => {
  const told = (socPercent: number | null, roomW: number, inMs = hour): number =>
    chargedForTrip(
      idle,
      keptForTrip(car('vehicle', socPercent), () => ({ percent: 80, inMs })),
      roomW
    ).powerW
  t.equal(told(60, 50_000), 10_000)
  t.equal(told(60, 3_000), 3_000)
  t.equal(told(60, 0), 0)
  t.equal(told(70, 50_000), 0, 'above its reserve of 65.3 % it waits')
  t.equal(told(null, 50_000), 0, 'nobody knows how full it is')
})
