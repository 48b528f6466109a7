import { createHmac, randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openPayingWorld()
file.teardown(world.close)
const { call } = world

const cny = (amountMinor: number) => ({ currency: 'CNY', amountMinor })
const hour = 3_600_000

async function cardholder(reference = 'card-1') {
  const driverId = randomUUID()
  return { driverId, as: `driver:${driverId}`, methodId: await world.addMethod(driverId, 'bank', reference) }
}

const rowOf = async (id: string) =>
  world.database.tenant('demo', async (tx) =>
    tx.one<{ amount_minor: number; status: string; captured_minor: number }>(
      'select amount_minor, status, captured_minor from payments where id = $1',
      [id]
    )
  )

const runs = (id: string, amountMinor: number, minutes: number): void =>
  void world.costs.set(id, {
    cost: cny(amountMinor),
    startedAt: new Date(Date.now() - minutes * 60_000).toISOString()
  })

const look = async (id: string): Promise<unknown> =>
  world.database.tenant('demo', async (tx) =>
    tx.query('update payments set next_at = now() where id = $1', [id])
  )

void test('a cost that comes to the hold less its margin raises the hold, and the books take it all', async (t) => {
  const { driverId, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  runs(id, 4499, 10)
  await look(id)
  await world.quiet()
  t.equal((await rowOf(id)).amount_minor, 5000, '44.99 of 50.00 with a margin of 10 %: enough')
  runs(id, 4500, 10)
  await look(id)
  await until('a raise', async () => (await rowOf(id)).amount_minor === 7500)
  await world.bill({ sessionId: id, driverId, total: cny(6100) })
  await world.paymentIs(id, 'captured')
  await world.quiet()
  t.equal((await rowOf(id)).captured_minor, 6100)
  const driver = `driver:${driverId}`
  t.strictSame(
    [await world.balance(driver, 'hold', 'CNY'), await world.balance(driver, 'account', 'CNY')],
    [0, 0]
  )
  t.equal(await world.pending(driver), 0)
  const told = await world.database.tenant('demo', async (tx) =>
    tx.query<{ body: object }>(
      "select body from events where kind = 'payments.captured.v1' and key = $1 order by id",
      [id]
    )
  )
  const [first, raise] = [
    { amount: cny(5000), whole: cny(6100) },
    { amount: cny(1100), raiseOf: id }
  ]
  t.match(told, [{ body: first }, { body: raise }], 'its provider took it in one')
  t.strictSame(world.stops, [])
})

void test('a channel that cannot raise, or will not, ends the session by a command, once', async (t) => {
  const limited = await cardholder('card-limit-6000')
  const bank = await world.start(limited.driverId, limited.methodId, cny(5000))
  await world.paymentIs(bank, 'authorised')
  runs(bank, 4900, 10)
  await look(bank)
  await until('the stop', () => world.stops.includes(bank))
  const driverId = randomUUID()
  const methodId = await world.addMethod(driverId, 'wechat-score', 'openid-1')
  const score = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(score, 'authorised')
  runs(score, 5200, 10)
  for (let time = 0; time < 3; time++) {
    await look(score)
    await until('a look', () => world.stops.includes(score))
  }
  t.equal(world.stops.filter((each) => each === score).length, 1)
  t.equal((await rowOf(bank)).amount_minor, 5000, 'the first hold stands')
})

void test('a hold that nobody uses is let go before its deadline; one of a running session ends it', async (t) => {
  const { driverId, methodId } = await cardholder()
  const [stale, running] = [
    await world.start(driverId, methodId, cny(5000)),
    await world.start(driverId, methodId, cny(5000))
  ]
  await world.paymentIs(stale, 'authorised')
  await world.paymentIs(running, 'authorised')
  runs(running, 100, 10)
  world.clock.aheadMs = 7 * 24 * hour - 2 * hour // The bank holds for seven days.
  await look(stale)
  await look(running)
  await world.quiet()
  t.equal((await rowOf(stale)).status, 'authorised', 'two hours before')
  world.clock.aheadMs = 7 * 24 * hour - hour / 2
  await look(stale)
  await look(running)
  await world.paymentIs(stale, 'voided')
  await world.paymentIs(running, 'voided')
  t.ok(world.stops.includes(running))
  world.clock.aheadMs = 0
})

void test('a large hold is sent nowhere until its payer has said so a second time, with its amount', async (t) => {
  const { driverId, as, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(1_000_001))
  await until('a payment', async () => (await world.paymentIs(id, 'created', false))?.status === 'created')
  await look(id)
  await world.quiet()
  t.equal((await rowOf(id)).status, 'created')
  const confirm = async (who: string, amountMinor: number) =>
    call(who, `POST /payments/${id}/confirm`, { amount: cny(amountMinor) })
  t.match(await confirm(as, 1_000_000), { status: 409, body: { code: 'amount-differs' } })
  t.match(await confirm(`driver:${randomUUID()}`, 1_000_001), { status: 404 })
  t.match(await confirm(as, 1_000_001), { status: 202, body: { confirmation: 'given' } })
  await world.paymentIs(id, 'authorised')
  const small = await world.start(driverId, methodId, cny(1_000_000))
  await world.paymentIs(small, 'authorised')
  t.match(await call(as, `POST /payments/${small}/confirm`, { amount: cny(1_000_000) }), {
    status: 409,
    body: { code: 'nothing-to-confirm' }
  })
})

void test('a large refund needs a second person; until then nothing goes back and nothing can be asked beside it', async (t) => {
  const { driverId, as, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(3_000_000))
  await until('a payment', async () => (await world.paymentIs(id, 'created', false)) !== undefined)
  await call(as, `POST /payments/${id}/confirm`, { amount: cny(3_000_000) })
  await world.paymentIs(id, 'authorised')
  await world.bill({ sessionId: id, driverId, total: cny(3_000_000) })
  await world.paymentIs(id, 'captured')
  const asked = await call('admin:a', `POST /payments/${id}/refunds`, {
    amountMinor: 2_000_001,
    reason: 'wrong tariff'
  })
  t.match(asked, { status: 202, body: { status: 'proposed' } })
  const approve = async (who: string) =>
    call(who, `POST /payments/${id}/refunds/${String(asked.body['id'])}/approve`)
  t.match(await approve('admin:a'), { status: 403, body: { code: 'second-person-needed' } })
  t.match(await approve(as), { status: 403 })
  t.match(await approve('stranger:x'), { status: 404 })
  t.match(await call('admin:a', `POST /payments/${id}/refunds`, { amountMinor: 1_000_000, reason: 'x' }), {
    status: 422,
    body: { code: 'refund-exceeds-capture' }
  })
  t.match(await approve('admin:b'), { status: 202, body: { status: 'asked' } })
  t.match(await approve('admin:b'), { status: 409, body: { code: 'refund-not-proposed' } })
})

void test('a large refund in small parts needs a second person as well, from the part that makes it large', async (t) => {
  const { driverId, as, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(3_000_000))
  await until('a payment', async () => (await world.paymentIs(id, 'created', false)) !== undefined)
  await call(as, `POST /payments/${id}/confirm`, { amount: cny(3_000_000) })
  await world.paymentIs(id, 'authorised')
  await world.bill({ sessionId: id, driverId, total: cny(3_000_000) })
  await world.paymentIs(id, 'captured')
  const ask = async (who: string, amountMinor: number) =>
    call(who, `POST /payments/${id}/refunds`, { amountMinor, reason: 'goodwill' })
  t.match(await ask('admin:a', 1_500_000), { status: 202, body: { status: 'asked' } })
  t.match(await ask('admin:a', 500_000), { status: 202, body: { status: 'asked' } }, 'together the threshold')
  const third = await ask('admin:b', 1)
  t.match(third, { status: 202, body: { status: 'proposed' } }, 'whoever asks for the rest')
  const thirdPath = `POST /payments/${id}/refunds/${String(third.body['id'])}`
  t.match(await call('admin:b', `${thirdPath}/approve`), {
    status: 403,
    body: { code: 'second-person-needed' }
  })
  t.match(await call('admin:a', `${thirdPath}/approve`), { status: 202, body: { status: 'asked' } })
})

void test('a wallet never gives more than it has, shows what moved it, and is its owner’s alone', async (t) => {
  const { driverId, as, methodId } = await cardholder()
  const key = randomUUID()
  const topUp = async (amountMinor: number) =>
    call(as, 'POST /wallet/top-ups', { amount: cny(amountMinor), paymentMethodId: methodId }, key)
  for (let time = 0; time < 3; time++) t.match(await topUp(8000), { status: 202 })
  const { paymentId } = (await topUp(8000)).body
  t.match(await topUp(8001), { status: 409, body: { code: 'top-up-differs' } })
  const wallet = `wallet-${driverId}`
  t.match(await call(as, 'POST /wallet/top-ups', { amount: cny(1), paymentMethodId: wallet }), {
    status: 422,
    body: { code: 'payment-method-needed' }
  })
  const purse = async () => ((await call(as, 'GET /wallet')).body['items'] as object[])[0]
  await until('money', async () => (await purse()) !== undefined)
  t.match(await purse(), { balance: cny(8000), held: cny(0), available: cny(8000) })
  t.match(
    await call('admin:a', `POST /payments/${String(paymentId)}/refunds`, { amountMinor: 1, reason: 'x' }),
    {
      status: 409,
      body: { code: 'top-up-not-refundable' }
    }
  )
  const ids = await Promise.all(
    [5000, 5000, 5000].map(async (minor) => world.start(driverId, wallet, cny(minor)))
  )
  const ends = await Promise.all(
    ids.map(async (id) =>
      until('an end', async () => {
        const { status } = await rowOf(id).catch(() => ({ status: '' }))
        return (status === 'authorised' || status === 'failed') && status
      })
    )
  )
  t.strictSame(ends.toSorted(), ['authorised', 'failed', 'failed'], '80.00 carry one hold of 50.00')
  t.match(await purse(), { balance: cny(8000), held: cny(5000), available: cny(3000) })
  const good = ids[ends.indexOf('authorised')] ?? ''
  await world.bill({ sessionId: good, driverId, total: cny(3456) })
  await world.paymentIs(good, 'captured')
  const moved = (await call(as, 'GET /wallet/movements')).body['items'] as Record<
    'amount' | 'available',
    { amountMinor: number }
  >[]
  t.strictSame(
    moved.toReversed().map(({ amount, available }) => [amount.amountMinor, available.amountMinor]),
    [
      [8000, 8000],
      [-5000, 3000],
      [5000, 8000],
      [-3456, 4544]
    ]
  )
  t.strictSame((await call(`driver:${randomUUID()}`, 'GET /wallet')).body, { items: [] })
  await world.quiet()
  t.equal(await world.balance(`driver:${driverId}`, 'wallet', 'CNY'), 4544)
})

void test('a fleet that pays by invoice stays within its limit, and its payments free it', async (t) => {
  const driverId = randomUUID()
  await call('admin:a', 'PUT /fleet-accounts/vans', { name: 'Vans', limit: cny(9000), active: true })
  await call('admin:a', `PUT /fleet-accounts/vans/drivers/${driverId}`)
  const methodId = `fleet-vans-${driverId}`.slice(0, 64)
  const first = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(first, 'authorised')
  await world.paymentIs(await world.start(driverId, methodId, cny(5000)), 'failed')
  await world.bill({ sessionId: first, driverId, total: cny(3456) })
  await world.paymentIs(first, 'captured')
  await world.paymentIs(await world.start(driverId, methodId, cny(5000)), 'authorised')
  const { body } = await call('admin:a', 'GET /fleet-accounts')
  t.match(
    (body['items'] as { id: string }[]).find(({ id }) => id === 'vans'),
    { used: cny(8456), limit: cny(9000) }
  )
  t.match(await call('stranger:x', 'GET /fleet-accounts'), { body: { items: [] } })
  await call('admin:a', 'PUT /fleet-accounts/vans', { name: 'Vans', limit: cny(90_000), active: false })
  await world.paymentIs(await world.start(driverId, methodId, cny(1)), 'failed')
})

void test('an event of another amount than the order’s is written down and told, once', async (t) => {
  const { driverId, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  const body = JSON.stringify({
    id: 'odd-1',
    hold: { reference: `demo.${id}`, currency: 'CNY', amountMinor: 4000 }
  })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = `v1=${createHmac('sha256', 's').update(`${timestamp}.${body}`).digest('hex')}`
  const headers = {
    'content-type': 'application/json',
    'bank-timestamp': timestamp,
    'bank-signature': signature
  }
  const event = { path: '/gateways/payments/bank/events', headers, body: Buffer.from(body) }
  for (let time = 0; time < 3; time++) t.equal((await world.deliver(event)).status, 204)
  const told = await world.database.tenant('demo', async (tx) =>
    tx.query<{ body: object }>(`select body from events where kind = 'payments.mismatched.v1' and key = $1`, [
      id
    ])
  )
  t.equal(told.length, 1)
  t.match(told[0]?.body, { paymentId: id, expected: cny(5000), told: cny(4000), source: 'event' })
  t.equal((await rowOf(id)).amount_minor, 5000, 'and nothing of it is believed')
})

void test('what somebody took at the provider above the bill stands in suspense, not with the driver', async (t) => {
  const { driverId, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  const { provider_reference: hold } = await world.database.tenant('demo', async (tx) =>
    tx.one<{ provider_reference: string }>('select provider_reference from payments where id = $1', [id])
  )
  const before = await world.balance('platform', 'suspense', 'CNY')
  const taken = await fetch(`${world.opened.get('bank')?.url}/v1/holds/${hold}/capture`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'content-type': 'application/json', 'idempotency-key': 'by-hand' },
    body: '{"amountMinor":4000}'
  })
  t.equal(taken.status, 201)
  await world.bill({ sessionId: id, driverId, total: cny(3456) })
  await world.paymentIs(id, 'captured')
  const suspense = async () => (await world.balance('platform', 'suspense', 'CNY')) - before
  await until('the suspense', async () => (await suspense()) === 544)
  await world.quiet()
  t.equal(await world.balance(`driver:${driverId}`, 'account', 'CNY'), 0)
  t.equal(await world.balance(`driver:${driverId}`, 'hold', 'CNY'), 0)
  await world.bill({ sessionId: id, driverId, total: cny(3456) })
  await world.quiet()
  t.strictSame(
    (await call(`driver:${driverId}`, 'GET /payments/debts')).body,
    { items: [] },
    'told again, nothing is owed'
  )
  t.equal(await suspense(), 544)
})

// Test numbers that card networks publish; each passes the Luhn check.
const cards = [
  '4242424242424242',
  '4000 0566 5566 5556',
  '5555-5555-5555-4444',
  '378282246310005',
  '6200000000000047',
  '4222222222222',
  '6304000000000000000'
]

void test('no route of payments takes what could be a card number, and none comes to the logs', async (t) => {
  const { as, methodId } = await cardholder()
  const id = randomUUID()
  for (const card of cards) {
    const tries = [
      call(as, 'POST /wallet/top-ups', { amount: cny(100), paymentMethodId: card }),
      call(as, 'POST /wallet/top-ups', {
        amount: { currency: 'CNY', amountMinor: Number(card.replaceAll(/\D/g, '')) },
        paymentMethodId: methodId
      }),
      call(as, 'POST /wallet/top-ups', { amount: cny(100), paymentMethodId: methodId, card }),
      call(as, `POST /payments/debts/${id}/pay`, { paymentMethodId: card }),
      call(as, `POST /payments/${id}/confirm`, { amount: cny(1), card }),
      call('admin:a', `POST /payments/${id}/refunds`, { amountMinor: 1, reason: `to card ${card}` }),
      call('admin:a', 'PUT /fleet-accounts/x', { name: card, limit: cny(1), active: true }),
      call('admin:a', `PUT /fleet-accounts/x/drivers/${encodeURIComponent(card)}`),
      call('admin:a', 'PUT /payments/settings', {
        providers: [card],
        confirmAboveMinor: null,
        twoPeopleAboveMinor: null,
        marginPercent: 5
      })
    ]
    for (const answer of await Promise.all(tries))
      t.match(answer.body['code'], /^(request-invalid|not-found)$/) // The latter for what is wrong in an address.
    t.notOk(
      world.logged.some((line) => line.includes(card)),
      'not in the logs'
    )
    await t.rejects(world.addMethod(randomUUID(), 'stripe', card), RangeError)
  }
  const near = '4242424242424241' // One off: no card, so it is judged as what it says it is.
  t.match(await call(as, 'POST /wallet/top-ups', { amount: cny(100), paymentMethodId: near }), {
    status: 422,
    body: { code: 'payment-method-needed' }
  })
})

void test('nothing went wrong that nobody was told of', async (t) => {
  t.strictSame(world.troubles, [])
  const dead = await world.database.tenant('demo', async (tx) =>
    tx.query('select kind, error from dead_letters')
  )
  t.strictSame(dead, [])
})
