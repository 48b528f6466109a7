import fc from 'fast-check'
import { test } from 'tap'
import { checkPlan } from './check.ts'
import { excess, phasorOf } from './phasor.ts'
import { always, fuse, hours, member, wire } from './problem.suite.ts'
import type { Commitment, Problem } from './problem.ts'
import { plainSolver } from './simplex.suite.ts'
import { energyWh, solvePlan, type HorizonPlan } from './solve.ts'

const hourMs = 3_600_000

function planFor(problem: Problem): HorizonPlan {
  const outcome = solvePlan(problem, plainSolver())
  if (!outcome.ok) throw new Error(outcome.fault)
  return outcome.plan
}

const kWh = (problem: Problem): number[] =>
  energyWh(problem, planFor(problem)).map((each) => Math.round(each) / 1000)

void test('a car alone gets what it wants, and no more than its current brings until it leaves', async (t) => {
  t.strictSame(kWh(hours(3, { members: [member({ energy: { lowWh: 0, highWh: 5000 } })] })), [5])
  t.strictSame(kWh(hours(3, { members: [member()] })), [22.08], '3 h · 32 A · 230 V')
  t.strictSame(
    kWh(hours(3, { members: [member({ untilMs: 1.5 * hourMs })] })),
    [11.04],
    'half a slot counts half'
  )
  t.strictSame(kWh(hours(3, { members: [member({ fromMs: 2 * hourMs })] })), [7.36])
})

void test('two cars under one fuse: who leaves first is served first, so that both are', async (t) => {
  const early = member({ key: 'early', untilMs: hourMs, energy: { lowWh: 0, highWh: 4600 } })
  const late = member({ key: 'late', untilMs: 2 * hourMs, energy: { lowWh: 0, highWh: 4600 } })
  const problem = hours(2, { members: [early, late], rows: [fuse(2, 20, [0, 1])] })
  t.strictSame(kWh(problem), [4.6, 4.6])
})

void test('what hurries comes early', async (t) => {
  const problem = hours(4, {
    members: [member({ energy: { lowWh: 0, highWh: 7360 } })],
    hurryPerKWhHour: 0.01
  })
  t.strictSame(
    planFor(problem).currentsA.map(([amps = 0]) => Math.round(amps)),
    [32, 0, 0, 0]
  )
})

const at60 = 20 / Math.sqrt(3)
const circles = [
  { what: 'two wires of a delta at 60° carry each 1/√3 of the limit', angles: [30, -30], each: [at60, at60] },
  { what: 'at 90° each carries 1/√2 of it', angles: [0, 90], each: [20 / Math.SQRT2, 20 / Math.SQRT2] },
  { what: 'opposite currents cancel and are bound by themselves only', angles: [0, 180], each: [32, 32] }
]
for (const { what, angles, each } of circles)
  void test(what, async (t) => {
    const members = angles.map((_, at) => member({ key: String(at) }))
    const { currentsA, scaled, rounds } = planFor(hours(1, { members, rows: [wire(1, 20, angles)] }))
    each.forEach((amps, at) =>
      t.ok(Math.abs((currentsA[0]?.[at] ?? 0) - amps) < 0.02 * amps, `${currentsA[0]}`)
    )
    const sum = (currentsA[0] ?? []).reduce((a, b) => a + b, 0)
    const best = each.reduce((a, b) => a + b, 0)
    t.ok(sum <= best + 1e-6 && sum > best * (1 - 1e-5), `${sum} of ${best} A after ${rounds} rounds`)
    t.ok(scaled > 1 - 1e-5)
  })

void test('the base load in a wire leaves less of its circle', async (t) => {
  const row = { ...wire(1, 20, [0]), base: [[0, 12]] as const }
  const { currentsA } = planFor(hours(1, { members: [member()], rows: [row] }))
  t.ok(Math.abs((currentsA[0]?.[0] ?? 0) - 16) < 1e-3, '√(20² − 12²) = 16')
})

void test('a wire that the base load alone overruns is no plan', async (t) => {
  const row = { ...fuse(1, 20, [0]), base: [[25, 0]] as const }
  const outcome = solvePlan(hours(1, { members: [member()], rows: [row] }), plainSolver())
  t.strictSame(outcome, { ok: false, fault: 'infeasible' })
})

const price = (count: number, up: readonly number[], down = always(count, 0)): Commitment => ({
  per: 'slot',
  quantityW: always(count, 0),
  upPerKWh: up,
  downPerKWh: down
})

void test('a car with time charges in the cheap hour, and a car that is worth less than the price waits', async (t) => {
  const problem = hours(3, {
    members: [member({ energy: { lowWh: 0, highWh: 2300 } })],
    commitments: [price(3, [0.3, 0.1, 0.2])]
  })
  t.strictSame(
    planFor(problem).currentsA.map(([amps = 0]) => Math.round(amps)),
    [0, 10, 0]
  )
  const dear = { ...problem, commitments: [price(3, [1.3, 1.1, 1.2])] }
  t.strictSame(kWh(dear), [0])
})

void test('a demand charge flattens, but not below the peak that the month has seen already', async (t) => {
  const peak = (seenW: number): Commitment => ({
    per: 'once',
    quantityW: always(4, seenW),
    upPerKW: 15.51,
    downPerKW: 0
  })
  const cars = {
    members: [member({ valuePerKWh: 50, energy: { lowWh: 0, highWh: 9200 } })],
    hurryPerKWhHour: 0.001
  }
  const sites = (seenW: number): number[] =>
    planFor(hours(4, { ...cars, commitments: [peak(seenW)] })).slots.map(({ siteW }) => Math.round(siteW))
  t.strictSame(sites(0), [2300, 2300, 2300, 2300])
  t.strictSame(sites(4600), [4600, 4600, 0, 0])
})

void test('PV is used at home before it is sold, and held back where nobody may sell', async (t) => {
  const sun = [{ key: 'roof', wattsPerA: 230, availableW: [4600, 0] }]
  const problem = hours(2, {
    members: [member({ valuePerKWh: 0.5, energy: { lowWh: 0, highWh: 2300 } })],
    sun,
    commitments: [price(2, [0.3, 0.2], [0.08, 0.08])]
  })
  const plan = planFor(problem)
  t.strictSame(
    plan.currentsA.map((each) => each.map(Math.round)),
    [
      [10, 20],
      [0, 0]
    ]
  )
  t.equal(Math.round(plan.slots[0]?.siteW ?? 0), -2300, 'the rest is sold')
  const noExport: Commitment = { per: 'once', quantityW: [0, 0], upPerKW: 0, downPerKW: -1000 }
  const held = planFor({ ...problem, commitments: [...problem.commitments, noExport] })
  t.strictSame(held.currentsA[0]?.map(Math.round), [10, 10])
})

void test('a battery moves energy to the dear hour while its losses and its wear leave a profit', async (t) => {
  const battery = member({
    key: 'battery',
    dischargeA: 32,
    energy: { lowWh: 0, highWh: 2000 },
    efficiency: 0.9,
    valuePerKWh: 0
  })
  const priced = price(2, [0.1, 0.4], [0.1, 0.4])
  const moved = planFor(hours(2, { members: [battery], commitments: [priced] }))
  t.ok(Math.abs((moved.slots[0]?.siteW ?? 0) - 2000 / 0.9) < 0.01, 'takes 2 kWh and what is lost on the way')
  t.ok(Math.abs((moved.slots[1]?.siteW ?? 0) + 2000 * 0.9) < 0.01, 'gives back what is left of them')
  const worn = hours(2, { members: [{ ...battery, wearPerKWh: 0.4 }], commitments: [priced] })
  t.strictSame(
    planFor(worn).slots.map(({ siteW }) => Math.round(siteW)),
    [0, 0]
  )
})

void test('a car that may give back supplies the others in a dear hour and is full when it leaves', async (t) => {
  const car = member({
    dischargeA: 10,
    chargeA: 20,
    valuePerKWh: 0.3,
    energy: { lowWh: -2300, highWh: 2300 }
  })
  const plan = planFor(
    hours(3, { members: [car], commitments: [price(3, [0.5, 0.1, 0.2], [0.5, 0.1, 0.2])] })
  )
  t.strictSame(
    plan.currentsA.map(([amps = 0]) => Math.round(amps)),
    [-10, 20, 0]
  )
})

void test('whatever the site: no row is overrun, nobody gets more than his own, and the check agrees', async (t) => {
  const car = fc.record({
    untilH: fc.integer({ min: 1, max: 4 }),
    wh: fc.integer({ min: 0, max: 20_000 }),
    angle: fc.constantFrom(30, -90, 150)
  })
  const sites = fc.record({
    cars: fc.array(car, { minLength: 1, maxLength: 4 }),
    limit: fc.integer({ min: 0, max: 60 }),
    base: fc.integer({ min: 0, max: 10 })
  })
  fc.assert(
    fc.property(sites, ({ cars, limit, base }) => {
      const members = cars.map(({ untilH, wh }, at) =>
        member({ key: String(at), untilMs: untilH * hourMs, energy: { lowWh: 0, highWh: wh } })
      )
      const round = wire(
        3,
        limit,
        cars.map(({ angle }) => angle)
      )
      const rows = [{ ...round, base: always(3, [Math.min(base, limit), 0] as const) }, fuse(3, limit, [0])]
      const problem = hours(3, { members, rows })
      const plan = planFor(problem)
      const over = rows.some((row) =>
        plan.currentsA.some((each, slot) => excess(row, slot, phasorOf(row, slot, each)) > 1e-9)
      )
      return !over && checkPlan(problem, plan) === null
    }),
    { numRuns: 60 }
  )
  t.pass()
})
