import { test } from 'tap'
import type { Work } from '../../db/index.ts'
import fc from 'fast-check'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { migrations, NewSite } from './index.ts'
import { faultsOf, limitsOf } from './model.ts'
import { createSite, deleteLimit, limitsAt, listSites, putLimit, siteById } from './store.ts'

const site = (id: string, latitude = 31.3, longitude = 120.7): NewSite =>
  NewSite.parse({
    id,
    name: id,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    latitude,
    longitude,
    grid: { limitA: [100, 100, 100] }
  })

const trees: [title: string, circuits: { id: string; parent: string }[], faults: RegExp[]][] = [
  ['no circuits', [], []],
  [
    'a tree',
    [
      { id: 'a', parent: 'grid' },
      { id: 'b', parent: 'a' },
      { id: 'c', parent: 'a' }
    ],
    []
  ],
  ['a circuit that hangs on nothing', [{ id: 'a', parent: 'x' }], [/parent x does not exist/]],
  ['a circuit that hangs on itself', [{ id: 'a', parent: 'a' }], [/hangs on itself/]],
  [
    'a ring',
    [
      { id: 'a', parent: 'b' },
      { id: 'b', parent: 'a' }
    ],
    [/a hangs on itself/, /b hangs on itself/]
  ],
  [
    'two of one name',
    [
      { id: 'a', parent: 'grid' },
      { id: 'a', parent: 'grid' }
    ],
    [/same id/]
  ],
  ['a circuit that calls itself grid', [{ id: 'grid', parent: 'grid' }], [/name of the connection/]]
]
for (const [title, circuits, faults] of trees)
  void test(`${title}: ${faults.length} faults`, async (t) => t.match(faultsOf(circuits), faults))

void test('a tree never has a fault, whatever its shape', async (t) => {
  const tree = fc.array(fc.nat(), { maxLength: 30 }).map((parents) =>
    parents.map((parent, index) => ({
      id: `c${index}`,
      parent: index === 0 || parent % (index + 1) === index ? 'grid' : `c${parent % (index + 1)}`
    }))
  )
  fc.assert(fc.property(tree, (circuits) => faultsOf(circuits).length === 0))
  t.pass()
})

void test('the contract is always one of the limits, and cannot be set from outside', async (t) => {
  t.strictSame(limitsOf(site('a'), []), [
    { source: 'contract', limitA: [100, 100, 100], reason: 'Grid connection contract' }
  ])
  const forged = { source: 'contract', limitW: 1e8, reason: 'more' }
  t.strictSame(limitsOf(site('a'), [forged]), limitsOf(site('a'), []))
})

const notThere = { code: 'not-found' }

void test('sites', async (t) => {
  const { database, close } = await openTestDatabase([migrations])
  t.teardown(close)
  const inTenant = async <Value>(work: Work<Value>): Promise<Value> => database.tenant('a', work)
  for (const [id, latitude, longitude] of [
    ['suzhou', 31.2989, 120.5853],
    ['shanghai', 31.2304, 121.4737],
    ['beijing', 39.9042, 116.4074],
    ['fiji', -18.1416, 178.4419]
  ] as const)
    await inTenant(async (tx) => createSite(tx, site(id, latitude, longitude)))

  await t.test('are sorted by distance, in pages', async (t) => {
    const near = { latitude: 31.2304, longitude: 121.4737, radiusM: 2_000_000 }
    const first = await inTenant(async (tx) => listSites(tx, near, { limit: 1, after: null }))
    t.strictSame(
      first.map(({ id }) => id),
      ['shanghai', 'suzhou'],
      'one more than asked for'
    )
    const rest = await inTenant(async (tx) =>
      listSites(tx, near, { limit: 5, after: [first[0]?.distanceM ?? -1, 'shanghai'] })
    )
    t.strictSame(
      rest.map(({ id }) => id),
      ['suzhou', 'beijing']
    )
    t.ok(Math.abs((rest[1]?.distanceM ?? 0) - 1_067_000) < 5_000, 'Shanghai to Beijing is some 1,067 km')
    const across = await inTenant(async (tx) =>
      listSites(tx, { latitude: -18.1416, longitude: -178.4419, radiusM: 400_000 }, { limit: 5, after: null })
    )
    t.strictSame(
      across.map(({ id }) => id),
      ['fiji'],
      'across the date line'
    )
  })

  await t.test('have ids that nobody else has', async (t) => {
    await t.rejects(
      database.tenant('b', async (tx) => createSite(tx, site('suzhou'))),
      { code: 'site-id-taken' }
    )
    await t.rejects(
      database.tenant('b', async (tx) => siteById(tx, 'suzhou')),
      notThere
    )
  })

  await t.test('carry limits that end by themselves or are lifted', async (t) => {
    const reason = 'test'
    await inTenant(async (tx) => putLimit(tx, 'suzhou', { source: 'operator', limitW: 10_000, reason }, 'me'))
    await inTenant(async (tx) => putLimit(tx, 'suzhou', { source: 'operator', limitW: 20_000, reason }, 'me'))
    await inTenant(async (tx) =>
      putLimit(tx, 'suzhou', { source: 'past', limitW: 1, reason, until: '2020-01-01T00:00:00Z' }, 'me')
    )
    t.match(await inTenant(async (tx) => limitsAt(tx, 'suzhou')), [
      { source: 'operator', limitW: 20_000, setBy: 'me' }
    ])
    await inTenant(async (tx) => deleteLimit(tx, 'suzhou', 'operator'))
    await t.rejects(
      inTenant(async (tx) => deleteLimit(tx, 'suzhou', 'operator')),
      notThere
    )
    await t.rejects(
      database.tenant('b', async (tx) => putLimit(tx, 'suzhou', { source: 'x', limitW: 1, reason }, 'b')),
      notThere
    )
  })
})

for (const currency of ['XYZ', 'cny', 'EURO', 'DEM'])
  void test(`a site with the unknown currency ${currency} is refused: nobody knows its minor units`, async (t) => {
    const { success, error } = NewSite.safeParse({ ...site('s'), currency })
    t.notOk(success)
    t.match(error?.issues, [{ path: ['currency'], message: 'expected a currency of ISO 4217' }])
  })
