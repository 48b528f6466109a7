import fc from 'fast-check'
import { test } from 'tap'
import type { Ink } from '../../charts/chart.tsx'
import { limitOf, startOf } from '../limit-draft.ts'
import { flowsOf, type Participant } from '../flows.ts'
import { comparedOf } from './compared.ts'
import {
  horizonOf,
  inOrder,
  inShort,
  limitText,
  rowsOf,
  type Forecast,
  type LimitState,
  type PowerNode
} from './picture.ts'
import { pathOf } from './spark-path.ts'
import { spanOf, timelineOption } from './timeline-option.ts'

const node = (id: string, parent: string | null, more: Partial<PowerNode> = {}): PowerNode => ({
  id,
  parent,
  limitMilliA: [100_000, 100_000, 0],
  loadMilliA: [40_000, 0, 0],
  committedMilliA: [60_000, 110_000, 0],
  because: id,
  ...more
})
const limit = (more: Partial<LimitState> = {}): LimitState => ({
  source: 'operator',
  state: 'active',
  binding: false,
  limitW: 50_000,
  limitMilliA: null,
  from: null,
  until: null,
  version: null,
  reason: 'r',
  detail: null,
  ...more
})
const at = (hour: number) => new Date(Date.UTC(2026, 10, 21, hour)).toISOString()
const forecast = (
  chargerId: string,
  energyWh: number,
  amps: readonly number[],
  more: Partial<Forecast> = {}
): Forecast => ({
  chargerId,
  evseId: 1,
  connectorId: 1,
  energyWh,
  fullAt: null,
  points: amps.map((each, index) => ({ at: at(index), limitMilliA: each * 1000, powerW: 0, reason: '' })),
  ...more
})

void test('each fuse stands behind the one it hangs on; none is lost, also in a ring', async (t) => {
  const nodes = [
    node('row', 'hall'),
    node('hall', 'grid'),
    node('grid', null),
    node('a', 'b'),
    node('b', 'a')
  ]
  t.strictSame(
    inOrder(nodes).map((leaf) => `${leaf.depth} ${leaf.node.id}`),
    ['0 grid', '1 hall', '2 row', '0 a', '0 b']
  )
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 12 }), { maxLength: 12 }), (parents) => {
      const random = parents.map((parent, id) => node(`${id}`, parent === 12 ? null : `${parent}`))
      return new Set(inOrder(random).map((leaf) => leaf.node.id)).size === random.length
    })
  )
})

void test('a phase line: what is left can be below nothing, a bar cannot leave its track', async (t) => {
  t.match(rowsOf(node('grid', null)), [
    { phase: 'L1', load: 40_000, free: 40_000, loadShare: 0.4, committedShare: 0.6 },
    { phase: 'L2', free: -10_000, committedShare: 1 },
    { phase: 'L3', free: 0, committedShare: 1 }
  ])
  t.match(rowsOf(node('grid', null, { loadMilliA: null })), [{ load: null, loadShare: 0 }, {}, {}])
  const total = { limitW: 10_000, loadW: null, committedW: 2_500 }
  t.match(rowsOf(node('grid', null, { total }))[3], { phase: 'sum', free: 7_500, committedShare: 0.25 })
})

const texts: [Partial<LimitState>, string][] = [
  [{}, '50.0 kW'],
  [{ limitW: null, limitMilliA: [16_000, 16_000, 16_000] }, '16 A'],
  [{ limitW: 4_200, limitMilliA: [16_000, 10_500, 16_000] }, '4.2 kW · 16 / 10.5 / 16 A'],
  [{ limitW: null, exportLimitW: 5_000 }, 'power.feedIn 5.0 kW'],
  [{ limitW: 4_200, exportLimitW: 0 }, '4.2 kW · power.feedIn 0.0 kW']
]
const say = (word: string, { power = '' } = {}) => `${word} ${power}`
for (const [more, text] of texts)
  void test(`a limit is written "${text}"`, async (t) => t.equal(limitText(limit(more), say, 'en'), text))

void test('in short: what rules, the next of a schedule, the three newest refusals, nothing that is over', async (t) => {
  const weekly = { source: 'schedule', state: 'planned' } as const
  const all = [
    limit({ state: 'active' }),
    limit({ ...weekly, from: at(17) }),
    limit({ ...weekly, from: at(18) }),
    limit({ ...weekly, from: at(19), limitW: 1 }),
    ...[4, 3, 2, 1].map((detail) => limit({ state: 'refused', detail: String(detail) })),
    limit({ state: 'cancelled' }),
    limit({ state: 'past' })
  ]
  t.strictSame(
    inShort(all).map((each) => all.indexOf(each)),
    [0, 1, 3, 4, 5, 6, 8]
  )
})

void test('the picture of limits spans today, and a limit of next month does not stretch it', async (t) => {
  const now = Date.parse(at(12))
  t.strictSame(spanOf([], now), { from: Date.parse(at(6)), until: Date.parse(at(36)) })
  const far = limit({ until: '2026-12-24T00:00:00Z' })
  t.strictSame(spanOf([far, limit({ from: at(2) })], now), {
    from: Date.parse(at(1)) + 1_800_000,
    until: Date.parse(at(36))
  })
})

const ink = new Proxy({}, { get: (_, name) => String(name) }) as Ink
void test('one row a source, one bar a limit, open ends at the edge of the picture', async (t) => {
  const words = {
    now: 'now',
    source: (each: LimitState) => each.source,
    value: () => '',
    state: (each: LimitState) => each.state
  }
  const drawn = { ink, language: 'en', zone: undefined, nowMs: Date.parse(at(12)) } as const
  const option = timelineOption(
    [limit(), limit({ from: at(18), until: at(20), state: 'planned' }), limit({ source: 'contract' })],
    words,
    drawn
  )
  t.match(option, {
    yAxis: { data: ['contract', 'operator'] },
    series: [
      {
        data: [
          [Date.parse(at(6)), Date.parse(at(36)), 1, Date.parse(at(18))],
          [Date.parse(at(18)), Date.parse(at(20)), 1, Date.parse(at(36))],
          [Date.parse(at(6)), Date.parse(at(36)), 0, Date.parse(at(36))]
        ]
      },
      { markLine: { data: [{ xAxis: Date.parse(at(12)) }] } }
    ]
  })
})

void test('a week of windows: every midnight is named by its day, and no word runs into the next bar', async (t) => {
  const week = [0, 1, 2, 3].map((day) =>
    limit({ source: 'schedule', from: at(24 * day + 18), until: at(24 * day + 22), state: 'planned' })
  )
  const words = {
    now: 'now',
    source: (each: LimitState) => each.source,
    value: () => '40.0 kW',
    state: () => 'planned'
  }
  const nowMs = Date.parse(at(12))
  const option = timelineOption(week, words, { ink, language: 'en', zone: 'UTC', nowMs }) as unknown as {
    xAxis: { axisLabel: { formatter: (value: number) => string } }
    series: [
      { renderItem: (params: object, api: object) => { textContent: { style: Record<string, unknown> } } }
    ]
  }
  const { formatter } = option.xAxis.axisLabel
  t.equal(formatter(Date.parse(at(24))), '22 Nov')
  t.equal(formatter(Date.parse(at(30))), '22 Nov, 06:00')
  // 4 px an hour: a window is 16 px wide, the next one begins 80 px behind its end.
  const drawnAt = (hourPx: number, dataIndex: number) => {
    const px = (ms: number) => ((ms - nowMs) / 3_600_000) * hourPx
    const from = 24 * dataIndex + 18
    const values = [at(from), at(from + 4), null, at(from + 24)].map((each) => (each ? Date.parse(each) : 0))
    return option.series[0].renderItem(
      { dataIndex, coordSys: { x: 0, width: 1000 } },
      {
        value: (index: number) => values[index],
        coord: ([ms]: [number]) => [px(ms), 20],
        size: () => [0, 44]
      }
    ).textContent.style
  }
  t.match(drawnAt(4, 1), { text: '40.0 kW (planned)', width: 70 })
  t.match(drawnAt(1, 1), { text: '' }, 'on a phone there is no room for a word')
})

void test('a forecast is drawn as steps, each until the next, the last to the end', async (t) => {
  const { points } = forecast('A', 0, [16, 8])
  // 150 wide for two hours: one hour is 75; 34 high, 16 A at the top (2), 8 A half of 31 above the bottom (33).
  t.equal(pathOf(points, { untilMs: Date.parse(at(2)), mostMilliA: 16_000 }), 'M0 2H75V17.5H150')
  t.equal(pathOf([], { untilMs: 0, mostMilliA: 1 }), 'M0 34H150')
  t.equal(
    horizonOf({ at: at(0), forecast: [forecast('A', 0, [1, 1], { fullAt: at(3) })] }),
    Date.parse(at(3))
  )
})

void test('two plans side by side: who loses most comes first, who is in one only is there too', async (t) => {
  const before = {
    forecast: [forecast('A', 10_000, [16]), forecast('B', 8_000, [16]), forecast('C', 5_000, [10])]
  }
  const after = {
    forecast: [
      forecast('A', 9_000, [16]),
      forecast('B', 2_000, [6]),
      forecast('C', 5_005, [10]),
      forecast('D', 500, [6])
    ]
  }
  t.strictSame(
    comparedOf(before, after).map(({ key, change }) => `${key} ${change}`),
    ['B:1:1 less', 'A:1:1 less', 'C:1:1 same', 'D:1:1 more']
  )
  t.match(comparedOf({ forecast: [forecast('A', 0, [16])] }, { forecast: [forecast('A', 0, [6])] }), [
    { change: 'less' }
  ])
})

const device = (kind: Participant['kind'], powerW: number | null): Participant => ({
  id: kind,
  kind,
  powerW,
  socPercent: null,
  state: 'running'
})
void test('behind solar and battery the building is what is left when everybody is counted', async (t) => {
  // The grid gives 10 kW, the sun 6, the battery takes 2, cars 9: 10 + 6 - 2 - 9 = 5 for the building.
  const flows = flowsOf({ gridW: 10_000, buildingW: 1_000, carsW: 9_000 }, [
    device('pv', -6_000),
    device('battery', 2_000)
  ])
  t.strictSame(
    flows.map(({ kind, watts, gives }) => [kind, watts, gives]),
    [
      ['grid', 10_000, true],
      ['pv', -6_000, true],
      ['battery', 2_000, false],
      ['building', 5_000, false],
      ['cars', 9_000, false]
    ]
  )
  t.match(flowsOf({ gridW: -500, buildingW: 1_000, carsW: null }, []), [
    { gives: false },
    { watts: 1_000 },
    { watts: null }
  ])
  t.match(flowsOf({ gridW: 1, buildingW: 1, carsW: 1 }, [device('pv', null)]), [
    {},
    { watts: null },
    { watts: null },
    {}
  ])
})

void test('a limit for now has the plain name, one for later a name of its own, on the site’s clock', async (t) => {
  const zone = 'Asia/Shanghai'
  const nowMs = Date.parse(at(0))
  t.strictSame(limitOf({ limitKw: 5.5, reason: 'x', minutes: 30 }, { nowMs, zone }), {
    source: 'operator',
    limitW: 5_500,
    reason: 'x',
    until: '2026-11-21T00:30:00.000Z'
  })
  t.strictSame(
    limitOf({ limitKw: 5, reason: 'x', minutes: 60, starts: '2026-11-21T18:00' }, { nowMs, zone }),
    {
      source: 'operator-20261121-1000',
      limitW: 5_000,
      reason: 'x',
      from: '2026-11-21T10:00:00.000Z',
      until: '2026-11-21T11:00:00.000Z'
    }
  )
  t.equal(startOf('', zone), null)
  t.equal(startOf('soon', zone), null)
})
