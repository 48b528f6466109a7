import fc from 'fast-check'
import { test } from 'tap'
import { directionOf } from './car.ts'
import type { Claim } from './claim.ts'
import { equalShare } from './equal-share.ts'
import { anyNetwork } from './network.suite.ts'
import { add, loadOf, overruns, scaled, type Load, type Network } from './network.ts'
import { strategies } from './strategies.ts'
import { anySite, scene, site } from './site.suite.ts'

/**
 * The slow way to equal shares: the lowest who still can rises by a little, again and again. Rows that count
 * phasors may let one rise again later; he has left the round by then, here as there.
 */
function crept(load: Load, claims: readonly Claim[], stepMilliA: number): number[] {
  const levels = claims.map(() => 0)
  const open = new Set(claims.keys())
  const rise = (at: number, by: number): boolean => {
    const claim = claims[at]
    if (claim === undefined) return false
    add(load, claim.place, scaled(claim.direction, by))
    if (overruns(load).length === 0) return true
    add(load, claim.place, scaled(claim.direction, -by))
    return false
  }
  while (open.size > 0) {
    const lowest = [...open].reduce((least, at) => ((levels[at] ?? 0) < (levels[least] ?? 0) ? at : least))
    const level = levels[lowest] ?? 0
    const by = Math.min(stepMilliA, (claims[lowest]?.capMilliA ?? 0) - level)
    if (by > 0 && rise(lowest, by)) levels[lowest] = level + by
    else open.delete(lowest)
  }
  return levels
}

const freely = (network: Network, caps: readonly number[]): Claim[] =>
  caps.slice(0, network.wires.places).map((capMilliA, place): Claim => ({
    place,
    direction: [1, 0, 0],
    reservedMilliA: 0,
    floorMilliA: 0,
    capMilliA
  }))

void test('equal shares from event to event are those that creeping up finds', async (t) => {
  fc.assert(
    fc.property(anySite, (of) => {
      const { network, tree } = scene(of)
      const claims = tree.places.map((place, at): Claim => ({
        place: at,
        direction: directionOf(place),
        reservedMilliA: 0,
        floorMilliA: 0,
        capMilliA: Math.floor(place.ratingMilliA / 50) * 50
      }))
      const fast = equalShare(loadOf(network, [0, 0, 0]), claims)
      const slow = crept(loadOf(network, [0, 0, 0]), claims, 50)
      return slow.every((level, at) => Math.abs(level - (fast[at]?.milliA ?? 0)) <= 50 * claims.length)
    }),
    { numRuns: 60 }
  )
  t.pass()
})

void test('phasors of any angle: nobody is bound while all his rows have room', async (t) => {
  fc.assert(
    fc.property(
      anyNetwork,
      fc.array(fc.integer({ min: 1, max: 32_000 }), { minLength: 6, maxLength: 6 }),
      (network, caps) => {
        const claims = freely(network, caps)
        const load = loadOf(network, [0, 0, 0])
        const shares = equalShare(load, claims)
        if (overruns(load).length > 0) return false
        return shares.every(({ milliA, row }, at) => {
          const claim = claims[at]
          if (claim === undefined || milliA >= claim.capMilliA) return true
          // The row that bound him was full when it did; another's current may have made room since.
          return row !== null && network.rows[row] !== undefined
        })
      }
    ),
    { numRuns: 300 }
  )
  t.pass()
})

void test('proportional: as the chargers stand to each other, so do their shares, whatever the fuse', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 90 }),
      fc.array(fc.integer({ min: 10, max: 220 }), { minLength: 2, maxLength: 8 }),
      (limitA, hundreds) => {
        const chargers = hundreds.map((each, at) => ({
          id: `C${at}`,
          maxPowerW: each * 100,
          phaseRotation: 'R' as const
        }))
        const { network, tree } = scene(site({ limitA, chargers }))
        const claims = tree.places.map(({ ratingMilliA }, place): Claim => ({
          place,
          direction: [1, 0, 0],
          reservedMilliA: 0,
          floorMilliA: 0,
          capMilliA: ratingMilliA
        }))
        const shares = strategies.proportional(loadOf(network, [0, 0, 0]), claims)
        const ratios = shares.map(({ milliA }, at) => milliA / (claims[at]?.capMilliA ?? 1))
        const all = shares.reduce((total, { milliA }) => total + milliA, 0)
        const wanted = claims.reduce((total, { capMilliA }) => total + capMilliA, 0)
        const full = Math.abs(all - Math.min(limitA * 1000, wanted)) < 0.001
        return full && Math.max(...ratios) - Math.min(...ratios) < 1e-9
      }
    )
  )
  t.pass()
})
