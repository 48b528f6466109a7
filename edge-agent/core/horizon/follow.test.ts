import fc from 'fast-check'
import { test } from 'tap'
import { leastLaxity } from '../allocator/least-laxity.ts'
import { loadOf, networkFrom, overruns, weightsOf, type Network } from '../allocator/network.ts'
import { wiresOf } from '../allocator/wires.ts'
import type { Claim } from '../allocator/claim.ts'
import { followPlan, isStale, targetsAt } from './follow.ts'
import { hours, member } from './problem.suite.ts'
import { horizonRows } from './rows.ts'
import { plainSolver } from './simplex.suite.ts'
import { edgesOf } from './slots.ts'
import { energyWh, solvePlan } from './solve.ts'

const hourMs = 3_600_000

/** Posts between the lines of a delta, at their angles, behind three wires of so many milliamperes. */
function delta(angles: readonly number[], limit: number): Network {
  const pairs: Readonly<Record<number, readonly [number, number]>> = {
    30: [0, 1],
    [-90]: [1, 2],
    150: [2, 0]
  }
  const strands = angles.map((degrees) => {
    const [plus = 0, minus = 1] = pairs[degrees] ?? []
    const [re, im] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
    return [
      [
        { row: plus, re, im },
        { row: minus, re: -re, im: -im }
      ],
      [],
      []
    ] as const
  })
  const rows = ['a', 'b', 'c'].map((name) => ({ name, because: name, until: null, limit }))
  return networkFrom(rows, wiresOf(strands, rows.length))
}

const claim = (place: number, changes: Partial<Claim> = {}): Claim => ({
  place,
  direction: [1, 0, 0],
  reservedMilliA: 0,
  capMilliA: 32_000,
  fullMilliA: 32_000,
  fullW: 32 * 208,
  departMs: 8 * hourMs,
  energyLeftWh: 20_000,
  ...changes
})

const levels = (
  network: Network,
  claims: readonly Claim[],
  targets: readonly number[],
  spareW = Infinity
): readonly number[] =>
  followPlan({ target: ({ place }) => targets[place] ?? null, spareW })(
    loadOf(network, [0, 0, 0]),
    claims
  ).map(({ milliA }) => Math.round(milliA))

const one = (limit: number): Network => delta([30, 30], limit)
const whole = { kind: 'steps', stepMilliA: 1000 } as const
const listed = { kind: 'listed', milliA: [0, 8000, 16_000, 24_000, 32_000] } as const

void test('targets first; what is left goes to whom the rounding took most', async (t) => {
  t.strictSame(levels(one(40_000), [claim(0), claim(1)], [25_000, 15_000]), [25_000, 15_000])
  t.strictSame(
    levels(one(40_000), [claim(0, { pilots: listed }), claim(1, { pilots: whole })], [15_000, 25_000]),
    [8000, 32_000],
    '15 A is 8 A for a pile that knows no more; 25 A and then the 7 A that it lost go to the other'
  )
  t.strictSame(
    levels(one(40_000), [claim(0, { pilots: whole }), claim(1)], [15_800, 24_000]),
    [16_000, 24_000]
  )
})

void test('less than the minimum is nothing, and then one has it all', async (t) => {
  t.strictSame(levels(one(8000), [claim(0), claim(1, { departMs: 4 * hourMs })], [4000, 4000]), [0, 8000])
})

void test('a target that does not fit any more is cut by the row, and the row is the reason', async (t) => {
  const shares = followPlan({ target: () => 30_000, spareW: 0 })(loadOf(one(20_000), [0, 0, 0]), [claim(0)])
  t.strictSame(shares, [{ milliA: 0, row: null }], 'without money nothing is bought')
  const cut = followPlan({ target: () => 30_000, spareW: Infinity })(loadOf(one(20_000), [0, 0, 0]), [
    claim(0)
  ])
  t.strictSame(
    cut.map(({ milliA, row }) => [Math.round(milliA), row]),
    [[20_000, 0]]
  )
})

void test('what is left is given away below the power that costs nothing more', async (t) => {
  t.strictSame(levels(one(60_000), [claim(0), claim(1)], [10_000, 10_000], 208 * 30), [20_000, 10_000])
})

void test('whoever shall give back does, as far as the rows let him, and frees the wire for others', async (t) => {
  t.strictSame(levels(one(20_000), [claim(0), claim(1)], [-10_000, 30_000]), [-10_000, 30_000])
})

void test('a claim that the plan does not know gets of what is left', async (t) => {
  const strategy = followPlan({ target: ({ place }) => (place === 0 ? 10_000 : null), spareW: Infinity })
  const [, second] = strategy(loadOf(one(20_000), [0, 0, 0]), [claim(0, { capMilliA: 10_000 }), claim(1)])
  t.equal(Math.round(second?.milliA ?? 0), 10_000)
})

void test('targets are those of the slot that runs; before and after the plan there are none', async (t) => {
  const outcome = solvePlan(hours(2, { members: [member({ fromMs: hourMs })] }), plainSolver())
  if (!outcome.ok) throw new Error(outcome.fault)
  t.strictSame([...targetsAt(outcome.plan, 0)], [['car', 0]])
  t.strictSame([...targetsAt(outcome.plan, hourMs)], [['car', 32_000]])
  t.equal(targetsAt(outcome.plan, 2 * hourMs).size, 0)
})

void test('a plan is asked for anew when it is old or over, or when a car has come that it does not know', async (t) => {
  const outcome = solvePlan(hours(2, { members: [member()] }), plainSolver())
  if (!outcome.ok) throw new Error(outcome.fault)
  const { plan } = outcome
  const table = [
    { what: 'none', plan: null, here: [], nowMs: 0, stale: true },
    { what: 'fresh', plan, here: ['car'], nowMs: 0, stale: false },
    { what: 'somebody left', plan, here: [], nowMs: 0, stale: false },
    { what: 'somebody came', plan, here: ['car', 'new'], nowMs: 0, stale: true },
    { what: 'nearly old', plan, here: ['car'], nowMs: hourMs - 1, stale: false },
    { what: 'old', plan, here: ['car'], nowMs: hourMs, stale: true }
  ]
  for (const { what, plan: each, here, nowMs, stale } of table)
    t.equal(isStale(each, here, { nowMs, mostMs: hourMs }), stale, what)
  t.ok(isStale(plan, [], { nowMs: 2 * hourMs, mostMs: 9 * hourMs }), 'over')
})

void test('slots are short soon and long later, and end where something changes', async (t) => {
  t.strictSame(edgesOf(1000, 10, 1200, [1045, 990, 1300]), [1000, 1010, 1020, 1030, 1045, 1060, 1120, 1200])
})

const garages = fc.record({
  limit: fc.integer({ min: 5000, max: 90_000 }),
  cars: fc.array(
    fc.record({
      angle: fc.constantFrom(30, -90, 150),
      departH: fc.integer({ min: 1, max: 4 }),
      wh: fc.integer({ min: 500, max: 20_000 }),
      target: fc.integer({ min: -10_000, max: 40_000 }),
      pilots: fc.constantFrom(undefined, whole, listed)
    }),
    { minLength: 1, maxLength: 5 }
  )
})

void test('whatever a plan says, no row is overrun and everyone gets a set-point that his pile understands', async (t) => {
  fc.assert(
    fc.property(garages, ({ limit, cars }) => {
      const network = delta(
        cars.map(({ angle }) => angle),
        limit
      )
      const load = loadOf(network, [0, 0, 0])
      const claims = cars.map(({ pilots, target }, at) =>
        claim(at, pilots === undefined || target < 0 ? {} : { pilots })
      )
      const shares = followPlan({ target: ({ place }) => cars[place]?.target ?? null, spareW: Infinity })(
        load,
        claims
      )
      const understood = shares.every(({ milliA }, at) => {
        const pilots = claims[at]?.pilots
        if (pilots === undefined) return milliA <= 0 || milliA >= 6000
        return pilots.kind === 'steps' ? milliA % 1000 === 0 : pilots.milliA.includes(milliA)
      })
      return understood && overruns(load).length === 0
    })
  )
  t.pass()
})

/** All hours played through: what a strategy delivers when nobody else comes. */
function played(
  network: Network,
  claims: readonly Claim[],
  strategy: (hour: number) => ReturnType<typeof followPlan>
): number {
  const left = claims.map(({ energyLeftWh = 0 }) => energyLeftWh)
  let given = 0
  for (let hour = 0; hour < 4; hour++) {
    const here = claims
      .map((each, at) => ({
        ...each,
        energyLeftWh: left[at] ?? 0,
        capMilliA: Math.min(32_000, ((left[at] ?? 0) / 208) * 1000)
      }))
      .filter(({ departMs = 0, capMilliA }) => departMs > hour * hourMs && capMilliA > 0)
    const shares = strategy(hour)(loadOf(network, [0, 0, 0]), here)
    here.forEach(({ place }, at) => {
      const wh = ((shares[at]?.milliA ?? 0) / 1000) * 208
      left[place] = (left[place] ?? 0) - wh
      given += wh
    })
  }
  return given
}

void test('who knows all cars delivers no less by plan than by least laxity', async (t) => {
  fc.assert(
    fc.property(garages, ({ limit, cars }) => {
      const network = delta(
        cars.map(({ angle }) => angle),
        limit
      )
      const claims = cars.map(({ departH, wh }, at) =>
        claim(at, { departMs: departH * hourMs, energyLeftWh: wh, floorMilliA: 0 })
      )
      const members = claims.map(({ departMs = 0, energyLeftWh = 0 }, at) =>
        member({
          key: String(at),
          wattsPerA: 208,
          untilMs: departMs,
          energy: { lowWh: 0, highWh: energyLeftWh }
        })
      )
      const load = loadOf(network, [0, 0, 0])
      const pulls = claims.map(({ place, direction }) => weightsOf(network, place, direction))
      const problem = hours(4, { members, rows: horizonRows([load, load, load, load], pulls) })
      const outcome = solvePlan(problem, plainSolver())
      if (!outcome.ok) return false
      const planned = energyWh(problem, outcome.plan).reduce((sum, each) => sum + each, 0)
      const targets = (hour: number) => targetsAt(outcome.plan, hour * hourMs)
      const followed = played(network, claims, (hour) =>
        followPlan({ target: ({ place }) => targets(hour).get(String(place)) ?? null, spareW: Infinity })
      )
      const laxity = played(network, claims, () => leastLaxity)
      return followed >= planned * (1 - 1e-5) - 1 && followed >= laxity * (1 - 1e-5) - 1
    }),
    { numRuns: 60 }
  )
  t.pass()
})
