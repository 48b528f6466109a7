import fc from 'fast-check'
import { test } from 'tap'
import type { Pilots } from './claim.ts'
import { atLeast, atMost, nextAbove } from './pilots.ts'

const clipper: Pilots = { kind: 'listed', milliA: [0, 8_000, 16_000, 24_000, 32_000] }
const whole: Pilots = { kind: 'steps', stepMilliA: 1_000 }

const table: { pilots: Pilots | undefined; milliA: number; least: number; most: number; next: number }[] = [
  { pilots: undefined, milliA: 7_300, least: 7_300, most: 7_300, next: 8_300 },
  { pilots: whole, milliA: 7_300, least: 8_000, most: 7_000, next: 8_000 },
  { pilots: whole, milliA: 16_000, least: 16_000, most: 16_000, next: 17_000 },
  { pilots: clipper, milliA: 7_300, least: 8_000, most: 0, next: 8_000 },
  { pilots: clipper, milliA: 8_000, least: 8_000, most: 8_000, next: 16_000 },
  { pilots: clipper, milliA: 40_000, least: Infinity, most: 32_000, next: Infinity },
  { pilots: clipper, milliA: 0, least: 0, most: 0, next: 8_000 }
]

for (const { pilots, milliA, least, most, next } of table)
  void test(`${milliA} mA on ${JSON.stringify(pilots) ?? 'any current'}: ${most} to ${least}, then ${next}`, async (t) => {
    t.equal(atLeast(pilots, milliA), least)
    t.equal(atMost(pilots, milliA), most)
    t.equal(nextAbove(pilots, milliA, 1_000), next)
  })

void test('sixteen amperes that arithmetic made a little less are sixteen amperes', async (t) => {
  t.equal(atMost(whole, 15_999.999_999_999_8), 16_000)
  t.equal(atMost(clipper, 15_999.999_999_999_8), 16_000)
  t.equal(atMost(clipper, 15_999), 8_000)
})

void test('rounding down and up meet in a set-point of the pile, and nothing lies between it and the next', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom(whole, clipper), fc.integer({ min: 0, max: 32_000 }), (pilots, milliA) => {
      const low = atMost(pilots, milliA)
      const high = atLeast(pilots, milliA)
      return low <= milliA && milliA <= high && (low === high || nextAbove(pilots, low, 1_000) === high)
    })
  )
  t.pass()
})
