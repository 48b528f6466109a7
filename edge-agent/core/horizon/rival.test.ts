import fc from 'fast-check'
import { test } from 'tap'
import type { Claim, Strategy } from '../allocator/claim.ts'
import { leastLaxity } from '../allocator/least-laxity.ts'
import { loadOf, networkFrom, weightsOf } from '../allocator/network.ts'
import { wiresOf, type Strand } from '../allocator/wires.ts'
import { followPlan } from './follow.ts'
import { fuse, hours, member } from './problem.suite.ts'
import type { Problem } from './problem.ts'
import { isBetter, played, worthOf, type Ground } from './rival.ts'
import { plainSolver } from './simplex.suite.ts'
import { solvePlan, type HorizonPlan } from './solve.ts'

const hourMs = 3_600_000
const strand: Strand = { row: 0, re: 1, im: 0 }

type Car = { readonly wh: number; readonly untilH: number }

/** Cars of 32 A on one phase of 230 V behind one fuse. */
function lot(limitA: number, cars: readonly Car[], slots = 4): { problem: Problem; ground: Ground } {
  const network = networkFrom(
    [{ name: 'fuse', because: 'fuse', until: null, limit: limitA * 1000 }],
    wiresOf(
      cars.map(() => [[strand], [], []] as const),
      1
    )
  )
  const claims = cars.map(({ wh, untilH }, place): Claim => ({
    place,
    direction: [1, 0, 0],
    reservedMilliA: 0,
    capMilliA: 32_000,
    floorMilliA: 0,
    fullMilliA: 32_000,
    fullW: 32 * 230,
    departMs: untilH * hourMs,
    energyLeftWh: wh
  }))
  const problem = hours(slots, {
    members: cars.map(({ wh, untilH }, at) =>
      member({ key: String(at), untilMs: untilH * hourMs, energy: { lowWh: 0, highWh: wh } })
    ),
    rows: [
      fuse(
        slots,
        limitA,
        cars.map((_, at) => at)
      )
    ]
  })
  const pulls = cars.map((_, place) => weightsOf(network, place, [1, 0, 0]))
  return { problem, ground: { claims, pulls, loadAt: () => loadOf(network, [0, 0, 0]) } }
}

const planOf = (problem: Problem): HorizonPlan => {
  const outcome = solvePlan(problem, plainSolver())
  if (!outcome.ok) throw new Error(outcome.fault)
  return outcome.plan
}

const following =
  (plan: HorizonPlan) =>
  (slot: number): Strategy =>
    followPlan({ target: ({ place }) => (plan.currentsA[slot]?.[place] ?? 0) * 1000, spareW: Infinity })

void test('a strategy played forward gives what its cycles would: all that fits, until each has what he wanted', async (t) => {
  const { problem, ground } = lot(32, [{ wh: 7_360, untilH: 4 }])
  const currents = played(problem, ground, { shareAt: () => leastLaxity, partAt: () => 0 })
  t.strictSame(
    currents.map(([amps = 0]) => Math.round(amps)),
    [32, 0, 0, 0],
    '32 A for an hour are 7.36 kWh'
  )
  t.ok(Math.abs(worthOf(problem, currents) - 7.36) < 1e-9, 'a kWh is worth 1')
})

void test('a plan that brings less than least laxity is not followed, one that brings more is', async (t) => {
  // Least laxity serves the one with 2 h of need in 4 h before the one who leaves after the first hour.
  const cars = [
    { wh: 22_080, untilH: 4 },
    { wh: 3_000, untilH: 3 }
  ]
  const { problem, ground } = lot(32, cars)
  const plan = planOf(problem)
  t.equal(isBetter(problem, ground, { plan, share: following(plan), rival: leastLaxity }), true)
  const lazy = { ...plan, currentsA: plan.currentsA.map((each) => each.map(() => 0)) }
  const idle: Strategy = (_, claims) => claims.map(() => ({ milliA: 0, row: null }))
  t.equal(isBetter(problem, ground, { plan: lazy, share: () => idle, rival: leastLaxity }), false)
})

void test('prices count as the question says them: buying, selling, the peak, and wear', async (t) => {
  const problem = hours(2, {
    members: [
      member({ dischargeA: 10, valuePerKWh: 0, wearPerKWh: 0.5, energy: { lowWh: -2_300, highWh: 2_300 } })
    ],
    commitments: [
      { per: 'slot', quantityW: [0, 0], upPerKWh: [0.3, 0.2], downPerKWh: [0.1, 0.1] },
      { per: 'once', quantityW: [1_000, 1_000], upPerKW: 2, downPerKW: 0 }
    ]
  })
  // 10 A in, 10 A out: 2.3 kWh bought at 0.3, sold at 0.1, worn at 0.5; the peak is 1.3 kW above what is free.
  const worth = worthOf(problem, [[10], [-10]])
  t.ok(Math.abs(worth - (-2.3 * 0.3 + 2.3 * 0.1 - 2.3 * 0.5 - 1.3 * 2)) < 1e-9, `${worth}`)
})

void test('whoever plans and whoever asks: what is followed never brings less than least laxity, by what is known', async (t) => {
  const cars = fc.array(
    fc.record({ wh: fc.integer({ min: 0, max: 30_000 }), untilH: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 4 }
  )
  fc.assert(
    fc.property(cars, fc.integer({ min: 5, max: 80 }), (some, limitA) => {
      const { problem, ground } = lot(limitA, some)
      const plan = planOf(problem)
      const share = following(plan)
      const laxity = played(problem, ground, { shareAt: () => leastLaxity, partAt: () => 0 })
      const chosen = isBetter(problem, ground, { plan, share, rival: leastLaxity })
        ? played(problem, ground, { shareAt: share, partAt: () => 0 })
        : laxity
      return worthOf(problem, chosen) >= worthOf(problem, laxity)
    }),
    { numRuns: 60 }
  )
  t.pass()
})
