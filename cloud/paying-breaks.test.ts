import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openPayingWorld()
file.teardown(world.close)

const cny = (amountMinor: number) => ({ currency: 'CNY', amountMinor })
const bankUrl = world.opened.get('bank')?.url ?? ''
const atBank = async (path: string, body: object) =>
  fetch(`${bankUrl}${path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'idempotency-key': randomUUID()
    },
    body: JSON.stringify(body)
  })

/** Two people have agreed, as reconciliation's event says it; told as often as one likes. */
async function decide(more: object, times = 1): Promise<string> {
  const breakId = randomUUID()
  const body = {
    date: '2026-03-04',
    breakId,
    class: 'state',
    remedy: 'refund',
    provider: 'bank',
    reference: null,
    paymentId: null,
    sessionId: null,
    currency: 'CNY',
    differenceMinor: 300,
    by: ['anna', 'bert'],
    note: 'seen at the bank',
    ...more
  }
  for (let time = 0; time < times; time++)
    await world.database.tenant('demo', async (tx) =>
      tx.emit({ kind: 'reconciliation.break-decided.v1', key: '2026-03-04', body })
    )
  await world.quiet()
  return breakId
}

/** Nothing of an earlier test is on its way any more: what the books say before a deed would else move by itself. */
async function atRest(): Promise<void> {
  await until('no refund on its way', async () => {
    const [row] = await world.database.tenant('demo', async (tx) =>
      tx.query<{ asked: number }>("select count(*)::int as asked from payment_refunds where status = 'asked'")
    )
    return row?.asked === 0
  })
  await world.quiet()
}

async function cardholder() {
  await atRest()
  const driverId = randomUUID()
  return { driverId, methodId: await world.addMethod(driverId, 'bank', 'card-1') }
}

const books = async (driverId: string) => ({
  suspense: await world.balance('platform', 'suspense', 'CNY'),
  clearing: await world.balance('bank', 'clearing', 'CNY'),
  writeOff: await world.balance('platform', 'write-off', 'CNY'),
  claims: await world.balance('bank', 'claims', 'CNY'),
  driver: await world.balance(`driver:${driverId}`, 'account', 'CNY')
})
const refundsOf = async (breakId: string) =>
  until(`the refunds of ${breakId}`, async () => {
    const rows = await world.database.tenant('demo', async (tx) =>
      tx.query<{ status: string; amount_minor: number }>(
        'select status, amount_minor from payment_refunds where break_id = $1 order by payment_id',
        [breakId]
      )
    )
    if (rows.some(({ status }) => status === 'asked')) return undefined
    await world.quiet()
    return rows
  })

void test('what a bank took beside our books goes into suspense and from there back to its payer, once', async (t) => {
  const { driverId, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  await world.abandon(id)
  await world.paymentIs(id, 'voided')
  // The bank books it nevertheless, under the same reference: our order ended without payment.
  const made = await atBank('/v1/holds', {
    reference: `demo.${id}-again`,
    method: 'card-1',
    currency: 'CNY',
    amountMinor: 300
  })
  const again = ((await made.json()) as { id: string }).id
  await atBank(`/v1/holds/${again}/capture`, { amountMinor: 300 })
  await world.database.tenant('demo', async (tx) =>
    tx.query('update payments set provider_reference = $2 where id = $1', [id, again])
  )
  const before = await books(driverId)
  const breakId = await decide({ paymentId: id, sessionId: id }, 3)
  t.strictSame(await refundsOf(breakId), [{ status: 'done', amount_minor: 300 }])
  t.strictSame(await books(driverId), before, 'in and out: clearing and suspense stand as they stood')
  const told = await world.database.tenant('demo', async (tx) =>
    tx.query("select from events where kind = 'payments.surplus-returned.v1' and key = $1", [id])
  )
  t.equal(told.length, 1)
})

void test('an order that nobody knows stays in suspense; a claim and a write-off stand where they were decided', async (t) => {
  const { driverId } = await cardholder()
  const before = await books(driverId)
  await decide({ paymentId: randomUUID(), class: 'missing-here' }, 2)
  t.strictSame(await books(driverId), {
    ...before,
    suspense: before.suspense + 300,
    clearing: before.clearing - 300
  })
  await decide({ class: 'missing-there', remedy: 'claim', differenceMinor: -700 })
  await decide({ class: 'missing-there', remedy: 'write-off', differenceMinor: -50 }, 2)
  t.strictSame(await books(driverId), {
    ...before,
    suspense: before.suspense + 300,
    clearing: before.clearing - 300 + 750,
    claims: before.claims - 700,
    writeOff: before.writeOff - 50
  })
})

/** A payment of 30.00; `told`: as if our question had found that the provider took 5.00 more than it held. */
async function overcaptured(driverId: string, methodId: string) {
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  await world.bill({ sessionId: id, driverId, total: cny(3000) })
  await world.paymentIs(id, 'captured')
  await world.quiet()
  const told = async (times = 2) => {
    const about = { paymentId: id, sessionId: id, driverId, provider: 'bank' }
    const body = {
      ...about,
      what: 'captured',
      expected: cny(3000),
      told: cny(3500),
      heldMinor: 3000,
      source: 'query'
    }
    for (let time = 0; time < times; time++)
      await world.database.tenant('demo', async (tx) =>
        tx.emit({ kind: 'payments.mismatched.v1', key: id, body })
      )
    await world.quiet()
  }
  return { id, told }
}

for (const remedy of ['suspense', 'write-off', 'refund'])
  void test(`an excess that the payment shows and a break decides (${remedy}) is posted once, whichever comes first`, async (t) => {
    const ends: object[] = []
    for (const isBreakFirst of [true, false]) {
      const { driverId, methodId } = await cardholder()
      const { id, told } = await overcaptured(driverId, methodId)
      const before = await books(driverId)
      const broken = { paymentId: id, sessionId: id, class: 'amount', remedy, differenceMinor: 500 }
      if (!isBreakFirst) await told()
      const breakId = await decide(broken, 2)
      await told()
      // The bank of this test took no more than it was asked, so that it has something to give back.
      if (remedy === 'refund') t.strictSame(await refundsOf(breakId), [{ status: 'done', amount_minor: 500 }])
      const after = await books(driverId)
      ends.push({
        suspense: after.suspense - before.suspense,
        clearing: after.clearing - before.clearing,
        writeOff: after.writeOff - before.writeOff,
        driver: after.driver
      })
    }
    const end = {
      suspense: { suspense: 500, clearing: -500, writeOff: 0, driver: 0 },
      'write-off': { suspense: 0, clearing: -500, writeOff: 500, driver: 0 },
      refund: { suspense: 0, clearing: 0, writeOff: 0, driver: 0 }
    }[remedy]
    t.strictSame(ends, [end, end])
    t.strictSame(world.troubles, [])
  })

/** 40.00 taken by hand at the bank of a hold of 50.00, for a bill of 34.56. */
async function takenByHand() {
  const { driverId, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  const { hold } = await world.database.tenant('demo', async (tx) =>
    tx.one<{ hold: string }>('select provider_reference as hold from payments where id = $1', [id])
  )
  const before = await books(driverId)
  await atBank(`/v1/holds/${hold}/capture`, { amountMinor: 4000 })
  await world.bill({ sessionId: id, driverId, total: cny(3456) })
  await world.paymentIs(id, 'captured')
  await until('the suspense', async () => (await books(driverId)).suspense === before.suspense + 544)
  return { id, driverId, before }
}
const ofBill = { provider: null, class: 'amount', differenceMinor: 544 }

void test('what was taken above the bill within the hold goes back out of suspense, and what is left to refund shrinks', async (t) => {
  const { id, driverId, before } = await takenByHand()
  const breakId = await decide({ ...ofBill, sessionId: id }, 3)
  t.strictSame(await refundsOf(breakId), [{ status: 'done', amount_minor: 544 }])
  t.strictSame(await books(driverId), { ...before, clearing: before.clearing - 3456 })
  const refund = async (amountMinor: number) =>
    world.call('admin:a', `POST /payments/${id}/refunds`, { amountMinor, reason: 'kindness' })
  t.match(await refund(3457), { status: 422, body: { code: 'refund-exceeds-capture' } })
  t.match(await refund(1), { status: 202 })
})

void test('what was taken above the bill and is written off leaves suspense, not the driver', async (t) => {
  const { id, driverId, before } = await takenByHand()
  await decide({ ...ofBill, sessionId: id, remedy: 'write-off' }, 2)
  t.strictSame(await books(driverId), {
    ...before,
    clearing: before.clearing - 4000,
    writeOff: before.writeOff + 544
  })
})

void test('what our own payments took above the bill goes back by a refund, or is written off', async (t) => {
  const { driverId, methodId } = await cardholder()
  const id = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(id, 'authorised')
  await world.bill({ sessionId: id, driverId, total: cny(2000) })
  await world.paymentIs(id, 'captured')
  await world.database.tenant('demo', async (tx) =>
    tx.query(
      `insert into payments (tenant_id, id, session_id, driver_id, method_id, provider, currency, amount_minor, status, want,
         capture_minor, purpose, confirmation, next_at)
       values (nova_tenant(), $1, $2, $3, $4, 'bank', 'CNY', 500, 'created', 'capture', 500, 'debt', 'none', now())`,
      [randomUUID(), id, driverId, methodId]
    )
  )
  await until('a second payment', async () => (await books(driverId)).driver === 500)
  const about = { class: 'duplicate', provider: null, sessionId: id, differenceMinor: 400 }
  const breakId = await decide(about, 2)
  t.strictSame(await refundsOf(breakId), [{ status: 'done', amount_minor: 400 }])
  t.equal((await books(driverId)).driver, 100)
  const { writeOff } = await books(driverId)
  await decide({ ...about, class: 'amount', remedy: 'write-off', differenceMinor: 100 })
  t.match(await books(driverId), { driver: 0, writeOff: writeOff + 100 })
  t.strictSame(world.troubles, [])
  t.strictSame(
    await world.database.platform('test', async (tx) => tx.query('select error from dead_letters')),
    []
  )
})
