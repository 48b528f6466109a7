import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { looksAt } from './test-support/money-looks.ts'
import { chargeAt, driverId, openMoneyWorld } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openMoneyWorld()
const { call, database } = world
const { billed, paymentOf } = looksAt(world)
const today = new Date().toISOString().slice(0, 10)
const key = { authorization: 'Bearer k', 'content-type': 'application/json' }

type Break = {
  readonly id: string
  readonly class: string
  readonly status: string
  readonly reference: string
  readonly remedies: readonly string[]
  readonly repairedBy: string | null
  readonly difference: { readonly amountMinor: number } | null
}
type Report = {
  readonly isClean: boolean
  readonly isComplete: boolean
  readonly openBreaks: number
  readonly matched: number
  readonly sessions: number
  readonly totals: readonly object[]
  readonly breaks: readonly Break[]
}

const run = async (): Promise<Report> => {
  const { status, body } = await call('operator', 'POST', `/reconciliation/${today}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body as unknown as Report
}

/** The bank's own books, written behind our back. */
async function atBank(reference: string, amountMinor: number, currency = 'CNY'): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${world.bank.url}${path}`, {
      method: 'POST',
      headers: { ...key, 'idempotency-key': randomUUID() },
      body: JSON.stringify(body)
    })
    return (await answer.json()) as { id: string }
  }
  const { id } = await post('/v1/holds', { reference, method: 'card-1', currency, amountMinor })
  await post(`/v1/holds/${id}/capture`, { amountMinor })
}

/** Our own books, written without the bank. */
async function inOurBooks(kind: string, more: object): Promise<string> {
  const id = randomUUID()
  const payment = { paymentId: id, sessionId: randomUUID(), driverId, provider: 'bank' }
  await database.tenant('demo', async (tx) => tx.emit({ kind, key: id, body: { ...payment, ...more } }))
  await until('it is in the books', async () =>
    database.tenant('demo', async (tx) =>
      tx.maybe('select id from reconciliation_movements where id = $1', [id])
    )
  )
  return id
}

const decide = async (as: string, id: string, remedy: string | null) =>
  call(as, 'POST', `/reconciliation/breaks/${id}/decisions`, { remedy, note: 'looked at it' })

void test('a day on which all three books agree is clean, however often it is reconciled', async (t) => {
  const { body } = await call('driver', 'POST', '/sessions', { connectorId: 'CP1:1:1' })
  await world.startOf(body.id)
  await chargeAt(world, body.id)
  await billed(body.id)
  await paymentOf(body.id, 'captured')
  await until('the books', async () =>
    database.tenant('demo', async (tx) =>
      tx.maybe(
        `select m.id from reconciliation_movements m join reconciliation_sessions s on s.session_id = m.session_id
         where m.state = 'moved' and s.billed_at is not null and s.ended_at is not null`
      )
    )
  )
  const money = { currency: 'CNY', amountMinor: 1335 }
  const clean = { isClean: true, isComplete: true, openBreaks: 0, matched: 1, sessions: 1, breaks: [] }
  for (let times = 0; times < 2; times++)
    t.match(await run(), { ...clean, totals: [{ provider: 'bank', ours: money, theirs: money }] })
  t.match((await call('operator', 'GET', `/reconciliation/${today}`)).body, clean)
  t.equal(
    (await call('operator', 'POST', '/reconciliation/0000-01-01')).status,
    404,
    'there was no such year'
  )
  t.match((await call('operator', 'GET', '/reconciliation')).body, {
    items: [{ date: today, openBreaks: 0 }]
  })
})

void test('a corrected bill is what the payment is held against', async (t) => {
  const sum = (amountMinor: number) => ({ currency: 'CNY', amountMinor })
  const [{ sessionId, siteId, cdrId }] = (await database.tenant('demo', async (tx) =>
    tx.query(
      'select session_id as "sessionId", site_id as "siteId", cdr_id as "cdrId" from reconciliation_sessions where cdr_id is not null'
    )
  )) as [{ sessionId: string; siteId: string; cdrId: string }]
  const correct = async (amountMinor: number) => {
    const issued = {
      cdrId: randomUUID(),
      invoiceId: randomUUID(),
      invoiceNumber: 'x',
      total: sum(amountMinor)
    }
    const replacement = { ...issued, energyWh: '9000', tariffId: 'demo-tou', tariffVersion: 1 }
    const body = {
      correctionId: randomUUID(), sessionId, siteId, driverId, tokenUid: null, original: { cdrId, total: sum(1335) },
      credit: issued, replacement, difference: sum(amountMinor - 1335), reason: 'x', requestedBy: 'a', approvedBy: 'b'
    } // prettier-ignore
    await database.tenant('demo', async (tx) =>
      tx.emit({ kind: 'billing.cdr-corrected.v1', key: sessionId, body })
    )
    await until('the corrected bill', async () =>
      database.tenant('demo', async (tx) =>
        tx.maybe('select 1 from reconciliation_sessions where cdr_id = $1', [replacement.cdrId])
      )
    )
  }
  await correct(961)
  await until('the difference in the books', async () =>
    database.tenant('demo', async (tx) =>
      tx.maybe("select 1 from reconciliation_movements where kind = 'refund' and state = 'moved'")
    )
  )
  t.match(await run(), { isClean: true, matched: 2, breaks: [] }, '3.74 went back, and the bank says so too')
  await correct(1335)
  t.match(await run(), { isClean: true, breaks: [] }, 'less is taken than billed: that is a debt, no break')
})

let orphan = ''
void test('what one side alone knows is found; what the bank confirms needs nobody', async (t) => {
  orphan = randomUUID()
  await atBank(`demo.${orphan}`, 500)
  await atBank(`somebody-else.${randomUUID()}`, 999)
  const lost = await inOurBooks('payments.captured.v1', {
    amount: { currency: 'CNY', amountMinor: 700 },
    released: { currency: 'CNY', amountMinor: 0 }
  })
  const taken = await inOurBooks('payments.declined.v1', { code: 'x', detail: 'x' })
  await atBank(`demo.${taken}`, 300)
  const { breaks, isClean, openBreaks, matched } = await run()
  t.equal(isClean, false)
  t.equal(openBreaks, 3)
  t.equal(matched, 2)
  const found = Object.fromEntries(breaks.map((each) => [each.reference, each]))
  t.match(found[orphan], {
    class: 'missing-here',
    remedies: ['refund', 'suspense'],
    difference: { amountMinor: 500 }
  })
  t.match(found[lost], { class: 'missing-there', difference: { amountMinor: -700 } })
  t.match(found[taken], { class: 'state', status: 'open' })
  const again = await run()
  t.strictSame(
    again.breaks.map(({ id }) => id),
    breaks.map(({ id }) => id),
    'the same breaks are the same rows'
  )
})

void test('two people decide, and nobody is both of them', async (t) => {
  const { breaks } = (await call('operator', 'GET', `/reconciliation/${today}`)).body as unknown as Report
  const [first, ...others] = breaks
  const id = first?.id ?? ''
  t.match(await decide('operator', id, null), { status: 409, body: { code: 'nothing-proposed' } })
  t.match(await decide('operator', id, 'correct-bill'), { status: 422, body: { code: 'remedy-not-allowed' } })
  t.match(await decide('driver', id, 'refund'), { status: 403 })
  t.match(await decide('stranger', id, 'refund'), { status: 404 })
  const remedy = first?.remedies[0] ?? ''
  t.match(await decide('operator', id, remedy), { status: 200, body: { status: 'proposed' } })
  t.match(await decide('operator', id, remedy), { status: 409, body: { code: 'second-person-needed' } })
  t.match(await decide('controller', id, null), { status: 200, body: { status: 'open' } })
  t.match(await decide('operator', id, remedy), { status: 200, body: { status: 'proposed' } })
  t.match(await decide('controller', id, remedy), { status: 200, body: { status: 'accepted', remedy } })
  t.match(await decide('controller', id, remedy), { status: 409, body: { code: 'break-settled' } })
  for (const each of others) {
    const next = each.remedies[0] ?? ''
    await decide('controller', each.id, next)
    t.match(await decide('operator', each.id, next), { status: 200, body: { status: 'accepted' } })
  }
  t.match(await run(), { isClean: true, openBreaks: 0, acceptedBreaks: 3 }, 'what is accepted stays accepted')
  const told = await database.tenant('demo', async (tx) =>
    tx.query<{ kind: string; body: object }>(
      `select kind, body from events where kind like 'reconciliation.%' order by id`
    )
  )
  t.match(told.at(-1), { kind: 'reconciliation.day-reconciled.v1', body: { date: today, isClean: true } })
  const decided = told.filter(({ kind }) => kind === 'reconciliation.break-decided.v1')
  t.equal(decided.length, 3)
  t.ok(decided.some(({ body }) => (body as { reference: string }).reference === orphan))
})

void test('a break that ends by itself is gone', async (t) => {
  const late = await inOurBooks('payments.captured.v1', {
    amount: { currency: 'CNY', amountMinor: 800 },
    released: { currency: 'CNY', amountMinor: 0 }
  })
  t.match(await run(), { isClean: false, openBreaks: 1 })
  await atBank(`demo.${late}`, 800)
  const { isClean, breaks } = await run()
  t.ok(isClean)
  t.notOk(breaks.some(({ reference }) => reference === late))
})

void test('another tenant has none of it, not even the lines of the same statement', async (t) => {
  t.equal((await call('stranger', 'GET', `/reconciliation/${today}`)).status, 404)
  t.equal((await call('stranger', 'POST', `/reconciliation/${today}`)).status, 404)
  t.strictSame((await call('stranger', 'GET', '/reconciliation')).body['items'], [])
  const kept = await database.platform('test', async (tx) =>
    tx.query<{ tenant_id: string; lines: { orderReference: string }[] }>(
      'select tenant_id, lines from reconciliation_statements'
    )
  )
  for (const { tenant_id: tenantId, lines } of kept)
    for (const { orderReference } of lines) t.ok(orderReference.startsWith(`${tenantId}.`))
  t.match(await call('operator', 'POST', '/reconciliation/2999-01-01'), {
    status: 422,
    body: { code: 'date-ahead' }
  })
  t.equal((await call('operator', 'GET', '/reconciliation/1999-01-01')).status, 404)
})

void test('without the statement a day is not clean', async (t) => {
  await world.bank.close()
  t.match(await run(), { isClean: false, isComplete: false, missingStatements: ['bank'] })
})

void test('what these tests opened is closed', async (t) => {
  t.strictSame(
    await database.platform('test', async (tx) =>
      tx.query(`select kind, error from dead_letters where source = 'reconciliation'`)
    ),
    []
  )
  await world.close()
})
