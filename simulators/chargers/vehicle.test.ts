import fc from 'fast-check'
import { test } from 'tap'
import { charged, isFull, leastMilliA, socPercent, takenMilliA, usualVehicle } from './vehicle.ts'

const at = (percent: number) => ({ ...usualVehicle, storedWh: (usualVehicle.capacityWh * percent) / 100 })

const table = [
  ['half full, plenty offered: its own charger is the limit', at(50), 32_000, 16_000],
  ['half full, 10 A offered', at(50), 10_000, 10_000],
  ['5.9 A are too little to begin', at(50), 5_900, 0],
  ['6 A are enough', at(50), 6_000, 6_000],
  ['0 A is a pause', at(50), 0, 0],
  ['in the taper it takes less', at(90), 32_000, 9_600],
  ['nearly full it takes the least there is', at(99.9), 32_000, leastMilliA],
  ['full it takes nothing', at(100), 32_000, 0]
] as const

for (const [title, vehicle, offered, taken] of table) {
  void test(`a car ${title}`, async (t) => {
    t.equal(takenMilliA(vehicle, offered), taken)
  })
}

void test('a car never takes more than is offered, never less than 6 A but nothing, and never overfills', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      (percent, offered, more) => {
        const vehicle = at(percent)
        const taken = takenMilliA(vehicle, offered)
        const after = charged(vehicle, more)
        return (
          taken <= offered &&
          (taken === 0 || taken >= leastMilliA) &&
          socPercent(after) <= 100 &&
          after.storedWh >= vehicle.storedWh
        )
      }
    )
  )
  t.ok(isFull({ ...at(80), targetPercent: 80 }), 'the driver’s own limit counts')
})
