import fc from 'fast-check'
import { test } from 'tap'
import { anyNetwork, rowOf } from './network.suite.ts'
import {
  add,
  fits,
  loadOf,
  networkFrom,
  overruns,
  roomBelow,
  roomFor,
  roomInCircle,
  weightsOf,
  type Load
} from './network.ts'
import { wiresOf } from './wires.ts'

const loads = anyNetwork.chain((network) =>
  fc.record({
    network: fc.constant(network),
    draws: fc.array(fc.integer({ min: 0, max: 20_000 }), {
      minLength: network.wires.places,
      maxLength: network.wires.places
    }),
    place: fc.nat(network.wires.places - 1)
  })
)

const loaded = (network: Load['network'], draws: readonly number[]): Load => {
  const load = loadOf(network, [0, 0, 0])
  draws.forEach((milliA, place) => add(load, place, [milliA, 0, 0]))
  return load
}

/** The largest set-point within all rows that it meets, found by halving: the slow way that needs no formula. */
function bisected(network: Load['network'], draws: readonly number[], place: number): number {
  const within = (more: number): boolean => {
    const load = loaded(
      network,
      draws.map((each, at) => (at === place ? each + more : each))
    )
    return network.rows.every(
      ({ limit }, row) =>
        !weightsOf(network, place, [1, 0, 0]).rows.includes(row) ||
        Math.hypot(load.used[row] ?? 0, load.usedIm[row] ?? 0) <= limit * (1 + 1e-12)
    )
  }
  let [low, high] = [0, 1_000_000]
  if (!within(0)) return -1
  if (within(high)) return Infinity
  for (let halvings = 0; halvings < 60; halvings++) {
    const middle = (low + high) / 2
    if (within(middle)) low = middle
    else high = middle
  }
  return low
}

void test('room in closed form is the room that halving finds, for phasors of any angle', async (t) => {
  fc.assert(
    fc.property(loads, ({ network, draws, place }) => {
      const slow = bisected(network, draws, place)
      const { milliA } = roomFor(loaded(network, draws), weightsOf(network, place, [1, 0, 0]))
      if (slow < 0) return milliA <= 0.001
      return slow === Infinity ? milliA > 999_999 : Math.abs(milliA - slow) < 0.01
    }),
    { numRuns: 1000 }
  )
  t.pass()
})

void test('what fits is what there is room for', async (t) => {
  fc.assert(
    fc.property(loads, fc.integer({ min: 1, max: 40_000 }), ({ network, draws, place }, by) => {
      const load = loaded(network, draws)
      const pull = weightsOf(network, place, [1, 0, 0])
      const { milliA } = roomFor(load, pull)
      return Math.abs(milliA - by) < 1e-6 || fits(load, pull, by) === by <= milliA
    })
  )
  t.pass()
})

void test('who takes all the room there is overruns nothing that was not overrun before', async (t) => {
  fc.assert(
    fc.property(loads, ({ network, draws, place }) => {
      const load = loaded(network, draws)
      const before = new Set(overruns(load).map(({ row }) => row))
      const { milliA } = roomFor(load, weightsOf(network, place, [1, 0, 0]))
      if (milliA > 0 && milliA < Infinity) add(load, place, [milliA, 0, 0])
      return overruns(load).every(({ row }) => before.has(row))
    })
  )
  t.pass()
})

void test('two currents 60° apart add to √3 of one, 120° apart to one', async (t) => {
  const third = (degrees: number): readonly [number, number] => [
    Math.cos((degrees * Math.PI) / 180),
    Math.sin((degrees * Math.PI) / 180)
  ]
  // |1∠0 + x∠60| = √3 at x = 1; |1∠0 + x∠120| = 1 at x = 1 again.
  t.ok(Math.abs(roomInCircle([1, 0], third(60), Math.sqrt(3)) - 1) < 1e-12)
  t.ok(Math.abs(roomInCircle([1, 0], third(120), 1) - 1) < 1e-12)
  t.equal(roomInCircle([3, 0], [1, 0], 2), -1, 'outside already: by how much')
  t.equal(roomInCircle([3, 0], [0, 0], 2), Infinity, 'what does not touch the row is not bound by it')
})

void test('a plain row bounds both ways: its fuse when power comes in, its export limit when it goes out', async (t) => {
  const rows = [rowOf('fuse', 10_000, { exportLimit: 4_000 }), rowOf('total', 9_000, { kind: 'total' })]
  const network = networkFrom(rows, wiresOf([[[{ row: 0, re: 1, im: 0 }], [], []]], rows.length))
  const load = loadOf(network, [0, 0, 0])
  const pull = weightsOf(network, 0, [1, 0, 0])
  add(load, 0, [1_000, 0, 0])
  t.equal(roomFor(load, pull).milliA, 9_000)
  t.equal(roomBelow(load, pull).milliA, 5_000, 'from 1 A drawn to 4 A fed in')
  add(load, 0, [-6_000, 0, 0])
  t.strictSame(overruns(load), [{ row: 0, milliA: 1_000 }])
  t.equal(roomBelow(load, pull).milliA, -1_000)
})

void test('a place that is not there is a bug, not a place without rows', async (t) => {
  const network = networkFrom([], wiresOf([], 0))
  t.throws(() => weightsOf(network, 0, [1, 0, 0]), RangeError)
  t.throws(() => add(loadOf(network, [0, 0, 0]), 3, [1, 0, 0]), RangeError)
})
