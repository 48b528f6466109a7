import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'tap'
import { z } from 'zod'
import { reserveForTrip, type Part } from './participant.ts'
import {
  blindMs,
  freshShaving,
  shave,
  type PartSetPoint,
  type ShaveSnapshot,
  type ShaveState
} from './shave.ts'

const path = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(path) ? false : `no test cases at ${path}`
const Peer = z.object({
  openems_peak_shaving_step: z.object({
    ess_setpoint_W_sequence: z.array(z.number()),
    ess_actual_W_sequence: z.array(z.number())
  })
})

/** The peer's battery: what it was told a cycle ago arrives by 1 − 1/e a cycle. */
const follows = 1 - Math.exp(-1)

const battery = (totalW: number, atMs: number, changes: Partial<Part> = {}): Part => ({
  id: 'battery',
  kind: 'battery',
  rating: { leastW: -50_000, mostW: 50_000 },
  capacityWh: 100_000,
  reservePercent: 10,
  reading: { totalW, socPercent: 60, available: { leastW: -50_000, mostW: 50_000 }, atMs },
  confirmed: null,
  sent: [],
  fallback: { leastW: 0, mostW: 0 },
  ...changes
})

const snapshot = (nowMs: number, gridW: number, parts: readonly Part[]): ShaveSnapshot => ({
  nowMs,
  grid: { totalW: gridW, atMs: nowMs },
  peakW: 100_000,
  rechargeBelowW: 50_000,
  chargeRoomW: 50_000,
  batteries: parts
})

type Run = {
  readonly loads: (cycle: number) => number
  readonly cycles: number
  readonly follow?: number
  readonly delay?: number // Cycles until a set-point begins to be followed.
  readonly gain?: number
  readonly late?: number // Cycles by which the battery's reading is older than the meter's.
}

const usual = { follow: follows, delay: 1, gain: 1, late: 0 }

/** @returns what flowed in the battery and at the grid connection, cycle by cycle */
function run(words: Run): { actualW: number[]; gridW: number[] } {
  const { loads, cycles, follow, delay, gain, late } = { ...usual, ...words }
  let state: ShaveState = freshShaving
  const told = Array.from({ length: delay + 1 }, () => 0)
  const actualW = [0]
  const gridW = [loads(0)]
  for (let cycle = 0; cycle < cycles; cycle++) {
    const before = actualW.at(-1)!
    const now = cycle === 0 ? 0 : before + follow * (told[cycle]! * gain - before)
    actualW[cycle] = now
    const flowW = loads(cycle) + now
    gridW[cycle] = flowW
    const seen = battery(actualW[Math.max(0, cycle - late)]!, cycle * 1000)
    const [next, points] = shave(state, snapshot(cycle * 1000, flowW, [seen]))
    state = next
    told.push(points[0]!.powerW)
  }
  return { actualW, gridW }
}

const overshootOf = (actualW: readonly number[], needW: number): number =>
  (Math.max(...actualW.map((each) => -each)) - needW) / needW

/** The first cycle from which on all lie within 2 % of the need. */
const settledAt = (actualW: readonly number[], needW: number): number =>
  actualW.findLastIndex((each) => Math.abs(-each - needW) > 0.02 * needW) + 1

void test('the model of the battery is the one that the peer was measured with', { skip }, async (t) => {
  const { openems_peak_shaving_step: peer } = Peer.parse(JSON.parse(readFileSync(path, 'utf8')))
  let actual = 0
  peer.ess_actual_W_sequence.forEach((expected, cycle) => {
    actual += follows * ((peer.ess_setpoint_W_sequence[cycle - 2] ?? 0) - actual)
    t.ok(Math.abs(actual - expected) <= 2, `${actual} W, cycle ${cycle}: ${expected} W`)
  })
  t.ok(
    overshootOf(
      peer.ess_setpoint_W_sequence.map((each) => -each),
      20_000
    ) > 0.12
  )
})

void test('a step of 120 kW under a peak of 100 kW: no more than 5 % too much, settled in ten cycles', async (t) => {
  const { actualW, gridW } = run({ loads: () => 120_000, cycles: 60 })
  t.ok(overshootOf(actualW, 20_000) <= 0.05, `overshoot ${overshootOf(actualW, 20_000)}`)
  t.ok(settledAt(actualW, 20_000) <= 10, `settled at ${settledAt(actualW, 20_000)}`)
  t.ok((gridW.at(-1) ?? Infinity) <= 100_000)
})

const tempers = [
  { name: 'a quick battery', follow: 1, delay: 0 },
  { name: 'a slow battery', follow: 0.3, delay: 1, cycles: 20 },
  { name: 'a battery that hears two cycles late', delay: 2 },
  { name: 'a battery whose reading is a cycle old', late: 1, cycles: 20 },
  { name: 'a battery that gives 5 % less than told', gain: 0.95, cycles: 25 },
  { name: 'a battery that gives 4 % more than told', gain: 1.04, cycles: 25 }
]

for (const { name, cycles = 10, ...temper } of tempers)
  void test(`${name}: at most 5 % too much, settled after ${cycles} cycles`, async (t) => {
    const { actualW } = run({ loads: () => 120_000, cycles: 120, ...temper })
    t.ok(overshootOf(actualW, 20_000) <= 0.05, `overshoot ${overshootOf(actualW, 20_000)}`)
    t.ok(settledAt(actualW, 20_000) <= cycles, `settled at ${settledAt(actualW, 20_000)}`)
  })

void test('when the peak is over the battery stops, and recharges with what is left below the lower bound', async (t) => {
  const { actualW, gridW } = run({
    loads: (cycle) => (cycle < 20 ? 120_000 : cycle < 40 ? 80_000 : 30_000),
    cycles: 60
  })
  t.ok(Math.abs(actualW[32] ?? 1e9) < 400, 'nothing between the bounds')
  t.ok(Math.abs((actualW[59] ?? 0) - 20_000) < 400, 'filled with 20 kW')
  t.ok(gridW.slice(40).every((each) => each <= 50_400))
})

void test('a lost meter ends charging at once, and holds a discharge for a minute, never more', async (t) => {
  const charging = shave(freshShaving, snapshot(0, 20_000, [battery(0, 0)]))
  t.equal(charging[1][0]?.powerW, 30_000)
  t.equal(lost(charging[0], 1_000)[1][0]?.powerW, 0)
  const shaving = shave(freshShaving, snapshot(0, 120_000, [battery(0, 0)]))
  let [state] = shaving
  for (const nowMs of [6_000, 20_000, 6_000 + blindMs - 1]) {
    const [next, points] = lost(state, nowMs)
    state = next
    t.equal(points[0]?.powerW, -20_000, `held at ${nowMs} ms`)
  }
  t.equal(lost(state, 6_000 + blindMs)[1][0]?.powerW, 0)
})

/** A cycle without a meter: none at all, or one that has not answered for six seconds. */
const lost = (state: ShaveState, nowMs: number): readonly [ShaveState, readonly PartSetPoint[]] => {
  const seen = snapshot(nowMs, 0, [battery(-20_000, nowMs)])
  const silent = shave(state, { ...seen, grid: { totalW: 90_000, atMs: nowMs - 6_000 } })
  const none = shave(state, { ...seen, grid: null })
  if (JSON.stringify(silent) !== JSON.stringify(none)) throw new Error('a stale meter is no meter')
  return none
}

void test('a battery at its reserve, unseen or of unknown charge gives nothing; others give its part', async (t) => {
  const reading = { totalW: 0, socPercent: 10, available: { leastW: -50_000, mostW: 50_000 }, atMs: 0 }
  const parts = [
    battery(0, 0, { id: 'empty', reading }),
    battery(0, 0, { id: 'unseen', reading: null }),
    battery(0, 0, { id: 'unknown', reading: { ...reading, socPercent: null } }),
    battery(0, 0, { id: 'small', rating: { leastW: -5_000, mostW: 5_000 } }),
    battery(0, 0, { id: 'large', rating: { leastW: -15_000, mostW: 15_000 } })
  ]
  const [, points] = shave(freshShaving, snapshot(0, 120_000, parts))
  t.strictSame(
    points.map(({ id, powerW }) => [id, powerW]),
    [
      ['empty', 0],
      ['unseen', 0],
      ['unknown', 0],
      ['small', -5_000],
      ['large', -15_000]
    ]
  )
  t.equal(points[0]?.because, 'reserve of 10 %')
  t.equal(points[1]?.because, 'not heard')
})

void test('whatever the load does: never charged above the room or the lower bound, never more fed in than the need', async (t) => {
  const load = fc.integer({ min: 0, max: 200_000 })
  fc.assert(
    fc.property(fc.array(load, { minLength: 1, maxLength: 40 }), fc.nat(50_000), (loads, chargeRoomW) => {
      let state: ShaveState = freshShaving
      let actual = 0
      let highest = 0
      return loads.every((siteW, cycle) => {
        const seen = snapshot(cycle * 1000, siteW + actual, [battery(actual, cycle * 1000)])
        const [next, points] = shave(state, { ...seen, chargeRoomW })
        state = next
        highest = Math.max(siteW, highest)
        const toldW = points[0]?.powerW ?? 0
        actual += follows * (toldW - actual)
        const charges = toldW <= Math.max(0, Math.min(chargeRoomW, 50_000 - siteW))
        const feeds = -toldW <= Math.max(0, highest - 100_000) * 1.2 + 1
        return charges && feeds && toldW >= -50_000
      })
    })
  )
  t.pass()
})

void test('a peak of 0 is self-consumption: surplus goes in, load comes out, nothing is bought to be stored', async (t) => {
  let state: ShaveState = freshShaving
  let actual = 0
  for (const [siteW, expected] of [
    [-8_000, 8_000],
    [6_000, -6_000],
    [-3_000, 3_000]
  ] as const) {
    for (let cycle = 0; cycle < 40; cycle++) {
      const seen = snapshot(0, siteW + actual, [battery(actual, 0)])
      const [next, points] = shave(state, { ...seen, peakW: 0, rechargeBelowW: 0 })
      state = next
      actual += follows * (points[0]!.powerW - actual)
    }
    t.ok(Math.abs(actual - expected) <= 20, `${actual} W at ${siteW} W`)
  }
})

void test('numbers that are none move nothing', async (t) => {
  const seen = snapshot(0, 20_000, [battery(0, 0)])
  const told = (changes: Partial<ShaveSnapshot>): number =>
    shave(freshShaving, { ...seen, ...changes })[1][0]!.powerW
  t.equal(told({}), 30_000)
  for (const wrong of [
    { peakW: NaN },
    { rechargeBelowW: NaN },
    { chargeRoomW: NaN },
    { grid: { totalW: NaN, atMs: 0 } }
  ])
    t.equal(told(wrong), 0, JSON.stringify(Object.keys(wrong)))
})

void test('a car that feeds back helps down to what it needs for its trip', async (t) => {
  const store = { capacityWh: 50_000, efficiency: 1 }
  const leaves = { percent: 80, departMs: 2 * 3_600_000 }
  const reserve = (nowMs: number): number => reserveForTrip(leaves, 11_000, nowMs, store) // 36 % two hours before.
  const car = (nowMs: number, socPercent: number): Part =>
    battery(0, nowMs, {
      id: 'car',
      kind: 'vehicle',
      rating: { leastW: -11_000, mostW: 11_000 },
      reservePercent: reserve(nowMs),
      reading: { totalW: 0, socPercent, available: { leastW: -11_000, mostW: 11_000 }, atMs: nowMs }
    })
  const told = (nowMs: number, socPercent: number): number =>
    shave(freshShaving, snapshot(nowMs, 120_000, [car(nowMs, socPercent)]))[1][0]!.powerW
  t.equal(told(0, 40), -11_000)
  t.equal(told(0, 36), 0)
  t.equal(told(3_600_000, 40), 0) // One hour before it has to keep 58 %.
})
