import { test } from 'tap'
import { rate, TariffPrices } from '@nova/shared-protocol/tariff'
import { catalogueFaults } from '../../db/index.ts'
import { Problem } from '../../http/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { makeTariff, seriesChanged } from './commands.ts'
import { groupsByDriver, groupsOf, setGroups } from './groups.ts'
import { migrations, pinned, tariffsFor } from './index.ts'
import { addDay, dayOf, seriesList, withSeries, type Beside, type NewDay } from './series.ts'
import { versionRow } from './store.ts'

const { database, close } = await openTestDatabase([migrations])
const noon = Date.parse('2026-03-28T12:00:00Z')
const many = (length: number, first = '0.10') => [first, ...Array.from({ length: length - 1 }, () => '-0.05')]
const day = (more: Partial<NewDay> = {}): NewDay & Beside => ({
  series: 'epex-nl',
  day: '2026-03-29',
  timeZone: 'Europe/Amsterdam',
  currency: 'EUR',
  minutes: 15,
  prices: many(92),
  source: 'test',
  madeBy: 'test',
  now: noon,
  told: async () => undefined,
  ...more
})
const keep = async (more: Partial<NewDay & { now: number }> = {}) =>
  addDay(database, 'demo', { ...day(), ...more })
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error))
  )

void test('a day of 92 quarter-hours is kept; the same again is the same; others are a new revision', async (t) => {
  t.match(await keep(), { revision: 1, starts_at: /2026-03-28T23:00:00/, ends_at: /2026-03-29T22:00:00/ })
  t.match(await keep(), { revision: 1 })
  t.match(await keep({ prices: many(92, '0.11') }), { revision: 2 })
  const found = await database.tenant('demo', async (tx) => dayOf(tx, 'epex-nl', '2026-03-29'))
  t.equal(found?.prices[0], '0.11')
})

const refusals: readonly (readonly [string, Partial<NewDay & { now: number }>, string])[] = [
  ['96 prices on a day of 23 hours', { prices: many(96) }, 'prices-odd'],
  ['a day that has begun', { prices: many(92, '9'), now: noon + 86_400_000 }, 'day-has-begun'],
  ['another currency', { day: '2026-03-30', prices: many(96), currency: 'GBP' }, 'series-other-currency']
]
for (const [title, more, code] of refusals)
  void test(`${title}: ${code}`, async (t) => t.equal(await codeOf(keep(more)), code))

void test('what was told is not rewritten in the database either', async (t) => {
  const act = async (sql: string) => database.tenant('demo', async (tx) => tx.query(sql))
  await t.rejects(act("update price_days set source = 'x'"), { message: /permission denied/ })
  await t.rejects(act('delete from price_days'), { message: /permission denied/ })
})

const dynamic = TariffPrices.parse({
  currency: 'EUR',
  elements: [{ components: [{ dimension: 'energy', price: { series: 'epex-nl', plus: '0.12' } }] }]
})

void test('rules get the uploaded prices of the time that is asked for, in the newest revision', async (t) => {
  await keep({ day: '2026-03-28', minutes: 60, prices: many(24, '0.20') })
  const window = { from: '2026-03-28T22:00:00Z', until: '2026-03-29T01:00:00Z' }
  const filled = await database.tenant('demo', async (tx) => withSeries(tx, dynamic, window))
  const series = filled.series?.['epex-nl']
  t.equal(series?.minutes, 15)
  t.equal(series?.prices.length, 96 + 92)
  t.match(series?.prices[96], { at: '2026-03-28T23:00:00Z', price: '0.11' })
  const own = { ...dynamic, series: { 'epex-nl': { minutes: 60 as const, prices: [] } } }
  t.equal(
    await database.tenant('demo', async (tx) => withSeries(tx, own, window)),
    own,
    'what they carry stays'
  )
  const list = await database.tenant('demo', async (tx) => seriesList(tx, '', 9))
  t.match(list, [{ series: 'epex-nl', currency: 'EUR', days: 2 }])
})

void test('a site is priced by rules as by a plan, with the prices of its series, and hears of new ones', async (t) => {
  const tariff = { name: 'spot', priority: 0, validFrom: null, validUntil: null, madeBy: 'test' }
  const today = new Date().toISOString().slice(0, 10)
  await keep({ day: today, timeZone: 'UTC', prices: many(96, '0.30') })
  const assignments = [{ siteId: 's1', connector: null, fallback: false }]
  await makeTariff(database, 'demo', { tariffId: 'spot', ...tariff, prices: dynamic, assignments })
  const kept = await database.tenant('demo', async (tx) => versionRow(tx, 'spot', 1))
  t.strictSame(kept?.prices, dynamic)
  const { plans } = await database.tenant('demo', async (tx) => tariffsFor(tx, 's1', 'UTC'))
  t.match(plans, [
    { tariffId: 'spot', version: 1, currency: 'EUR', segments: [{ electricityPrice: '0.12' }] }
  ])
  const pin = { tariffId: 'spot', version: 1, timeZone: 'UTC' }
  const plan = await database.tenant('demo', async (tx) => pinned(tx, pin))
  t.ok(plan?.rules?.series?.['epex-nl']?.prices.some(({ price }) => price === '0.30'))
  const at = (minutes: number) => new Date(Date.parse(`${today}T00:00:00Z`) + minutes * 60_000).toISOString()
  const readings = [
    { at: at(0), registerWh: 0 },
    { at: at(15), registerWh: 10_000 }
  ]
  // 10 kWh × (0.30 + 0.12) in the first quarter of the hour.
  t.match(plan && rate({ plan, timeZone: 'UTC', readings }), { total: { currency: 'EUR', amountMinor: 420 } })
  const told = async () =>
    database.platform('test', async (tx) =>
      tx.one<{ count: number }>(
        "select count(*)::int as count from events where kind = 'tariffs.changed.v1' and key = 's1'"
      )
    )
  const before = await told()
  await addDay(database, 'demo', {
    ...day({ day: '2099-01-01', timeZone: 'UTC', prices: many(96) }),
    told: async (tx) => seriesChanged(tx, 'epex-nl')
  })
  t.equal((await told()).count, before.count + 1)
  await addDay(database, 'demo', {
    ...day({ series: 'other', day: '2099-01-01', timeZone: 'UTC', prices: many(96) }),
    told: async (tx) => seriesChanged(tx, 'other')
  })
  t.equal((await told()).count, before.count + 1, 'nobody asks for the other')
})

void test('a driver is in the groups that were set, as of each instant', async (t) => {
  const set = async (groups: string[]) =>
    database.tenant('demo', async (tx) => setGroups(tx, { driverId: 'd1', groups, setBy: 'test' }))
  const now = async (at: string | null = null) =>
    database.tenant('demo', async (tx) => groupsOf(tx, 'd1', at))
  await set(['gold', 'fleet-a'])
  await set(['gold'])
  t.strictSame(await now(), ['gold'])
  await set(['gold', 'gold', 'silver'])
  t.strictSame(await now(), ['gold', 'silver'])
  t.strictSame(await now('2020-01-01T00:00:00Z'), [], 'not before they were set')
  const list = async (driverId?: string) =>
    database.tenant('demo', async (tx) => groupsByDriver(tx, { driverId, after: '', limit: 9 }))
  t.strictSame(await list(), [{ driverId: 'd1', groups: ['gold', 'silver'] }])
  t.strictSame(await list('nobody'), [])
  t.strictSame(await database.tenant('other', async (tx) => groupsOf(tx, 'd1')), [], 'nobody else sees them')
})

void test('every table is forced to its tenant', async (t) => {
  const faults = await catalogueFaults(database)
  t.strictSame(
    faults.filter((fault) => /price_|driver_groups/.test(fault)),
    []
  )
})

void test('its database is dropped at the end', async () => close())
