import fc from 'fast-check'
import { test } from 'tap'
import { checkPlan, solvePlan, type Commitment } from '../core/horizon/index.ts'
import { always, fuse, hours, member, wire } from '../core/horizon/problem.suite.ts'
import { plainSolver } from '../core/horizon/simplex.suite.ts'
import { openSolver } from './solver.ts'

const hourMs = 3_600_000

const cars = fc.array(
  fc.record({
    untilH: fc.integer({ min: 1, max: 3 }),
    wh: fc.integer({ min: 0, max: 20_000 }),
    angle: fc.constantFrom(30, -90, 150),
    backA: fc.constantFrom(0, 10),
    efficiency: fc.constantFrom(1, 0.9)
  }),
  { minLength: 1, maxLength: 4 }
)
const cents = fc.integer({ min: -20, max: 60 })
const sites = fc.record({
  cars,
  limit: fc.integer({ min: 1, max: 60 }),
  buy: fc.array(cents, { minLength: 3, maxLength: 3 }),
  margin: fc.integer({ min: 0, max: 10 }),
  perKW: fc.integer({ min: 0, max: 10 })
})

void test('HiGHS and a plain tableau agree on what the best plan is worth, and both hold', async (t) => {
  const solver = await openSolver()
  t.teardown(() => solver.close())
  fc.assert(
    fc.property(sites, (site) => {
      const members = site.cars.map(({ untilH, wh, backA, efficiency }, at) =>
        member({
          key: String(at),
          untilMs: untilH * hourMs,
          dischargeA: backA,
          energy: { lowWh: backA > 0 ? -1000 : 0, highWh: wh },
          efficiency,
          valuePerKWh: 0.3
        })
      )
      const angles = site.cars.map(({ angle }) => angle)
      const energy: Commitment = {
        per: 'slot',
        quantityW: always(3, 0),
        upPerKWh: site.buy.map((each) => each / 100),
        downPerKWh: site.buy.map((each) => (each - site.margin) / 100)
      }
      const peak: Commitment = {
        per: 'once',
        quantityW: always(3, 1000),
        upPerKW: site.perKW / 100,
        downPerKW: 0
      }
      const problem = hours(3, {
        members,
        rows: [wire(3, site.limit, angles), fuse(3, site.limit, [0])],
        commitments: [energy, peak]
      })
      const [one, other] = [solvePlan(problem, solver), solvePlan(problem, plainSolver())]
      if (!one.ok || !other.ok) return false
      const near =
        Math.abs(one.plan.objective - other.plan.objective) <= 1e-4 * (1 + Math.abs(other.plan.objective))
      return near && checkPlan(problem, one.plan) === null && checkPlan(problem, other.plan) === null
    }),
    { numRuns: 25 }
  )
  t.pass()
})
