import { existsSync, readFileSync } from 'node:fs'
import { test } from 'tap'
import { z } from 'zod'
import { directionOf } from './car.ts'
import { equalShare } from './equal-share.ts'
import { effectiveLimit, totalW } from './limits.ts'
import { loadOf, roomFor, weightsOf } from './network.ts'
import { now, scene, site } from './site.suite.ts'

// Cases made elsewhere (evcc, OpenEMS), read from where they lie; see the README beside them.
const file = process.env['NOVA_VECTORS'] ?? '/work/shared/vectors'
const path = `${file}/edge-limits/edge_limit_vectors.json`
const skip = existsSync(path) ? false : `no test cases at ${path}`

const Cases = z.object({
  evcc_circuit: z.object({ rows_p_c1_c2_old_new_result: z.array(z.array(z.number())) }),
  evcc_hems_clamp: z.object({ rows_maxPower_hemsLimit_request_allowed: z.array(z.array(z.number())) }),
  openems_cluster_max: z.object({
    distribution: z.array(
      z.object({
        toDistribute_W: z.number(),
        requests_W: z.array(z.number()),
        maxHw_W: z.array(z.number()).optional(),
        expect_W: z.array(z.number())
      })
    )
  })
})
const cases = skip === false ? Cases.parse(JSON.parse(readFileSync(path, 'utf8'))) : null

void test(
  'a load behind two circuits is cut as evcc cuts it, for all of its 31 rows',
  { skip },
  async (t) => {
    const chargers = [
      { id: 'A', circuit: 'child1', phaseRotation: 'R' as const },
      { id: 'B', circuit: 'child2' }
    ]
    const circuits = [
      { id: 'parent', limitA: 1 },
      { id: 'child1', parent: 'parent', limitA: 1 },
      { id: 'child2', parent: 'parent', limitA: 1 }
    ]
    const where = scene(site({ limitA: 1000, circuits, chargers }))
    const rowOf = (name: string): number => where.network.rows.findIndex((row) => row.name === name)
    for (const row of cases?.evcc_circuit.rows_p_c1_c2_old_new_result ?? []) {
      const [p = 0, c1 = 0, c2 = 0, old = 0, wanted = 0, result = 0] = row.map((each) =>
        Math.round(each * 1000)
      )
      const load = loadOf(where.network, [0, 0, 0])
      load.used[rowOf('parent L1')] = p
      load.used[rowOf('child1 L1')] = c1
      load.used[rowOf('child2 L1')] = c2
      const { milliA } = roomFor(load, weightsOf(where.network, 0, [1, 0, 0]))
      t.equal(Math.min(wanted, Math.max(0, old + milliA)), result, JSON.stringify(row))
    }
  }
)

void test(
  'a limit from outside and one from the wiring: the smaller rules, and 0 from evcc means none',
  { skip },
  async (t) => {
    t.comment('differs: 0 means "no limit" there; here that is said by saying nothing, and 0 is a limit')
    for (const row of cases?.evcc_hems_clamp.rows_maxPower_hemsLimit_request_allowed ?? []) {
      const [most = 0, hems = 0, request = 0, allowed = 0] = row
      const limits = [most, hems]
        .filter((each) => each > 0)
        .map((limitW) => ({ source: 'x', limitW, reason: 'x' }))
      const effective = effectiveLimit(site({ limitA: 1000, chargers: [] }), limits, now)
      t.equal(Math.min(request, totalW(effective, 230)), allowed, JSON.stringify(row))
    }
  }
)

void test(
  'power for two cars is shared as OpenEMS shares it: the first gets all when two minimums do not fit',
  { skip },
  async (t) => {
    for (const each of cases?.openems_cluster_max.distribution ?? []) {
      const limits = [{ source: 'x', limitW: each.toDistribute_W, reason: 'x' }]
      const chargers = each.requests_W.map((watts, index) => ({
        id: `C${index}`,
        maxPowerW: Math.min(watts, each.maxHw_W?.[index] ?? watts)
      }))
      const where = scene(site({ limitA: 1000, chargers }), { limits })
      const load = loadOf(where.network, [0, 0, 0])
      const shares = equalShare(
        load,
        where.tree.places.map((place, index) => ({
          place: index,
          direction: directionOf(place),
          reservedMilliA: 0,
          capMilliA: place.ratingMilliA
        }))
      )
      shares.forEach(({ milliA }, index) => {
        const watts = (milliA * 690) / 1000
        t.ok(Math.abs(watts - (each.expect_W[index] ?? 0)) < 1, `${watts} W for ${JSON.stringify(each)}`)
      })
    }
  }
)
