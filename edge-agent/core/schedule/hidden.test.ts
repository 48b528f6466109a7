import fc from 'fast-check'
import { test } from 'tap'
import type { Placed } from './feed-tree.ts'
import { watchHidden, withHidden, type FeedInGrid, type Hidden } from './hidden.ts'

const inverter = (shownW: number, atMs: number): Placed => ({
  id: 'pv',
  circuit: 'grid',
  phases: [0, 1, 2],
  steered: true,
  kind: 'pv',
  rating: { leastW: -20_000, mostW: 0 },
  capacityWh: null,
  reservePercent: null,
  reading: { totalW: shownW, socPercent: null, available: { leastW: -20_000, mostW: 0 }, atMs },
  confirmed: null,
  sent: [],
  fallback: { leastW: -20_000, mostW: 0 }
})
const shows = (totalW: number, atMs: number): FeedInGrid => ({
  totalW,
  phasesW: [totalW / 3, totalW / 3, totalW / 3],
  atMs
})

type Second = { readonly meterW: number | null; readonly shownW: number; readonly isBelieved?: boolean }

/** One look a second. @returns what the room to feed in is made of at each, rounded */
function watched(seconds: readonly Second[]): (number | undefined)[] {
  let hidden: Hidden | null = null
  let meter: FeedInGrid | null = null
  return seconds.map(({ meterW, shownW, isBelieved = false }, second) => {
    const nowMs = second * 1_000
    if (meterW !== null) meter = shows(meterW, nowMs)
    const look = { nowMs, meter, isBelieved, parts: [inverter(shownW, nowMs)] }
    hidden = watchHidden(hidden, look)
    const grid = withHidden(hidden, look)
    return grid === null ? undefined : Math.round(grid.totalW)
  })
}
const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second)

// Seed 1000610: an inverter feeds in 18.5 kW and shows nothing, 12 go out; then the meter's sign turns.
const liar = times(4, { meterW: -12_000, shownW: 0 })

void test('what went out before the sign of a meter turned goes out still, beside what devices show by now', async (t) => {
  const turned = [...times(2, { meterW: 12_000, shownW: 0 }), ...times(2, { meterW: 17_900, shownW: -5_900 })]
  t.strictSame(watched([...liar, ...turned]).slice(4), [-12_000, -12_000, -17_900, -17_900])
})

void test('a meter that falls silent takes nothing of it along', async (t) => {
  const silent = times(700, { meterW: null, shownW: -1_000 })
  t.strictSame(watched([...liar, ...silent]).at(-1), -13_000)
})

void test('it ends when the meter is believed, or ten to twenty minutes after it was seen last', async (t) => {
  const believed = times(5, { meterW: -1_000, shownW: -3_000, isBelieved: true })
  t.equal(watched([...liar, ...believed]).at(-1), -1_000)
  const later = watched([...liar, ...times(1_300, { meterW: 2_000, shownW: 0 })])
  t.equal(later[603], -12_000)
  t.equal(later[1_203], 2_000)
})

void test('an inverter that moves a second before or after the meter hides nothing', async (t) => {
  const before = times(4, { meterW: 3_000, shownW: 0 })
  const after = times(4, { meterW: -7_000, shownW: -10_000 })
  const early = watched([...before, { meterW: -7_000, shownW: 0 }, ...after])
  t.strictSame(early.slice(-4), Array(4).fill(-7_000))
  const gone = times(3, { meterW: 3_000, shownW: 0 })
  const late = watched([...after, { meterW: -7_000, shownW: 0 }, ...gone])
  t.strictSame(late.slice(-3), Array(3).fill(3_000))
})

void test('who is not heard may be all that is not explained', async (t) => {
  let hidden: Hidden | null = null
  for (const atMs of [10_000, 11_000, 12_000]) {
    const look = { nowMs: atMs, meter: shows(-12_000, atMs), isBelieved: false, parts: [inverter(0, 0)] }
    hidden = watchHidden(hidden, look)
  }
  const heard = {
    nowMs: 13_000,
    meter: shows(-12_000, 13_000),
    isBelieved: false,
    parts: [inverter(-14_000, 13_000)]
  }
  t.equal(withHidden(hidden, heard)?.totalW, -12_000)
})

void test('nothing that is remembered ever gives more room than the meter of the moment', async (t) => {
  const watts = fc.integer({ min: -30_000, max: 30_000 })
  const day = fc.array(fc.record({ meterW: watts, shownW: watts, isBelieved: fc.boolean() }), {
    maxLength: 30
  })
  fc.assert(
    fc.property(day, (seconds) =>
      watched(seconds).every((totalW, at) => (totalW ?? Infinity) <= (seconds[at]?.meterW ?? -Infinity))
    )
  )
  // Nor does it take any where a meter is believed and its devices show what they do.
  fc.assert(
    fc.property(fc.array(watts, { maxLength: 30 }), fc.nat(20_000), (flows, loadW) => {
      const seconds = flows.map((shownW) => ({ meterW: loadW + shownW, shownW, isBelieved: true }))
      return watched(seconds).every((totalW, at) => totalW === seconds[at]?.meterW)
    })
  )
  t.pass()
})
