import { test } from 'tap'
import type { Claim } from '../allocator/claim.ts'
import { loadOf, networkFrom, weightsOf } from '../allocator/network.ts'
import { wiresOf, type Strand } from '../allocator/wires.ts'
import type { Part } from '../schedule/participant.ts'
import { faultOf } from './problem.ts'
import { questionOf, type Battery, type Plant, type Prices, type Site } from './question.ts'
import { plainSolver } from './simplex.suite.ts'
import { solvePlan, type HorizonPlan } from './solve.ts'

const hourMs = 3_600_000
const limitA = 30

// Three phases as one: what each draws, sums up in the fuse.
const phase = (row: number): Strand => ({ row, re: 1, im: 0 })
const places = 3
const network = networkFrom(
  [0, 1, 2].map((row) => ({ name: `L${row + 1}`, because: 'fuse', until: null, limit: limitA * 1000 })),
  wiresOf(
    Array.from({ length: places }, () => [[phase(0)], [phase(1)], [phase(2)]] as const),
    3
  )
)
const backwards = (): Plant['pull'] => {
  const { rows, re, im } = weightsOf(network, 2, [1, 1, 1])
  return { rows, re: re.map((each) => -each), im: im.map((each) => -each) }
}

const claim = (changes: Partial<Claim> = {}): Claim => ({
  place: 0,
  direction: [1, 1, 1],
  reservedMilliA: 0,
  capMilliA: 16_000,
  fullMilliA: 16_000,
  fullW: 16 * 690,
  ...changes
})

const part = (socPercent: number | null): Part => ({
  id: 'battery',
  kind: 'battery',
  rating: { leastW: -6900, mostW: 6900 },
  capacityWh: 10_000,
  reservePercent: 20,
  reading: { totalW: 0, socPercent, available: { leastW: -6900, mostW: 3450 }, atMs: 0 },
  confirmed: null,
  sent: [],
  fallback: { leastW: 0, mostW: 0 }
})

const battery = (socPercent: number | null, changes: Partial<Battery> = {}): Battery => ({
  part: part(socPercent),
  pull: weightsOf(network, 1, [1, 1, 1]),
  wattsPerA: 690,
  efficiency: 1,
  valuePerKWh: 0,
  wearPerKWh: 0.01,
  untilMs: null,
  ...changes
})

const site = (changes: Partial<Site> = {}): Site => ({
  nowMs: 0,
  stepMs: hourMs,
  mostMs: 4 * hourMs,
  loadAt: () => loadOf(network, [0, 0, 0]),
  baseWAt: () => 0,
  changesMs: [],
  cars: [],
  batteries: [],
  suns: [],
  ...changes
})

const prices = (changes: Partial<Prices> = {}): Prices => ({
  buyPerKWh: () => 0.3,
  sellPerKWh: () => 0.08,
  carbonKgPerKWh: () => 0,
  carbonPerKg: 0,
  demand: null,
  valuePerKWh: 1,
  hurryPerKWhHour: 0,
  ...changes
})

function planOf(asked: Site, priced = prices()): HorizonPlan {
  const problem = questionOf(asked, priced)
  if (faultOf(problem) !== null) throw new Error(`${faultOf(problem)}`)
  const outcome = solvePlan(problem, plainSolver())
  if (!outcome.ok) throw new Error(outcome.fault)
  return outcome.plan
}

const current = (plan: HorizonPlan, key: string): readonly number[] =>
  plan.currentsA.map((each) => Math.round((each[plan.keys.indexOf(key)] ?? 0) * 100) / 100)

void test('a car is asked for with what it wants, until it leaves; without a wish it may have it all', async (t) => {
  const cars = [
    { key: 'a', claim: claim({ departMs: 2 * hourMs, energyLeftWh: 6900 }) },
    { key: 'b', claim: claim({ place: 1 }) }
  ]
  const { members, slots } = questionOf(site({ cars }), prices())
  t.strictSame(
    slots.map(({ endMs }) => endMs / hourMs),
    [1, 2, 3, 4]
  )
  t.match(members, [
    { key: 'a', wattsPerA: 690, chargeA: 16, untilMs: 2 * hourMs, energy: { lowWh: 0, highWh: 6900 } },
    { key: 'b', untilMs: 4 * hourMs, energy: { highWh: 4 * 16 * 690 } }
  ])
})

void test('a single-phase car of unknown power is taken at 230 V; one that should have left gets nothing', async (t) => {
  const { fullW: _, fullMilliA: __, ...bare } = claim({ direction: [0, 1, 0], departMs: -hourMs })
  const { members } = questionOf(site({ nowMs: 0, cars: [{ key: 'a', claim: bare }] }), prices())
  t.match(members, [{ wattsPerA: 230, untilMs: 0, energy: { highWh: 0 } }])
})

void test('carbon has its price: the clean hour is chosen though the energy costs the same', async (t) => {
  const cars = [{ key: 'a', claim: claim({ departMs: 3 * hourMs, energyLeftWh: 6900 }) }]
  const clean = prices({ carbonPerKg: 0.1, carbonKgPerKWh: (atMs) => (atMs === hourMs ? 0.1 : 0.5) })
  t.strictSame(current(planOf(site({ cars }), clean), 'a'), [0, 10, 0])
})

void test('a demand charge counts above the peak so far, or above the peak that is expected', async (t) => {
  const cars = [{ key: 'a', claim: claim({ departMs: 3 * hourMs, energyLeftWh: 3 * 3450 }) }]
  const demand = { perKW: 15.51, peakSoFarW: 0, peakHintW: 0 }
  const hurried = { valuePerKWh: 50, hurryPerKWhHour: 0.01 }
  t.strictSame(current(planOf(site({ cars }), prices({ ...hurried, demand })), 'a'), [5, 5, 5])
  for (const known of [{ peakSoFarW: 6900 }, { peakHintW: 6900 }])
    t.strictSame(
      current(planOf(site({ cars }), prices({ ...hurried, demand: { ...demand, ...known } })), 'a'),
      [10, 5, 0]
    )
})

void test('PV goes into the car first, then into the battery, and what is left is sold', async (t) => {
  const cars = [{ key: 'a', claim: claim({ departMs: hourMs, energyLeftWh: 3450 }) }]
  const suns = [
    {
      key: 'roof',
      pull: backwards(),
      wattsPerA: 690,
      availableWAt: (atMs: number) => (atMs === 0 ? 6900 : 0)
    }
  ]
  const asked = site({
    cars,
    suns,
    mostMs: 2 * hourMs,
    batteries: [battery(80)],
    baseWAt: (atMs) => (atMs === 0 ? 0 : 8000)
  })
  const plan = planOf(asked)
  t.strictSame(current(plan, 'a')[0], 5)
  t.strictSame(
    current(plan, 'battery'),
    [1.3, -10],
    '6 kWh stand above its reserve, 0.9 kWh more and it gives 6.9 kW for an hour'
  )
  t.ok(Math.abs((plan.slots[0]?.siteW ?? 0) + 2550) < 1, 'the rest is sold')
})

void test('a battery gives only what stands above its reserve; one that does not know its charge promises nothing', async (t) => {
  const dear = prices({ buyPerKWh: () => 0.5, sellPerKWh: () => 0.5 })
  const given = planOf(site({ batteries: [battery(40)] }), dear).slots.reduce(
    (sum, { siteW }) => sum - siteW,
    0
  )
  t.ok(Math.abs(given - 2000) < 1, `${given} Wh of 40 % − 20 % of 10 kWh`)
  t.strictSame(questionOf(site({ batteries: [battery(null)] }), dear).members, [])
})

void test('limits and base load are those of each hour', async (t) => {
  const cars = [{ key: 'a', claim: claim({ departMs: 2 * hourMs }) }]
  const asked = site({
    cars,
    loadAt: (atMs) =>
      loadOf({ ...network, high: network.high.map(() => (atMs === 0 ? 7000 : 30_000)) }, [0, 0, 0])
  })
  t.strictSame(current(planOf(asked), 'a'), [7, 16])
})
