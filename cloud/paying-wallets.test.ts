import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { savePolicy } from './contexts/payments/index.ts'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openPayingWorld()
file.teardown(world.close)
const { call } = world

type Money = { currency: string; amountMinor: number }
const cny = (amountMinor: number): Money => ({ currency: 'CNY', amountMinor })

/** A driver whose wallet was topped up by these amounts, in this order. */
async function topped(...minors: number[]) {
  const driverId = randomUUID()
  const as = `driver:${driverId}`
  const paymentMethodId = await world.addMethod(driverId, 'bank', 'card-1')
  const ids: string[] = []
  for (const minor of minors) {
    const { body } = await call(as, 'POST /wallet/top-ups', { amount: cny(minor), paymentMethodId })
    ids.push(String(body['paymentId']))
    await world.paymentIs(String(body['paymentId']), 'captured')
    await world.quiet()
  }
  return { driverId, as, ids }
}
type Topped = Awaited<ReturnType<typeof topped>>

const purse = async ({ as }: Topped) =>
  ((await call(as, 'GET /wallet')).body['items'] as Record<'balance' | 'held' | 'available', Money>[])[0]
const statuses = async (payments: readonly string[]) =>
  world.database.tenant('demo', async (tx) =>
    tx.query<{ status: string }>(
      `select status from payment_refunds where payment_id = any ($1) order by created_at`,
      [payments]
    )
  )
const ended = async (payments: readonly string[]): Promise<void> => {
  await until('the end of the refunds', async () =>
    (await statuses(payments)).every(({ status }) => status === 'done' || status === 'failed')
  )
  await world.quiet()
}

void test('unspent money goes back to its top-ups, oldest first, less the fee that was said before', async (t) => {
  const one = await topped(1000, 2000)
  const [first, second] = one.ids
  const fees = await world.balance('platform', 'fees', 'CNY')
  const said = await call(one.as, 'GET /wallet/refunds/quote?currency=CNY&amountMinor=1550')
  t.match(said, {
    status: 200,
    body: {
      amount: cny(980 + 539),
      fee: cny(20 + 11), // 2 % of 10.00 and of 5.50, rounded down.
      parts: [
        { paymentId: first, amount: cny(980), fee: cny(20) },
        { paymentId: second, amount: cny(539), fee: cny(11) }
      ]
    }
  })
  t.match(await purse(one), { available: cny(3000) }, 'asking what it costs moves nothing')
  const key = randomUUID()
  const ask = async (minor: number) => call(one.as, 'POST /wallet/refunds', { amount: cny(minor) }, key)
  for (let time = 0; time < 3; time++)
    t.match(await ask(1550), { status: 202, body: { amount: cny(1519), fee: cny(31) } })
  t.match(await ask(1551), { status: 409, body: { code: 'refund-differs' } })
  await ended(one.ids)
  t.match(await purse(one), { balance: cny(1450), held: cny(0), available: cny(1450) })
  t.equal(await world.balance(`driver:${one.driverId}`, 'account', 'CNY'), 0)
  t.equal(await world.balance(`driver:${one.driverId}`, 'wallet', 'CNY'), 1450)
  t.equal((await world.balance('platform', 'fees', 'CNY')) - fees, 31)
  t.equal(await world.pending(`driver:${one.driverId}`), 0)
  const { body } = await call(one.as, 'GET /wallet/movements')
  t.match(body['items'], [
    { kind: 'pay-out', amount: cny(-550), available: cny(1450) },
    { kind: 'pay-out', amount: cny(-1000), available: cny(2000) }
  ])
})

void test('what is held or spent cannot be paid out, nor can another’s', async (t) => {
  const one = await topped(3000)
  const wallet = `wallet-${one.driverId}`
  await call(one.as, 'GET /payment-methods')
  const sessionId = await world.start(one.driverId, wallet, cny(2500))
  await world.paymentIs(sessionId, 'authorised')
  t.match(await call(one.as, 'POST /wallet/refunds', { amount: cny(501) }), {
    status: 422,
    body: { code: 'wallet-lacks' }
  })
  const ways = await Promise.all(
    [400, 400].map(async (minor) => call(one.as, 'POST /wallet/refunds', { amount: cny(minor) }))
  )
  t.strictSame(
    ways.map(({ status }) => status).toSorted((a, b) => a - b),
    [202, 422],
    'two at once take what is there once'
  )
  t.match(await call('admin:a', 'POST /wallet/refunds', { amount: cny(1) }), { status: 403 })
  t.match(await call(`driver:${randomUUID()}`, 'POST /wallet/refunds', { amount: cny(1) }), { status: 422 })
  await ended(one.ids)
})

void test('a provider that refuses leaves the money in the wallet', async (t) => {
  const one = await topped(3000)
  const { provider_reference: hold } = await world.database.tenant('demo', async (tx) =>
    tx.one<{ provider_reference: string }>('select provider_reference from payments where id = $1', [
      one.ids[0]
    ])
  )
  await fetch(`${world.opened.get('bank')?.url}/v1/holds/${hold}/refunds`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'idempotency-key': randomUUID()
    },
    body: JSON.stringify({ reference: 'by hand', amountMinor: 2900 })
  })
  t.match(await call(one.as, 'POST /wallet/refunds', { amount: cny(2000) }), { status: 202 })
  await ended(one.ids)
  t.strictSame(await statuses(one.ids), [{ status: 'failed' }])
  t.match(await purse(one), { balance: cny(3000), held: cny(0), available: cny(3000) })
  t.equal(await world.pending(`driver:${one.driverId}`), 0)
  t.strictSame(world.troubles, [])
})

void test('a large wish waits for a person: a yes sends it, a no frees the money, both can be seen', async (t) => {
  const policy = {
    providers: [...world.opened.keys(), 'wallet'],
    confirmAboveMinor: null,
    marginPercent: 10,
    laterCharges: 'never',
    walletRefundFeePercent: 2
  } as const
  const setAbove = async (twoPeopleAboveMinor: number | null) =>
    world.database.tenant('demo', async (tx) => savePolicy(tx, { ...policy, twoPeopleAboveMinor }))
  await setAbove(1000)
  const one = await topped(3000)
  const [paymentId] = one.ids
  const wishes = async () => (await call(one.as, 'GET /wallet/refunds')).body['items']
  t.strictSame(await wishes(), [], 'nothing yet')
  t.equal((await call(one.as, 'POST /wallet/refunds', { amount: cny(2000) })).status, 202)
  t.match(await wishes(), [
    { amount: cny(1960), fee: cny(40), parts: [{ to: 'bank', status: 'proposed', amount: cny(1960) }] }
  ])
  t.match(await purse(one), { held: cny(2000), available: cny(1000) }, 'set aside meanwhile')
  const waiting = async () => (await call('admin:o', 'GET /payments/refunds?status=proposed')).body['items']
  const [proposed] = (await waiting()) as { id: string }[]
  t.match(proposed, { paymentId, of: 'wallet', sessionId: null, askedBy: one.as, fee: cny(40) })
  t.match(await call(one.as, 'GET /payments/refunds'), { status: 403 }, 'the list is not for drivers')
  const refundLine = (id: string | undefined, what: string) =>
    `POST /payments/${paymentId}/refunds/${id}/${what}`
  t.match(await call(one.as, refundLine(proposed?.id, 'reject')), { status: 403 })
  t.match(await call('admin:o', refundLine(randomUUID(), 'reject')), { status: 404 })
  t.match(await call('admin:o', refundLine(proposed?.id, 'reject')), {
    status: 200,
    body: { status: 'rejected' }
  })
  t.match(await call('admin:o', refundLine(proposed?.id, 'reject')), {
    status: 409,
    body: { code: 'refund-not-proposed' }
  })
  t.match(await call('admin:o', refundLine(proposed?.id, 'approve')), { status: 409 })
  t.match(await purse(one), { balance: cny(3000), held: cny(0), available: cny(3000) }, 'free again')
  t.equal(await world.pending(`driver:${one.driverId}`), 0)
  t.strictSame(await waiting(), [])
  t.equal((await call(one.as, 'POST /wallet/refunds', { amount: cny(3000) })).status, 202, 'all of it again')
  const [again] = (await waiting()) as { id: string }[]
  t.match(await call('admin:o', refundLine(again?.id, 'approve')), { status: 202 })
  await until('it was sent', async () => {
    const [first] = (await wishes()) as { parts: { status: string }[] }[]
    return first?.parts[0]?.status === 'done'
  })
  t.match(await wishes(), [{ parts: [{ status: 'done' }] }, { parts: [{ status: 'rejected' }] }])
  await world.quiet()
  t.match(await purse(one), { balance: cny(0), held: cny(0) })
  await setAbove(2_000_000)
})
