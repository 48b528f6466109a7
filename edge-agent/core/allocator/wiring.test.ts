import fc from 'fast-check'
import { test } from 'tap'
import type { EffectiveLimit } from './limits.ts'
import { add, loadOf, overruns, roomFor, weightsOf, type Load, type Network } from './network.ts'
import { networkOf } from './rows.ts'
import { equalShare } from './equal-share.ts'
import { scene, site } from './site.suite.ts'
import type { Node, Place, Tree } from './tree.ts'

const place = (key: string, words: Partial<Place> = {}): Place => ({
  chargerId: key,
  evseId: 1,
  connectorId: 1,
  key,
  phases: [0],
  ratingMilliA: 32_000,
  fallbackMilliA: 0,
  automatic: false,
  managed: true,
  dc: false,
  path: [1, 0],
  ...words
})

const node = (id: string, amps: number, words: Partial<Node> = {}): Node => ({
  id,
  parent: id === 'grid' ? null : 0,
  limitMilliA: [amps * 1000, amps * 1000, amps * 1000],
  ...words
})

const unlimited = (tree: Tree): EffectiveLimit => {
  const [l1, l2, l3] = tree.nodes[0]?.limitMilliA ?? [0, 0, 0]
  const bound = (value: number) => ({ value, because: 'grid', until: null })
  return { phases: [bound(l1), bound(l2), bound(l3)], watts: null, valid: [] }
}

const network = (tree: Tree, more: Partial<EffectiveLimit> = {}): Network =>
  networkOf(tree, { ...unlimited(tree), ...more }, tree.voltageV)

/** The garage of the ACN data: posts between lines behind a delta-wound transformer with a ratio of four. */
const garage = (kw: number): Tree => ({
  voltageV: 277,
  nodes: [
    node('grid', 10_000),
    node('transformer', (kw * 1000) / 3 / 120, {
      delta: {
        ratio: 4,
        limitMilliA: [(kw * 1e6) / 831, (kw * 1e6) / 831, (kw * 1e6) / 831]
      }
    })
  ],
  places: [0, 1, 2].map((loop) => place(`P${loop}`, { loop: true, phases: [loop as 0 | 1 | 2] }))
})

const load = (tree: Tree, amps: readonly number[], net = network(tree)): Load => {
  const filled = loadOf(net, [0, 0, 0])
  amps.forEach((each, at) => {
    const currents: [number, number, number] = [0, 0, 0]
    currents[tree.places[at]?.phases[0] ?? 0] = each * 1000
    add(filled, at, currents)
  })
  return filled
}

const magnitudeOf = (filled: Load, name: string): number => {
  const row = filled.network.rows.findIndex((each) => each.name === name)
  return Math.hypot(filled.used[row] ?? 0, filled.usedIm[row] ?? 0) / 1000
}

const currents = fc.tuple(
  fc.double({ min: 0, max: 300, noNaN: true }),
  fc.double({ min: 0, max: 300, noNaN: true }),
  fc.double({ min: 0, max: 300, noNaN: true })
)
const close = (one: number, other: number): boolean => Math.abs(one - other) < 1e-6

void test('a delta-wound transformer: secondary lines AB − CA …, primary lines (Ia − Ic) / 4 …', async (t) => {
  const tree = garage(50)
  fc.assert(
    fc.property(currents, ([ab, bc, ca]) => {
      const filled = load(tree, [ab, bc, ca])
      // |x∠30 − y∠150| = √(x² + y² + xy): the two stand 60° apart once the second is turned around.
      const line = (x: number, y: number): number => Math.sqrt(x * x + y * y + x * y)
      // |AB + BC − 2·CA| / 4 with 120° between them.
      const primary = (x: number, y: number, twice: number): number =>
        Math.sqrt(x * x + y * y + 4 * twice * twice - x * y + 2 * twice * (x + y)) / 4
      return (
        close(magnitudeOf(filled, 'transformer L1'), line(ab, ca)) &&
        close(magnitudeOf(filled, 'transformer L2'), line(bc, ab)) &&
        close(magnitudeOf(filled, 'transformer L3'), line(ca, bc)) &&
        close(magnitudeOf(filled, 'transformer primary L1'), primary(ab, bc, ca)) &&
        close(magnitudeOf(filled, 'transformer primary L2'), primary(bc, ca, ab)) &&
        close(magnitudeOf(filled, 'transformer primary L3'), primary(ca, ab, bc))
      )
    })
  )
  t.pass()
})

void test('balanced cars between lines: √3 of their current on each line, and their watts in the total', async (t) => {
  const filled = load(garage(50), [10, 10, 10])
  t.ok(close(magnitudeOf(filled, 'transformer L2'), 10 * Math.sqrt(3)))
  // Power is the same on both sides: 3 × 10 A × 208 V = 6.24 kW are 22.5 A at 277 V in total, 7.5 A a line.
  t.ok(Math.abs(magnitudeOf(filled, 'site total') - 22.5) < 0.05, `${magnitudeOf(filled, 'site total')}`)
  t.ok(Math.abs(magnitudeOf(filled, 'grid L1') - 7.5) < 0.02, `${magnitudeOf(filled, 'grid L1')}`)
})

void test('behind a delta winding a three-phase load is in phase with one that hangs on the grid itself', async (t) => {
  const tree: Tree = {
    ...garage(500),
    places: [place('behind', { phases: [0, 1, 2] }), place('before', { phases: [0, 1, 2], path: [0] })]
  }
  const net = network(tree)
  const filled = loadOf(net, [0, 0, 0])
  add(filled, 0, [40_000, 40_000, 40_000])
  add(filled, 1, [10_000, 10_000, 10_000])
  t.ok(close(magnitudeOf(filled, 'grid L3'), 10 * Math.sqrt(3) + 10))
})

void test('within the rows, cars may draw anything below their set-point: no line is over, although currents cancel', async (t) => {
  const tree = garage(50)
  const net = network(tree)
  fc.assert(
    fc.property(
      currents,
      fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0, max: 1, noNaN: true }))),
      (full, shares) => {
        if (overruns(load(tree, full, net)).length > 0) return true
        const less = full.map((each, at) => each * (shares[at] ?? 1))
        return overruns(load(tree, less, net)).length === 0
      }
    ),
    { numRuns: 1000 }
  )
  t.pass()
})

void test('currents that hide each other count as if the other car might stop', async (t) => {
  const tree: Tree = {
    ...garage(1000),
    nodes: [
      node('grid', 10_000),
      node('transformer', 1000, { delta: { ratio: 4, limitMilliA: [60_000, 60_000, 60_000] } })
    ]
  }
  // √(250² + 125² − 250 · 125) / 4 = 54.1 A stand under 60 A, but once BC stops they are 62.5 A.
  const both = load(tree, [250, 125, 0])
  t.ok(close(magnitudeOf(both, 'transformer primary L1'), Math.sqrt(46_875) / 4))
  const over = overruns(both).filter(({ row }) => both.network.rows[row]?.name === 'transformer primary L1')
  t.strictSame(
    over.map(({ milliA }) => Math.round(milliA)),
    [2_500]
  )
})

void test('a circuit in watts binds beside its amperes, and says so', async (t) => {
  const tree: Tree = {
    voltageV: 230,
    nodes: [node('grid', 100), node('panel', 100, { limitW: 6_900 })],
    places: [place('A', { phases: [0, 1, 2] }), place('B', { path: [0], phases: [0, 1, 2] })]
  }
  const net = network(tree)
  const room = (at: number) => roomFor(loadOf(net, [0, 0, 0]), weightsOf(net, at, [1, 1, 1]))
  t.equal(room(0).milliA, 10_000, '6.9 kW on three phases')
  t.equal(net.rows[room(0).row]?.because, 'panel total')
  t.equal(room(1).milliA, 100_000)
})

void test('bounds of a moment on any node: the least of wiring and bound, import and export apart', async (t) => {
  const tree: Tree = {
    voltageV: 230,
    nodes: [node('grid', 100, { exportLimitW: 2_300 }), node('panel', 50)],
    places: [place('A')]
  }
  const bound = (value: number) => ({ value, because: 'peak until 19:00', until: null })
  const nodes = new Map([
    ['panel', { phases: [bound(8_000), bound(9_000), bound(60_000)] as const, watts: bound(920) }]
  ])
  const net = network(tree, { nodes })
  const limitOf = (name: string) => net.rows.find((row) => row.name === name)
  t.match(limitOf('panel L1'), { limit: 8_000, because: 'peak until 19:00', exportLimit: 50_000 })
  t.match(limitOf('panel L3'), { limit: 50_000, because: 'panel L3' })
  t.match(limitOf('panel total'), { limit: 4_000 })
  t.match(limitOf('site total'), { limit: Infinity, exportLimit: 10_000 })
})

void test('unbalance: one phase at most a share above the mean, but for the allowance', async (t) => {
  const unbalance = { share: 0.5, allowanceMilliA: 10_000 }
  const tree: Tree = {
    voltageV: 230,
    nodes: [node('grid', 100, { unbalance })],
    places: [
      place('L1', { path: [0] }),
      place('L2', { path: [0], phases: [1] }),
      place('all', { path: [0], phases: [0, 1, 2] })
    ]
  }
  const net = network(tree)
  const room = (filled: Load) => roomFor(filled, weightsOf(net, 0, [1, 0, 0]))
  // Alone: I − 1.5 · I / 3 = I / 2 ≤ 10 A.
  t.equal(room(loadOf(net, [0, 0, 0])).milliA, 20_000)
  t.equal(net.rows[room(loadOf(net, [0, 0, 0])).row]?.name, 'grid unbalance L1')
  const shared = loadOf(net, [0, 0, 0])
  add(shared, 2, [16_000, 16_000, 16_000])
  // 16 + x − 1.5 · (48 + x) / 3 = x / 2 − 8 ≤ 10 A.
  t.equal(room(shared).milliA, 36_000)
  t.equal(room(loadOf(net, [0, 0, 0], 'firm')).milliA, 100_000, 'what may be drawn is another matter')
})

void test('equal shares under an unbalance limit stay within it', async (t) => {
  const amps = fc.integer({ min: 5, max: 60 })
  fc.assert(
    fc.property(amps, amps, fc.integer({ min: 0, max: 100 }), (grid, allowance, percent) => {
      const unbalance = { share: percent / 100, allowanceMilliA: allowance * 1000 }
      const tree: Tree = {
        voltageV: 230,
        nodes: [node('grid', grid, { unbalance })],
        places: [
          place('L1', { path: [0] }),
          place('L2', { path: [0], phases: [1] }),
          place('all', { path: [0], phases: [0, 1, 2] })
        ]
      }
      const filled = loadOf(network(tree), [0, 0, 0])
      equalShare(
        filled,
        tree.places.map(({ phases }, at) => ({
          place: at,
          direction: [phases.includes(0) ? 1 : 0, phases.includes(1) ? 1 : 0, phases.includes(2) ? 1 : 0],
          reservedMilliA: 0,
          capMilliA: 32_000
        }))
      )
      return overruns(filled).length === 0
    })
  )
  t.pass()
})

void test('rows of a plain site stand where they always did: three fuses a node, then a total each', async (t) => {
  const { network: net } = scene(site({ circuits: [{ id: 'f', limitA: 20 }], chargers: [{ id: 'A' }] }))
  t.strictSame(
    net.rows.map(({ name }) => name),
    ['grid L1', 'grid L2', 'grid L3', 'f L1', 'f L2', 'f L3', 'site total', 'f total']
  )
  t.notOk(net.wires.phasors)
})
