import { test } from 'tap'
import { treeOf } from '../core/allocator/index.ts'
import { scene, site } from '../core/allocator/site.suite.ts'
import { questionOf, solvePlan, type Problem } from '../core/horizon/index.ts'
import type { Sight } from '../core/picture/index.ts'
import { nothingSeen, sunAt, watchSite } from './memory.ts'
import type { PlannedPart } from './parts-of.ts'
import { pricesOf, storeWorth, type Goal } from './prices.ts'
import { siteOf } from './site-of.ts'
import { openSolver } from './solver.ts'

const zone = 'Asia/Shanghai'
const instant = '2026-03-01T10:00:00Z' // 18:00 on the site's clock.
const nowMs = Date.parse(instant)
const hourMs = 3_600_000
const volts = 230

const where = { ...site({ limitA: 32, chargers: [{ id: 'A', maxPowerW: 11_040 }] }), timeZone: zone }

/** A site whose base load is so many amperes on each phase, participants included. */
function sightOf(baseA: number): Sight {
  const tree = treeOf(where)
  const each = baseA * 1000
  return {
    instant,
    site: where,
    scene: { ...scene(where, { seats: [] }), tree, base: [each, each, each] },
    limits: [],
    voltageV: volts
  }
}

const part = (kind: PlannedPart['kind'], totalW: number, more: Partial<PlannedPart> = {}): PlannedPart => ({
  id: kind,
  kind,
  circuit: 'grid',
  phases: [0, 1, 2],
  steered: true,
  rating: { leastW: -6_900, mostW: kind === 'pv' ? 0 : 6_900 },
  capacityWh: kind === 'pv' ? null : 20_000,
  reservePercent: 10,
  reading: {
    totalW,
    socPercent: kind === 'pv' ? null : 50,
    available: { leastW: -6_900, mostW: kind === 'pv' ? 0 : 6_900 },
    atMs: 0
  },
  confirmed: null,
  sent: [],
  fallback: { leastW: 0, mostW: 0 },
  led: kind !== 'pv',
  trip: null,
  ...more
})

const dearEvening: Goal = {
  goal: 'cost',
  prices: [
    { start: '22:00', end: '06:00', buyPerKWh: 0.1, carbonKgPerKWh: 0 },
    { start: '06:00', end: '22:00', buyPerKWh: 0.5, carbonKgPerKWh: 0 }
  ],
  sellPerKWh: 0,
  demand: null
}

function problemOf(goal: Goal, baseA: number, parts: readonly PlannedPart[], peakW = 0): Problem {
  const found = siteOf(sightOf(baseA), () => [nowMs + 4 * hourMs], {
    parts,
    beyondMilliA: [0, 0, 0],
    around: {
      storeWorthPerKWh: storeWorth(goal),
      tripWorthPerKWh: pricesOf(goal, zone, 0).valuePerKWh,
      sunAt: (id, givesW, atMs) => sunAt(nothingSeen, id, { givesW, nowMs, atMs })
    }
  })
  return questionOf(found, pricesOf(goal, zone, peakW))
}

async function planned(problem: Problem) {
  const solver = await openSolver()
  try {
    const outcome = solvePlan(problem, solver)
    if (!outcome.ok) throw new Error(outcome.fault)
    const { plan } = outcome
    const watts = (key: string) =>
      plan.slots.map((slot, at) => ({
        hours: (slot.startMs - nowMs) / hourMs,
        watts: (plan.currentsA[at]?.[plan.keys.indexOf(key)] ?? 0) * 690,
        siteW: slot.siteW
      }))
    return { plan, watts }
  } finally {
    solver.close()
  }
}

void test('what participants draw and feed in is taken out of the base load: they stand in the question themselves', async (t) => {
  // The meter shows 5 A on each phase: 10 A of house, the sun gives 3.45 kW, which are 5 A.
  const { slots, sun, members } = problemOf(dearEvening, 5, [part('pv', -3_450), part('battery', 0)])
  t.equal(Math.round(slots[0]?.baseW ?? 0), 6_900)
  t.equal(Math.round(sun[0]?.availableW[0] ?? 0), 3_450)
  t.match(members, [
    { key: 'battery', dischargeA: 10, chargeA: 10, energy: { lowWh: -8_000, highWh: 10_000 } }
  ])
  // One that nobody leads is part of the base load.
  const own = problemOf(dearEvening, 5, [part('battery', -3_450, { led: false })])
  t.match([own.members.length, Math.round(own.slots[0]?.baseW ?? 0)], [0, 3_450])
})

void test('a battery gives in the dear evening what it takes in the cheap night', async (t) => {
  const { watts } = await planned(problemOf(dearEvening, 5, [part('battery', 0)]))
  const battery = watts('battery')
  const evening = battery.filter(({ hours }) => hours < 4)
  const night = battery.filter(({ hours }) => hours >= 4)
  t.ok(evening.every(({ watts: each }) => each <= 1) && evening.some(({ watts: each }) => each < -1_000))
  t.ok(night.some(({ watts: each }) => each > 500))
  t.ok(
    evening.every(({ siteW }) => siteW >= -1),
    'nothing is sold for nothing'
  )
})

void test('a demand charge: what the month’s peak has cost already costs nothing more', async (t) => {
  const demand: Goal = { ...dearEvening, prices: [], demand: { perKW: 10, peakW: 0 } }
  const once = (peakW: number) =>
    problemOf(demand, 5, [], peakW).commitments.find(({ per }) => per === 'once')
  t.equal(once(7_000)?.quantityW[0], 7_000)
  t.equal(once(0)?.quantityW[0], 0)
  const hinted = problemOf({ ...demand, demand: { perKW: 10, peakW: 9_000 } }, 5, [], 7_000)
  t.equal(hinted.commitments.find(({ per }) => per === 'once')?.quantityW[0], 9_000, 'a peak expected anyway')
})

void test('a car that feeds back is as full as its trip wants when it leaves', async (t) => {
  const car = part('vehicle', 0, { trip: { percent: 80, inMs: 6 * hourMs }, reservePercent: 20 })
  const { plan, watts } = await planned(problemOf(dearEvening, 5, [car]))
  const gained = watts('vehicle').reduce((wh, { watts: each }, at) => {
    const slot = plan.slots[at]
    const hours = slot === undefined ? 0 : (slot.endMs - slot.startMs) / hourMs
    return wh + each * hours * (each > 0 ? Math.sqrt(0.92) : 1 / Math.sqrt(0.92))
  }, 0)
  t.ok(Math.abs(gained - 6_000) < 50, `${gained} of 6,000 Wh: from 50 to 80 % of 20 kWh`)
  t.ok(
    watts('vehicle').some(({ watts: each }) => each < -100),
    'and helps in the dear evening before'
  )
})

void test('the peak and the light are news when they have changed, and are kept by plant', async (t) => {
  const look = { nowMs, timeZone: zone, siteW: 5_000, parts: [part('pv', -2_000), part('battery', 100)] }
  const seen = watchSite(nothingSeen, look)
  t.strictSame(Object.keys(seen.daylight), ['pv'])
  t.equal(sunAt(seen, 'pv', { givesW: 2_000, nowMs, atMs: nowMs }), 2_000)
})
