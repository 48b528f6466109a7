import fc from 'fast-check'
import { test } from 'tap'
import { allocate } from './allocate.ts'
import { terms, gate, node, device } from './allocate.suite.ts'

void test('many rounds at once come to the same as slice by slice, also where some feed in', async (t) => {
  const car = fc.record({
    at: fc.nat(3),
    most: fc.integer({ min: 0, max: 160 }),
    floor: fc.constantFrom(0, 6),
    feeds: fc.constantFrom(0, 0, 0, 11, 30)
  })
  const words = fc.record({
    limits: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 4 }),
    cars: fc.array(car, { minLength: 1, maxLength: 6 })
  })
  fc.assert(
    fc.property(words, ({ limits, cars }) => {
      const circuits = limits.map((limit, index) =>
        node(`n${index}`, {
          draws: [gate('n', { amps: limit / 2 })],
          feeds: [gate('n', { amps: 1_000 })],
          ...(index === 0 ? {} : { parent: 0 })
        })
      )
      const leaves = cars.map(({ at: place, most, floor, feeds }, index) =>
        node(`c${index}`, {
          parent: place % limits.length,
          draws: [gate('c', feeds > 0 ? { amps: 0 } : { amps: most / 2, floorA: floor })],
          feeds: [gate('c', { amps: feeds / 2 })]
        })
      )
      const devices = cars.map((_, index) => device(circuits.length + index))
      const shares = allocate([...circuits, ...leaves], devices, [0], terms)
      const naive = sliceBySlice(limits, cars)
      return shares.every(([share], index) => Math.abs((share?.milliA ?? 0) - naive[index]! * 500) < 1e-6)
    }),
    { numRuns: 500 }
  )
  t.pass()
})

type Wish = { readonly at: number; readonly most: number; readonly floor: number; readonly feeds: number }

/** In half amperes; the first limit stands above the others. */
function sliceBySlice(limits: readonly number[], cars: readonly Wish[]): number[] {
  const got = cars.map(() => 0)
  const used = limits.map(() => 0)
  for (let anyone = true; anyone;) {
    anyone = false
    for (const [index, car] of cars.entries()) {
      const own = car.at % limits.length
      const path = own === 0 ? [0] : [own, 0]
      const step = stepOf(
        car,
        got[index]!,
        Math.min(...path.map((each) => limits[each]! - Math.max(0, used[each]!)))
      )
      if (step === 0) continue
      got[index]! += step
      for (const each of path) used[each]! += step
      anyone = true
    }
  }
  return got
}

function stepOf({ most, floor, feeds }: Wish, got: number, room: number): number {
  if (feeds > 0) return -got < feeds ? -1 : 0
  const step = got === 0 && floor > 0 ? floor * 2 : 1
  return Math.min(most - got, room) >= step ? step : 0
}
