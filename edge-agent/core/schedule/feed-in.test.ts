import fc from 'fast-check'
import { test } from 'tap'
import { capFeedIn, type FeedInSnapshot } from './feed-in.ts'
import { keptShares, type FeedAsk } from './feed-share.ts'
import type { Placed } from './feed-tree.ts'

const part = (id: string, kind: Placed['kind'], ratedW: number, totalW: number): Placed => ({
  id,
  circuit: 'grid',
  phases: [0, 1, 2],
  steered: true,
  kind,
  rating: { leastW: -ratedW, mostW: 0 },
  capacityWh: null,
  reservePercent: null,
  reading: { totalW, socPercent: 50, available: { leastW: -ratedW, mostW: 0 }, atMs: 0 },
  confirmed: { range: { leastW: Math.min(totalW, 0), mostW: 0 }, untilMs: 60_000 },
  sent: [],
  fallback: { leastW: -ratedW, mostW: 0 }
})
const shows = (totalW: number, atMs = 0): FeedInSnapshot['grid'] => ({ totalW, phasesW: null, atMs })
const capped = (snapshot: Partial<FeedInSnapshot>) =>
  capFeedIn({
    nowMs: 0,
    grid: shows(0),
    exportLimitW: 10_000,
    limitA: [100, 100, 100],
    voltageV: 230,
    circuits: [],
    parts: [],
    ...snapshot
  })
const hall = { id: 'hall', parent: 'grid', limitA: [20, 20, 20] as const }
const exports = (snapshot: Partial<FeedInSnapshot>): (number | null)[] =>
  capped(snapshot).map(({ exportW }) => exportW)

void test('nobody limits the export: nothing is capped', async (t) => {
  t.strictSame(exports({ exportLimitW: null, parts: [part('pv', 'pv', 30_000, -20_000)] }), [null])
})

void test('the site uses up what is fed in: 10 kW of export and 15 kW of load let 24.8 kW of sun through', async (t) => {
  // Feeding 20 kW with 5 kW over the connection: the load is 15 kW. 2 % of the limit stay free.
  t.strictSame(exports({ grid: shows(-5_000), parts: [part('pv', 'pv', 30_000, -20_000)] }), [24_800])
})

void test('a limit of 0 leaves what the site itself draws', async (t) => {
  t.strictSame(
    exports({ exportLimitW: 0, grid: shows(1_000), parts: [part('pv', 'pv', 30_000, -4_000)] }),
    [5_000]
  )
})

void test('the sun before the battery, and inverters alike until one has all it can', async (t) => {
  const parts = [part('b', 'battery', 10_000, 0), part('p1', 'pv', 6_000, 0), part('p2', 'pv', 2_000, 0)]
  // Slices are 100 mA by phase, 69 W: alike within one of them.
  const [battery, ...suns] = exports({ parts, exportLimitW: 3_000 }) // 2,940 W for two.
  t.equal(battery, 0)
  for (const each of suns) t.ok(Math.abs((each ?? 0) - 1_470) <= 69, `${each}`)
  t.strictSame(exports({ parts, exportLimitW: 5_000 }), [0, 2_900, 2_000]) // 4,900 W less the 2 kW of the small one.
  t.strictSame(exports({ parts, exportLimitW: 10_000 }), [1_800, 6_000, 2_000])
})

void test('without a meter, or with a device unseen, no load is counted', async (t) => {
  const parts = [part('pv', 'pv', 30_000, -20_000)]
  for (const lost of [
    { grid: null, parts },
    { grid: shows(-5_000, -6_000), parts },
    { grid: shows(NaN), parts },
    { grid: shows(-5_000, 6_000), nowMs: 6_000, parts },
    { grid: shows(-5_000), parts: [{ ...part('pv', 'pv', 30_000, 0), reading: null }] }
  ])
    t.strictSame(exports(lost), [9_800])
  t.strictSame(exports({ exportLimitW: NaN, grid: null, parts }), [0])
})

void test('who falls silent while he feeds in: the meter shows it, and the others make room for it', async (t) => {
  // Seed 180006: 15,753 W of a battery that nobody heard, 4,993 W of sun, 9,059 W of load: 11,687 W went out.
  const silent = { ...part('b', 'battery', 20_000, 0), reading: null }
  const sun = part('p', 'pv', 5_000, -4_993)
  const told = capped({ exportLimitW: 7_500, grid: shows(-11_687), parts: [sun, silent] })
  // 7,350 W less the 6,694 that go out without the sun, rounded to 6,700; and the battery, should it be back: its share of a
  // site without load.
  t.strictSame(
    told.map(({ exportW }) => exportW),
    [650, 2_350]
  )
  // Without a meter it may be feeding in all it can.
  t.strictSame(exports({ exportLimitW: 22_000, grid: null, parts: [sun, silent] }), [1_560, 16_560])
  t.strictSame(exports({ exportLimitW: 7_500, grid: null, parts: [sun, silent] }), [0, 2_350])
})

void test('shares that are kept are the shares', async (t) => {
  const share = keptShares()
  const anyPart = fc.record({
    ratedW: fc.nat(20_000),
    totalW: fc.integer({ min: -20_000, max: 0 }),
    steered: fc.boolean()
  })
  const asked = fc.record({
    words: fc.array(anyPart, { minLength: 1, maxLength: 3 }),
    gridW: fc.integer({ min: -300, max: 300 }),
    exportLimitW: fc.constantFrom(null, 0, 5_000),
    behind: fc.constantFrom('grid', 'hall')
  })
  const circuits = [hall]
  fc.assert(
    fc.property(fc.array(asked, { minLength: 2, maxLength: 6 }), (asks) =>
      asks.every(({ words, gridW, exportLimitW, behind }) => {
        const parts = words.map(({ ratedW, totalW, steered }, at) => ({
          ...part(`p${at}`, at === 1 ? 'battery' : 'pv', ratedW, totalW),
          steered,
          circuit: behind
        }))
        const snapshot = {
          nowMs: 0,
          grid: shows(gridW),
          exportLimitW,
          limitA: [20, 20, 20] as const,
          voltageV: 230,
          circuits,
          parts
        }
        return JSON.stringify(capFeedIn(snapshot, share)) === JSON.stringify(capFeedIn(snapshot))
      })
    )
  )
  const one = share(asks())
  t.equal(share(asks()), one, 'the same question is not reckoned again')
  t.not(share({ ...asks(), circuits: [] }), one)
})

const noCircuits: FeedAsk['circuits'] = []
const asks = (): FeedAsk => ({
  exportLimitW: 5_000,
  circuits: noCircuits,
  limitA: [20, 20, 20],
  voltageV: 230,
  parts: [part('p', 'pv', 9_000, -1_000)],
  others: [],
  room: { totalW: 0, phasesW: [0, 0, 0] },
  isBlind: false
})

void test('nobody rises before those who make room have confirmed that they do', async (t) => {
  const told = (id: string, exportW: number, untilMs = 60_000) => ({
    ...part(id, 'pv', 20_000, -2_000),
    confirmed: { range: { leastW: -exportW, mostW: 0 }, untilMs }
  })
  // 9.8 kW to share: 71 slices of 69 W each, the last 2 W for the first. He still has 2 kW more, or 500 W.
  const grid = shows(-4_000)
  t.strictSame(exports({ grid, parts: [told('a', 6_900), told('b', 2_900)] }), [4_901, 2_900])
  t.strictSame(exports({ grid, parts: [told('a', 5_400), told('b', 2_900)] }), [4_901, 4_400])
  t.strictSame(exports({ grid, parts: [told('a', 4_901), told('b', 2_900)] }), [4_901, 4_899])
  // Seed 400059: who comes back has confirmed nothing, and the other had half of what he fed in.
  const back = { ...part('a', 'pv', 20_000, -7_400), confirmed: null }
  const site = { exportLimitW: 0, grid: shows(0) } // 9.4 kW of load.
  t.strictSame(exports({ ...site, parts: [back, told('b', 2_000)] }), [0, 2_000])
  const lapsed = { ...told('a', 4_700, 999), reading: { ...back.reading!, atMs: 1_000 } }
  const [, other] = exports({ ...site, nowMs: 1_000, parts: [lapsed, told('b', 2_000)] })
  t.equal(other, 2_000, 'its lease has run out: it may do as it likes')
})

void test('a word that is on its way counts as long as nobody has answered', async (t) => {
  const anyPart = fc.record({
    told: fc.nat(20_000),
    sent: fc.array(fc.nat(20_000), { maxLength: 2 }),
    now: fc.nat(100)
  })
  const load = fc.integer({ min: -20_000, max: 40_000 })
  fc.assert(
    fc.property(
      fc.array(anyPart, { minLength: 1, maxLength: 4 }),
      load,
      fc.nat(60_000),
      (words, loadW, exportLimitW) => {
        const parts = words.map(({ told, sent, now }, at) => ({
          ...part(`p${at}`, at % 2 === 0 ? 'pv' : 'battery', 20_000, -Math.floor((told * now) / 100)),
          confirmed: { range: { leastW: -told, mostW: 0 }, untilMs: 60_000 },
          sent: sent.map((exportW) => ({ leastW: -exportW, mostW: 0 }))
        }))
        const fedW = parts.reduce((sum, { reading }) => sum - (reading?.totalW ?? 0), 0)
        const caps = exports({ parts, exportLimitW, grid: shows(loadW - fedW) })
        const may = words.map(({ told, sent }) => Math.max(told, ...sent))
        const before = may.reduce((sum, each) => sum + each, 0)
        const after = may.reduce((sum, each, at) => sum + Math.max(each, caps[at] ?? 0), 0)
        return after <= Math.max(before, exportLimitW + loadW) + 1
      }
    )
  )
  t.pass()
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
        const all = exports({ parts, exportLimitW, grid: shows(loadW - feedsW) })
        const most = all.reduce<number>((sum, each) => sum + (each ?? 0), 0)
        return most - loadW <= exportLimitW && all.every((each, index) => (each ?? 0) <= words[index]!.ratedW)
      }
    )
  )
  t.pass()
})

void test('a circuit’s own export limit holds, whatever the connection would let through', async (t) => {
  const parts = [
    { ...part('roof', 'pv', 12_000, -12_000), circuit: 'box' },
    { ...part('cellar', 'battery', 9_000, 0), circuit: 'hall' },
    part('yard', 'pv', 5_000, -5_000)
  ]
  const circuits = [
    { id: 'box', parent: 'hall', limitA: [63, 63, 63] as const },
    { ...hall, exportLimitW: 10_000 }
  ]
  const told = capped({ exportLimitW: null, circuits, parts })
  t.strictSame(
    told.map(({ exportW }) => exportW),
    [9_800, 0, null],
    '2 % stay free; the sun first; who hangs elsewhere is left alone'
  )
  t.equal(told[0]?.because, 'export limit of hall 10000 W')
})

void test('a circuit’s fuses hold backwards too, on every phase, and no load behind them is counted', async (t) => {
  const one = { ...part('s', 'pv', 6_000, -1_000), circuit: 'hall', phases: [1] as const }
  const three = { ...part('p', 'pv', 12_000, -1_000), circuit: 'hall' }
  const told = capped({ exportLimitW: null, grid: shows(50_000), circuits: [hall], parts: [one, three] })
  const [alone = 0, all = 0] = told.map(({ exportW }) => exportW ?? Infinity)
  t.ok(alone / 230 + all / 690 <= 20 + 1e-6, `${alone} W on L2 beside ${all} W on all`)
  t.ok(alone / 230 + all / 690 > 19.9, 'and what they carry is used')
  t.match(told[1]?.because, /hall L2/)
})

void test('the connection’s fuses: a load counts on its own phase only', async (t) => {
  const parts = [part('p', 'pv', 30_000, 0)]
  const most = (phasesW: readonly [number, number, number] | null): number | null | undefined =>
    exports({
      exportLimitW: null,
      limitA: [32, 32, 32],
      grid: { totalW: 9_000, phasesW, atMs: 0 },
      parts
    })[0]
  t.equal(most(null), 22_080, '3 · 230 V · 32 A')
  t.equal(most([9_000, 0, 0]), 22_080, 'L2 and L3 have no load')
  t.equal(most([3_000, 3_000, 3_000]), null, '31.08 kW pass')
})

void test('who takes no limit: the meter shows what he feeds in, and behind a circuit he counts at his most', async (t) => {
  const old = { ...part('old', 'pv', 8_000, -5_000), steered: false, confirmed: null, circuit: 'hall' }
  const box = part('box', 'battery', 10_000, 0)
  // 5 kW of the old one and 2 kW of load: 3 kW go out. 9.8 kW less these 3 are left, and that is all that is told.
  t.strictSame(exports({ grid: shows(-3_000), parts: [old, box], circuits: [hall] }), [null, 6_800])
  // Behind 3 · 20 A, 13.8 kW, the old one may come to feed in its 8.
  const behind = capped({
    exportLimitW: null,
    grid: shows(50_000),
    circuits: [hall],
    parts: [old, { ...box, circuit: 'hall' }]
  })
  t.strictSame(
    behind.map(({ exportW }) => exportW),
    [null, 5_800]
  )
})
