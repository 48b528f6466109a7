import { test } from 'tap'
import { inTenant, openBillingWorld, seller } from './billing.suite.ts'
import { paymentCaptured, paymentRefunded, refundCounted } from '../payments/events.ts'
import { askCorrection } from './corrections.ts'
import { arithmeticFaults } from './en16931.ts'
import { monthOf } from './monthly.ts'
import { numberingOf } from './numbers.ts'
import { paidListener } from './paid.ts'
import { setCustomer } from './parties.ts'
import { listInvoices, type Invoice } from './queries.ts'
import { askRun, listRuns, openMonthsOver, workRuns } from './runs.ts'
import { randomUUID } from 'node:crypto'

const world = await openBillingWorld()
const { database, charged, eventsOf, needs } = world
await world.sells(seller('DE', { taxId: 'DE123456789', timeZone: 'Europe/Berlin' }))
await inTenant(database, async (tx) =>
  setCustomer(tx, 'fleet', {
    id: 'FLEET-1',
    party: { name: 'Fleet One', country: 'DE', taxId: 'DE987654321' }
  })
)

const nowMs = Date.parse('2026-05-10T00:00:00Z')
const run = async (month: string, scope: 'driver' | 'fleet' | 'tenant') => {
  await inTenant(database, async (tx) => askRun(tx, { month, scope, by: 'anna', nowMs }))
  while (await workRuns(database));
  return monthlies(scope)
}
const monthlies = async (scope: 'driver' | 'fleet' | 'tenant') =>
  inTenant(database, async (tx) =>
    listInvoices(tx, { driverId: undefined, kind: 'monthly', scope, after: null, limit: 200 })
  )
const of = (invoices: readonly Invoice[], customer: string) =>
  invoices.filter((each) => each.customer === customer)
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
const sum = (amounts: readonly number[]) => amounts.reduce((all, each) => all + each, 0)

void test('a month begins and ends where the seller is', async (t) => {
  t.match(monthOf('2026-03', 'Europe/Berlin'), {
    from: '2026-02-28T23:00:00.000Z',
    until: '2026-03-31T22:00:00.000Z',
    firstDay: '2026-03-01',
    lastDay: '2026-03-31'
  })
  t.match(monthOf('2028-02', 'Asia/Shanghai'), { from: '2028-01-31T16:00:00.000Z', lastDay: '2028-02-29' })
})

void test('each driver gets one invoice a currency, a fleet one for its tokens, the tenant one for all', async (t) => {
  const wh = [10_000, 3_333, 1, 7_777, 12_345]
  const mine = []
  for (const each of wh)
    mine.push(await charged({ driverId: 'd1', wh: each, endedAt: '2026-03-10T10:00:00Z' }))
  await charged({ driverId: 'd1', tariffId: 'USD', endedAt: '2026-03-11T10:00:00Z' })
  await charged({ driverId: 'd2', endedAt: '2026-03-31T21:59:59Z' })
  await charged({ driverId: 'd2', endedAt: '2026-03-31T22:00:01Z' }) // April in Berlin.
  await charged({ driverId: null, tokenUid: 'FLEET-1-A', endedAt: '2026-03-12T10:00:00Z' })
  await charged({ driverId: 'd3', tokenUid: 'FLEET-1-B', endedAt: '2026-03-13T10:00:00Z' })
  await charged({ driverId: null, tokenUid: 'FLEET-2-A', endedAt: '2026-03-13T10:00:00Z' }) // No customer of ours.
  const drivers = await run('2026-03', 'driver')
  t.strictSame(
    drivers
      .map(({ customer, document }) => [customer, document.currency, document.totals.totalMinor])
      .toSorted(byText),
    [
      ['d1', 'EUR', sum(mine.map(({ totals }) => totals.totalMinor))],
      ['d1', 'USD', 1200],
      ['d2', 'EUR', 1200]
    ].toSorted(byText)
  )
  const [fleet, another] = await run('2026-03', 'fleet')
  t.match(fleet, {
    customer: 'FLEET-1',
    driverId: null,
    document: { buyer: { name: 'Fleet One' }, totals: { totalMinor: 2400 } }
  })
  t.equal(another, undefined)
  const tenant = await run('2026-03', 'tenant')
  t.equal(tenant.length, 2, 'one a currency')
  for (const { document } of [...drivers, ...tenant]) {
    t.strictSame(arithmeticFaults(document), [])
    t.equal(sum(document.lines.map(({ amountMinor }) => amountMinor)), document.totals.totalMinor)
    t.match(document.period, { from: '2026-03-01', until: '2026-03-31' })
  }
})

void test('a second run makes only what is new; ten at once make nothing twice', async (t) => {
  t.equal((await run('2026-03', 'driver')).length, 3)
  await charged({ driverId: 'late', endedAt: '2026-03-20T10:00:00Z' })
  await inTenant(database, async (tx) => askRun(tx, { month: '2026-03', scope: 'driver', by: 'bert', nowMs }))
  await Promise.all(Array.from({ length: 10 }, async () => workRuns(database)))
  t.equal((await monthlies('driver')).length, 4)
  const rows = await inTenant(database, async (tx) => listRuns(tx, 10))
  t.match(
    rows.find(({ scope }) => scope === 'driver'),
    { status: 'done', invoices: 4, askedBy: 'bert' }
  )
  t.ok((await inTenant(database, numberingOf)).every(({ gapless }) => gapless))
  t.equal((await eventsOf('billing.invoice-issued.v1')).length, 4 + 1 + 2)
})

void test('what was paid is shown as paid, once, a gift is not asked for again; a correction comes with the month it was made in', async (t) => {
  const cdr = await charged({ driverId: 'payer', endedAt: '2026-03-05T10:00:00Z' })
  const payment = { paymentId: randomUUID(), sessionId: cdr.sessionId, driverId: 'payer', provider: 'bank' }
  const money = (amountMinor: number) => ({ currency: 'EUR', amountMinor })
  const event = (kind: string, body: object) =>
    ({
      id: 1,
      tenantId: 'demo',
      partition: 0,
      kind,
      key: cdr.sessionId,
      body,
      at: '2026-03-05T11:00:00Z'
    }) as const
  const refundId = randomUUID()
  await inTenant(database, async (tx) =>
    paidListener.handle(tx, [
      event(paymentCaptured, { ...payment, amount: money(1200), released: money(0) }),
      event(paymentRefunded, { ...payment, refundId, amount: money(200), fromPartiesMinor: 200 })
    ])
  )
  const [march] = of(await run('2026-03', 'driver'), 'payer')
  t.match(march?.document.totals, { totalMinor: 1200, paidMinor: 1200, payableMinor: 0 })
  await inTenant(
    database,
    async (tx) =>
    askCorrection(needs, tx, {
      id: randomUUID(), cdrId: cdr.id, wanted: { energyWh: 5_000 }, reason: 'half of it', by: 'anna', at: '2026-04-02T10:00:00.000Z'
    }) // prettier-ignore
  )
  const rest = { refundId: randomUUID(), amount: money(400), fromPartiesMinor: 0 }
  await inTenant(database, async (tx) =>
    paidListener.handle(tx, [
      event(refundCounted, { ...payment, refundId, countedMinor: 200, amount: money(200) }),
      event(paymentRefunded, { ...payment, ...rest })
    ])
  )
  const april = of(await run('2026-04', 'driver'), 'payer').find(
    ({ document }) => document.period?.from === '2026-04-01'
  )
  t.match(april?.document.totals, { totalMinor: -600, paidMinor: -600, payableMinor: 0 })
  t.equal(april?.document.lines.length, 4, 'credit and new, electricity and service each')
})

void test('a session begun on a fleet’s account is the fleet’s, and taking it on account is no payment', async (t) => {
  const sessionId = randomUUID()
  world.onAccount.add(sessionId)
  const cdr = await charged({ sessionId, driverId: 'd9', endedAt: '2026-02-05T10:00:00Z' })
  t.equal(cdr.fleetId, 'FLEET-9')
  const money = (amountMinor: number) => ({ currency: 'EUR', amountMinor })
  const body = {
    paymentId: sessionId,
    sessionId,
    driverId: 'd9',
    provider: 'invoice-later',
    amount: money(1200),
    released: money(0)
  }
  const at = '2026-02-05T11:00:00Z'
  await inTenant(database, async (tx) =>
    paidListener.handle(tx, [
      { id: 1, tenantId: 'demo', partition: 0, kind: paymentCaptured, key: sessionId, body, at }
    ])
  )
  t.strictSame(of(await run('2026-02', 'driver'), 'd9'), [])
  const [invoice] = of(await run('2026-02', 'fleet'), 'FLEET-9')
  t.match(invoice?.document.totals, { totalMinor: 1200, paidMinor: 0, payableMinor: 1200 })
})

void test('a month that is not over has no invoices; a seller that wants them gets them when it is', async (t) => {
  await t.rejects(run('2026-05', 'driver'), { code: 'month-not-over' })
  await world.sells(seller('DE', { taxId: 'DE123456789', timeZone: 'UTC', monthly: ['driver'] }), 'wants')
  await charged({ tenant: 'wants', endedAt: '2026-04-15T10:00:00Z' })
  await openMonthsOver(database, nowMs)
  await openMonthsOver(database, nowMs)
  while (await workRuns(database));
  const found = await database.tenant('wants', async (tx) =>
    listInvoices(tx, { driverId: undefined, kind: 'monthly', after: null, limit: 10 })
  )
  t.match(found, [{ document: { period: { from: '2026-04-01' }, totals: { totalMinor: 1200 } } }])
  t.equal(found.length, 1)
})

void test('a driver sees its own collective invoices, another tenant none', async (t) => {
  const own = await inTenant(database, async (tx) =>
    listInvoices(tx, { driverId: 'd2', kind: 'monthly', after: null, limit: 10 })
  )
  t.strictSame(own.map(({ document }) => document.period?.from).toSorted(byText), [
    '2026-03-01',
    '2026-04-01'
  ])
  await database.tenant('stranger', async (tx) => {
    t.strictSame(await listInvoices(tx, { driverId: undefined, after: null, limit: 10 }), [])
    t.strictSame(await listRuns(tx, 10), [])
  })
})

void test('closing', async () => world.close())
