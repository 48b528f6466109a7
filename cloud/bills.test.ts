import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { looksAt, type Items, type Money } from './test-support/money-looks.ts'
import { chargeAt, driverId, openMoneyWorld, people, site } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const staff = people['operator']!
Object.assign(people, {
  second: { ...staff, userId: randomUUID(), email: 'second@nova.test' },
  key: { ...staff, userId: randomUUID(), email: null },
  boss: { ...staff, roles: ['admin'] }
})
const world = await openMoneyWorld()
const { call } = world
const { billed, entriesOf, paymentOf } = looksAt(world)

const seller = {
  name: 'Nova Charging', street: 'Xinghu 218', city: 'Suzhou', postalCode: '215000', country: 'CN',
  taxId: '91320594MA1ABCDE0P', timeZone: 'Asia/Shanghai', monthly: []
} // prettier-ignore
type Line = {
  amountMinor: number
  netMinor: number
  taxMinor: number
  part: string
  taxPercent: string | null
}
type Bill = {
  id: string
  kind: string
  number: string
  cdrId: string | null
  total: Money
  net: Money
  tax: Money
  rounding: Money
  paid: Money
  payable: Money
  lines: Line[]
}
const sum = (amounts: readonly number[]) => amounts.reduce((all, each) => all + each, 0)
const billsOf = async (id: string) =>
  ((await call('operator', 'GET', `/invoices?sessionId=${id}`)).body as unknown as Items<Bill>).items
const cdrsOf = async (id: string) =>
  ((await call('operator', 'GET', `/cdrs?sessionId=${id}`)).body as unknown as Items<Bill>).items
const get = async (path: string) =>
  fetch(`${world.address}/api/v1${path}`, { headers: { authorization: 'Bearer operator' } })
/** What the payer owes for a session by the ledger: its account less what payments settled. */
const chargedByLedger = async (id: string) =>
  0 -
  sum(
    (await entriesOf(id))
      .filter(
        ({ purpose, kind, party }) =>
          purpose === 'account' && /^(driver|token):/.test(party) && !/capture|hold|refund/.test(kind)
      )
      .map(({ amount }) => amount.amountMinor)
  )

void test('no text that is kept takes what could be a card number', async (t) => {
  const card = '4242 4242 4242 4242'
  const entries = [
    { party: 'a', purpose: 'x', amountMinor: 1 },
    { party: 'b', purpose: 'x', amountMinor: -1 }
  ]
  const tries: [method: string, path: string, body: object][] = [
    ['POST', '/ledger/transfers', { key: 'k', currency: 'CNY', memo: card, entries }],
    ['PUT', '/billing/customers/driver/d', { name: card, country: 'CN' }],
    ['PUT', '/billing/seller', { ...seller, street: card }],
    ['POST', '/tariffs', { id: 'x', name: card }],
    ['POST', '/settlements/disputes/x/decide', { note: card }],
    ['POST', '/coupons', { name: card }]
  ]
  for (const [method, path, body] of tries) {
    const answer = await call('boss', method, path, body)
    t.match(answer, { status: 400, body: { code: 'request-invalid' } }, path)
    t.match(JSON.stringify(answer.body), 'card number', path)
    t.notMatch(JSON.stringify(answer.body), '4242', path)
  }
})

void test('the tenant says who sells, a fleet who buys', async (t) => {
  t.match(await call('operator', 'PUT', '/billing/seller', seller), { status: 200 })
  t.match(await call('operator', 'PUT', '/billing/seller', { ...seller, country: 'China' }), { status: 400 })
  t.match(
    await call('operator', 'PUT', '/billing/customers/fleet/fleet-1', { name: 'Fleet One', country: 'CN' }),
    { status: 200 }
  )
  t.match(await call('operator', 'GET', `/billing/places/${site.siteId}`), {
    status: 200,
    body: { country: 'CN' }
  })
  t.equal((await call('driver', 'GET', '/billing/seller')).status, 403)
  t.equal((await call('stranger', 'GET', '/billing/seller')).status, 404)
})

void test('CDR = receipt = ledger, electricity and service apart, each with its own tax, and all adds up', async (t) => {
  const started = await call('driver', 'POST', '/sessions', { connectorId: 'CP1:1:1' })
  t.match(started, { status: 202 })
  const { id } = started.body
  await world.startOf(id)
  await chargeAt(world, id)
  t.match(await billed(id), { cost: { amountMinor: 1335 } })
  await paymentOf(id, 'captured')
  const [bill] = await billsOf(id)
  const [cdr] = await cdrsOf(id)
  t.match(bill, { kind: 'receipt', total: { currency: 'CNY', amountMinor: 1335 } })
  t.equal(cdr?.total.amountMinor, 1335)
  // 12.5 kWh × 0.668 = 8.35 with 13 %: 7.39 + 0.96; × 0.4 = 5.00 with 6 %: 4.72 + 0.28.
  t.strictSame(
    bill?.lines.map(({ part, amountMinor, netMinor, taxMinor, taxPercent }) => [
      part,
      amountMinor,
      netMinor,
      taxMinor,
      taxPercent
    ]),
    [
      ['electricity', 835, 739, 96, '13'],
      ['service', 500, 472, 28, '6']
    ]
  )
  t.match(bill, { net: { amountMinor: 1211 }, tax: { amountMinor: 124 }, rounding: { amountMinor: 0 } })
  await until('the charge', async () => (await chargedByLedger(id)) === 1335)
  t.equal(await chargedByLedger(id), 1335)
  await until('the receipt is paid', async () => (await billsOf(id))[0]?.paid.amountMinor === 1335)
  t.match(await billsOf(id), [{ payable: { amountMinor: 0 } }])
  const correction = { reason: 'meter exchanged', change: { energyWh: 10_000 } }
  t.equal((await call('operator', 'POST', `/cdrs/${cdr?.id}/corrections`, correction)).status, 201)
  await until('the difference went back', async () => {
    const standing = (await billsOf(id)).find(({ total }) => total.amountMinor === 1068)
    return standing?.paid.amountMinor === 1068
  })
  const sums = (await billsOf(id)).map(({ total, paid, payable }) =>
    [total, paid, payable].map(({ amountMinor }) => amountMinor)
  )
  t.strictSame(
    new Set(sums.map(String)),
    new Set(['1335,1335,0', '-1335,-1335,0', '1068,1068,0']),
    'what was credited is settled by its credit note, what stands is paid'
  )
})

void test('after a correction credit, new CDR, documents, session and ledger still say the same', async (t) => {
  const id = randomUUID()
  await chargeAt(world, id, { connectorId: 'CP7:1:1', tokenUid: 'FLEET-A' })
  await billed(id)
  await until('the charge', async () => (await chargedByLedger(id)) === 1335)
  const [cdr] = await cdrsOf(id)
  const path = `/cdrs/${cdr?.id}/corrections`
  t.equal((await call('driver', 'POST', path, { reason: 'mine', change: { cancel: true } })).status, 403)
  t.equal((await call('stranger', 'POST', path, { reason: 'mine', change: { cancel: true } })).status, 404)
  t.equal(
    (await call('operator', 'POST', path, { reason: 'both', change: { cancel: true, energyWh: 1 } })).status,
    400
  )
  t.match(await call('operator', 'POST', path, { reason: 'meter exchanged', change: { energyWh: 10_000 } }), {
    status: 201,
    body: { status: 'applied', difference: { currency: 'CNY', amountMinor: -267 } }
  })
  const cdrs = await cdrsOf(id)
  t.strictSame(
    cdrs.map(({ kind, total }) => [kind, total.amountMinor]),
    [
      ['original', 1335],
      ['credit', -1335],
      ['replacement', 1068]
    ]
  )
  const bills = await billsOf(id)
  t.equal(sum(bills.map(({ total }) => total.amountMinor)), 1068)
  for (const { lines, net, tax, rounding, total } of bills) {
    t.equal(sum(lines.map(({ amountMinor }) => amountMinor)), total.amountMinor)
    t.equal(net.amountMinor + tax.amountMinor + rounding.amountMinor, total.amountMinor)
  }
  await until('the ledger follows', async () => (await chargedByLedger(id)) === 1068)
  const entries = await entriesOf(id)
  t.equal(sum(entries.map(({ amount }) => amount.amountMinor)), 0)
  const owed = entries.filter(({ party }) => party.startsWith('tax:'))
  t.strictSame([...new Set(owed.map(({ party }) => party))], ['tax:cn:s-13', 'tax:cn:s-6'])
  t.equal(sum(owed.map(({ amount }) => amount.amountMinor)), sum(bills.map(({ tax }) => tax.amountMinor)))
  await until('the session follows', async () => {
    const { body } = await call('operator', 'GET', `/sessions/${id}`)
    return (body['cost'] as Money).amountMinor === 1068
  })
  t.equal(
    (await call('operator', 'GET', `/sessions/${id}`)).body['energyWh'],
    10_000,
    'energy and cost of one bill'
  )
  t.match((await call('operator', 'GET', '/ledger/verify')).body, { ok: true })
})

void test('a large one waits for a second person, and a key is no person', async (t) => {
  const id = randomUUID()
  await chargeAt(world, id, { connectorId: 'CP7:1:1', tokenUid: 'FLEET-B', wh: [400_000, 400_000] })
  await billed(id)
  const [cdr] = await cdrsOf(id)
  const asked = await call('operator', 'POST', `/cdrs/${cdr?.id}/corrections`, {
    reason: 'never was',
    change: { cancel: true }
  })
  t.match(asked, { status: 202, body: { status: 'awaiting-approval', large: true } })
  const decide = async (as: string) => call(as, 'POST', `/cdr-corrections/${asked.body.id}/approve`)
  t.match(await decide('operator'), { status: 403, body: { code: 'second-person-needed' } })
  t.match(await decide('key'), { status: 403, body: { code: 'person-needed' } })
  t.equal((await cdrsOf(id)).length, 1)
  t.match(await decide('second'), { status: 200, body: { status: 'applied', newCdrId: null } })
  await until('the ledger follows', async () => (await chargedByLedger(id)) === 0)
})

void test('a month is invoiced on demand; the fleet’s total is the sum of its CDRs; PDF and XML are made', async (t) => {
  const month = '2026-03'
  const [issued] = await world.database.tenant('demo', async (tx) =>
    tx.query<{ month: string; total: number }>(
      `select to_char(issued_at at time zone 'Asia/Shanghai', 'YYYY-MM') as month, sum(total_minor)::bigint as total
       from cdrs where fleet_id = 'fleet-1' group by 1`
    )
  )
  t.equal(issued?.total, 1068, 'what was corrected counts as corrected')
  t.match(await call('operator', 'POST', '/invoices/runs', { month: issued?.month, scope: 'fleet' }), {
    status: 409,
    body: { code: 'month-not-over' }
  })
  t.match(await call('operator', 'POST', '/invoices/runs', { month, scope: 'fleet' }), {
    status: 202,
    body: { month }
  })
  t.match((await call('operator', 'GET', '/invoices/numbering')).body, {
    items: [
      { series: 'C', gapless: true },
      { series: 'R', gapless: true }
    ]
  })
  const [bill] = (
    (await call('operator', 'GET', '/invoices?kind=credit-note')).body as unknown as Items<Bill>
  ).items
  const pdf = Buffer.from(await (await get(`/invoices/${bill?.id}/pdf?language=zh`)).arrayBuffer())
  t.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  t.ok(pdf.length < 200_000, `${pdf.length} bytes: only the glyphs that are shown`)
  const xml = await get(`/invoices/${bill?.id}/xml`)
  t.equal(xml.headers.get('content-type'), 'application/xml')
  t.match(await xml.text(), '<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>')
  const [own] = ((await call('driver', 'GET', '/invoices')).body as unknown as Items<Bill>).items
  t.match(await call('operator', 'GET', `/invoices/${own?.id}/xml`), {
    status: 422,
    body: { code: 'invoice-incomplete' }
  })
})

void test('rates are recorded once, and money is exchanged at them, both sides together', async (t) => {
  const rate = {
    base: 'EUR',
    quote: 'CNY',
    rate: '7.8123',
    source: 'ECB',
    validAt: '2026-03-02T15:00:00.000Z'
  }
  t.match(await call('operator', 'POST', '/fx/rates', rate), { status: 201, body: rate })
  t.match(await call('operator', 'POST', '/fx/rates', rate), { status: 201 })
  t.match(await call('operator', 'POST', '/fx/rates', { ...rate, rate: '8' }), {
    status: 409,
    body: { code: 'rate-exists' }
  })
  t.match(await call('operator', 'POST', '/fx/rates', { ...rate, quote: 'XYZ' }), { status: 400 })
  const wanted = {
    reference: 'payout-1',
    amount: { currency: 'EUR', amountMinor: 10_000 },
    to: 'CNY',
    spreadPercent: '0.5'
  }
  t.match(await call('boss', 'POST', '/fx/conversions', wanted), {
    status: 201,
    body: { bought: { amountMinor: 77_732 }, spread: { amountMinor: 391 }, rate: { source: 'ECB' } }
  })
  t.match(await call('boss', 'POST', '/fx/conversions', wanted), { status: 201 })
  t.match(await call('boss', 'POST', '/fx/conversions', { ...wanted, to: 'USD' }), {
    status: 409,
    body: { code: 'reference-reused' }
  })
  t.match(await call('boss', 'POST', '/fx/conversions', { ...wanted, reference: 'x', to: 'USD' }), {
    status: 422,
    body: { code: 'rate-unknown' }
  })
  t.equal((await call('operator', 'POST', '/fx/conversions', wanted)).status, 403)
  const none = { ...wanted, reference: 'none' }
  const odd: object[] = [
    { ...none, spreadPercent: '100' },
    { ...none, spreadPercent: '150' },
    { ...none, amount: { currency: 'EUR', amountMinor: Number.MAX_SAFE_INTEGER } }
  ]
  for (const body of odd)
    t.match(await call('boss', 'POST', '/fx/conversions', body), {
      status: 422,
      body: { code: 'cannot-be-exchanged' }
    })
  t.equal((await call('operator', 'POST', '/fx/rates', { ...rate, quote: 'EUR' })).status, 400, 'with itself')
  t.equal((await call('operator', 'POST', '/fx/rates', { ...rate, rate: '0.00' })).status, 400)
})

void test('what was exchanged stands in the ledger: each currency adds up, the spread is apart', async (t) => {
  const fx = async () =>
    world.database.tenant('demo', async (tx) =>
      tx.query<{ key: string; currency: string; party: string; purpose: string; minor: number }>(
        `select t.key, t.currency, a.party, a.purpose, e.amount_minor as minor from ledger_transfers t
         join ledger_entries e on e.sequence = t.sequence join ledger_accounts a on a.id = e.account_id
         where t.kind = 'fx' order by t.sequence, e.line`
      )
    )
  await until('three transfers', async () => (await fx()).length === 6)
  t.strictSame(
    (await fx()).map(({ key, currency, minor }) => [key.split(':').at(-1), currency, minor]),
    [
      ['sold', 'EUR', -10_000],
      ['sold', 'EUR', 10_000],
      ['bought', 'CNY', -77_732],
      ['bought', 'CNY', 77_732],
      ['spread', 'CNY', -391],
      ['spread', 'CNY', 391]
    ]
  )
})

void test('closing', async (t) => {
  t.ok(driverId)
  await world.close()
})
