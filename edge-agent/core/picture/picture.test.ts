import { test } from 'tap'
import fc from 'fast-check'
import { Charger, PowerPicture, type Allocation } from '@nova/shared-protocol/model'
import { sizeOf } from './fitted.ts'
import { fitted, nextWord, pictureFrom, type Said, type Seen } from './index.ts'

const at = '2026-11-21T12:00:00Z'
const charger = (id: string, circuit: string, phaseRotation = 'RST') =>
  Charger.parse({
    id,
    protocol: 'ocpp1.6',
    identity: id,
    circuit,
    phaseRotation,
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 11_000 }] }]
  })
const share = (chargerId: string, committedMilliA: number, powerW: number | null) => ({
  chargerId,
  evseId: 1,
  connectorId: 1,
  limitMilliA: committedMilliA,
  committedMilliA,
  powerW,
  limitW: 0,
  reason: ''
})
const allocation: Allocation = {
  at,
  limitMilliA: [100_000, 100_000, 100_000],
  limitW: 69_000,
  limitReason: 'Works until 19:00',
  limits: [],
  baseLoadW: 6_900, // 10 A on each of three phases at 230 V.
  siteW: null,
  meter: 'good',
  missingW: 0,
  connectors: [share('A', 16_000, 6_900), share('B', 10_000, 2_300), share('C', 6_000, null)]
}
const seen: Seen = {
  at,
  grid: { limitA: [100, 100, 100], voltageV: 230 },
  circuits: [
    { id: 'hall', parent: 'grid', limitA: [50, 50, 50] },
    { id: 'row', parent: 'hall', limitA: [32, 32, 32] },
    { id: 'lost', parent: 'nowhere', limitA: [32, 32, 32] }
  ],
  chargers: [charger('A', 'hall'), charger('B', 'row', 'R'), charger('C', 'lost')],
  limits: [
    { source: 'operator', limitW: 50_000, from: '2026-11-21T11:00:00Z', reason: 'Works' },
    { source: 'later', limitA: [10, 20, 30.5], from: '2026-11-21T13:00:00Z', reason: 'Event' },
    { source: 'over', limitW: 1, until: at, reason: 'Past' }
  ],
  allocation,
  idle: new Set(),
  gridMilliA: [21_000, 20_000, 19_000.4]
}

void test('the tree as the last decision has it: commitments add up towards the grid', async (t) => {
  const picture = pictureFrom(seen)
  t.ok(PowerPicture.safeParse(picture).success)
  t.match(picture.nodes, [
    // 16 + 10 + 6 A and 10 A of base load on L1; B hangs on L1 alone.
    {
      id: 'grid',
      parent: null,
      // 42 + 32 + 32 A at 230 V; nobody has measured the sum.
      total: { limitW: 69_000, loadW: null, committedW: 24_380 },
      committedMilliA: [42_000, 32_000, 32_000],
      loadMilliA: [21_000, 20_000, 19_000]
    },
    // A: 6,900 W over three phases = 10 A each; B: 2,300 W on one phase = 10 A.
    {
      id: 'hall',
      parent: 'grid',
      committedMilliA: [26_000, 16_000, 16_000],
      loadMilliA: [20_000, 10_000, 10_000]
    },
    { id: 'row', parent: 'hall', committedMilliA: [10_000, 0, 0], loadMilliA: [10_000, 0, 0] },
    { id: 'lost', parent: 'nowhere', committedMilliA: [6_000, 6_000, 6_000], loadMilliA: null }
  ])
  t.equal(pictureFrom({ ...seen, gridMilliA: null }).nodes[0]?.loadMilliA, null)
  const idle = pictureFrom({ ...seen, idle: new Set(['C:1:1']) })
  t.strictSame(idle.nodes[3]?.loadMilliA, [0, 0, 0], 'who has no session draws nothing')
})

void test('a car on one phase of a charger with three draws and is promised that phase alone; the base load lies where it is drawn', async (t) => {
  const wires = { of: new Map([['A:1:1', [1, 0, 0] as const]]), baseMilliA: [5_000, 5_000, 20_000] as const }
  const { nodes } = pictureFrom({ ...seen, wires })
  t.match(nodes, [
    // A and B on L1 with 16 + 10 A, C on all three with 6 A, and the base load: 37 + 11 + 26 A at 230 V.
    { id: 'grid', committedMilliA: [37_000, 11_000, 26_000], total: { committedW: 17_020 } },
    { id: 'hall', committedMilliA: [26_000, 0, 0], loadMilliA: [40_000, 0, 0] },
    { id: 'row' },
    { id: 'lost', committedMilliA: [6_000, 6_000, 6_000] }
  ])
})

void test('limits are planned, active or past by the clock, from their first instant to before their last', async (t) => {
  t.match(pictureFrom(seen).limits, [
    { source: 'operator', state: 'active', binding: true, limitW: 50_000, limitMilliA: null },
    { source: 'later', state: 'planned', binding: false, limitMilliA: [10_000, 20_000, 30_500] },
    { source: 'over', state: 'past', binding: false }
  ])
  t.equal(pictureFrom({ ...seen, at: '2026-11-21T13:00:00Z' }).limits[1]?.state, 'active')
})

const forecastOf = (points: number): PowerPicture['forecast'][number] => ({
  chargerId: 'A',
  evseId: 1,
  connectorId: 1,
  energyWh: 5,
  fullAt: null,
  points: Array.from({ length: points }, (_, index) => ({
    at,
    limitMilliA: index * 1000,
    powerW: index,
    reason: 'grid L1 …'
  }))
})

void test('a picture fits its message whatever is in it, and keeps its tree and limits', async () => {
  const whole = pictureFrom(seen)
  const bare = sizeOf(whole)
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 }),
      fc.integer({ min: bare, max: 60_000 }),
      (counts, mostBytes) => {
        const cut = fitted({ ...whole, forecast: counts.map(forecastOf) }, mostBytes)
        const kept = cut.nodes === whole.nodes && cut.limits === whole.limits
        return kept && sizeOf(cut) <= mostBytes && Buffer.byteLength(JSON.stringify(cut)) === sizeOf(cut)
      }
    )
  )
})

void test('points that repeat the one before are left out, the first stays', async (t) => {
  const [one] = forecastOf(1).points
  if (!one) throw new Error('no point')
  const points = [one, { ...one, at: '2026-11-21T12:15:00Z' }, { ...one, powerW: 7 }, { ...one, powerW: 7 }]
  const cut = fitted({ ...pictureFrom(seen), forecast: [{ ...forecastOf(0), points }] }, 1_000_000)
  t.strictSame(cut.forecast[0]?.points, [points[0], points[2]])
})

void test('a limit is told within a second, a load every five, nothing new every thirty', async (t) => {
  const picture = pictureFrom(seen)
  const first = nextWord(null, picture, 0)
  if (!first) throw new Error('the first is always said')
  const moved = { ...picture, nodes: picture.nodes.map((node) => ({ ...node, loadMilliA: null })) }
  const limited = { ...picture, limits: [] }
  const cases = [
    { name: 'the same after 29.9 s', next: { ...picture, at: 'x' }, nowMs: 29_900, told: false },
    { name: 'the same after 30 s', next: { ...picture, at: 'x' }, nowMs: 30_000, told: true },
    { name: 'a load after 4.9 s', next: moved, nowMs: 4_900, told: false },
    { name: 'a load after 5 s', next: moved, nowMs: 5_000, told: true },
    { name: 'a limit after 0.9 s', next: limited, nowMs: 900, told: false },
    { name: 'a limit after 1 s', next: limited, nowMs: 1_000, told: true }
  ]
  for (const { name, next, nowMs, told } of cases) t.equal(nextWord(first, next, nowMs) !== null, told, name)
  const big: Said = { ...first, length: 250_000 } // 25 characters a millisecond: 10 s.
  t.equal(nextWord(big, moved, 9_999), null)
  t.ok(nextWord(big, moved, 10_000))
})
