import { test } from 'tap'
import { directionFor, isIdle, lookedAt, newCar, onGrid, type Car, type Look } from './car.ts'
import { site } from './site.suite.ts'
import { treeOf, type Place } from './tree.ts'
import { restMs, served, turnEndsMs, turnMs, turns } from './turns.ts'

const place = treeOf(site({ chargers: [{ id: 'A', phaseRotation: 'STR' }] })).places[0] as Place

const look = (changes: Partial<Look>): Look => ({
  transactionId: 'tx',
  currents: null,
  drawMilliA: null,
  heardAtMs: null,
  levelMilliA: 16_000,
  levelSinceMs: -1,
  ...changes
})

/** A look every five seconds with the same currents, in the charger's own order. */
function watch(car: Car, currents: readonly [number, number, number], seconds: number, fromMs = 0): Car {
  let seen = car
  for (let atMs = fromMs; atMs <= fromMs + seconds * 1000; atMs += 5000)
    seen = lookedAt(
      seen,
      place,
      look({ currents: onGrid(place, currents), drawMilliA: Math.max(...currents), heardAtMs: atMs }),
      atMs
    )
  return seen
}

void test("the charger's L1 hangs on the grid phase that its rotation says", async (t) => {
  t.strictSame(onGrid(place, [1, 2, 3]), [3, 1, 2])
})

void test('a car may use all phases until it has shown for ten seconds that it uses one', async (t) => {
  const car = newCar(place, 'tx', 0)
  t.strictSame(directionFor(car, place, 0), [1, 1, 1])
  t.strictSame(directionFor(watch(car, [16_000, 0, 0], 5), place, 5000), [1, 1, 1], 'not yet sure')
  const sure = watch(car, [16_000, 0, 0], 15)
  t.strictSame(directionFor(sure, place, 15_000), [0, 1, 0])
  t.strictSame(
    directionFor(watch(sure, [16_000, 16_000, 0], 0, 20_000), place, 20_000),
    [1, 1, 1],
    'and not sure any more'
  )
  t.strictSame(
    directionFor(watch(car, [400, 0, 0], 60), place, 60_000),
    [1, 1, 1],
    'a standby current shows nothing'
  )
})

void test('another session is another car', async (t) => {
  const sure = watch(newCar(place, 'tx', 0), [16_000, 0, 0], 15)
  const next = lookedAt(sure, place, look({ transactionId: 'next' }), 16_000)
  t.strictSame(directionFor(next, place, 40_000), [1, 1, 1])
})

void test('a car that leaves a minute long what it may take is held to that, and let go when it wants more', async (t) => {
  const modest = watch(newCar(place, 'tx', 0), [10_000, 10_000, 10_000], 55)
  t.equal(modest.wishMilliA, null, 'not before a minute')
  const held = watch(modest, [10_000, 10_000, 10_000], 10, 60_000)
  t.equal(held.wishMilliA, 12_000)
  const more = lookedAt(
    held,
    place,
    look({ drawMilliA: 11_800, heardAtMs: 80_000, levelMilliA: 12_000 }),
    80_000
  )
  t.equal(more.wishMilliA, null)
})

void test('a car that sleeps for five minutes is idle, and awake with its first ampere', async (t) => {
  const asleep = watch(newCar(place, 'tx', 0), [0, 0, 0], 300)
  t.ok(isIdle(asleep, 300_000))
  t.notOk(isIdle(watch(asleep, [6000, 0, 0], 0, 305_000), 305_000))
})

void test('a car that is told 0 A waits, however long; one that slept before sleeps on', async (t) => {
  const paused = (car: Car, fromMs: number): Car => {
    let seen = car
    for (let atMs = fromMs; atMs <= fromMs + 3_600_000; atMs += 5000)
      seen = lookedAt(seen, place, look({ drawMilliA: 0, levelMilliA: 0, heardAtMs: atMs }), atMs)
    return seen
  }
  t.notOk(isIdle(paused(newCar(place, 'tx', 0), 0), 3_600_000), 'from the beginning')
  const slow = watch(newCar(place, 'tx', 0), [0, 0, 0], 60) // Begins to draw after a minute, had it not been paused.
  t.notOk(isIdle(paused(slow, 65_000), 4_000_000), 'paused before it began')
  const asleep = watch(newCar(place, 'tx', 0), [0, 0, 0], 300)
  t.ok(isIdle(paused(asleep, 305_000), 4_000_000), 'asleep before it was paused')
  const unknown = lookedAt(newCar(place, 'tx', 0), place, look({ drawMilliA: 0, levelMilliA: null }), 0)
  t.ok(isIdle(unknown, 300_000), 'nobody knows what it is told: as if it might draw')
})

const car = (changes: Partial<Car>): Car => ({ ...newCar(place, 'tx', 0), ...changes })

void test('first whose turn is not over, then who waited longest, then whose turn is over, at last who sleeps', async (t) => {
  const nowMs = 2 * turnMs
  const cars = [
    car({ idleSinceMs: 0 }),
    car({ servedSinceMs: 1, waitingSinceMs: null }), // Its turn is long over.
    car({ waitingSinceMs: nowMs - 1000 }),
    car({ servedSinceMs: nowMs - 5000, waitingSinceMs: null }),
    car({ waitingSinceMs: nowMs - 9000 }),
    car({ servedSinceMs: 9000, waitingSinceMs: null }) // Over too, but not for so long.
  ]
  t.strictSame(turns(cars, nowMs), [3, 4, 2, 5, 1, 0])
  t.equal(turnEndsMs(cars), 1 + turnMs)
  t.equal(turnEndsMs([]), null)
})

void test('a turn begins with the first ampere; whoever is switched off rests a while', async (t) => {
  const on = served(car({}), 6000, 1000)
  t.strictSame([on.servedSinceMs, on.waitingSinceMs], [1000, null])
  t.equal(served(on, 8000, 5000), on)
  const off = served(on, 0, 9000)
  t.strictSame([off.servedSinceMs, off.waitingSinceMs, off.restsUntilMs], [null, 9000, 9000 + restMs])
  t.equal(served(off, 0, 10_000), off)
})

void test('with room for one of three, everyone has had a turn after three turns', async (t) => {
  let cars = [car({}), car({}), car({})]
  const had = new Set<number>()
  for (let nowMs = 0; nowMs <= 4 * turnMs; nowMs += 60_000) {
    const [first = 0] = turns(cars, nowMs)
    had.add(first)
    cars = cars.map((each, index) => served(each, index === first ? 6000 : 0, nowMs))
  }
  t.equal(had.size, 3)
})

void test('with room for two of three that say 0 A while they are paused, each has two thirds of the time', async (t) => {
  const hours = 3
  let cars = ['A', 'B', 'C'].map((id) => newCar(place, id, 0))
  const servedS = [0, 0, 0]
  for (let nowMs = 0; nowMs < hours * 3_600_000; nowMs += 1000) {
    const on = turns(cars, nowMs).slice(0, 2)
    cars = cars.map((each, index) => {
      const milliA = on.includes(index) ? 6000 : 0
      servedS[index] = (servedS[index] ?? 0) + (milliA > 0 ? 1 : 0)
      const heard = { drawMilliA: milliA, levelMilliA: milliA, heardAtMs: nowMs, levelSinceMs: 0 }
      const seen = look({ ...heard, transactionId: each.transactionId })
      return lookedAt(served(each, milliA, nowMs), place, seen, nowMs)
    })
  }
  const fairS = (hours * 3600 * 2) / 3
  for (const each of servedS)
    t.ok(Math.abs(each - fairS) <= turnMs / 1000, `${each} s of ${fairS} s, give or take a turn`)
})
