import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(120_000)
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

async function cardholder() {
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
