import { test } from 'tap'
import { minutesFor, readPrices } from '../series/read-prices.ts'
import { pointsOf } from '../series/series-option.ts'
import { draftOf, pricesOf } from './editor/draft.ts'
import { sessionOf, startToday, type Sample } from './editor/sample.ts'
import { bandsOf, rangeOf, type Priced } from './picture/bands.ts'
import { stepsOf } from './picture/day-option.ts'
import { readOcpi } from './read-ocpi.ts'

const energy = (
  price: string | { series: string; plus?: string },
  restrictions?: Record<string, unknown>
) => ({
  components: [{ dimension: 'energy', price }],
  ...(restrictions ? { restrictions } : {})
})
const rules = (...elements: ReturnType<typeof energy>[]): Priced => ({
  currency: 'EUR',
  segments: [],
  rules: { currency: 'EUR', elements }
})
const short = (tariff: Priced, weekday = 1) =>
  bandsOf(tariff, weekday).map(({ fromMinute, toMinute, price }) => [fromMinute / 60, toMinute / 60, price])

void test('rules by the clock: the first that holds, through midnight, on its weekdays', async (t) => {
  const tariff = rules(
    energy('0.1', { weekdays: [7] }),
    energy('0.2', { startTime: '22:00', endTime: '06:00' }),
    energy('0.4')
  )
  t.strictSame(short(tariff), [
    [0, 6, '0.2'],
    [6, 22, '0.4'],
    [22, 24, '0.2']
  ])
  t.strictSame(short(tariff, 7), [[0, 24, '0.1']])
})

void test('the picture is of a session that begins: first tier, no group, no idling; nothing where nothing holds', async (t) => {
  t.strictSame(
    short(rules(energy('0.1', { groups: ['gold'] }), energy('0.3', { maxKwh: '10' }), energy('0.5'))),
    [[0, 24, '0.3']]
  )
  t.strictSame(short(rules(energy('0.1', { startTime: '08:00', endTime: '09:00' }))), [[8, 9, '0.1']])
  t.match(bandsOf(rules(energy({ series: 'spot', plus: '0.12' })), 1), [{ price: '0.12', dynamic: true }])
})

void test('the scale of a week runs from its cheapest to its dearest', async (t) => {
  t.strictSame(rangeOf([bandsOf(rules(energy('-0.1')), 1), bandsOf(rules(energy('2')), 1)]), {
    low: '-0.1',
    high: '2'
  })
  t.equal(rangeOf([[]]), null)
})

void test('a gap in the day stays a gap in the curve', async (t) => {
  const bands = bandsOf(
    rules(
      energy('1', { startTime: '01:00', endTime: '02:00' }),
      energy('2', { startTime: '03:00', endTime: '04:00' })
    ),
    1
  )
  t.strictSame(stepsOf(bands, 'electricityPrice'), [
    [60, 1],
    [120, 1],
    [120, null],
    [180, 2],
    [240, 2]
  ])
})

const sample: Sample = { start: '2026-06-01T18:00', kWh: '30.5', hours: '1.5', idleMinutes: '0', groups: '' }

void test('a session as a person thinks of it, on the clock of the site', async (t) => {
  t.strictSame(sessionOf(sample, 'Europe/Amsterdam'), {
    startedAt: '2026-06-01T16:00:00.000Z',
    endedAt: '2026-06-01T17:30:00.000Z',
    readings: [
      { at: '2026-06-01T16:00:00.000Z', registerWh: '0' },
      { at: '2026-06-01T17:30:00.000Z', registerWh: '30500' }
    ]
  })
  t.match(sessionOf({ ...sample, idleMinutes: '20', groups: 'gold， fleet' }, 'UTC'), {
    endedAt: '2026-06-01T19:50:00.000Z',
    states: [{ state: 'charging' }, { at: '2026-06-01T19:30:00.000Z', state: 'finished' }],
    driver: { groups: ['gold', 'fleet'] }
  })
  for (const odd of [{ kWh: 'x' }, { hours: '0' }, { start: '' }])
    t.equal(sessionOf({ ...sample, ...odd }, 'UTC'), null)
  t.equal(startToday('Asia/Shanghai', Date.parse('2026-06-01T20:00:00Z')), '2026-06-02T18:00')
})

void test('a draft says its prices as soon as something of it is whole', async (t) => {
  const fresh = draftOf(null)
  t.match(pricesOf(fresh, 'CNY', null), { plan: { currency: 'CNY', segments: [{ start: '00:00' }] } })
  t.match(pricesOf({ ...fresh, kind: 'rules' }, 'EUR', null), { rules: { currency: 'EUR', elements: [{}] } })
  t.equal(pricesOf({ ...fresh, segments: [] }, 'CNY', null), null)
})

void test('an OCPI tariff is found in what was pasted, or it is said why not', async (t) => {
  const tariff = {
    id: 'NL*1',
    currency: 'EUR',
    elements: [],
    tariff_alt_text: [{ language: 'en', text: 'Cheap' }]
  }
  t.match(readOcpi(JSON.stringify(tariff)), { id: 'NL-1', name: 'Cheap' })
  t.match(readOcpi(JSON.stringify({ data: [tariff], status_code: 1000 })), { id: 'NL-1' })
  for (const odd of ['{', '[]', '{"data":[]}', '"x"', '5']) t.type(readOcpi(odd), 'string')
})

const pasted: readonly (readonly [string, readonly string[]])[] = [
  ['0.1\n0.2', ['0.1', '0.2']],
  ['0,10; 0,20', ['0.10', '0.20']],
  ['0.1, -0.05,0.3', ['0.1', '-0.05', '0.3']],
  ['', []]
]
for (const [text, wanted] of pasted)
  void test(`prices in "${text.replaceAll('\n', '\\n')}"`, async (t) =>
    t.strictSame(readPrices(text), wanted))

void test('what is no price is named; so many prices have one step', async (t) => {
  t.strictSame(readPrices('0.1 n/a'), { odd: 'n/a' })
  t.strictSame([23, 24, 25, 46, 50, 92, 96, 100, 30, 0].map(minutesFor), [
    60,
    60,
    60,
    30,
    30,
    15,
    15,
    15,
    undefined,
    undefined
  ])
})

void test('a curve ends where its day ends', async (t) => {
  const points = pointsOf({ from: '2026-03-28T23:00:00Z', minutes: 60, prices: ['1', '2'], currency: 'EUR' })
  t.strictSame(
    points.map(([, price]) => price),
    [1, 2, 2]
  )
  t.equal((points[2]?.[0] ?? 0) - (points[0]?.[0] ?? 0), 7_200_000)
})
