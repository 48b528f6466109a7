import { test } from 'tap'
import type { Claim, Share } from '../core/allocator/index.ts'
import { pass, siteOf, stage } from './loop.suite.ts'

const charging = (ids: readonly string[], limitA: number, circuits: 'hall' | null = null) => {
  const site = siteOf(ids, limitA)
  const set = stage({
    ...site,
    circuits: circuits === null ? [] : [{ id: 'hall', parent: 'grid', limitA: [20, 20, 20] }],
    chargers: site.chargers.map((each) => (circuits === null ? each : { ...each, circuit: 'hall' }))
  })
  for (const id of ids) set.sessions.set(id, '1')
  return set
}

void test('what batteries may draw is no room for cars, and is room again when it is over', async (t) => {
  const set = charging(['A'], 32)
  let draw = { grid: [12_000, 12_000, 12_000] as const, circuits: new Map() }
  set.joined = { beyondMeter: () => draw }
  const loop = set.open()
  await pass(set, 10)
  t.equal(set.told('A'), 20_000, '32 A less 12 A')
  draw = { grid: [2_000, 2_000, 2_000] as never, circuits: new Map() }
  await pass(set, 10)
  t.equal(set.told('A'), 30_000)
  await loop.stop()
})

void test('behind a circuit, where no meter looks, a battery counts with all that it may draw', async (t) => {
  const set = charging(['A'], 32, 'hall')
  const circuits = new Map([['hall', [8_000, 8_000, 8_000] as const]])
  set.joined = { beyondMeter: () => ({ grid: [0, 0, 0], circuits }) }
  const loop = set.open()
  await pass(set, 10)
  t.equal(set.told('A'), 12_000, '20 A less 8 A')
  t.match(loop.allocation()?.connectors[0]?.reason ?? '', /hall L1 beside its battery/)
  await loop.stop()
})

void test('what a charger allows by its own words stays reserved until it says otherwise', async (t) => {
  const set = charging(['A', 'B'], 32)
  let said = new Map<string, number | null>()
  set.joined = { said: () => said }
  const loop = set.open()
  await pass(set, 10)
  t.equal(set.told('B'), 16_000, 'shared equally')
  said = new Map([['A:1:1', 24_000]])
  await pass(set, 3)
  t.equal(set.told('B'), 8_000, 'the other makes room: 32 A less 24 A')
  t.equal(loop.allocation()?.connectors[0]?.committedMilliA, 24_000)
  said = new Map()
  await pass(set, 15)
  t.equal(set.told('B'), 16_000)
  await loop.stop()
})

void test('a charger that knows whole amperes only is told whole amperes only', async (t) => {
  const set = charging(['A', 'B', 'C'], 32)
  const terms = new Map([['A:1:1', { pilots: { kind: 'steps' as const, stepMilliA: 1_000 } }]])
  set.joined = { terms: () => terms }
  const loop = set.open()
  await pass(set, 15)
  t.ok(set.points.filter(({ chargerId }) => chargerId === 'A').every((each) => each.limitMilliA % 1000 === 0))
  t.equal(set.told('A'), 10_000)
  t.ok((set.told('B') ?? 0) > 10_000, 'and the others get what it cannot use')
  await loop.stop()
})

void test('a strategy in place of the site’s shares, until it is taken away', async (t) => {
  const set = charging(['A', 'B'], 40)
  const onlyB = (_: unknown, claims: readonly Claim[]): Share[] =>
    claims.map(({ place }) => ({ milliA: place === 1 ? 32_000 : 6_000, row: null }))
  let strategy: { share: typeof onlyB; because: string } | null = {
    share: onlyB,
    because: 'the plan waits for a cheaper hour'
  }
  set.joined = { strategy: () => strategy }
  const loop = set.open()
  await pass(set, 20)
  t.strictSame([set.told('A'), set.told('B')], [6_000, 32_000])
  t.equal(loop.allocation()?.connectors[0]?.reason, '6 A: the plan waits for a cheaper hour')
  strategy = null
  await pass(set, 20)
  t.strictSame([set.told('A'), set.told('B')], [20_000, 20_000])
  await loop.stop()
})
