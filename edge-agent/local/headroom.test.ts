import fc from 'fast-check'
import { test } from 'tap'
import { Charger, type Allocation } from '@nova/shared-protocol/model'
import { branches } from './headroom.ts'

const charger = (id: string, circuit: string | undefined, phaseRotation = 'RST') =>
  Charger.parse({
    id,
    protocol: 'ocpp1.6',
    identity: id,
    phaseRotation,
    ...(circuit ? { circuit } : {}),
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 22_000 }] }]
  })

const share = (chargerId: string, committedMilliA: number) => ({
  chargerId,
  evseId: 1,
  connectorId: 1,
  limitMilliA: committedMilliA,
  committedMilliA,
  powerW: null,
  limitW: 0,
  reason: 'x'
})

const allocation = (...connectors: ReturnType<typeof share>[]): Allocation => ({
  at: '2026-01-01T00:00:00Z',
  limitMilliA: [80_000, 80_000, 80_000],
  limitW: 55_200,
  limitReason: 'operator',
  limits: [],
  baseLoadW: 0,
  siteW: null,
  meter: 'none',
  missingW: 0,
  connectors
})

const decided = (...connectors: ReturnType<typeof share>[]) => ({
  allocation: allocation(...connectors),
  wires: null
})

const plan = {
  grid: { limitA: [100, 100, 100], voltageV: 230 },
  circuits: [
    { id: 'hall', parent: 'grid', limitA: [63, 63, 63] },
    { id: 'row', parent: 'hall', limitA: [32, 32, 32] }
  ]
}

void test('what is promised counts on every line above, on the phases that the charger hangs on', async (t) => {
  const chargers = [charger('A', 'row'), charger('B', 'hall', 'S'), charger('C', undefined)]
  const tree = branches(plan, chargers, decided(share('A', 10_000), share('B', 16_000), share('C', 6_000)))
  t.strictSame(
    tree.map(({ id, committedA, headroomA }) => [id, committedA, headroomA]),
    [
      ['grid', [16, 32, 16], [64, 48, 64]],
      ['hall', [10, 26, 10], [53, 37, 53]],
      ['row', [10, 10, 10], [22, 22, 22]]
    ]
  )
})

void test('before the first cycle the wiring is shown, with nothing promised', async (t) => {
  t.match(branches(plan, [charger('A', 'row')], { allocation: null, wires: null })[0], {
    limitA: [100, 100, 100],
    committedA: [0, 0, 0]
  })
})

void test('a line never carries less than a line below it, whatever is promised', async (t) => {
  const any = fc.array(
    fc.record({ circuit: fc.constantFrom('grid', 'hall', 'row'), milliA: fc.nat(40_000) }),
    { maxLength: 8 }
  )
  fc.assert(
    fc.property(any, (given) => {
      const chargers = given.map(({ circuit }, index) => charger(`C${index}`, circuit))
      const shares = given.map(({ milliA }, index) => share(`C${index}`, milliA))
      const [grid, hall, row] = branches(plan, chargers, decided(...shares)).map(
        ({ committedA }) => committedA[0] ?? 0
      )
      return (grid ?? 0) >= (hall ?? 0) && (hall ?? 0) >= (row ?? 0)
    })
  )
  t.pass()
})

void test('the base load is no headroom of the grid connection', async (t) => {
  const withBase = { ...allocation(share('A', 10_000)), baseLoadW: 13_800 }
  const [grid, hall] = branches(plan, [charger('A', 'hall')], { allocation: withBase, wires: null })
  t.strictSame(
    [grid?.committedA, grid?.headroomA, hall?.headroomA],
    [
      [10, 10, 10],
      [50, 50, 50],
      [53, 53, 53]
    ]
  )
})

void test('a car on one phase of a charger with three is promised that phase, and the base load lies where it is drawn', async (t) => {
  const wires = { of: new Map([['A:1:1', [0, 1, 0]]]), baseMilliA: [20_000, 5_000, 0] }
  const shares = allocation(share('A', 10_000), share('B', 6_000))
  const chargers = [charger('A', 'hall'), charger('B', 'hall')]
  const [grid, hall] = branches(plan, chargers, { allocation: { ...shares, baseLoadW: 5_750 }, wires })
  t.strictSame(
    [grid?.committedA, grid?.headroomA, hall?.headroomA],
    [
      [6, 16, 6],
      [54, 59, 74], // 80 - 6 - 20, 80 - 16 - 5, 80 - 6
      [57, 47, 57]
    ]
  )
})
