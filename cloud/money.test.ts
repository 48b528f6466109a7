import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { catalogueFaults } from './db/index.ts'
import { looksAt, type Items, type Money } from './test-support/money-looks.ts'
import { chargeAt, driverId, openMoneyWorld, people, site } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000) // The whole day of the money side in one file.
const world = await openMoneyWorld()
const { call } = world

const order = async (connectorId: string, more: object = {}) =>
  call('driver', 'POST', '/sessions', { connectorId, ...more })

const { billed, paymentOf, entriesOf, holdAtBank } = looksAt(world)

void test('a driver starts, charges and pays: session, CDR, receipt, bank and ledger say the same amount', async (t) => {
  const started = await order('CP1:1:1')
  t.match(started, { status: 202, body: { status: 'pending' } })
  const { id } = started.body
  const command = await world.startOf(id)
  t.match(command, {
    action: 'start',
    chargerId: 'CP1',
    payload: { connector: 'CP1:1:1', sessionId: id, authorised: true }
  })
  t.match(holdAtBank(id), { status: 'authorised', amountMinor: 10374 }, '60 kWh at the dearest hour, 1.729')
  await chargeAt(world, id, { times: 3 }) // 09:00 to 10:00 in Shanghai: flat, 12.5 kWh at 1.068.
  const session = await billed(id)
  t.match(session, {
    energyWh: 12_500,
    cost: { currency: 'CNY', amountMinor: 1335 },
    tariffVersion: 1,
    stopReason: 'ev-disconnected'
  })
  const told = (await call('driver', 'GET', `/sessions/${id}/registers`)).body as unknown as Items<object>
  t.strictSame(
    told.items,
    [
      ['01:00', 1_000_000],
      ['01:30', 1_005_000],
      ['02:00', 1_012_500]
    ].map(([at, registerWh]) => ({ at: `2026-03-02T${at}:00.000Z`, registerWh, trust: 'good' }))
  )
  const payment = await paymentOf(id, 'captured')
  t.match(payment, { held: { amountMinor: 10374 }, captured: { amountMinor: 1335 } })
  t.match(holdAtBank(id), { status: 'captured', capturedMinor: 1335 })

  const { body } = await call('driver', 'GET', `/invoices?sessionId=${id}`)
  const [invoice, another] = (
    body as unknown as Items<{ id: string; total: Money; lines: { amountMinor: number }[] }>
  ).items
  t.equal(another, undefined, 'told three times, billed once')
  t.equal(invoice?.total.amountMinor, 1335)
  t.equal(
    invoice?.lines.reduce((sum, line) => sum + line.amountMinor, 0),
    1335
  )

  await until('the postings', async () => (await entriesOf(id)).length >= 10 || undefined)
  const entries = await entriesOf(id)
  t.equal(
    entries.reduce((sum, { amount }) => sum + amount.amountMinor, 0),
    0
  )
  const posted = entries.filter(({ phase }) => phase !== 'pending')
  const of = (party: string, purpose: string) =>
    posted
      .filter((each) => each.party === party && each.purpose === purpose)
      .reduce((sum, each) => sum + each.amount.amountMinor, 0)
  t.strictSame(
    [of('site-host', 'revenue'), of('operator', 'revenue'), of('platform', 'fees'), of('bank', 'clearing')],
    [267, 1001, 67, -1335]
  )
  t.strictSame([of(`driver:${driverId}`, 'hold'), of(`driver:${driverId}`, 'account')], [0, 0])
  t.match((await call('operator', 'GET', '/ledger/verify')).body, { ok: true })
})

void test('the printed invoice is a PDF', async (t) => {
  const { body } = await call('driver', 'GET', '/invoices')
  const [invoice] = (body as unknown as Items<{ id: string }>).items
  const printed = await fetch(`${world.address}/api/v1/invoices/${invoice?.id}/pdf`, {
    headers: { authorization: 'Bearer driver' }
  })
  t.equal(printed.headers.get('content-type'), 'application/pdf')
  const bytes = Buffer.from(await printed.arrayBuffer())
  t.equal(bytes.subarray(0, 5).toString(), '%PDF-')
})

void test('money goes back at most once and never above what was taken', async (t) => {
  const { body } = await call('operator', 'GET', '/payments')
  const [payment] = (body as unknown as Items<{ id: string; sessionId: string }>).items
  const ask = async (stated: object) =>
    call('operator', 'POST', `/payments/${payment?.id}/refunds`, { ...stated, reason: 'goodwill' })
  const asMoney = async (currency: string, amountMinor: number) => ask({ amount: { currency, amountMinor } })
  t.match(await ask({ amountMinor: 1336 }), { status: 422, body: { code: 'refund-exceeds-capture' } })
  t.match(await asMoney('CNY', 1336), { status: 422, body: { code: 'refund-exceeds-capture' } })
  t.match(await asMoney('EUR', 1), { status: 422, body: { code: 'currency-differs' } })
  t.match(await asMoney('CNY', 1000), { status: 202, body: { amount: { amountMinor: 1000 } } })
  t.match(await asMoney('CNY', 336), { status: 422, body: { code: 'refund-exceeds-capture' } })
  await until('the refund at the bank', () => holdAtBank(payment?.sessionId ?? '')?.refundedMinor === 1000)
  const entries = await until('its postings', async () => {
    const found = (await entriesOf(payment?.sessionId ?? '')).filter(({ kind }) => kind === 'refund')
    return found.length >= 6 && found
  })
  t.strictSame(
    entries
      .filter(({ purpose }) => purpose === 'revenue' || purpose === 'fees')
      .map(({ amount }) => amount.amountMinor),
    [-200, -750, -50]
  )
  t.match(
    await call('driver', 'POST', `/payments/${payment?.id}/refunds`, { amountMinor: 1, reason: 'me' }),
    { status: 403 }
  )
})

void test('a declined card starts nothing', async (t) => {
  await world.database.tenant('demo', async (tx) =>
    tx.query(
      `insert into payment_methods (tenant_id, id, driver_id, provider, reference, label)
      values ('demo', 'empty', $1, 'bank', 'card-declined', 'empty')`,
      [driverId]
    )
  )
  const { body } = await order('CP2:1:1', { paymentMethodId: 'empty' })
  const failed = await until('its failure', async () => {
    const found = await call('driver', 'GET', `/sessions/${body.id}`)
    return found.body['status'] === 'failed' && found.body
  })
  t.match(failed, { failure: { code: 'payment-declined', detail: 'insufficient-funds' }, provisional: false })
  t.notOk(world.commands.some(({ payload }) => payload['sessionId'] === body.id))
  t.match(await order('CP2:1:1'), { status: 202 }, 'and the connector is free again')
})

void test('a charger that refuses lets the money go', async (t) => {
  const { body } = await order('CP3:1:1')
  const command = await world.startOf(body.id)
  await world.settled(command.id ?? '', 'rejected', 'The charger answered: Rejected')
  await until('the hold is gone', () => holdAtBank(body.id)?.status === 'voided')
  t.match((await call('driver', 'GET', `/sessions/${body.id}`)).body, {
    status: 'failed',
    failure: { code: 'start-refused' }
  })
})

void test('a charger that starts after all is stopped, and what flowed is owed and paid later', async (t) => {
  const { body } = await order('CP3:1:1')
  const command = await world.startOf(body.id)
  await world.settled(command.id ?? '', 'expired', 'too late')
  await until('the hold is gone', () => holdAtBank(body.id)?.status === 'voided')
  await chargeAt(world, body.id, { connectorId: 'CP3:1:1' })
  await until('a stop', () =>
    world.commands.some(({ action, payload }) => action === 'stop' && payload['sessionId'] === body.id)
  )
  await billed(body.id)
  const debt = await until('a debt', async () => {
    const found = await call('driver', 'GET', '/payments/debts')
    return (found.body as unknown as Items<{ sessionId: string; amount: Money }>).items[0]
  })
  t.match(debt, { sessionId: body.id, amount: { amountMinor: 1335 } })
  t.match(await order('CP4:1:1'), { status: 402, body: { code: 'debt-unpaid' } })
  const methods = (await call('driver', 'GET', '/payment-methods')).body as unknown as Items<{ id: string }>
  const paid = await call('driver', 'POST', `/payments/debts/${body.id}/pay`, {
    paymentMethodId: methods.items[0]?.id
  })
  t.equal(paid.status, 202)
  await until('no debt', async () => {
    const found = await call('driver', 'GET', '/payments/debts')
    return (found.body as unknown as Items<object>).items.length === 0
  })
  t.match((await call('operator', 'GET', '/ledger/verify')).body, { ok: true })
})

const refused = [
  { title: 'an occupied connector', status: 'charging', code: 'connector-occupied' },
  { title: 'a connector out of touch', status: 'offline', code: 'connector-offline' },
  { title: 'a connector reserved for another', status: 'reserved', code: 'connector-reserved' },
  { title: 'a connector that is switched off', status: 'unavailable', code: 'connector-unavailable' },
  { title: 'a connector out of order', status: 'faulted', code: 'connector-faulted' }
]
for (const { title, status, code } of refused) {
  void test(`${title} cannot be started on: ${code}`, async (t) => {
    world.statuses.set('CP9:1:1', status)
    t.match(await order('CP9:1:1'), { status: 409, body: { code } })
  })
}

void test('only one start at a time is on its way at a connector, and only with a way to pay', async (t) => {
  t.equal((await order('CP5:1:1')).status, 202)
  t.match(await order('CP5:1:1'), { status: 409, body: { code: 'connector-occupied' } })
  t.match(await order('CP6:1:1', { paymentMethodId: 'nobody-s' }), {
    status: 422,
    body: { code: 'payment-method-needed' }
  })
  t.match(await order('CP6:1:1', { tariffId: 'none' }), { status: 422, body: { code: 'tariff-unknown' } })
})

void test('a session by a local card is billed on account, without a payment', async (t) => {
  const id = randomUUID()
  await chargeAt(world, id, { connectorId: 'CP7:1:1', tokenUid: 'TAG-OF-A-FLEET' })
  t.match(await billed(id), { tokenUid: 'TAG-OF-A-FLEET', driverId: null, cost: { amountMinor: 1335 } })
  const entries = await until('its charge', async () => {
    const found = await entriesOf(id)
    return found.length > 0 && found
  })
  t.match(entries[0], { party: 'token:TAG-OF-A-FLEET', purpose: 'account', amount: { amountMinor: -1335 } })
})

const reviewOf = async (id: string) =>
  until(`the review of ${id}`, async () => {
    const { body } = await call('operator', 'GET', '/reviews?limit=500')
    return (body as unknown as Items<{ id: string; sessionId: string; reason: string }>).items.find(
      ({ sessionId }) => sessionId === id
    )
  })

void test('a doubtful session is not billed until a person states its energy', async (t) => {
  const { body } = await order('CP8:1:1')
  await world.startOf(body.id)
  await chargeAt(world, body.id, {
    connectorId: 'CP8:1:1',
    review: [{ reason: 'register-jump', detail: '910 kWh in a minute' }]
  })
  const review = await reviewOf(body.id)
  t.equal(review.reason, 'register-jump')
  t.match((await call('driver', 'GET', `/sessions/${body.id}`)).body, {
    status: 'review',
    cost: null,
    provisional: true
  })
  t.match(await call('operator', 'POST', `/reviews/${review.id}/resolve`, { note: 'x' }), { status: 422 })
  t.match(await call('driver', 'POST', `/reviews/${review.id}/resolve`, { note: 'x', waive: true }), {
    status: 403
  })
  const resolved = await call('operator', 'POST', `/reviews/${review.id}/resolve`, {
    energyWh: 10_000,
    note: 'by the site meter'
  })
  t.match(resolved, { status: 200, body: { verdict: 'energy', energyWh: 10_000 } })
  t.match(await billed(body.id), { energyWh: 10_000, cost: { amountMinor: 1068 } })
  await paymentOf(body.id, 'captured')
  t.match(await call('operator', 'POST', `/reviews/${review.id}/resolve`, { waive: true, note: 'x' }), {
    status: 409,
    body: { code: 'review-resolved' }
  })
  t.match(world.audited, [{ act: 'review.resolved' }])
})

void test('the charger’s own stop, come after the edge had assumed an end, is billed by itself; nothing else is', async (t) => {
  const { body } = await order('CP8:1:1')
  await world.startOf(body.id)
  await chargeAt(world, body.id, {
    connectorId: 'CP8:1:1',
    review: [{ reason: 'charger-rebooted', detail: 'no stop after a restart' }]
  })
  const review = await reviewOf(body.id)
  const end = {
    kind: 'session.ended.v1',
    sessionId: body.id,
    endedAt: '2026-03-02T02:10:00.000Z',
    meterStopWh: 1_013_000,
    energyWh: 13_000,
    stopReason: 'power-loss',
    tokenUid: null
  } as const
  const told = async (changes: Partial<Parameters<typeof world.fact>[0]>, times = 1) =>
    world.fact({ ...end, review: [], ...changes } as Parameters<typeof world.fact>[0], times)
  await told({ review: [{ reason: 'stop-lost', detail: 'assumed again' }] })
  await told({ energyWh: null, meterStopWh: null })
  t.match((await call('driver', 'GET', `/sessions/${body.id}`)).body, { status: 'review', cost: null })
  await told({}, 3)
  t.match(await billed(body.id), { energyWh: 13_000, endedAt: end.endedAt })
  await paymentOf(body.id, 'captured')
  await told({ energyWh: 14_000, meterStopWh: 1_014_000 })
  const { body: open } = await call('operator', 'GET', '/reviews?state=open&limit=500')
  t.notOk((open as unknown as Items<{ id: string }>).items.some(({ id }) => id === review.id))
  t.match((await call('driver', 'GET', `/sessions/${body.id}`)).body, { energyWh: 13_000 })
})

void test('a waived session costs nothing and its hold goes back', async (t) => {
  const { body } = await order('CP8:1:1')
  await world.startOf(body.id)
  await chargeAt(world, body.id, {
    connectorId: 'CP8:1:1',
    review: [{ reason: 'stop-lost', detail: 'power cut' }]
  })
  const review = await reviewOf(body.id)
  t.match(
    await call('operator', 'POST', `/reviews/${review.id}/resolve`, { waive: true, note: 'goodwill' }),
    { status: 200 }
  )
  await paymentOf(body.id, 'voided')
  t.match((await call('driver', 'GET', `/sessions/${body.id}`)).body, {
    status: 'ended',
    cost: { amountMinor: 0 },
    provisional: false
  })
})

void test('registers that contradict the session go to a person instead of a bill', async (t) => {
  const id = randomUUID()
  await chargeAt(world, id, { connectorId: 'CP7:1:1', tokenUid: 'T', startedAt: '2026-03-03T01:00:00Z' })
  await billed(id)
  const odd = randomUUID()
  await world.fact({
    kind: 'session.started.v1', sessionId: odd, chargerId: 'CP7', evseId: 1, connectorId: 1, transactionId: '9', tokenUid: 'T',
    startedAt: '2026-03-03T05:00:00Z', meterStartWh: 10, reservationId: null, commandId: null, offline: false,
    tariff: { tariffId: 'from-a-file', version: 7 }
  }) // prettier-ignore
  await world.fact({
    kind: 'session.ended.v1', sessionId: odd, endedAt: '2026-03-03T06:00:00Z', meterStopWh: 20, energyWh: 10,
    stopReason: 'local', tokenUid: null, review: []
  }) // prettier-ignore
  t.match(await reviewOf(odd), { reason: 'no-tariff' })
})

void test('drivers see their own and nothing else, tenants see their own and nothing else', async (t) => {
  const { body } = await call('driver', 'GET', '/sessions')
  const [mine] = (body as unknown as Items<{ id: string }>).items
  for (const as of ['other', 'stranger']) {
    t.equal((await call(as, 'GET', `/sessions/${mine?.id}`)).status, 404)
    t.equal((await call(as, 'GET', `/sessions/${mine?.id}/registers`)).status, 404)
    t.equal((await call(as, 'POST', `/sessions/${mine?.id}/stop`)).status, 404)
    for (const list of ['/sessions', '/invoices', '/payments'])
      t.strictSame((await call(as, 'GET', list)).body['items'], [], `${as} ${list}`)
  }
  t.strictSame((await call('stranger', 'GET', '/ledger/accounts')).body['items'], [])
  t.strictSame((await call('stranger', 'GET', '/reviews')).body['items'], [])
  t.equal((await call('driver', 'GET', '/ledger/accounts')).status, 403)
  t.strictSame(await catalogueFaults(world.database), [])
})

void test('a running session is stopped by its owner; one that has ended is not', async (t) => {
  const { body } = await call('driver', 'GET', '/sessions?status=ended')
  const [ended] = (body as unknown as Items<{ id: string }>).items
  t.match(await call('driver', 'POST', `/sessions/${ended?.id}/stop`), {
    status: 409,
    body: { code: 'session-not-running' }
  })
})

const readings = [
  { at: '2026-03-02T02:00:00Z', registerWh: '12500.5' },
  { at: '2026-03-02T01:00:00Z', registerWh: 0 }
]
const plan = {
  currency: 'EUR',
  segments: [
    { name: 'night', start: '00:00', end: '04:00', electricityPrice: '0.20', servicePrice: '0' },
    { name: 'day', start: '04:00', end: '24:00', electricityPrice: '0.40', servicePrice: '0.01' }
  ]
}

void test('prices are previewed for a tariff of the site and for a plan that is only thought of', async (t) => {
  const preview = async (body: object) => call('operator', 'POST', '/tariffs/preview', body)
  t.match(await preview({ tariffId: 'demo-tou', siteId: 'demo-site', readings }), {
    status: 200,
    body: { total: { currency: 'CNY', amountMinor: 1335 }, exact: { excl: '13.350534' }, energyWh: '12500.5' }
  })
  const thought = await preview({ plan, timeZone: 'UTC', readings })
  t.match(thought, {
    status: 200,
    body: { total: { amountMinor: 250 }, lines: [{ name: 'night', quantity: '12.5005', unit: 'kWh' }] }
  })
  t.match(await preview({ plan: { ...plan, segments: plan.segments.slice(1) }, timeZone: 'UTC', readings }), {
    status: 422,
    body: { code: 'tariff-invalid' }
  })
  const perKwh = { price_components: [{ type: 'ENERGY', price: 0.25, vat: 10, step_size: 1 }] }
  const ocpi = {
    version: '2.2.1',
    tariff: { id: '16', currency: 'EUR', elements: [perKwh] },
    chargingPeriods: [
      { start_date_time: '2026-01-05T09:00:00Z', dimensions: [{ type: 'ENERGY', volume: '20' }] }
    ]
  }
  t.match(await preview({ ocpi, timeZone: 'UTC' }), {
    status: 200,
    body: { total: { currency: 'EUR', amountMinor: 550 }, exact: { excl: '5', incl: '5.5' } }
  })
  t.equal((await preview({ ocpi: { version: '2.2.1' } })).status, 400)
  t.equal((await preview({ plan, readings })).status, 400)
  t.match(await call('driver', 'GET', '/tariffs'), {
    status: 200,
    body: { items: [{ id: 'demo-tou', version: 1 }] }
  })
  t.match(await call('operator', 'POST', '/tariffs', { id: 'demo-tou', name: 'x', ...plan }), {
    status: 409,
    body: { code: 'tariff-exists' }
  })
  t.match(
    await call('operator', 'POST', '/tariffs', { name: 'x', ...plan, assignments: [{ siteId: 'nowhere' }] }),
    {
      status: 422,
      body: { code: 'site-unknown' }
    }
  )
  const next = { name: 'next', validFrom: '2090-01-01T00:00:00Z', ...plan, currency: 'CNY' }
  const made = await call('operator', 'POST', '/tariffs/demo-tou/versions', next)
  t.match(made, { status: 201, body: { id: 'demo-tou', version: 2 } })
})

void test('forged, old and foreign webhooks are refused', async (t) => {
  const post = async (headers: Record<string, string>) =>
    fetch(`${world.address}/gateways/payments/bank/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"id":"x","hold":{"reference":"demo.x"}}'
    })
  t.equal((await post({})).status, 401)
  t.equal((await post({ 'bank-timestamp': '1', 'bank-signature': 'v1=00' })).status, 401)
  t.equal((await fetch(`${world.address}/gateways/payments/other/events`, { method: 'POST' })).status, 404)
})

void test('nothing went wrong unseen, and the world ends', async (t) => {
  t.strictSame(world.troubles, [])
  t.strictSame(
    await world.database.platform('test', async (tx) => tx.query('select kind, error from dead_letters')),
    []
  )
  t.ok(people['driver'] && site)
  await world.close()
})
