import { test } from 'tap'
import { checkPlan } from './check.ts'
import { noLines } from './lines.ts'
import { always, fuse, hours, member } from './problem.suite.ts'
import { faultOf, type Problem } from './problem.ts'
import { plainSolver } from './simplex.suite.ts'
import { solvePlan, type HorizonPlan, type Solver } from './solve.ts'

const good = hours(2, { members: [member()], rows: [fuse(2, 10, [0])] })
const slot = { startMs: 0, endMs: 10, baseW: 0 }

const senseless: readonly { readonly what: string; readonly problem: Problem; readonly fault: string }[] = [
  { what: 'no time', problem: { ...good, slots: [] }, fault: 'no-slots' },
  {
    what: 'a gap',
    problem: { ...good, slots: [slot, { ...slot, startMs: 11, endMs: 12 }] },
    fault: 'slots-have-gaps'
  },
  {
    what: 'time that stands',
    problem: { ...good, slots: [slot, { ...slot, startMs: 10 }] },
    fault: 'slots-have-gaps'
  },
  {
    what: 'NaN for a base load',
    problem: hours(1, { slots: [{ ...slot, baseW: NaN }] }),
    fault: 'not-a-number'
  },
  {
    what: 'an endless wish',
    problem: hours(1, { members: [member({ chargeA: Infinity })] }),
    fault: 'not-a-number'
  },
  {
    what: 'a car without voltage',
    problem: hours(1, { members: [member({ wattsPerA: 0 })] }),
    fault: 'senseless-member'
  },
  {
    what: 'more back than went in',
    problem: hours(1, { members: [member({ efficiency: 1.1 })] }),
    fault: 'senseless-member'
  },
  {
    what: 'a car fuller than full',
    problem: hours(1, { members: [member({ energy: { lowWh: 0, highWh: -1 } })] }),
    fault: 'senseless-member'
  },
  {
    what: 'a limit that is no number',
    problem: { ...good, rows: [fuse(2, NaN, [0])] },
    fault: 'not-a-number'
  },
  {
    what: 'a member who is not there',
    problem: { ...good, rows: [fuse(2, 10, [1])] },
    fault: 'unknown-member'
  },
  {
    what: 'a limit for one of two slots',
    problem: { ...good, rows: [fuse(1, 10, [0])] },
    fault: 'wrong-length'
  },
  { what: 'a limit below nothing', problem: { ...good, rows: [fuse(2, -1, [0])] }, fault: 'negative-limit' },
  {
    what: 'a price to sell above that to buy',
    problem: {
      ...good,
      commitments: [{ per: 'slot', quantityW: [0, 0], upPerKWh: [0.1, 0.1], downPerKWh: [0.1, 0.2] }]
    },
    fault: 'selling-beats-buying'
  },
  {
    what: 'a peak that pays',
    problem: { ...good, commitments: [{ per: 'once', quantityW: [0, 0], upPerKW: -1, downPerKW: 0 }] },
    fault: 'selling-beats-buying'
  }
]
for (const { what, problem, fault } of senseless)
  void test(`${what} is refused by name before anybody solves`, async (t) => {
    t.equal(faultOf(problem), fault)
    t.strictSame(solvePlan(problem, plainSolver()), { ok: false, fault })
  })

void test('a limit of infinity bounds nothing, and is no fault', async (t) => {
  const problem = { ...good, rows: [{ ...fuse(2, Infinity, [0]), lowA: always(2, -Infinity) }] }
  t.equal(faultOf(problem), null)
  t.ok(solvePlan(problem, plainSolver()).ok)
})

void test("a solver's own fault is handed on", async (t) => {
  for (const fault of ['infeasible', 'unbounded', 'late', 'failed'] as const) {
    const dumb: Solver = { load: () => undefined, add: () => undefined, run: () => ({ ok: false, fault }) }
    t.strictSame(solvePlan(good, dumb), { ok: false, fault })
  }
})

void test('a solver that overruns a row is cut down to it, in every slot for itself', async (t) => {
  let columns = 0
  const greedy: Solver = {
    load: (lines) => {
      columns = lines.cost.length
    },
    add: () => undefined,
    run: () => ({ ok: true, values: Array.from({ length: columns }, () => 32), objective: 0 })
  }
  const outcome = solvePlan(good, greedy)
  t.ok(outcome.ok && outcome.plan.currentsA.every(([amps = 99]) => amps <= 10 && amps > 10 - 1e-9))
  t.ok(outcome.ok && checkPlan(good, outcome.plan) === null)
})

const plan: HorizonPlan = {
  slots: good.slots.map(({ startMs, endMs }) => ({ startMs, endMs, siteW: 0 })),
  keys: ['car'],
  currentsA: [[10], [10]],
  objective: 0,
  scaled: 1,
  rounds: 1
}
const wrong: readonly { readonly what: string; readonly plan: HorizonPlan; readonly fault: string | null }[] =
  [
    { what: 'a plan at the limit', plan, fault: null },
    { what: 'a plan for other cars', plan: { ...plan, keys: ['other'] }, fault: 'another-question' },
    {
      what: 'a plan for another time',
      plan: { ...plan, slots: plan.slots.slice(1) },
      fault: 'another-question'
    },
    { what: 'a plan that is no number', plan: { ...plan, currentsA: [[10], [NaN]] }, fault: 'not-a-number' },
    { what: 'a plan above the fuse', plan: { ...plan, currentsA: [[10], [10.1]] }, fault: 'row-overrun' },
    {
      what: 'a plan that takes from a car that gives nothing',
      plan: { ...plan, currentsA: [[10], [-1]] },
      fault: 'over-its-own'
    }
  ]
for (const { what, plan: told, fault } of wrong)
  void test(`${what}: ${fault ?? 'holds'}`, async (t) => t.equal(checkPlan(good, told), fault))

void test('more energy than fits into the car is refused', async (t) => {
  const small = { ...good, members: [member({ energy: { lowWh: 0, highWh: 4500 } })] }
  t.equal(checkPlan(small, plan), 'energy-out-of-range', '2 h · 10 A · 230 V = 4.6 kWh')
})

void test('lines are rows of what is not nothing', async (t) => t.strictSame(noLines().starts, [0]))
