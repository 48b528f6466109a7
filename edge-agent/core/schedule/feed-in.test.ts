import fc from 'fast-check'
import { test } from 'tap'
import { capFeedIn, type FeedInSnapshot } from './feed-in.ts'
import type { Part } from './participant.ts'

const part = (id: string, kind: Part['kind'], ratedW: number, totalW: number): Part => ({
  id,
  kind,
  rating: { leastW: -ratedW, mostW: 0 },
  capacityWh: null,
  reservePercent: null,
  reading: { totalW, socPercent: 50, available: { leastW: -ratedW, mostW: 0 }, atMs: 0 },
  confirmed: null,
  sent: [],
  fallback: { leastW: -ratedW, mostW: 0 }
})
const exports = (snapshot: Partial<FeedInSnapshot>): (number | null)[] =>
  capFeedIn({ nowMs: 0, grid: { totalW: 0, atMs: 0 }, exportLimitW: 10_000, parts: [], ...snapshot }).map(
    ({ exportW }) => exportW
  )

void test('nobody limits the export: nothing is capped', async (t) => {
  t.strictSame(exports({ exportLimitW: null, parts: [part('pv', 'pv', 30_000, -20_000)] }), [null])
})

void test('the site uses up what is fed in: 10 kW of export and 15 kW of load let 24.8 kW of sun through', async (t) => {
  // Feeding 20 kW with 5 kW over the connection: the load is 15 kW. 2 % of the limit stay free.
  t.strictSame(
    exports({ grid: { totalW: -5_000, atMs: 0 }, parts: [part('pv', 'pv', 30_000, -20_000)] }),
    [24_800]
  )
})

void test('a limit of 0 leaves what the site itself draws', async (t) => {
  t.strictSame(
    exports({ exportLimitW: 0, grid: { totalW: 1_000, atMs: 0 }, parts: [part('pv', 'pv', 30_000, -4_000)] }),
    [5_000]
  )
})

void test('the sun before the battery, and inverters by their rating', async (t) => {
  const parts = [part('b', 'battery', 10_000, 0), part('p1', 'pv', 6_000, 0), part('p2', 'pv', 2_000, 0)]
  t.strictSame(exports({ parts, exportLimitW: 4_000 }), [0, 2_940, 980]) // 3,920 W as 3 : 1.
  t.strictSame(exports({ parts, exportLimitW: 10_000 }), [1_800, 6_000, 2_000])
})

void test('without a meter, or with a device unseen, no load is counted', async (t) => {
  const parts = [part('pv', 'pv', 30_000, -20_000)]
  for (const lost of [
    { grid: null, parts },
    { grid: { totalW: -5_000, atMs: -6_000 }, parts },
    { grid: { totalW: NaN, atMs: 0 }, parts },
    { grid: { totalW: -5_000, atMs: 6_000 }, nowMs: 6_000, parts },
    { grid: { totalW: -5_000, atMs: 0 }, parts: [{ ...part('pv', 'pv', 30_000, 0), reading: null }] }
  ])
    t.strictSame(exports(lost), [9_800])
  t.strictSame(exports({ exportLimitW: NaN, grid: null, parts }), [0])
})

void test('if everyone feeds in all it may, the export still holds', async (t) => {
  const anyPart = fc.record({
    kind: fc.constantFrom('pv' as const, 'battery' as const, 'vehicle' as const),
    ratedW: fc.integer({ min: 0, max: 50_000 }),
    now: fc.integer({ min: 0, max: 100 })
  })
  fc.assert(
    fc.property(
      fc.array(anyPart, { maxLength: 5 }),
      fc.nat(60_000),
      fc.nat(60_000),
      (words, loadW, exportLimitW) => {
        const parts = words.map(({ kind, ratedW, now }, index) =>
          part(`p${index}`, kind, ratedW, -Math.floor((ratedW * now) / 100))
        )
        const feedsW = parts.reduce((sum, { reading }) => sum - (reading?.totalW ?? 0), 0)
        const all = exports({ parts, exportLimitW, grid: { totalW: loadW - feedsW, atMs: 0 } })
        const most = all.reduce<number>((sum, each) => sum + (each ?? 0), 0)
        return most - loadW <= exportLimitW && all.every((each, index) => (each ?? 0) <= words[index]!.ratedW)
      }
    )
  )
  t.pass()
})
