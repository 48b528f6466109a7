import fc from 'fast-check'
import { test } from 'tap'
import type { Claim, Share, Strategy } from './claim.ts'
import { anyClaims, anyNetwork, rowOf } from './network.suite.ts'
import { loadOf, networkFrom, overruns, type Network } from './network.ts'
import { atMost } from './pilots.ts'
import { strategies, strategyOf } from './strategies.ts'
import { wiresOf } from './wires.ts'

const all = Object.entries(strategies)
const worlds = anyNetwork.chain((network) => anyClaims(network).map((claims) => ({ network, claims })))

const run = (strategy: Strategy, { network, claims }: { network: Network; claims: readonly Claim[] }) => {
  const load = loadOf(network, [0, 0, 0])
  return { load, shares: strategy(load, claims) }
}

for (const [name, strategy] of all) {
  void test(`${name}: no row is ever passed, whatever the angles, wishes and pilots`, async (t) => {
    fc.assert(
      fc.property(worlds, (world) => overruns(run(strategy, world).load).length === 0),
      { numRuns: 300 }
    )
    t.pass()
  })

  void test(`${name}: everyone gets nothing or at least his minimum, at most his cap, in set-points his pile knows`, async (t) => {
    fc.assert(
      fc.property(worlds, (world) =>
        run(strategy, world).shares.every(({ milliA }, index) => {
          const { capMilliA = 0, floorMilliA = 6_000, pilots } = world.claims[index] ?? {}
          const allowed = milliA === 0 || (milliA >= floorMilliA && milliA <= capMilliA)
          return allowed && Math.abs(atMost(pilots, milliA) - milliA) < 1e-6
        })
      ),
      { numRuns: 300 }
    )
    t.pass()
  })

  void test(`${name}: who has less than his cap is told the row that binds him`, async (t) => {
    fc.assert(
      fc.property(worlds, (world) =>
        run(strategy, world).shares.every(({ milliA, row }, index) => {
          const { capMilliA = 0, floorMilliA = 6_000, pilots } = world.claims[index] ?? {}
          const most = atMost(pilots, capMilliA)
          const wants = most >= floorMilliA && most > 0
          return !wants || milliA >= most - 1e-6 || row !== null
        })
      )
    )
    t.pass()
  })

  void test(`${name}: the load carries exactly what was given`, async (t) => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { load, shares } = run(strategy, world)
        const again = loadOf(world.network, [0, 0, 0])
        shares.forEach(({ milliA }, place) => {
          for (let row = 0; row < again.used.length; row++) {
            const { wires } = world.network
            for (let at = wires.start[place * 3] ?? 0; at < (wires.start[place * 3 + 1] ?? 0); at++) {
              if (wires.row[at] !== row) continue
              again.used[row] = (again.used[row] ?? 0) + (wires.re[at] ?? 0) * milliA
              again.usedIm[row] = (again.usedIm[row] ?? 0) + (wires.im[at] ?? 0) * milliA
            }
          }
        })
        return again.used.every(
          (used, row) =>
            Math.abs(used - (load.used[row] ?? 0)) < 0.01 &&
            Math.abs((again.usedIm[row] ?? 0) - (load.usedIm[row] ?? 0)) < 0.01
        )
      })
    )
    t.pass()
  })
}

/** One fuse that all share. */
const fuse = (limit: number, places: number): Network =>
  networkFrom(
    [rowOf('fuse', limit)],
    wiresOf(
      Array.from({ length: places }, () => [[{ row: 0, re: 1, im: 0 }], [], []]),
      1
    )
  )

const claim = (place: number, words: Partial<Claim> = {}): Claim => ({
  place,
  direction: [1, 0, 0],
  reservedMilliA: 0,
  capMilliA: 32_000,
  fullMilliA: 32_000,
  fullW: 7_360,
  ...words
})

const amps = (shares: readonly Share[]): number[] => shares.map(({ milliA }) => milliA / 1000)

const hour = 3_600_000
const table: {
  name: keyof typeof strategies
  what: string
  limitA: number
  claims: Claim[]
  each: number[]
}[] = [
  {
    name: 'first-come',
    what: 'all minimums, then the first comer takes the rest',
    limitA: 40,
    claims: [claim(0, { arrivedMs: 2 }), claim(1, { arrivedMs: 1 }), claim(2)],
    each: [6, 28, 6]
  },
  {
    name: 'earliest-deadline',
    what: 'who leaves first; who does not say, last',
    limitA: 46,
    claims: [claim(0), claim(1, { departMs: 9 }), claim(2, { departMs: 3 })],
    each: [6, 8, 32]
  },
  {
    // 7 360 Wh take an hour at full power: laxity 1 h against 0.5 h.
    name: 'least-laxity',
    what: 'who can wait least, although he leaves later',
    limitA: 38,
    claims: [
      claim(0, { departMs: 2 * hour, energyLeftWh: 7_360 }),
      claim(1, { departMs: 3 * hour, energyLeftWh: 18_400 })
    ],
    each: [6, 32]
  },
  {
    name: 'priority',
    what: 'the higher class has all it wants, the lower ones share what is left',
    limitA: 52,
    claims: [claim(0), claim(1, { priority: 5 }), claim(2)],
    each: [10, 32, 10]
  },
  {
    name: 'priority',
    what: 'the minimum goes to the higher class first',
    limitA: 7,
    claims: [claim(0), claim(1, { priority: 1 })],
    each: [0, 7]
  },
  {
    name: 'proportional',
    what: 'twice the charger, twice the current',
    limitA: 36,
    claims: [claim(0, { fullMilliA: 16_000, capMilliA: 16_000 }), claim(1)],
    each: [12, 24]
  },
  {
    name: 'round-robin',
    what: 'whole amperes, the odd one to who came first',
    limitA: 25,
    claims: [claim(0, { arrivedMs: 2 }), claim(1, { arrivedMs: 1 })],
    each: [12, 13]
  },
  {
    name: 'equal',
    what: 'set-points of the pile: what rounding leaves goes to the lowest who can use it',
    limitA: 26,
    claims: [
      claim(0, { pilots: { kind: 'listed', milliA: [0, 8_000, 16_000] }, floorMilliA: 8_000 }),
      claim(1, { pilots: { kind: 'steps', stepMilliA: 1_000 } })
    ],
    each: [8, 18]
  },
  {
    name: 'equal',
    what: 'a pile with its own minimum waits below it',
    limitA: 15,
    claims: [claim(0), claim(1, { floorMilliA: 10_000 })],
    each: [15, 0]
  }
]

for (const { name, what, limitA, claims, each } of table)
  void test(`${name}: ${what}`, async (t) => {
    t.strictSame(
      amps(run(strategies[name], { network: fuse(limitA * 1000, claims.length), claims }).shares),
      each
    )
  })

const ranks = fc.array(fc.nat(20), { minLength: 2, maxLength: 8 })
const limits = fc.integer({ min: 6_000, max: 200_000 })

for (const [name, key] of [
  ['first-come', 'arrivedMs'],
  ['earliest-deadline', 'departMs']
] as const)
  void test(`${name}: under one fuse nobody has less than another who ranks behind him`, async (t) => {
    fc.assert(
      fc.property(ranks, limits, (order, limit) => {
        const claims = order.map((rank, place) => claim(place, { floorMilliA: 0, [key]: rank }))
        const { shares } = run(strategies[name], { network: fuse(limit, claims.length), claims })
        return order.every((rank, at) =>
          order.every((other, to) => rank >= other || (shares[at]?.milliA ?? 0) >= (shares[to]?.milliA ?? 0))
        )
      })
    )
    t.pass()
  })

void test('first-come: coming earlier never gives less', async (t) => {
  fc.assert(
    fc.property(worlds, fc.nat(5), ({ network, claims }, at) => {
      const index = at % claims.length
      // Minimums follow the order of the claims, not of arrivals; here it is only the rest that counts.
      const plain = claims.map(({ place, capMilliA }) => claim(place, { capMilliA, floorMilliA: 0 }))
      const late = plain.map((each, place) => (place === index ? { ...each, arrivedMs: 100 } : each))
      const early = plain.map((each, place) => (place === index ? { ...each, arrivedMs: -1 } : each))
      // Alone first, only his own rows bind him: nobody can have more than that under rows without cancelling.
      const alone = run(strategies['first-come'], { network, claims: early }).shares[index]?.milliA ?? 0
      const last = run(strategies['first-come'], { network, claims: late }).shares[index]?.milliA ?? 0
      return network.wires.phasors || alone >= last - 1e-6
    })
  )
  t.pass()
})

void test('round-robin: under one fuse nobody has over a step more than another who wants as much', async (t) => {
  fc.assert(
    fc.property(ranks, limits, (order, limit) => {
      const claims = order.map((rank, place) => claim(place, { floorMilliA: 0, arrivedMs: rank }))
      const given = run(strategies['round-robin'], { network: fuse(limit, claims.length), claims }).shares
      const levels = given.map(({ milliA }) => milliA)
      return Math.max(...levels) - Math.min(...levels) <= 1_000
    })
  )
  t.pass()
})

void test('an unnamed strategy is equal shares', async (t) => {
  t.equal(strategyOf({}), strategies.equal)
  t.equal(strategyOf({ strategy: 'least-laxity' }), strategies['least-laxity'])
})
