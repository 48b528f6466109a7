import fc from 'fast-check'
import { test } from 'tap'
import { directionOf } from './car.ts'
import { floorMilliA, type Claim, type Share } from './claim.ts'
import { equalShare } from './equal-share.ts'
import { add, loadOf, overruns, scaled, weightsOf, type Load } from './network.ts'
import { anySite, scene, site, type SiteWords } from './site.suite.ts'

const claimsOf = (load: Load, words: ReturnType<typeof scene>, reserved = 0): Claim[] =>
  words.tree.places.map((place, index) => {
    add(load, index, scaled(directionOf(place), reserved))
    return {
      place: index,
      direction: directionOf(place),
      reservedMilliA: reserved,
      capMilliA: Math.floor(place.ratingMilliA)
    }
  })

function shared(words: SiteWords, base = 0): number[] {
  const view = scene(site(words))
  const load = loadOf(view.network, [base, base, base])
  return equalShare(load, claimsOf(load, view)).map(({ milliA }) => milliA)
}

const three = [{ id: 'A' }, { id: 'B' }, { id: 'C' }]
const table: { what: string; words: SiteWords; base?: number; each: number[] }[] = [
  {
    what: 'room for all: everyone has the rating',
    words: { limitA: 200, chargers: three },
    each: [32_000, 32_000, 32_000]
  },
  { what: 'a third each', words: { limitA: 30, chargers: three }, each: [10_000, 10_000, 10_000] },
  {
    what: 'what the base load leaves',
    words: { limitA: 30, chargers: three },
    base: 9_000,
    each: [7_000, 7_000, 7_000]
  },
  {
    what: 'the third waits when there is no third 6 A',
    words: { limitA: 17, chargers: three },
    each: [8_500, 8_500, 0]
  },
  { what: 'nobody gets less than 6 A', words: { limitA: 5, chargers: three }, each: [0, 0, 0] },
  {
    what: 'nothing at all below the base load',
    words: { limitA: 20, chargers: three },
    base: 25_000,
    each: [0, 0, 0]
  },
  {
    what: 'what one cannot use goes to the others',
    words: { limitA: 50, chargers: [{ id: 'A', maxPowerW: 5520 }, { id: 'B' }, { id: 'C' }] },
    each: [8_000, 21_000, 21_000]
  },
  {
    what: 'a narrow feeder binds only those behind it',
    words: {
      limitA: 60,
      circuits: [{ id: 'f', limitA: 20 }],
      chargers: [{ id: 'A', circuit: 'f' }, { id: 'B', circuit: 'f' }, { id: 'C' }]
    },
    each: [10_000, 10_000, 32_000]
  },
  {
    what: 'cars on different phases do not share a phase',
    words: {
      limitA: 20,
      chargers: [
        { id: 'A', phaseRotation: 'R', maxPowerW: 7360 },
        { id: 'B', phaseRotation: 'S', maxPowerW: 7360 },
        { id: 'C', phaseRotation: 'S', maxPowerW: 7360 }
      ]
    },
    each: [20_000, 10_000, 10_000]
  }
]

for (const { what, words, base, each } of table)
  void test(`equal share: ${what}`, async (t) => {
    t.strictSame(shared(words, base), each)
  })

const anyShare = fc.record({ site: anySite, base: fc.nat(40_000), reserved: fc.constantFrom(0, 6000, 8000) })

function run(words: { site: ReturnType<typeof site>; base: number; reserved: number }): {
  load: Load
  claims: Claim[]
  shares: Share[]
  before: number[]
} {
  const view = scene(words.site)
  const load = loadOf(view.network, [words.base, words.base, words.base])
  const claims = claimsOf(load, view, words.reserved)
  const before = [...load.used]
  return { load, claims, shares: equalShare(load, claims), before }
}

void test('whatever the wiring, no share makes a sum pass a limit that it had not passed before', async (t) => {
  fc.assert(
    fc.property(anyShare, (words) => {
      const { load, before } = run(words)
      return overruns(load).every(({ row }) => (before[row] ?? 0) === load.used[row])
    })
  )
  t.pass()
})

void test('nobody gets less than another unless his own cap or a full row of his binds him', async (t) => {
  fc.assert(
    fc.property(anyShare, (words) => {
      const { load, claims, shares } = run(words)
      return claims.every((claim, index) => {
        const own = shares[index]?.milliA ?? 0
        if (own === 0 || own >= claim.capMilliA) return true
        const rows = [...weightsOf(load.network, claim.place, claim.direction).rows]
        const richest = (row: number): number =>
          Math.max(
            ...claims.map((other, at) =>
              weightsOf(load.network, other.place, other.direction).rows.includes(row)
                ? (shares[at]?.milliA ?? 0)
                : 0
            )
          )
        // Somewhere on his way a row is full, and in it nobody has more than he has (but for what is reserved).
        return rows.some((row) => {
          const room = (load.network.rows[row]?.limit ?? 0) - (load.used[row] ?? 0)
          const pulls = claims.length * 3
          return room < pulls && richest(row) <= Math.max(own, words.reserved, floorMilliA)
        })
      })
    })
  )
  t.pass()
})

void test('everyone gets nothing or at least 6 A, and never more than his cap', async (t) => {
  fc.assert(
    fc.property(anyShare, (words) => {
      const { claims, shares } = run(words)
      return shares.every(
        ({ milliA }, index) =>
          milliA === 0 || (milliA >= floorMilliA && milliA <= (claims[index]?.capMilliA ?? 0))
      )
    })
  )
  t.pass()
})
