import fc from 'fast-check'
import { test } from 'tap'
import type { Claim, Share } from './claim.ts'
import { anyClaims, rowOf } from './network.suite.ts'
import { fits, loadOf, networkFrom, weightsOf, type Direction, type Load, type Network } from './network.ts'
import { atLeast, atMost, nextAbove } from './pilots.ts'
import { networkOf } from './rows.ts'
import { strategies } from './strategies.ts'
import type { Node, Place, Tree } from './tree.ts'
import { wiresOf } from './wires.ts'

type World = { readonly network: Network; readonly claims: readonly Claim[] }
type Kind = 'fuses alone' | 'a limit on unbalance' | 'a delta-wound transformer'

const amps = fc.integer({ min: 10_000, max: 150_000 })
const wired = fc.constantFrom<readonly (0 | 1 | 2)[]>([0, 1, 2], [1, 2, 0], [2, 0, 1], [0], [1], [2])

const nodeOf = (index: number, limitMilliA: Node['limitMilliA'], special: Partial<Node>): Node => ({
  id: index === 0 ? 'grid' : `n${index}`,
  parent: index === 0 ? null : Math.trunc((index - 1) / 2),
  limitMilliA,
  ...special
})

const specialOf = (kind: Kind, [l1, l2, l3]: Node['limitMilliA']): Partial<Node> => {
  if (kind === 'fuses alone') return {}
  return kind === 'a limit on unbalance'
    ? { unbalance: { share: 0.2, allowanceMilliA: 8_000 } }
    : { delta: { ratio: 4, limitMilliA: [l1 / 2, l2 / 2, l3 / 2] } }
}

/** Four nodes, one of them special; connectors anywhere, on any phases. */
const trees = (kind: Kind): fc.Arbitrary<Tree> =>
  fc
    .record({
      limits: fc.array(fc.tuple(amps, amps, amps), { minLength: 4, maxLength: 4 }),
      special: fc.integer({ min: 1, max: 3 }),
      places: fc.array(fc.record({ at: fc.nat(3), phases: wired }), { minLength: 1, maxLength: 8 })
    })
    .map(({ limits, special, places }) => {
      const nodes = limits.map((limit, index) =>
        nodeOf(index, limit, index === special ? specialOf(kind, limit) : {})
      )
      return { voltageV: 230, nodes, places: places.map((place, index) => placeOf(nodes, index, place)) }
    })

function placeOf(
  nodes: readonly Node[],
  index: number,
  { at, phases }: { readonly at: number; readonly phases: Place['phases'] }
): Place {
  const path: number[] = []
  for (let node: number | null = at; node !== null; node = nodes[node]?.parent ?? null) path.push(node)
  const address = { chargerId: `p${index}`, evseId: 1, connectorId: 1, key: `p${index}` }
  const milliA = { ratingMilliA: 32_000, fallbackMilliA: 0 }
  return { ...address, ...milliA, phases, path, automatic: false, managed: true, dc: false }
}

const on = ({ phases }: Place): Direction => [
  Number(phases.includes(0)),
  Number(phases.includes(1)),
  Number(phases.includes(2))
]

const worlds = (kind: Kind): fc.Arbitrary<World> =>
  trees(kind).chain((tree) => {
    const [l1, l2, l3] = tree.nodes[0]?.limitMilliA ?? [0, 0, 0]
    const bound = (value: number) => ({ value, because: 'grid', until: null })
    const network = networkOf(
      tree,
      { phases: [bound(l1), bound(l2), bound(l3)], watts: null, valid: [] },
      tree.voltageV
    )
    return anyClaims(network).map((claims) => ({
      network,
      claims: claims.map((claim, index) => ({ ...claim, direction: on(tree.places[index]!) }))
    }))
  })

/** The next level that is worth a word: what its pile can say, or for piles that take any current so much more. */
function nextFor(claim: Claim, { milliA }: Share, moreMilliA: number): number {
  const { pilots, floorMilliA = 6_000 } = claim
  if (milliA === 0 && floorMilliA > 0) return atLeast(pilots, floorMilliA)
  return pilots === undefined ? milliA + moreMilliA : nextAbove(pilots, milliA, 1)
}

const hasRoom = (load: Load, claim: Claim, share: Share, moreMilliA: number): boolean => {
  const next = nextFor(claim, share, moreMilliA)
  const pull = weightsOf(load.network, claim.place, claim.direction)
  return next <= atMost(claim.pilots, claim.capMilliA) && fits(load, pull, next - share.milliA)
}

for (const [name, strategy] of Object.entries(strategies))
  for (const kind of ['fuses alone', 'a limit on unbalance', 'a delta-wound transformer'] as const)
    void test(`${name}, ${kind}: nobody is told of a limit while there is room for him everywhere`, async (t) => {
      // By turns everyone rises by whole amperes.
      const moreMilliA = name === 'round-robin' ? 1_000 : 100
      fc.assert(
        fc.property(worlds(kind), ({ network, claims }) => {
          const load = loadOf(network, [0, 0, 0])
          const shares = strategy(load, claims)
          return claims.every((claim, index) => !hasRoom(load, claim, shares[index]!, moreMilliA))
        }),
        { numRuns: 200 }
      )
      t.pass()
    })

void test('what listed set-points cannot use goes to who takes any current', async (t) => {
  const network = networkFrom(
    [rowOf('fuse', 20_000)],
    wiresOf(
      [0, 1].map(() => [[{ row: 0, re: 1, im: 0 }], [], []]),
      1
    )
  )
  const claim = (place: number, more: Partial<Claim>): Claim => ({
    place,
    direction: [1, 0, 0],
    reservedMilliA: 0,
    capMilliA: 32_000,
    ...more
  })
  const listed = { kind: 'listed', milliA: [0, 8_000, 16_000] } as const
  const shares = strategies.equal(loadOf(network, [0, 0, 0]), [claim(0, { pilots: listed }), claim(1, {})])
  t.strictSame(
    shares.map(({ milliA }) => milliA),
    [8_000, 12_000]
  )
})
