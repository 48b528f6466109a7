import { test } from 'tap'
import type { Problem } from '../core/horizon/index.ts'
import { openPlanner, type Needs, type Planner } from './planner.ts'
import { openSolver } from './solver.ts'

const hourMs = 3_600_000

/** Cars under one fuse; `base` of the fuse is carried by others. */
function question(cars: number, base = 0): Problem {
  const slots = Array.from({ length: 4 }, (_, at) => ({
    startMs: at * hourMs,
    endMs: (at + 1) * hourMs,
    baseW: 0
  }))
  const members = Array.from({ length: cars }, (_, at) => ({
    key: String(at),
    wattsPerA: 230,
    fromMs: 0,
    untilMs: 4 * hourMs,
    chargeA: 32,
    dischargeA: 0,
    energy: { lowWh: 0, highWh: 50_000 },
    efficiency: 1,
    valuePerKWh: 1,
    wearPerKWh: 0
  }))
  const row = {
    name: 'fuse',
    round: false,
    limitA: slots.map(() => 40),
    lowA: slots.map(() => -40),
    base: slots.map(() => [base, 0] as const),
    terms: members.map((_, at) => ({ at, re: 1, im: 0 }))
  }
  return { slots, members, sun: [], rows: [row], commitments: [], hurryPerKWhHour: 0 }
}

/** A clock that is turned by hand: `ring` lets every wait that is still open be over. */
function bench(): { planner: Planner; ring(): void; counted: string[]; warned: string[]; waits(): number } {
  const waits = new Set<() => void>()
  const counted: string[] = []
  const warned: string[] = []
  const needs: Needs = {
    deadlineMs: 60_000,
    clock: {
      after: (_, work) => {
        waits.add(work)
        return { cancel: () => waits.delete(work) }
      }
    },
    counted: (outcome) => counted.push(outcome),
    log: { warn: (_, message) => warned.push(message) }
  }
  const ring = (): void => {
    for (const work of waits) work()
  }
  return { planner: openPlanner(needs), ring, counted, warned, waits: () => waits.size }
}

void test('a question is answered from the other thread, and the answer is the latest plan', async (t) => {
  const { planner, counted, waits } = bench()
  t.teardown(() => planner.close())
  t.equal(planner.latest(), null)
  const asked = await planner.ask(question(2))
  if (!asked.ok) throw new Error(asked.fault)
  for (const currents of asked.plan.currentsA)
    t.ok(Math.abs(currents.reduce((sum, amps) => sum + amps, 0) - 40) < 1e-3, 'the fuse is used')
  t.equal(planner.latest(), asked.plan)
  t.strictSame(counted, ['plan'])
  t.equal(waits(), 0, 'no deadline is left running')
})

void test('a question without a plan says why, and the loop has none to follow any more', async (t) => {
  const { planner, counted } = bench()
  t.teardown(() => planner.close())
  await planner.ask(question(1))
  t.strictSame(await planner.ask(question(1, 50)), { ok: false, fault: 'infeasible' })
  t.equal(planner.latest(), null)
  t.strictSame(await planner.ask({ ...question(1), slots: [] }), { ok: false, fault: 'no-slots' })
  t.strictSame(counted, ['plan', 'infeasible', 'no-slots'])
})

void test('a late answer is none: its thread is ended, and the next question gets a new one', async (t) => {
  const { planner, ring, counted } = bench()
  t.teardown(() => planner.close())
  const late = planner.ask(question(2))
  ring()
  t.strictSame(await late, { ok: false, fault: 'late' })
  t.equal(planner.latest(), null)
  t.ok((await planner.ask(question(2))).ok)
  t.strictSame(counted, ['late', 'plan'])
})

void test('the newest question wins', async (t) => {
  const { planner, counted } = bench()
  t.teardown(() => planner.close())
  const [first, second] = await Promise.all([planner.ask(question(1)), planner.ask(question(3))])
  t.strictSame(first, { ok: false, fault: 'superseded' })
  t.ok(second.ok && second.plan.keys.length === 3)
  t.strictSame(counted, ['superseded', 'plan'])
})

void test('a thread that breaks is a failed question, and the next one is answered by a new thread', async (t) => {
  const { planner, counted, warned } = bench()
  t.teardown(() => planner.close())
  const hollow = Object.create(question(1)) as Problem // What is inherited does not cross to the other thread.
  t.strictSame(await planner.ask(hollow), { ok: false, fault: 'failed' })
  t.strictSame(warned, ['the planner broke; the loop goes on with its own strategy'])
  t.ok((await planner.ask(question(1))).ok)
  t.strictSame(counted, ['failed', 'plan'])
})

void test('closed in mid-question: it is given up, no thread stays, and nothing more is asked', async (t) => {
  const { planner, counted, waits } = bench()
  const ports = (): number => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
  const before = ports()
  const open = planner.ask(question(2))
  t.ok(ports() > before, 'a thread is at work')
  await planner.close()
  t.strictSame(await open, { ok: false, fault: 'closed' })
  t.strictSame(await planner.ask(question(1)), { ok: false, fault: 'closed' })
  t.strictSame(counted, ['closed'])
  t.equal(waits(), 0)
  t.equal(ports(), before, 'no thread is left')
  await planner.close()
})

void test('HiGHS says infeasible and unbounded, takes more rows, and says late instead of going on', async (t) => {
  const solver = await openSolver()
  t.teardown(() => solver.close())
  t.strictSame(solver.run(), { ok: false, fault: 'failed' }, 'nothing is loaded')
  const lines = {
    cost: [-1],
    colLower: [0],
    colUpper: [Infinity],
    rowLower: [-Infinity],
    rowUpper: [8],
    starts: [0, 1],
    columns: [0],
    values: [2]
  }
  solver.load(lines)
  const first = solver.run()
  t.ok(first.ok && first.values[0] === 4 && first.objective === -4)
  solver.add([{ lower: -Infinity, upper: 3, terms: [[0, 1]] }])
  const second = solver.run()
  t.ok(second.ok && second.values[0] === 3)
  solver.add([{ lower: 5, upper: Infinity, terms: [[0, 1]] }])
  t.strictSame(solver.run(), { ok: false, fault: 'infeasible' })
  solver.load({ ...lines, rowUpper: [Infinity] })
  t.strictSame(solver.run(), { ok: false, fault: 'unbounded' })
})
