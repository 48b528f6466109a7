import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { loadOf, roomFor, weightsOf } from '../allocator/index.ts'
import { scene, site } from '../allocator/site.suite.ts'
import { allocate } from './allocate.ts'
import { circuitLoad, relayLimitW, sharedRoomW } from './cluster.ts'
import { samePhases, silent, type Gate, type GateNode } from './gates.ts'
import { begun, switchingDefaults } from './phases.ts'
import { risen } from './ramp.ts'
import { followSun, stopAfterMs, type Follower, type SunMode } from './surplus.ts'

/*
 * Cases made elsewhere (evcc, OpenEMS, balanz), read from where they lie. `allocator/edge-limits.test.ts` plays
 * evcc_circuit, evcc_hems_clamp and the distribution rows of openems_cluster_max on the kernel; here the last two are
 * played once more on the tree of limits over time, and beside them all others about circuits, clusters and ramps.
 */
const path = `${process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(path) ? false : `no test cases at ${path}`
const n = z.number()
const Cases = z.object({
  evcc_hems_clamp: z.object({ rows_maxPower_hemsLimit_request_allowed: z.array(z.tuple([n, n, n, n])) }),
  openems_14a: z.object({
    rows_input_gridmode_minActivePowerConstraint: z.array(
      z.tuple([z.boolean().nullable(), z.string(), z.number().nullable()])
    )
  }),
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
  'a circuit whose meter is silent for longer than a minute lets nothing rise, and keeps nothing up',
  { skip },
  async (t) => {
    const circuits = [{ id: 'c1', limitA: 40 }]
    const where = scene(site({ limitA: 100, circuits, chargers: [{ id: 'A', circuit: 'c1' }] }))
    const roomWith = (load: number): number => {
      const account = loadOf(where.network, [0, 0, 0])
      account.used[where.network.rows.findIndex(({ name }) => name === 'c1 L1')] = load
      return roomFor(account, weightsOf(where.network, 0, [1, 1, 1])).milliA
    }
    const reading = { value: 10_000, atMs: 0 }
    t.equal(roomWith(circuitLoad(reading, 60_000, 60_000)), 30_000)
    for (const lost of [
      circuitLoad(reading, 60_001, 60_000),
      circuitLoad(null, 0, 60_000),
      circuitLoad({ value: NaN, atMs: 0 }, 0, 60_000)
    ])
      for (const [old, wanted] of [
        [16_000, 20_000],
        [16_000, 16_000],
        [16_000, 6_000]
      ] as const)
        t.equal(Math.min(wanted, Math.max(0, old + roomWith(lost))), 0, `${old} → ${wanted}`)
  }
)

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

void test(
  'power for a group of cars: the fullest phase, less the battery, plus what it has confirmed',
  { skip },
  async (t) => {
    const limitW = [7_000, 7_000, 7_000] as const
    for (const row of cases?.openems_cluster_max.rows_L1_L2_L3_ess_allowedDischarge_ev_result ?? []) {
      const [l1, l2, l3, batteryW, firmDischargeW, carsW, result] = row
      const flowsW = [l1, l2, l3] as const
      t.equal(sharedRoomW({ limitW, flowsW, carsW, batteryW, firmDischargeW }), result, JSON.stringify(row))
    }
    t.equal(sharedRoomW({ limitW, flowsW: null, carsW: 0, batteryW: 0, firmDischargeW: 0 }), 0)
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
    // Ours goes on: after the time for clouds, cars on surplus alone that the sun does not cover are switched off.
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
      const ours = risen({ value, sinceMs: 1_000 }, 11_040, 4_140, ramp)
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
  t.equal(risen({ value: 0, sinceMs: 0 }, 32_000, floor, ramp), floor)
  t.equal(risen({ value: floor, sinceMs: everyMs - 1 }, 32_000, floor, ramp), floor)
  t.equal(risen({ value: floor, sinceMs: everyMs }, 32_000, floor, ramp), floor + step)
  t.equal(risen({ value: 15_000, sinceMs: everyMs }, 16_000, floor, ramp), 16_000)
  t.equal(risen({ value: 32_000, sinceMs: 0 }, 0, floor, ramp), 0)
  t.equal(risen({ value: 32_000, sinceMs: 0 }, NaN, floor, ramp), 0)
})

void test('the relay of the grid operator: where theirs lets go, ours holds', { skip }, async (t) => {
  // They take an input that cannot be read, and a site off the grid, as no limit. Ours fails closed: only a relay
  // that clearly says "no limit" frees, and no belief about the grid overrides the operator.
  for (const [input, gridMode, theirs] of cases?.openems_14a.rows_input_gridmode_minActivePowerConstraint ??
    []) {
    const ours = relayLimitW(input)
    const same = (theirs === null) === (ours === null)
    const differs = input === null || (input === false && gridMode === 'OFF_GRID')
    t.equal(same, !differs, `${input} ${gridMode}`)
    if (theirs !== null) t.equal(ours, -theirs)
    if (differs) t.equal(ours, 4_200, 'the stricter')
  }
})
