import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { loadOf, risen, roomFor, weightsOf } from '../allocator/index.ts'
import { scene, site } from '../allocator/site.suite.ts'
import { allocate } from './allocate.ts'
import { samePhases, silent, type Gate, type GateNode } from './gates.ts'
import { beyondMeterW, type Part } from './participant.ts'
import { begun, switchingDefaults } from './phases.ts'
import { followSun, stopAfterMs, type Follower, type SunMode } from './surplus.ts'

/*
 * Cases made elsewhere (evcc, OpenEMS, balanz), read from where they lie. `allocator/edge-limits.test.ts` plays
 * evcc_circuit, evcc_hems_clamp and the distribution rows of openems_cluster_max on the kernel; here the last two are
 * played once more on the tree that participants feed in through, and beside them all others about clusters and ramps.
 * The relay's rows are played in `desired/relay.test.ts`. evcc_meter_loss has no rows: a circuit's load is the sum of
 * commitments here, which no meter can lose; what a lost meter of the site leads to is `core/guard`'s.
 */
const path = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(path) ? false : `no test cases at ${path}`
const n = z.number()
const Cases = z.object({
  evcc_hems_clamp: z.object({ rows_maxPower_hemsLimit_request_allowed: z.array(z.tuple([n, n, n, n])) }),
  openems_cluster_max: z.object({
    rows_L1_L2_L3_ess_allowedDischarge_ev_result: z.array(z.tuple([n, n, n, n, n, n, n])),
    distribution: z.array(
      z.object({
        toDistribute_W: z.number(),
        requests_W: z.array(z.number()),
        maxHw_W: z.array(z.number()).optional(),
        minHw_W: z.array(z.number()).optional(),
        expect_W: z.array(z.number())
      })
    )
  }),
  openems_evse_cluster: z.object({
    rows: z.array(
      z.object({
        modes: z.array(z.string()),
        grid_W: z.number(),
        expect_mA: z.array(z.number())
      })
    ),
    ramp: z.string()
  }),
  balanz_rules: z.object({ constants: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])) })
})
const cases = skip === false ? Cases.parse(JSON.parse(readFileSync(path, 'utf8'))) : null

const gate = (watts: number | null, changes: Partial<Gate['toRoot']> = {}): Gate => ({
  fromMs: -Infinity,
  toLeaves: silent,
  toRoot: { ...silent, watts: watts === null ? null : { value: watts, source: 'x' }, ...changes },
  efficiency: 1
})
const node = (id: string, parent: number | null, imports: readonly Gate[]): GateNode => ({
  id,
  parent,
  imports,
  exports: [],
  setPoints: [],
  hertz: null
})
const device = (at: number) => ({ node: at, phases: [0, 1, 2] as const, switching: begun(3) })
const terms = { voltageV: 230, sliceMilliA: 500, sliceW: 500, switching: switchingDefaults, nowMs: 0 }

void test(
  'a limit from outside over one of the wiring, as limits of a tree: the smaller rules',
  { skip },
  async (t) => {
    for (const row of cases?.evcc_hems_clamp.rows_maxPower_hemsLimit_request_allowed ?? []) {
      const [most, hems, request, allowed] = row
      // 0 means "none" there; here that is said by saying nothing.
      const nodes = [
        node('grid', null, [gate(hems === 0 ? null : hems)]),
        node('circuit', 0, [gate(most === 0 ? null : most)]),
        node('load', 1, [gate(request)])
      ]
      const [[share] = []] = allocate(nodes, [device(2)], [0], terms)
      t.equal(Math.round(share?.watts ?? NaN), allowed, JSON.stringify(row))
    }
  }
)

const volts = 230

/** What the loop finds for cars on three phases: the meter's base load, and what the battery may come to draw more. */
function roomForCarsW(
  flowsW: readonly [number, number, number],
  { carsW, batteryW }: { readonly carsW: number; readonly batteryW: number }
): number {
  const { network } = scene(site({ limitA: 7_000 / volts, chargers: [{ id: 'A' }] }))
  const beyondW = beyondMeterW(batteryThatGives(batteryW), 0)
  const base = (watts: number): number => ((watts + (beyondW - carsW) / 3) * 1000) / volts
  const load = loadOf(network, [base(flowsW[0]), base(flowsW[1]), base(flowsW[2])])
  return Math.round((roomFor(load, weightsOf(network, 0, [1, 1, 1])).milliA * 3 * volts) / 1000)
}

/** It has confirmed to do nothing, as in all their rows (`allowedDischarge` 0), and shows what it does. */
const batteryThatGives = (watts: number): Part => ({
  id: 'b',
  kind: 'battery',
  rating: { leastW: -10_000, mostW: 10_000 },
  capacityWh: null,
  reservePercent: null,
  reading: {
    totalW: -watts,
    socPercent: 50,
    available: { leastW: -10_000, mostW: 10_000 },
    atMs: 0
  },
  confirmed: { range: { leastW: 0, mostW: 0 }, untilMs: 120_000 },
  sent: [],
  fallback: { leastW: 0, mostW: 0 }
})

void test(
  'power for a group of cars: the fullest phase, less what the battery gives without having confirmed it',
  { skip },
  async (t) => {
    t.comment('differs: charging that was told to end is room there at once; here once the meters show it')
    for (const row of cases?.openems_cluster_max.rows_L1_L2_L3_ess_allowedDischarge_ev_result ?? []) {
      const [l1, l2, l3, batteryW, firmW, carsW, result] = row
      t.equal(firmW, 0, 'their rows have no confirmed discharge')
      const charges = Math.max(0, -batteryW)
      const now = roomForCarsW([l1, l2, l3], { carsW, batteryW })
      t.equal(now, result - charges, JSON.stringify(row))
      const [m1, m2, m3] = [l1 - charges / 3, l2 - charges / 3, l3 - charges / 3]
      const later = roomForCarsW([m1, m2, m3], { carsW, batteryW: Math.max(0, batteryW) })
      t.equal(later, result, JSON.stringify(row))
    }
  }
)

void test(
  'and through the tree of limits it is shared as there, the floor or nothing',
  { skip },
  async (t) => {
    for (const each of cases?.openems_cluster_max.distribution ?? []) {
      const nodes = [
        node('group', null, [gate(each.toDistribute_W)]),
        ...each.requests_W.map((watts, index) => {
          const mostW = Math.min(watts, each.maxHw_W?.[index] ?? watts)
          const floorMilliA = ((each.minHw_W?.[index] ?? 4_140) * 1000) / 690
          return node(`car${index}`, 0, [
            gate(null, {
              amps: samePhases({ value: (mostW * 1000) / 690, source: 'car' }),
              floorMilliA: { value: floorMilliA, source: 'car' }
            })
          ])
        })
      ]
      const fixed = { ...terms, switching: { ...switchingDefaults, mode: 'never' as const } }
      const shares = allocate(
        nodes,
        each.requests_W.map((_, index) => device(index + 1)),
        [0],
        fixed
      )
      t.strictSame(
        shares.map(([share]) => Math.round(share?.watts ?? NaN)),
        each.expect_W
      )
    }
  }
)

const follower = (mode: SunMode, index: number, drawsW: number): Follower => ({
  id: `car${index}`,
  mode,
  leastW: 4_140,
  mostW: 11_040,
  drawsW
})
const modes: Readonly<Record<string, SunMode>> = { FORCE: 'force', MINIMUM: 'minimum', SURPLUS: 'surplus' }

void test('cars that follow the sun: all rows, with cars that charge already', { skip }, async (t) => {
  t.comment(
    'differs: after the time for clouds, cars on surplus alone that the sun does not cover are switched off here'
  )
  for (const { modes: words, grid_W, expect_mA } of cases?.openems_evse_cluster.rows ?? []) {
    const running = words.map((word) => ({ id: '', mode: modes[word] ?? 'surplus' }))
    const followers = running.map(({ mode }, index) => follower(mode, index, 0))
    // Their rows do not say for how long the sun has been gone; a car that charges keeps its floor for a while.
    const states = followers.map(({ id }) => ({ id, on: true, otherSinceMs: null }))
    const [next, caps] = followSun(states, { nowMs: 0, gridW: grid_W, batteryFirstW: 0, followers })
    t.strictSame(
      caps.map(({ capW }) => Math.floor(capW / 0.69 + 1e-6)),
      expect_mA,
      JSON.stringify(words)
    )
    const [, later] = followSun(next, { nowMs: stopAfterMs, gridW: grid_W, batteryFirstW: 0, followers })
    const onSurplus = later.filter((_, index) => followers[index]?.mode === 'surplus')
    const left = -grid_W - 11_040 * words.filter((word) => word === 'FORCE').length
    t.equal(
      onSurplus.filter(({ capW }) => capW > 0).length,
      Math.min(onSurplus.length, Math.max(0, Math.floor(left / 4_140))),
      'only as many as the sun covers'
    )
  }
})

void test(
  'a set-point rises by at most 3 % a second, as in the sequence recorded there',
  { skip },
  async (t) => {
    const said = cases?.openems_evse_cluster.ramp ?? ''
    const [share] = said.match(/\d+(?= %)/) ?? []
    const sequence = (said.match(/sequence.*?((?:\d+, )+\d+) mA/)?.[1] ?? '').split(', ').map(Number)
    t.strictSame([share, sequence.length], ['3', 4])
    const ramp = { kind: 'share', perSecond: Number(share) / 100 } as const
    const watts = [10_000, ...sequence.map((milliA) => milliA * 0.69)]
    for (const [index, value] of watts.slice(0, -1).entries()) {
      const ours = risen({ value, forMs: 1_000 }, 11_040, 4_140, ramp)
      const theirs = watts[index + 1] ?? NaN
      t.ok(theirs <= ours + 1, `${theirs} W after ${value} W: at most ${ours} W`) // They round up to whole watts.
      if (index === 1 || index === 2) t.ok(Math.abs(theirs - ours) <= 1, 'a full step is the same')
    }
  }
)

void test('steps of 3 A every two minutes, from the floor on, down at once', { skip }, async (t) => {
  const { constants } = cases?.balanz_rules ?? { constants: {} }
  const floor = Number(constants['min_offer_A']) * 1000
  const step = Number(constants['max_step_A']) * 1000
  const everyMs = Number(constants['step_period_min']) * 60_000
  t.equal(constants['initial_offer'], 'minimum')
  const ramp = { kind: 'step', step, everyMs } as const
  t.equal(risen({ value: 0, forMs: 0 }, 32_000, floor, ramp), floor)
  t.equal(risen({ value: floor, forMs: everyMs - 1 }, 32_000, floor, ramp), floor)
  t.equal(risen({ value: floor, forMs: everyMs }, 32_000, floor, ramp), floor + step)
  t.equal(risen({ value: 15_000, forMs: everyMs }, 16_000, floor, ramp), 16_000)
  t.equal(risen({ value: 32_000, forMs: 0 }, 0, floor, ramp), 0)
  t.equal(risen({ value: 32_000, forMs: 0 }, NaN, floor, ramp), 0)
})
