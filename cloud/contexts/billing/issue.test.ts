import { test } from 'tap'
import { inTenant, openBillingWorld, seller } from './billing.suite.ts'
import { arithmeticFaults } from './en16931.ts'
import { listeners } from './issue.ts'
import { setCustomer, setPlace } from './parties.ts'
import { listInvoices } from './queries.ts'
import { NotNow } from '../../db/index.ts'

const world = await openBillingWorld()
const { database, charged, needs } = world

void test('with no seller known no tax is stated, and the bill stands', async (t) => {
  const cdr = await charged()
  t.match(cdr, {
    country: null,
    taxes: [{ category: 'O', percent: null }],
    totals: { totalMinor: 1200, taxMinor: 0 }
  })
  t.strictSame(arithmeticFaults(cdr), [])
})

const currencies = [
  // 10 kWh: 10.00 and 2.00 in whole yen 10 and 2; 19 % of them: 8.40 → 8 + 2, 1.68 → 2 + 0, by group 12 → 10 + 2.
  { tariffId: 'JPY', total: 12, net: 10, tax: 2 },
  { tariffId: 'KWD', total: 12_000, net: 10_084, tax: 1_916 },
  { tariffId: 'EUR', total: 1_200, net: 1_008, tax: 192 }
]
for (const { tariffId, total, net, tax } of currencies)
  void test(`a bill in ${tariffId} has its minor units`, async (t) => {
    await world.sells(seller('DE', { taxId: 'DE123456789' }))
    const { currency, totals } = await charged({ tariffId })
    t.match(totals, { totalMinor: total, netMinor: net, taxMinor: tax, roundingMinor: 0 })
    t.equal(currency, tariffId)
  })

void test('the date of issue and the year of the number are the seller’s, whatever the site’s zone', async (t) => {
  await world.sells({ ...seller('CN', {}), timeZone: 'Asia/Shanghai' }, 'zone')
  // 01:30 of New Year's day in Shanghai; the site is in UTC.
  const cdr = await charged({ tenant: 'zone', endedAt: '2026-12-31T17:30:00.000Z' })
  const [receipt] = await database.tenant('zone', async (tx) =>
    listInvoices(tx, { driverId: undefined, sessionId: cdr.sessionId, after: null, limit: 1 })
  )
  t.match(receipt, { number: '2027-000001', document: { issuedOn: '2027-01-01', timeZone: 'UTC' } })
})

void test('a site abroad is taxed where it lies; a fleet known to that country’s VAT owes the tax itself', async (t) => {
  await world.sells(seller('NL', { taxId: 'NL123456789B01' }))
  await inTenant(database, async (tx) => {
    await setPlace(tx, 'abroad', { country: 'DE', region: null })
    await setCustomer(tx, 'fleet', {
      id: 'FLEET-1',
      party: { name: 'F', country: 'DE', taxId: 'DE987654321' }
    })
  })
  const driver = await charged({ siteId: 'abroad' })
  t.match(driver, { country: 'DE', taxes: [{ percent: '19' }], totals: { totalMinor: 1200, taxMinor: 192 } })
  t.match(await charged(), {
    country: 'NL',
    taxes: [{ percent: '21' }],
    totals: { totalMinor: 1200, taxMinor: 208 }
  })
  const fleet = await charged({ siteId: 'abroad', driverId: null, tokenUid: 'FLEET-1-A' })
  t.match(fleet, {
    fleetId: 'FLEET-1',
    taxes: [{ category: 'AE', exemption: { code: 'VATEX-EU-AE' } }],
    totals: { totalMinor: 1008, taxMinor: 0, roundingMinor: 0 }
  })
  t.strictSame(arithmeticFaults(fleet), [])
})

void test('sales tax in the United States comes from a port; where it knows none, none is stated', async (t) => {
  await inTenant(database, async (tx) => {
    await setPlace(tx, 'us-ca', { country: 'US', region: 'CA' })
    await setPlace(tx, 'us-or', { country: 'US', region: 'OR' })
  })
  // 12.00 ÷ 1.0725 = 11.1888 → 11.19; 7.25 % of it 0.811 → 0.81.
  t.match(await charged({ siteId: 'us-ca', tariffId: 'USD' }), {
    taxes: [{ name: 'Sales tax', percent: '7.25', baseMinor: 1119, taxMinor: 81 }]
  })
  t.match(await charged({ siteId: 'us-or', tariffId: 'USD' }), { taxes: [{ category: 'O', taxMinor: 0 }] })
})

void test('a port that does not answer makes billing wait, not guess', async (t) => {
  const silent = { ...needs, salesTax: async () => Promise.reject(new Error('no answer')) }
  const [billing] = listeners(silent)
  const cdr = await charged({ siteId: 'us-ca', tariffId: 'USD' })
  const sessionId = '6b0f1f0e-5c0c-4a57-9d4c-7e1a2f3b4c5d'
  const known = {
    ...cdr,
    sessionId,
    energyWh: 10_000,
    tariff: { tariffId: 'USD', version: 1 },
    course: undefined
  }
  silent.billable = async () => known
  const event = {
    id: 1, tenantId: 'demo', partition: 0, kind: 'charging.session-billable.v1', key: sessionId,
    body: { sessionId, siteId: 'us-ca', statedEnergyWh: null }, at: '2026-03-02T02:00:00Z'
  } // prettier-ignore
  await t.rejects(
    inTenant(database, async (tx) => billing?.handle(tx, [event])),
    NotNow
  )
  t.strictSame(
    await inTenant(database, async (tx) =>
      listInvoices(tx, { driverId: undefined, sessionId, after: null, limit: 1 })
    ),
    []
  )
})

void test('an invoice keeps the seller it was issued by', async (t) => {
  const cdr = await charged()
  await world.sells(seller('FR', { name: 'Another' }))
  const [invoice] = await inTenant(database, async (tx) =>
    listInvoices(tx, { driverId: undefined, sessionId: cdr.sessionId, after: null, limit: 1 })
  )
  t.match(invoice?.document.seller, { name: 'Nova Charging', country: 'NL' })
})

void test('closing', async () => world.close())
