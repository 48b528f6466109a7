import { test } from 'tap'
import { choosePlan, type PlanPrices } from '@nova/shared-protocol/tariff'
import { catalogueFaults } from '../../db/index.ts'
import { Problem } from '../../http/index.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { addVersion, assignTariff, insistOnPlan, makeTariff, type NewTariff } from './commands.ts'
import { migrations, pinned, tariffsFor } from './index.ts'
import { previewPlan, PreviewWanted, versionAt } from './preview.ts'
import { planOf, versionsOf } from './store.ts'

const { database, close } = await openTestDatabase([migrations])
const flat = (price: string): PlanPrices => ({
  currency: 'CNY',
  segments: [{ start: '00:00', end: '24:00', electricityPrice: price, servicePrice: '0' }]
})
const tariff = (tariffId: string, more: Partial<NewTariff> = {}): NewTariff => ({
  tariffId,
  name: tariffId,
  priority: 0,
  validFrom: null,
  validUntil: null,
  prices: flat('1'),
  madeBy: 'test',
  assignments: [],
  ...more
})
const at = (siteId: string, connector: string | null = null, fallback = false) => ({
  siteId,
  connector,
  fallback
})
const site = async (siteId: string) =>
  database.tenant('demo', async (tx) => tariffsFor(tx, siteId, 'Asia/Shanghai'))
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error))
  )

void test('a site gets the plans that hold or will, and where they apply', async (t) => {
  await makeTariff(database, 'demo', tariff('day', { assignments: [at('s1'), at('s1', 'CP1:1:1')] }))
  await makeTariff(database, 'demo', tariff('last', { assignments: [at('s1', null, true)] }))
  await makeTariff(database, 'demo', tariff('elsewhere', { assignments: [at('s2')] }))
  const { plans, defaults } = await site('s1')
  t.strictSame(
    plans.map(({ tariffId, timeZone }) => [tariffId, timeZone]),
    [
      ['day', 'Asia/Shanghai'],
      ['last', 'Asia/Shanghai']
    ]
  )
  t.strictSame(defaults, [
    { tariffId: 'day' },
    { tariffId: 'day', connector: 'CP1:1:1' },
    { tariffId: 'last', fallback: true }
  ])
  t.match(choosePlan({ plans, defaults, connector: 'CP1:1:1', at: '2026-11-21T00:00:00Z' }), {
    because: 'connector'
  })
})

void test('a version is added, never edited; the old one stays for the sessions that pinned it', async (t) => {
  await makeTariff(database, 'demo', tariff('v', { assignments: [at('s3')] }))
  t.equal(await addVersion(database, 'demo', tariff('v', { prices: flat('2') })), 2)
  const numbers = await Promise.all(
    [1, 2, 3].map(async () => addVersion(database, 'demo', tariff('v', { prices: flat('3') })))
  )
  t.strictSame(
    numbers.toSorted((a, b) => a - b),
    [3, 4, 5],
    'three people at once get three versions'
  )
  t.strictSame(
    (await site('s3')).plans.map(({ version }) => version),
    [5]
  )
  const first = await database.tenant('demo', async (tx) =>
    pinned(tx, { tariffId: 'v', version: 1, timeZone: 'UTC' })
  )
  t.equal(first?.segments[0]?.electricityPrice, '1')
  const act = async (sql: string) => database.tenant('demo', async (tx) => tx.query(sql))
  await t.rejects(act('update tariff_versions set priority = 9'), { message: /permission denied/ })
  await t.rejects(act('delete from tariff_versions'), { message: /permission denied/ })
})

void test('a version for a while gives way to the standing one again', async (t) => {
  await makeTariff(database, 'demo', tariff('w', { assignments: [at('s4')] }))
  await addVersion(
    database,
    'demo',
    tariff('w', { validFrom: '2020-01-01T00:00:00Z', validUntil: '2099-01-01T00:00:00Z' })
  )
  await addVersion(database, 'demo', tariff('w', { validFrom: '2098-01-01T00:00:00Z' }))
  await addVersion(database, 'demo', tariff('w', { validUntil: '2021-01-01T00:00:00Z' }))
  t.strictSame(
    (await site('s4')).plans.map(({ version }) => version),
    [3, 2, 1]
  )
})

const backwards = { validFrom: '2027-01-01T00:00:00Z', validUntil: '2026-01-01T00:00:00Z' }
const refusals: { title: string; work: () => Promise<unknown>; code: string }[] = [
  {
    title: 'the same id again',
    work: async () => makeTariff(database, 'demo', tariff('day')),
    code: 'tariff-exists'
  },
  {
    title: 'a tariff that ends before it begins',
    work: async () => makeTariff(database, 'demo', tariff('never', backwards)),
    code: 'tariff-invalid'
  },
  {
    title: 'a version that ends as it begins',
    work: async () =>
      addVersion(database, 'demo', tariff('day', { ...backwards, validUntil: backwards.validFrom })),
    code: 'tariff-invalid'
  },
  {
    title: 'a version of nothing',
    work: async () => addVersion(database, 'demo', tariff('none')),
    code: 'not-found'
  },
  {
    title: 'assigning nothing',
    work: async () => assignTariff(database, 'demo', { tariffId: 'none', assignments: [] }),
    code: 'not-found'
  },
  {
    title: 'a version of another tenant',
    work: async () => addVersion(database, 'other', tariff('day')),
    code: 'not-found'
  },
  {
    title: 'a plan with a hole',
    work: async () =>
      insistOnPlan(
        {
          currency: 'CNY',
          segments: [{ start: '00:00', end: '23:00', electricityPrice: '1', servicePrice: '0' }]
        },
        false
      ),
    code: 'tariff-invalid'
  },
  {
    title: 'registers that go backwards',
    work: async () =>
      previewPlan(flat('1'), 'UTC', [
        { at: '2026-01-01T00:00:00Z', registerWh: 5 },
        { at: '2026-01-01T01:00:00Z', registerWh: 4 }
      ]),
    code: 'readings-invalid'
  },
  {
    title: 'a zone nobody knows',
    work: async () => previewPlan(flat('1'), 'Mars/Base', []),
    code: 'time-zone-unknown'
  },
  {
    title: 'no version in force',
    work: async () => versionAt([], 'day', undefined),
    code: 'no-version-in-force'
  }
]
for (const { title, work, code } of refusals) {
  void test(`${title} is refused: ${code}`, async (t) => {
    t.equal(await codeOf(work()), code)
  })
}

void test('the seventeenth plan of a site is refused and leaves nothing', async (t) => {
  for (let n = 0; n < 16; n++)
    await makeTariff(database, 'demo', tariff(`many-${n}`, { assignments: [at('s5')] }))
  t.equal(
    await codeOf(makeTariff(database, 'demo', tariff('many-16', { assignments: [at('s5')] }))),
    'too-many-plans'
  )
  t.equal((await site('s5')).plans.length, 16)
  t.strictSame(await database.tenant('demo', async (tx) => versionsOf(tx, 'many-16')), [])
  await assignTariff(database, 'demo', { tariffId: 'many-0', assignments: [] })
  t.equal(await codeOf(makeTariff(database, 'demo', tariff('many-17', { assignments: [at('s5')] }))), 'done')
})

void test('a preview takes decimal registers and says each line and the unrounded sum', async (t) => {
  const rated = previewPlan(flat('0.66666'), 'UTC', [
    { at: '2026-01-01T00:00:00Z', registerWh: '0.0' },
    { at: '2026-01-01T01:00:00Z', registerWh: '66666.6' }
  ])
  t.match(rated, { exact: { excl: '44.443955556' }, total: { amountMinor: 4444 } })
  const forms = [
    { tariffId: 'day', siteId: 's1', readings: [] },
    { plan: flat('1'), timeZone: 'UTC', readings: [] },
    {
      ocpi: { version: '2.2.1', tariff: { currency: 'EUR', elements: [] }, chargingPeriods: [] },
      timeZone: 'UTC'
    }
  ]
  for (const form of forms) t.ok(PreviewWanted.safeParse(form).success)
  t.notOk(PreviewWanted.safeParse({ plan: flat('1'), readings: [] }).success)
  const plans = await database.tenant('demo', async (tx) =>
    Promise.all((await versionsOf(tx, 'v')).map(async (row) => planOf(tx, row, 'UTC')))
  )
  t.equal(versionAt(plans, 'v', undefined).version, 5)
})

void test('a begin of 0 against an end of 910 kWh costs nothing and says that a person has to look', async (t) => {
  const readings = (begin: number, end: number) => [
    { at: '2026-01-01T00:00:00Z', registerWh: begin },
    { at: '2026-01-01T09:00:00Z', registerWh: end }
  ]
  const lost = previewPlan(flat('1'), 'UTC', readings(0, 910_031))
  t.match(lost, { lines: [], total: { amountMinor: 0 }, exact: { incl: '0' }, energyWh: '0' })
  t.strictSame(lost.review, ['begin-at-zero'])
  t.match(previewPlan(flat('1'), 'UTC', readings(0, 83_000)), { total: { amountMinor: 8300 }, review: [] })
  t.match(previewPlan(flat('1'), 'UTC', readings(910_031, 1_820_062)), { energyWh: '910031', review: [] })
})

void test('every change is told to the sites it concerns, and nobody else sees a tariff', async (t) => {
  const events = await database.platform('test', async (tx) =>
    tx.query<{ key: string }>(
      `select distinct key from events where kind = 'tariffs.changed.v1' order by key`
    )
  )
  t.strictSame(
    events.map(({ key }) => key),
    ['s1', 's2', 's3', 's4', 's5']
  )
  const other = await database.tenant('other', async (tx) => tariffsFor(tx, 's1', 'UTC'))
  t.strictSame(other, { plans: [], defaults: [] })
  t.strictSame(
    (await catalogueFaults(database)).filter((fault) => fault.startsWith('tariff')),
    []
  )
})

void test('its database is dropped at the end', async () => close())
