import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { t as file, test } from 'tap'
import { openPayingWorld } from './test-support/paying.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openPayingWorld()
file.teardown(world.close)
const { call } = world

type Money = { currency: string; amountMinor: number }
type Seen = {
  correctionId: string
  refunds: { id: string; paymentId: string; amount: Money; status: string; error: string | null }[]
  owed: Money | null
}
const cny = (amountMinor: number): Money => ({ currency: 'CNY', amountMinor })

/** A driver with a way to pay whose session was billed and paid. */
async function paid(totalMinor: number, provider = 'bank', reference = 'card-1') {
  const driverId = randomUUID()
  const as = `driver:${driverId}`
  const methodId = await world.addMethod(driverId, provider, reference)
  const sessionId = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(sessionId, 'authorised')
  await world.bill({ sessionId, driverId, total: cny(totalMinor) })
  await world.paymentIs(sessionId, 'captured')
  return { driverId, as, methodId, sessionId }
}
type Paid = Awaited<ReturnType<typeof paid>>

const correct = async ({ sessionId, driverId }: Paid, before: number, after: number): Promise<string> =>
  world.correct({ sessionId, driverId, total: cny(after) }, before)
const gives = async ({ sessionId }: Paid, amountMinor: number) =>
  call('admin:a', `POST /payments/${sessionId}/refunds`, { amountMinor, reason: 'a queue' })
const corrections = async ({ as, sessionId }: Paid): Promise<Seen[]> =>
  (await call(as, `GET /payments/corrections?sessionId=${sessionId}`)).body['items'] as Seen[]
const debts = async ({ as }: Paid): Promise<Money[]> =>
  ((await call(as, 'GET /payments/debts')).body['items'] as { amount: Money }[]).map(({ amount }) => amount)

type Row = { captured: number; refunded: number; open: number; moving: number }
/** What went in and out for a session, and what is still on its way. */
const moneyOf = async (sessionId: string): Promise<Row> =>
  world.database.tenant('demo', async (tx) =>
    tx.one<Row>(
      `select coalesce(sum(captured_minor), 0)::bigint as captured, coalesce(sum(refunded_minor), 0)::bigint as refunded,
         (select coalesce(sum(amount_minor), 0)::bigint from payment_debts d where d.session_id = $1 and settled_at is null)
           as open,
         count(*) filter (where status not in ('captured', 'voided', 'failed')) + (select count(*) from payment_refunds r
           join payments q on q.id = r.payment_id where q.session_id = $1 and r.status = 'asked') as moving
       from payments where session_id = $1`,
      [sessionId]
    )
  )

const settled = async (sessionId: string): Promise<Row> =>
  until(`the end of ${sessionId}`, async () => {
    await world.quiet()
    const row = await moneyOf(sessionId)
    if (row.moving > 0) return undefined
    await world.quiet() // What the last one told has reached the books.
    const after = await moneyOf(sessionId)
    return after.moving === 0 && after
  })

/** By account of a session's own entries, and what the driver's account stands at. */
async function booksOf({ sessionId, driverId }: Paid) {
  const rows = await world.database.tenant('demo', async (tx) =>
    tx.query<{ party: string; purpose: string; sum: number }>(
      `select a.party, a.purpose, sum(e.amount_minor)::bigint as sum from ledger_entries e
       join ledger_accounts a on a.id = e.account_id join ledger_transfers t on t.sequence = e.sequence
       where t.session_id = $1 and t.phase <> 'pending' group by a.party, a.purpose having sum(e.amount_minor) <> 0`,
      [sessionId]
    )
  )
  const of = (party: string, purpose: string): number =>
    rows.find((row) => row.party === party && row.purpose === purpose)?.sum ?? 0
  return {
    driver: await world.balance(`driver:${driverId}`, 'account', 'CNY'),
    operator: of('operator', 'revenue'),
    hold: of(`driver:${driverId}`, 'hold'),
    total: rows.reduce((all, { sum }) => all + sum, 0)
  }
}

void test('a bill of 34.56 becomes 30.00: the card gets 4.56 back, once, however often it is told', async (t) => {
  const one = await paid(3456)
  const id = await correct(one, 3456, 3000)
  t.match(await settled(one.sessionId), { captured: 3456, refunded: 456, open: 0 })
  const told = await world.database.tenant('demo', async (tx) =>
    tx.one<{ body: object }>("select body from events where kind = 'billing.cdr-corrected.v1' and key = $1", [
      one.sessionId
    ])
  )
  for (let time = 0; time < 5; time++)
    await world.database.tenant('demo', async (tx) =>
      tx.emit({ kind: 'billing.cdr-corrected.v1', key: one.sessionId, body: told.body })
    )
  t.match(await settled(one.sessionId), { captured: 3456, refunded: 456, open: 0 })
  t.strictSame(await booksOf(one), { driver: 0, operator: 3000, hold: 0, total: 0 })
  t.match(await corrections(one), [
    { correctionId: id, before: cny(3456), after: cny(3000), refunds: [{ amount: cny(456), status: 'done' }] }
  ])
  const stranger = `driver:${randomUUID()}`
  t.strictSame(
    (await call(stranger, `GET /payments/corrections?sessionId=${one.sessionId}`)).body['items'],
    []
  )
  t.strictSame((await call('stranger:x', 'GET /payments/corrections')).body['items'], [])
})

void test('a refund by hand and a correction do not both take: the refund counts, in any order of the two', async (t) => {
  const before = await paid(3000)
  t.match(await gives(before, 1000), { status: 202 })
  await correct(before, 3000, 2500) // Told while the refund may still be on its way.
  t.match(await settled(before.sessionId), { captured: 3000, refunded: 1000, open: 0 })
  t.strictSame(await booksOf(before), { driver: 0, operator: 2000, hold: 0, total: 0 })
  await correct(before, 2500, 0)
  t.match(await settled(before.sessionId), { captured: 3000, refunded: 3000, open: 0 })
  t.strictSame(await booksOf(before), { driver: 0, operator: 0, hold: 0, total: 0 })
  const after = await paid(3000)
  await correct(after, 3000, 2500)
  await settled(after.sessionId)
  t.match(await gives(after, 2501), { status: 422, body: { code: 'refund-exceeds-capture' } })
  t.match(await gives(after, 1000), { status: 202 })
  t.match(await settled(after.sessionId), { captured: 3000, refunded: 1500, open: 0 })
  t.strictSame(await booksOf(after), { driver: 0, operator: 1500, hold: 0, total: 0 })
})

void test('a refund that waits for a second person is not approved once a correction gave the money back', async (t) => {
  const one = await paid(3000)
  await world.database.tenant('demo', async (tx) =>
    tx.query('update payment_settings set two_people_above_minor = 500')
  )
  const asked = await gives(one, 2000)
  t.match(asked, { status: 202, body: { status: 'proposed' } })
  await correct(one, 3000, 500)
  t.match(await settled(one.sessionId), { refunded: 2500 })
  const path = `POST /payments/${one.sessionId}/refunds/${String(asked.body['id'])}`
  t.match(await call('admin:b', `${path}/approve`), {
    status: 422,
    body: { code: 'refund-exceeds-capture' }
  })
  await world.database.tenant('demo', async (tx) =>
    tx.query('update payment_settings set two_people_above_minor = 2000000')
  )
})

void test('a bill that rises is owed; only who has agreed to it is charged, and an earlier debt is part of it', async (t) => {
  const one = await paid(3000)
  await correct(one, 3000, 3700)
  t.match(await settled(one.sessionId), { captured: 3000, open: 700 })
  t.strictSame(await booksOf(one), { driver: -700, operator: 3700, hold: 0, total: 0 })
  t.strictSame(await debts(one), [cny(700)])
  t.match(await call(one.as, `PUT /payment-methods/${one.methodId}/later-charges`, { agreed: true }), {
    status: 200,
    body: { laterCharges: true }
  })
  t.match(
    await call(`driver:${randomUUID()}`, `PUT /payment-methods/${one.methodId}/later-charges`, {
      agreed: true
    }),
    { status: 404 }
  )
  await correct(one, 3700, 3900)
  t.match(await settled(one.sessionId), { captured: 3900, open: 0 })
  t.strictSame(await booksOf(one), { driver: 0, operator: 3900, hold: 0, total: 0 })
  t.strictSame(await debts(one), [])
  await correct(one, 3900, 100)
  t.match(await settled(one.sessionId), { captured: 3900, refunded: 3800, open: 0 })
  t.strictSame(await booksOf(one), { driver: 0, operator: 100, hold: 0, total: 0 })
})

void test('who has agreed is asked a second time for a large amount; the next correction withdraws the first', async (t) => {
  const one = await paid(3000)
  await call(one.as, `PUT /payment-methods/${one.methodId}/later-charges`, { agreed: true })
  await correct(one, 3000, 2_000_000)
  await until('a confirmation', async () => {
    const { body } = await call(one.as, `GET /payments?sessionId=${one.sessionId}`)
    return (body['items'] as { confirmation: string }[]).some(({ confirmation }) => confirmation === 'wanted')
  })
  await correct(one, 2_000_000, 3100)
  await until('the smaller charge', async () => (await moneyOf(one.sessionId)).captured === 3100)
  t.match(await settled(one.sessionId), { captured: 3100, open: 0 })
})

void test('a debt is less after a correction, and a correction to nothing forgives it', async (t) => {
  const one = await paid(6000) // Held: 50.00.
  t.match(await settled(one.sessionId), { captured: 5000, open: 1000 })
  await correct(one, 6000, 5400)
  t.match(await settled(one.sessionId), { captured: 5000, refunded: 0, open: 400 })
  await correct(one, 5400, 0)
  t.match(await settled(one.sessionId), { captured: 5000, refunded: 5000, open: 0 })
  t.strictSame(await booksOf(one), { driver: 0, operator: 0, hold: 0, total: 0 })
})

void test('what a provider refuses is told, stands open, and goes out again when a person says so', async (t) => {
  const one = await paid(3000)
  const { provider_reference: hold } = await world.database.tenant('demo', async (tx) =>
    tx.one<{ provider_reference: string }>('select provider_reference from payments where id = $1', [
      one.sessionId
    ])
  )
  const byHand = await fetch(`${world.opened.get('bank')?.url}/v1/holds/${hold}/refunds`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer k',
      'content-type': 'application/json',
      'idempotency-key': randomUUID()
    },
    body: JSON.stringify({ reference: 'by hand', amountMinor: 2900 })
  })
  t.equal(byHand.status, 201)
  await correct(one, 3000, 1000)
  await settled(one.sessionId)
  const [seen] = await corrections(one)
  t.match(seen?.refunds, [{ amount: cny(2000), status: 'failed' }])
  t.equal((await booksOf(one)).driver, 2000, 'the books still owe it')
  const refused = await world.database.tenant('demo', async (tx) =>
    tx.query("select from events where kind = 'payments.refund-refused.v1' and key = $1", [one.sessionId])
  )
  t.equal(refused.length, 1)
  t.match(await gives(one, 1001), { status: 422 }, 'and nobody can give it a second time')
  const retry = `POST /payments/${one.sessionId}/refunds/${seen?.refunds[0]?.id}/retry`
  t.match(await call('stranger:x', retry), { status: 404 })
  t.match(await call('admin:a', retry), { status: 202, body: { status: 'asked' } })
  await settled(one.sessionId)
  t.match((await corrections(one))[0]?.refunds, [{ amount: cny(2000), status: 'failed' }])
})

void test('a fleet’s account takes a difference either way without asking, as far as its limit goes', async (t) => {
  await call('admin:a', 'PUT /fleet-accounts/vans', { name: 'Vans', limit: cny(9000), active: true })
  const driverId = randomUUID()
  await call('admin:a', `PUT /fleet-accounts/vans/drivers/${driverId}`)
  const methodId = `fleet-vans-${driverId}`.slice(0, 64)
  const sessionId = await world.start(driverId, methodId, cny(5000))
  await world.paymentIs(sessionId, 'authorised')
  await world.bill({ sessionId, driverId, total: cny(3000) })
  await world.paymentIs(sessionId, 'captured')
  const one = { driverId, as: `driver:${driverId}`, methodId, sessionId }
  const used = async () =>
    ((await call('admin:a', 'GET /fleet-accounts')).body['items'] as { id: string; used: Money }[]).find(
      ({ id }) => id === 'vans'
    )?.used
  await correct(one, 3000, 4000)
  t.match(await settled(sessionId), { captured: 4000, open: 0 })
  t.match(await used(), cny(4000))
  await correct(one, 4000, 2500)
  t.match(await settled(sessionId), { captured: 4000, refunded: 1500 })
  t.match(await used(), cny(2500))
  await correct(one, 2500, 12_000)
  t.match(await settled(sessionId), { captured: 4000, refunded: 1500, open: 9500 })
  t.strictSame(await booksOf(one), { driver: -9500, operator: 12_000, hold: 0, total: 0 })
})

type Deed = { kind: 'correct' | 'give' | 'agree' | 'pay'; minor: number }
const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('correct', 'correct', 'give', 'agree', 'pay'),
    minor: fc.integer({ min: 0, max: 4000 })
  }),
  { minLength: 1, maxLength: 5 }
)

/** Carries out what people do; nobody waits for anybody. @returns what the bill is in the end */
async function live(one: Paid, list: readonly Deed[]): Promise<number> {
  let bill = 2000
  for (const { kind, minor } of list) {
    if (kind === 'correct') {
      await correct(one, bill, minor)
      bill = minor
    }
    if (kind === 'give') await gives(one, Math.max(1, Math.floor(minor / 4)))
    if (kind === 'agree')
      await call(one.as, `PUT /payment-methods/${one.methodId}/later-charges`, { agreed: minor > 2000 })
    if (kind === 'pay')
      await call(one.as, `POST /payments/debts/${one.sessionId}/pay`, { paymentMethodId: one.methodId })
  }
  return bill
}

void test('in any sequence of corrections, refunds and payments the books agree with the bill, and sum to zero', async (t) => {
  await fc.assert(
    fc.asyncProperty(deeds, async (list) => {
      const one = await paid(2000)
      const bill = await live(one, list)
      const { captured, refunded, open } = await settled(one.sessionId)
      const { gifts } = await world.database.tenant('demo', async (tx) =>
        tx.one<{ gifts: number }>(
          `select coalesce(sum(r.amount_minor - r.counted_minor), 0)::bigint as gifts from payment_refunds r
           join payments p on p.id = r.payment_id
           where p.session_id = $1 and r.correction_id is null and r.status = 'done'`,
          [one.sessionId]
        )
      )
      const said = JSON.stringify({ list, bill, captured, refunded, open, gifts })
      t.equal(captured - refunded, bill - gifts - open, said)
      t.strictSame(await booksOf(one), { driver: 0 - open, operator: bill - gifts, hold: 0, total: 0 }, said)
    }),
    { numRuns: 8, endOnFailure: true }
  )
  t.strictSame(world.troubles, [])
  const dead = await world.database.platform('test', async (tx) => tx.query('select error from dead_letters'))
  t.strictSame(dead, [])
})
