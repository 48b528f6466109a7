import { test } from 'tap'
import { add, loadOf, scaled } from '../allocator/index.ts'
import { scene, site } from '../allocator/site.suite.ts'
import { phaseRoom } from './phase-room.ts'
import { begun, choiceOf, switchingDefaults } from './phases.ts'

const chargers = [
  { id: 'A', maxPowerW: 22_080 },
  { id: 'B', maxPowerW: 7_360, phaseRotation: 'S' as const }
]
const limited = (limitW?: number) =>
  scene(site({ limitA: 32, chargers }), {
    limits: limitW === undefined ? [] : [{ source: 'operator', limitW, reason: 'x' }]
  })
const of = (where: ReturnType<typeof limited>, index: number, drawnMilliA: number) => {
  const load = loadOf(where.network, [0, 0, 0])
  add(load, 1 - index, scaled(index === 0 ? [0, 1, 0] : [1, 1, 1], drawnMilliA))
  return phaseRoom(load, { index, place: where.tree.places[index]!, voltageV: 230 }, 6_000, 1)
}

void test('what others draw is missing from the watts that are left', async (t) => {
  t.equal(Math.round(of(limited(6_000), 0, 0).availableW ?? NaN), 6_000)
  t.equal(Math.round(of(limited(6_000), 0, 10_000).availableW ?? NaN), 3_700) // 10 A on one phase are 2,300 W.
  t.equal(Math.round(of(limited(6_000), 1, 6_000).availableW ?? NaN), 1_860) // 6 A on three are 4,140 W.
})

void test('where only fuses limit, phases have nothing to do with it', async (t) => {
  const room = of(limited(), 0, 10_000)
  t.equal(room.availableW, null)
  t.equal(choiceOf(begun(1), room, switchingDefaults, 0).phases, 3)
})

void test('a place with one phase never gets three', async (t) => {
  const room = of(limited(20_000), 1, 0)
  t.strictSame([room.most, room.least], [1, 1])
  t.equal(choiceOf(begun(1), room, switchingDefaults, 0).phases, 1)
})

void test('4,000 W are one phase of 17 A, 5,000 W three of 7 A', async (t) => {
  const choose = (limitW: number) =>
    choiceOf(begun(3), of(limited(limitW), 0, 0), switchingDefaults, 0).phases
  t.strictSame([choose(4_000), choose(5_000)], [1, 3])
})
