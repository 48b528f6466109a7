import fc from 'fast-check'
import { test } from 'tap'
import type { PerPhase } from '@nova/shared-protocol/units'
import { activeSlot, allocate } from './allocate.ts'
import { never, terms, side, gate, node, device, grid, evse, amps } from './allocate.suite.ts'
import type { Device, SlotShare, Terms } from './device.ts'
import { envelopeOf, wattsAt } from './envelope.ts'
import { silent, type Bound, type Gate, type GateNode, type SetPoint, type Side } from './gates.ts'
import { begun, found, switchingDefaults } from './phases.ts'

void test('what one feeds in frees what another draws: 40 A under 32 A with 8 A fed in', async (t) => {
  const nodes = [grid, evse('a', { amps: 44 }), evse('b', { amps: 0 }, { amps: 8 })]
  const shares = allocate(nodes, [device(1), device(2)], [0], terms)
  t.strictSame(amps(shares), [40, -8])
  t.strictSame(
    shares.map(([share]) => share?.because),
    [['grid'], ['b']]
  )
})

void test('a limit from outside of 13 A binds, and is named', async (t) => {
  const nodes = [
    grid,
    node('outside', { parent: 0, draws: [gate('operator', { amps: 13 })], feeds: [gate('x', { amps: 16 })] }),
    { ...evse('a', { amps: 32 }), parent: 1 }
  ]
  const [[share] = []] = allocate(nodes, [device(2)], [0], terms)
  t.strictSame([share?.milliA, share?.because], [13_000, ['operator']])
})

void test('a set-point of 4,242 W is 6.148 A on each of three phases', async (t) => {
  const point: SetPoint = { kind: 'power', watts: 4_242, source: 'market', fromMs: -Infinity }
  const nodes = [{ ...grid, setPoints: [point] }, evse('a', { amps: 32 })]
  const [[share] = []] = allocate(nodes, [device(1)], [0], terms)
  t.equal(Math.round(share?.milliA ?? NaN), 6_148)
  t.equal(Math.round(share?.watts ?? NaN), 4_242)
  t.strictSame(share?.because, ['market'])
})

void test('three share 20 A by slices of half an ampere, the first in line first', async (t) => {
  const nodes = [
    node('grid', { draws: [gate('grid', { amps: 20 })] }),
    ...['a', 'b', 'c'].map((id) => evse(id, { amps: 32 }))
  ]
  t.strictSame(amps(allocate(nodes, [device(1), device(2), device(3)], [0], terms)), [7, 6.5, 6.5])
})

void test('the floor or nothing: of three, two get six of 14 A and share the rest', async (t) => {
  const nodes = [
    node('grid', { draws: [gate('grid', { amps: 14 })] }),
    ...['a', 'b', 'c'].map((id) => evse(id, { amps: 32 }))
  ]
  t.strictSame(amps(allocate(nodes, [device(1), device(2), device(3)], [0], terms)), [7, 7, 0])
})

void test('direct current that only watts limit is shared in watts, beyond any number of slices', async (t) => {
  const nodes = [
    node('grid', { draws: [gate('grid', { watts: 20_000_250 })] }),
    ...['a', 'b'].map((id) => node(id, { parent: 0, draws: [gate(id, { watts: 12_000_000 })] }))
  ]
  const shares = allocate(nodes, [device(1), device(2)], [0], terms)
  t.strictSame(
    shares.map(([share]) => [share?.milliA, share?.watts]),
    [
      [null, 10_000_250],
      [null, 10_000_000]
    ]
  )
})

void test('watts lost on the way count at the root: 900 W at the leaves are 1,000 W of the grid', async (t) => {
  const lossy: Gate = { ...gate('dc', {}), toLeaves: side('dc', { watts: 900 }), efficiency: 0.9 }
  const nodes = [
    node('grid', { draws: [gate('grid', { watts: 5_000 })] }),
    node('dc', { parent: 0, draws: [lossy] })
  ]
  const [[share] = []] = allocate(nodes, [device(1)], [0], terms)
  t.equal(share?.watts, 1_000)
})

void test('of equal limits of a node the one nearer to the grid is named, of unequal ones the smaller', async (t) => {
  const both = (leaves: number, root: number): GateNode => {
    const own: Gate = { ...gate('root', { amps: root }), toLeaves: side('leaves', { amps: leaves }) }
    return node('grid', { draws: [own] })
  }
  const named = (leaves: number, root: number): readonly string[] | undefined =>
    allocate([both(leaves, root), evse('a', { amps: 32 })], [device(1)], [0], terms)[0]?.[0]?.because
  t.strictSame(named(16, 16), ['root'])
  t.strictSame(named(16, 20), ['leaves'])
  t.strictSame(named(20, 16), ['root'])
})

void test('nothing is let through where nobody has said anything, and nothing by a limit that is no number', async (t) => {
  const closed: readonly (readonly [string, GateNode])[] = [
    ['no gate at all', node('grid', {})],
    ['a gate that says nothing', node('grid', { draws: [gate('x', {})] })],
    ['a gate that begins later', node('grid', { draws: [gate('x', { amps: 32 }, 1)] })],
    ['NaN', node('grid', { draws: [gate('x', { amps: NaN })] })],
    ['below 0', node('grid', { draws: [gate('x', { amps: -5 })] })],
    ['endless', node('grid', { draws: [gate('x', { amps: Infinity })] })],
    [
      'a set-point that is no number',
      { ...grid, setPoints: [{ kind: 'current', milliA: NaN, source: 'x', fromMs: 0 }] }
    ],
    [
      'a power that is no number',
      { ...grid, setPoints: [{ kind: 'power', watts: NaN, source: 'x', fromMs: 0 }] }
    ],
    [
      'a frequency table without points',
      { ...grid, hertz: 50, setPoints: [{ kind: 'frequency', points: [], source: 'x', fromMs: 0 }] }
    ],
    [
      'an efficiency of 0',
      node('grid', { draws: [{ ...gate('x', {}), toLeaves: side('x', { watts: 5_000 }), efficiency: 0 }] })
    ],
    [
      'a frequency that nobody measures',
      {
        ...grid,
        setPoints: [{ kind: 'frequency', points: [{ hertz: 50, watts: 5_000 }], source: 'x', fromMs: 0 }]
      }
    ]
  ]
  for (const [name, root] of closed) {
    const silentLeaf = node('a', { parent: 0, draws: [gate('a', { floorA: 6 })] })
    const [[share] = []] = allocate([root, silentLeaf], [device(1)], [0], terms)
    t.equal((share?.milliA ?? 0) + (share?.watts ?? 0), 0, name)
    t.ok((share?.because.length ?? 0) > 0, `${name}: with a reason`)
  }
})

void test('a tree whose parent does not stand before its child is refused by name', async (t) => {
  const nodes = [node('a', { parent: 1 }), node('b', { parent: 0 })]
  t.throws(() => allocate(nodes, [], [0], terms), /a: its parent does not stand before it/)
})

void test('power for a frequency lies on the straight line between the points, and ends with the table', async (t) => {
  const points = [
    { hertz: 49, watts: -7_000 },
    { hertz: 50, watts: 0 },
    { hertz: 52, watts: 7_000 }
  ]
  for (const [hertz, watts] of [
    [47, -7_000],
    [49, -7_000],
    [49.5, -3_500],
    [50, 0],
    [51, 3_500], // 2 Hz apart: half-way.
    [52, 7_000],
    [53, 7_000]
  ] as const)
    t.equal(wattsAt(points, hertz), watts, `${hertz} Hz`)
  t.equal(wattsAt([], 50), 0)
})

void test('phases: the slot that holds now keeps the stable time, later ones may plan with three', async (t) => {
  const both = { ...terms, switching: { ...switchingDefaults, stableMs: 30_000 } }
  const nodes = [
    node('grid', { draws: [gate('grid', { watts: 11_040 })] }),
    evse('a', { amps: 32, phases: [1, 3] })
  ]
  const [slots = []] = allocate(nodes, [device(1, { switching: found(3, 0) })], [0, 60_000], both)
  t.strictSame(
    slots.map(({ phases, milliA }) => [phases, milliA]),
    [
      [1, 32_000],
      [3, 16_000]
    ]
  )
  const [short = []] = allocate(
    [{ ...nodes[0]!, imports: [gate('grid', { watts: 2_300 })] }, nodes[1]!],
    [device(1)],
    [0],
    both
  )
  t.strictSame(
    short.map(({ phases, milliA }) => [phases, milliA]),
    [[1, 10_000]]
  )
})

void test('no floor on three phases for want of amperes: one phase, where phases may be changed', async (t) => {
  const narrow: PerPhase<Bound> = [
    { value: 20_000, source: 'L1' },
    { value: 5_000, source: 'L2' },
    { value: 20_000, source: 'L3' }
  ]
  const root = node('grid', { draws: [{ ...gate('grid', {}), toRoot: { ...silent, amps: narrow } }] })
  const nodes = [root, evse('a', { amps: 32, phases: [1, 3] })]
  const share = (switching: Terms['switching'], state = begun(3)): SlotShare | undefined =>
    allocate(nodes, [device(1, { switching: state })], [0], { ...terms, switching })[0]?.[0]
  t.match(share(switchingDefaults), { milliA: 20_000, phases: 1, because: ['L1'] })
  t.strictSame(share(switchingDefaults)?.phasesBecause, ['no room for 3 phases'])
  t.match(share(never), { milliA: 0, because: ['L2'] })
  t.match(share(switchingDefaults, { ...begun(3), switches: 10 }), { milliA: 0, phases: 3 })
  t.match(share(switchingDefaults, begun(1)), { milliA: 20_000, phases: 1 })
})

void test('what feeds in has its floor or nothing too, and changes no phases for it', async (t) => {
  const feeder = (grid: number): GateNode[] => [
    node('grid', { draws: [gate('grid', { amps: 32 })], feeds: [gate('grid', { amps: grid })] }),
    node('v', { parent: 0, draws: [gate('v', { amps: 0 })], feeds: [gate('v', { amps: 16, floorA: 6 })] })
  ]
  const both = { ...terms, switching: switchingDefaults }
  t.strictSame(amps(allocate(feeder(10), [device(1)], [0], both)), [-10])
  t.match(allocate(feeder(5), [device(1)], [0], both)[0]?.[0], { milliA: 0, phases: 3 })
})

void test('who has the lower rank has what he can before the others, whatever the order', async (t) => {
  const nodes = [grid, evse('a', { amps: 20 }), evse('b', { amps: 32 })]
  t.strictSame(amps(allocate(nodes, [device(1, { rank: 1 }), device(2)], [0], terms)), [0, 32])
  t.strictSame(amps(allocate(nodes, [device(1), device(2, { rank: 1 })], [0], terms)), [20, 12])
})

void test('the slot that holds now: the last begun, or the first', async (t) => {
  t.strictSame(
    [5, 10, 25, 30].map((nowMs) => activeSlot([10, 20, 30], nowMs)),
    [0, 0, 1, 2]
  )
})

const anySide = (phaseValue: fc.Arbitrary<number>): fc.Arbitrary<Side> =>
  fc.record({
    amps: fc.option(
      fc
        .tuple(phaseValue, phaseValue, phaseValue)
        .map((values): PerPhase<{ value: number; source: string }> => [
          { value: values[0], source: 'l1' },
          { value: values[1], source: 'l2' },
          { value: values[2], source: 'l3' }
        ]),
      { nil: null, freq: 5 }
    ),
    watts: fc.option(
      fc.integer({ min: 0, max: 60_000 }).map((value) => ({ value, source: 'w' })),
      { nil: null }
    ),
    floorMilliA: fc.constant(null),
    leastPhases: fc.constant(null),
    mostPhases: fc.constant(null)
  })
const anyGate = fc.record({
  fromMs: fc.constantFrom(0, 0, 10, 20),
  toLeaves: anySide(fc.integer({ min: 0, max: 60_000 })),
  toRoot: anySide(fc.integer({ min: 0, max: 60_000 })),
  efficiency: fc.constantFrom(1, 1, 0.95)
})
const sorted = fc
  .array(anyGate, { maxLength: 3 })
  .map((gates) => gates.toSorted((a, b) => a.fromMs - b.fromMs))
const anyPoint = fc
  .constantFrom(-9_000, -3_000, 0, 4_000, 12_000)
  .map((value): SetPoint => ({ kind: 'current', milliA: value, source: 'sp', fromMs: 0 }))
const anyTree = fc
  .array(
    fc.record({
      up: fc.nat(6),
      imports: sorted,
      exports: sorted,
      point: fc.option(anyPoint, { nil: null, freq: 6 }),
      floor: fc.constantFrom(0, 6_000),
      active: fc.constantFrom<1 | 3>(1, 3),
      turn: fc.nat(2)
    }),
    { minLength: 1, maxLength: 8 }
  )
  .map((words) => ({
    nodes: words.map(({ up, imports, exports, point, floor }, index): GateNode => ({
      id: `n${index}`,
      parent: index === 0 ? null : up % index,
      imports: imports.map((each) => ({
        ...each,
        toRoot: { ...each.toRoot, floorMilliA: { value: floor, source: 'floor' } }
      })),
      exports,
      setPoints: point === null ? [] : [point],
      hertz: null
    })),
    devices: words.map(({ active, turn }, index): Device => ({
      node: index,
      phases: ([[0, 1, 2], [1, 2, 0], [2]] as const)[turn as 0 | 1 | 2],
      switching: begun(active)
    }))
  }))

void test('no slot ever passes a limit of any node, drawn or fed in, by phase or in watts', async (t) => {
  const slots = [0, 10, 20]
  fc.assert(
    fc.property(anyTree, fc.constantFrom(never, switchingDefaults), ({ nodes, devices }, switching) => {
      const shares = allocate(nodes, devices, slots, { ...terms, switching })
      return slots.every((_, slot) =>
        isWithin(
          nodes,
          devices,
          shares.map((each) => each[slot]!)
        )
      )
    }),
    { numRuns: 500 }
  )
  t.pass()
})

/** Counted afresh, with no ledger: every share on every node of its way. */
function isWithin(
  nodes: readonly GateNode[],
  devices: readonly Device[],
  shares: readonly SlotShare[]
): boolean {
  const net = nodes.map(() => [0, 0, 0, 0])
  devices.forEach(({ node: own, phases }, index) => {
    const share = shares[index]!
    for (let at: number | null = own; at !== null; at = nodes[at]!.parent) {
      for (const phase of phases.slice(0, share.phases)) net[at]![phase]! += share.milliA ?? 0
      net[at]![3]! += share.watts
    }
  })
  return nodes.every((each, index) => {
    const { imports, exports } = envelopeOf(each, shares[0]!.fromMs)
    return [0, 1, 2, 3].every((column) => {
      const flow = net[index]![column]!
      return flow <= limitOf(imports, column) + 1e-3 && -flow <= limitOf(exports, column) + 1e-3
    })
  })
}

const limitOf = ({ amps: each, watts }: Side, column: number): number =>
  (column === 3 ? watts?.value : each?.[column as 0 | 1 | 2].value) ?? Infinity
