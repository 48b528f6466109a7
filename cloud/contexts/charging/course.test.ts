import { randomUUID } from 'node:crypto'
import { test } from 'tap'
import { Plan, rate } from '@nova/shared-protocol/tariff'
import { openTestDatabase } from '../../test-support/postgres.ts'
import { billable, migrations } from './index.ts'
import type { Needs } from './needs.ts'
import { viewsOf } from './queries.ts'
import { readSession } from './store.ts'

const { database, close } = await openTestDatabase([migrations])
const plan = Plan.parse({
  tariffId: 'club',
  version: 1,
  name: 'club',
  timeZone: 'UTC',
  validFrom: null,
  validUntil: null,
  currency: 'EUR',
  segments: [{ start: '00:00', end: '24:00', electricityPrice: '0.5', servicePrice: '0' }],
  rules: {
    currency: 'EUR',
    elements: [
      { components: [{ dimension: 'energy', price: '0.3' }], restrictions: { groups: ['gold'] } },
      { components: [{ dimension: 'energy', price: '0.5' }] }
    ]
  }
})
const startedAt = '2026-11-21T10:00:00.000Z'
const asked: string[] = []
const groupsOf: Needs['groupsOf'] = async (_, driverId, at) => {
  asked.push(`${driverId} ${new Date(at).toISOString()}`)
  return driverId === 'd-gold' ? ['gold'] : []
}
const needs = {
  groupsOf,
  couponsOf: async () => [],
  siteTimeZone: async () => 'UTC',
  pinned: async () => plan,
  now: () => Date.parse('2026-11-21T11:00:00.000Z')
} as unknown as Needs

/** A running session of ten kilowatt-hours so far. */
async function sessionOf(driverId: string | null, told: readonly string[] | null = null): Promise<string> {
  const id = randomUUID()
  await database.tenant('demo', async (tx) => {
    await tx.query(
      `insert into sessions (tenant_id, id, site_id, charger_id, connector_id, driver_id, status, started_at, tariff_id,
         tariff_version, price_groups) values (nova_tenant(), $1, 's', 'c', 'c:1:1', $2, 'started', $3, 'club', 1, $4)`,
      [id, driverId, startedAt, told]
    )
    for (const [at, wh] of [
      [startedAt, 0],
      ['2026-11-21T11:00:00.000Z', 10_000]
    ])
      await tx.query(
        `insert into session_readings (tenant_id, session_id, at, register_wh, trust)
         values (nova_tenant(), $1, $2, $3, 'good')`,
        [id, at, wh]
      )
  })
  return id
}

const drivers: readonly (readonly [string, string | null, number, (readonly string[])?])[] = [
  ['a member', 'd-gold', 300],
  ['somebody else', 'd-other', 500],
  ['a card without a driver', null, 500],
  ['a member of whom the site, offline, had not heard', 'd-gold', 500, []],
  ['who was a member as far as the site knew', 'd-other', 300, ['gold']],
  ['a card that the site’s own list has in a group', null, 300, ['gold']]
]
for (const [who, driverId, minor, told] of drivers)
  void test(`${who} sees while charging what the bill will say: ${minor}`, async (t) => {
    const id = await sessionOf(driverId, told)
    await database.tenant('demo', async (tx) => {
      const row = await readSession(tx, id)
      const [view] = row ? await viewsOf(needs, tx, [row]) : []
      t.equal(view?.cost?.amountMinor, minor)
      const session = await billable(needs, tx, id)
      const rated = session && rate({ ...session, plan, timeZone: 'UTC' })
      t.equal(rated?.total.amountMinor, minor, 'running cost = bill')
    })
  })

void test('groups are asked for as of the beginning', async (t) => {
  t.ok(asked.includes(`d-gold ${startedAt}`))
})

void test('its database is dropped at the end', async () => close())
