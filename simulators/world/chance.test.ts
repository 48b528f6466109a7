import fc from 'fast-check'
import { test } from 'tap'
import { chanceFrom } from './chance.ts'

const draws = (seed: number, count: number) => {
  const chance = chanceFrom(seed)
  return Array.from({ length: count }, () => chance.below(1_000_000))
}

void test('a seed repeats its run and two seeds do not share one', async (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (one, other) => {
      t.strictSame(draws(one, 20), draws(one, 20))
      return one === other || draws(one, 20).join() !== draws(other, 20).join()
    })
  )
})

void test('draws stay in their bounds and reach both ends', async (t) => {
  const chance = chanceFrom(7)
  const seen = new Set(Array.from({ length: 2_000 }, () => chance.between(3, 6)))
  t.strictSame(
    [...seen].toSorted((a, b) => a - b),
    [3, 4, 5, 6]
  )
  t.equal(chance.happens(0), false)
  t.equal(chance.happens(1), true)
})

void test('a thousand draws in ten drawers are spread as chance spreads them', async (t) => {
  const counts = Array.from({ length: 10 }, () => 0)
  const chance = chanceFrom(42)
  for (let draw = 0; draw < 10_000; draw++) {
    const drawer = chance.below(10)
    counts[drawer] = (counts[drawer] ?? 0) + 1
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
  t.ok(chiSquare < 27.9, `chi-square ${chiSquare} with 9 degrees of freedom, 0.1 %`)
})

void test('a branch has a life of its own', async (t) => {
  const [one, other] = [chanceFrom(1).branch('car'), chanceFrom(1).branch('cloud')]
  t.not(one.below(1e9), other.below(1e9))
  const trunk = chanceFrom(1)
  const before = chanceFrom(1).branch('car').below(1e9)
  trunk.below(10)
  t.equal(trunk.branch('car').below(1e9), before)
})
