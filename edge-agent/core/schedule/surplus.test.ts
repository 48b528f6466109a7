import fc from 'fast-check'
import { test } from 'tap'
import {
  followSun,
  startAfterMs,
  stopAfterMs,
  type Follower,
  type FollowState,
  type SunMode
} from './surplus.ts'

const car = (id: string, mode: SunMode, drawsW = 0): Follower => ({
  id,
  mode,
  leastW: 1_380,
  mostW: 7_360,
  drawsW
})
const look = (nowMs: number, gridW: number | null, followers: readonly Follower[], batteryFirstW = 0) => ({
  nowMs,
  gridW,
  followers,
  batteryFirstW
})
const caps = (
  states: readonly FollowState[],
  seen: ReturnType<typeof look>
): readonly [readonly FollowState[], readonly number[]] => {
  const [next, told] = followSun(states, seen)
  return [next, told.map(({ capW }) => capW)]
}

void test('a car on surplus alone waits a minute for steady sun, follows it, and outlasts a cloud of three minutes', async (t) => {
  const seen: [number, number][] = []
  let states: readonly FollowState[] = []
  let draws = 0
  // 3 kW of sun from the tenth second on, a cloud of 100 s at 200, and evening at 500.
  for (let second = 0; second <= 800; second++) {
    const sunW = second < 10 || (second >= 200 && second < 300) || second >= 500 ? 0 : 3_000
    const [next, [cap = NaN]] = caps(states, look(second * 1000, draws - sunW, [car('a', 'surplus', draws)]))
    states = next
    if (seen.at(-1)?.[1] !== cap) seen.push([second, cap])
    draws = cap
  }
  t.strictSame(seen, [
    [0, 0],
    [10 + startAfterMs / 1000, 3_000],
    [200, 1_380], // Its minimum, out of the grid: a contactor is dearer.
    [300, 3_000],
    [500, 1_380],
    [500 + stopAfterMs / 1000, 0]
  ])
})

void test('forced cars have all they can, at least the minimum is given, the rest is shared in equal powers', async (t) => {
  const followers = [car('a', 'force'), car('b', 'minimum'), car('c', 'minimum')]
  const [, told] = caps([], look(0, -14_000, followers))
  // 14,000 − 7,360 = 6,640 W for two.
  t.strictSame(told, [7_360, 3_320, 3_320])
  t.strictSame(caps([], look(0, 2_000, followers))[1], [7_360, 1_380, 1_380])
})

void test('what a car cannot take goes to the other', async (t) => {
  const followers = [{ ...car('a', 'minimum'), mostW: 2_000 }, car('b', 'minimum')]
  t.strictSame(caps([], look(0, -8_000, followers))[1], [2_000, 6_000])
})

void test('what the cars draw now is surplus too, and a battery may keep its part', async (t) => {
  const followers = [car('a', 'surplus', 4_000)]
  t.strictSame(caps([], look(0, -1_000, followers))[1], [5_000])
  t.strictSame(caps([], look(0, -1_000, followers, 2_000))[1], [3_000])
})

void test('without a meter there is no surplus: minimums only, and an end of charging on surplus alone', async (t) => {
  const followers = [car('a', 'surplus', 5_000), car('b', 'minimum', 5_000)]
  const [states, told] = caps([], look(0, null, followers))
  t.strictSame(told, [1_380, 1_380])
  t.strictSame(caps(states, look(stopAfterMs, null, followers))[1], [0, 1_380])
  t.equal(followSun([], look(0, null, followers))[1][1]?.because, 'meter lost: no surplus counted')
})

void test('above all minimums no more than the surplus is ever given, and nobody more than his most', async (t) => {
  const follower = fc.record({
    mode: fc.constantFrom<SunMode>('force', 'minimum', 'surplus'),
    mostW: fc.integer({ min: 1_380, max: 22_000 }),
    drawsW: fc.integer({ min: 0, max: 22_000 })
  })
  fc.assert(
    fc.property(
      fc.array(follower, { maxLength: 8 }),
      fc.integer({ min: -60_000, max: 60_000 }),
      (words, gridW) => {
        const followers = words.map((each, index) => ({ ...each, id: `c${index}`, leastW: 1_380 }))
        const [, told] = followSun([], look(0, gridW, followers))
        const surplusW = followers.reduce((sum, { drawsW }) => sum + drawsW, -gridW)
        const given = told.reduce((sum, { capW }) => sum + capW, 0)
        const owed = followers.reduce((sum, { mode, mostW, drawsW }) => {
          if (mode === 'force') return sum + mostW
          return mode === 'minimum' || drawsW > 0 ? sum + 1_380 : sum
        }, 0)
        return (
          given <= Math.max(owed, surplusW) + 1e-6 &&
          told.every(({ capW }, index) => capW <= words[index]!.mostW + 1e-6)
        )
      }
    )
  )
  t.pass()
})

void test('exactly the minimum is enough to start, and a car that waits is told why', async (t) => {
  const followers = [car('a', 'surplus')]
  const [states, told] = followSun([], look(0, -1_380, followers))
  t.strictSame(told, [{ id: 'a', capW: 0, because: 'waits for the sun' }])
  const [, later] = followSun(states, look(startAfterMs, -1_380, followers))
  t.strictSame(later, [{ id: 'a', capW: 1_380, because: 'follows the sun' }])
})

void test('who is earlier in line gets the sun that is enough for one', async (t) => {
  const followers = [car('a', 'surplus'), car('b', 'surplus')]
  const [states] = caps([], look(0, -2_000, followers))
  t.strictSame(caps(states, look(startAfterMs, -2_000, followers))[1], [2_000, 0])
})
