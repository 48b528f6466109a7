import fc from 'fast-check'
import { test } from 'tap'
import { admit, inSingleSteps, inTurns } from './admission.ts'
import { directionOf } from './car.ts'
import type { Claim } from './claim.ts'
import { loadOf, overruns } from './network.ts'
import { anySite, scene } from './site.suite.ts'

const worlds = fc.record({
  of: anySite,
  base: fc.nat(20_000),
  caps: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 12, maxLength: 12 }),
  rests: fc.constantFrom(0, 0, 300)
})
type World = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never

const claimsOf = ({ of, caps, rests }: World): Claim[] =>
  scene(of).tree.places.map((place, at): Claim => ({
    place: at,
    direction: directionOf(place),
    reservedMilliA: 0,
    capMilliA: Math.min(place.ratingMilliA, (caps[at] ?? 0) * 1000 + rests),
    ...(rests === 0 && { pilots: { kind: 'steps', stepMilliA: 1_000 } as const })
  }))

function run(world: World, rise: typeof inTurns) {
  const { network } = scene(world.of)
  const load = loadOf(network, [world.base, world.base, world.base])
  const before = [...load.used]
  const fillings = admit(load, claimsOf(world))
  rise(
    load,
    fillings.filter(({ open }) => open)
  )
  return { load, before, levels: fillings.map(({ level }) => level), rows: fillings.map(({ row }) => row) }
}

void test('rounds for all at once give everyone what single steps in turn give him', async (t) => {
  fc.assert(
    fc.property(worlds, (world) => {
      if (world.rests > 0) return true
      const fast = run(world, inTurns)
      const slow = run(world, inSingleSteps)
      return (
        fast.levels.every((level, at) => Math.abs(level - (slow.levels[at] ?? 0)) < 1e-6) &&
        fast.load.used.every((used, row) => Math.abs(used - (slow.load.used[row] ?? 0)) < 1e-6)
      )
    }),
    { numRuns: 500 }
  )
  t.pass()
})

void test('with parts of a step left to a cap: within all rows, and less than a step from the single steps', async (t) => {
  fc.assert(
    fc.property(worlds, (world) => {
      const { load, before, levels, rows } = run(world, inTurns)
      const claims = claimsOf(world)
      const held = overruns(load).every(({ row }) => load.used[row] === before[row])
      return (
        held &&
        levels.every((level, at) => level <= (claims[at]?.capMilliA ?? 0)) &&
        levels.every(
          (level, at) => level === 0 || rows[at] !== null || (claims[at]?.capMilliA ?? 0) - level < 1_000
        )
      )
    }),
    { numRuns: 500 }
  )
  t.pass()
})
