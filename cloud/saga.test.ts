import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import type { Faults } from '../simulators/bank/faults.ts'
import { chargeAt, openMoneyWorld } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

type Money = { currency: string; amountMinor: number }
type Payment = { id: string; sessionId: string; status: string; captured: Money }

file.setTimeout(1_000_000) // Many worlds’ ends in one file; each wait in it has its own, shorter deadline.
const world = await openMoneyWorld()
let places = 0
const nextPlace = (): string => `CP${++places}:1:1`

const trouble = async (faults: Partial<Faults>): Promise<void> => {
  const answer = await fetch(`${world.bank.url}/control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults)
  })
  if (!answer.ok) throw new Error(await answer.text())
}

const start = async (connectorId: string): Promise<string> => {
  const answer = await world.call('driver', 'POST', '/sessions', { connectorId })
  if (answer.status !== 202) throw new Error(`${answer.status} ${answer.body.code}`)
  return answer.body.id
}

const payments = async (): Promise<Payment[]> => {
  const { body } = await world.call('operator', 'GET', '/payments?limit=500')
  return body['items'] as Payment[]
}

const paymentOf = async (id: string, status: string): Promise<Payment> =>
  until(`payment ${id} ${status}`, async () =>
    (await payments()).find((each) => each.id === id && each.status === status)
  )

/** These payments have ended, the bank agrees with each, and the ledger holds what the bank took. */
async function booksAgree(ids: readonly string[]): Promise<number[]> {
  const ended = await Promise.all(ids.map(async (id) => paymentOf(id, 'captured')))
  for (const { id, captured } of ended) {
    const holds = [...world.bank.holds.values()].filter(({ reference }) => reference === `demo.${id}`)
    if (holds.length !== 1) throw new Error(`${holds.length} holds at the bank for ${id}`)
    if (holds[0]?.capturedMinor !== captured.amountMinor) throw new Error(`bank and we differ on ${id}`)
  }
  await until('the ledger to hold the same', async () => {
    const { body } = await world.call('operator', 'GET', '/ledger/accounts?limit=500')
    const accounts = body['items'] as Account[]
    const clearing = accounts.find(({ purpose }) => purpose === 'clearing')?.balance.amountMinor ?? 0
    const taken = [...world.bank.holds.values()].reduce((all, { capturedMinor }) => all + capturedMinor, 0)
    const drivers = accounts.filter(({ party }) => party.startsWith('driver:'))
    return (
      clearing === 0 - taken &&
      accounts.reduce((all, { balance }) => all + balance.amountMinor, 0) === 0 &&
      drivers.every(({ balance, pending }) => balance.amountMinor === 0 && pending.amountMinor === 0)
    )
  })
  const verdict = await world.call('operator', 'GET', '/ledger/verify')
  if (verdict.body['ok'] !== true) throw new Error(JSON.stringify(verdict.body))
  return ended.map(({ captured }) => captured.amountMinor)
}

type Account = { party: string; purpose: string; balance: Money; pending: Money }

const faultTable: { title: string; faults: Partial<Faults> }[] = [
  { title: 'answers that never come', faults: { seed: 3, answerLost: 0.5, hangMs: 600 } },
  { title: 'requests that never arrive', faults: { seed: 4, requestLost: 0.4, hangMs: 600 } },
  { title: 'a bank that is out of order at times', faults: { seed: 5, unavailable: 0.5 } },
  {
    title: 'webhooks doubled, forged, late and out of order',
    faults: { seed: 6, webhookDoubled: 1, webhookForged: 1, webhookDelayMs: [0, 300] }
  },
  { title: 'no webhook at all', faults: { seed: 7, webhookLost: 1 } }
]

for (const { title, faults } of faultTable) {
  void test(`with ${title} every session is paid once, to the fen`, async (t) => {
    await trouble(faults)
    const places = [1, 2, 3].map(nextPlace)
    const ids = await Promise.all(places.map(start))
    for (const [index, id] of ids.entries()) {
      await world.startOf(id)
      await chargeAt(world, id, { connectorId: places[index] ?? '', wh: [1_000 * (index + 1)], times: 2 })
    }
    t.strictSame(await booksAgree(ids), [107, 214, 320], 'n kWh in the flat hour at 1.068')
  })
}

/** What dies where: each is a moment between two steps of the saga. */
const deaths: { title: string; die: (step: string) => Promise<void> }[] = [
  { title: 'after each step', die: async () => world.restart() },
  {
    title: 'after the order, before anybody heard it',
    die: async (step) => (step === 'ordered' ? world.restart() : undefined)
  },
  {
    title: 'after the start went out, before that was written down',
    die: async (step) => {
      if (step === 'before') world.breaks.command = 2
    }
  },
  {
    title: 'while the session is told, in the middle of its facts',
    die: async (step) => (step === 'started' ? world.restart() : undefined)
  },
  {
    title: 'right after its end',
    die: async (step) => (step === 'ended' ? world.restart() : undefined)
  }
]

for (const { title, die } of deaths) {
  void test(`a process that dies ${title} leaves nothing half done`, async (t) => {
    await trouble({})
    await die('before')
    const connectorId = nextPlace()
    const id = await start(connectorId)
    await die('ordered')
    await world.startOf(id)
    await die('started')
    const telling = chargeAt(world, id, { connectorId, times: 2 })
    await die('charging')
    await telling
    await die('ended')
    t.strictSame(await booksAgree([id]), [1335])
    const starts = world.commands.filter(
      ({ payload, action }) => action === 'start' && payload['sessionId'] === id
    )
    t.equal(starts.length, 1, 'one start, however often it was sent')
    const { body } = await world.call('driver', 'GET', `/invoices?sessionId=${id}`)
    t.equal((body['items'] as object[]).length, 1)
  })
}

const inTenant = async (sql: string, values: unknown[]) =>
  world.database.tenant('demo', async (tx) => tx.query<{ status: string }>(sql, values))
const holdsOf = (id: string) =>
  [...world.bank.holds.values()].filter(({ reference }) => reference === `demo.${id}`)

/** Keys' answers are not kept in this world: a call that comes again meets what a dead process left. */
const again = async (as: string, path: string, body: object) => {
  const headers = {
    authorization: `Bearer ${as}`,
    'content-type': 'application/json',
    'idempotency-key': 'the-same'
  }
  const answer = await fetch(`${world.address}/api/v1${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body)
  })
  return { status: answer.status, body: (await answer.json()) as { id?: string; code?: string } }
}

void test('a start and a refund whose answer was lost in a crash are the same ones when asked again', async (t) => {
  const connectorId = 'CP-AGAIN:1:1'
  const first = await again('driver', '/sessions', { connectorId })
  t.strictSame(await again('driver', '/sessions', { connectorId }), first)
  t.match(await again('driver', '/sessions', { connectorId: 'CP-OTHER:1:1' }), {
    status: 409,
    body: { code: 'start-differs' }
  })
  const id = first.body.id ?? ''
  await world.startOf(id)
  await chargeAt(world, id, { connectorId })
  const payment = await paymentOf(id, 'captured')
  const refund = async (amountMinor: number) =>
    again('operator', `/payments/${payment.id}/refunds`, { amountMinor, reason: 'goodwill' })
  t.strictSame(await refund(500), await refund(500))
  t.match(await refund(501), { status: 409, body: { code: 'refund-differs' } })
  await until('the refund at the bank', () => holdsOf(id)[0]?.refundedMinor === 500)
  t.equal(holdsOf(id)[0]?.refunds.length, 1)
})

void test('the list of payments goes on behind its cursor and has each once', async (t) => {
  const all = (await payments()).map(({ id }) => id)
  const paged: string[] = []
  for (let cursor = ''; ;) {
    const { body } = await world.call('operator', 'GET', `/payments?limit=2${cursor}`)
    paged.push(...(body['items'] as Payment[]).map(({ id }) => id))
    if (body['nextCursor'] === null) break
    cursor = `&cursor=${body['nextCursor'] as string}`
  }
  t.strictSame(paged, all)
  t.ok(all.length > 4)
})

void test('what a dead process left in flight is left by asking, never by guessing', async (t) => {
  const id = await start(nextPlace())
  await world.startOf(id)
  for (const status of ['unknown', 'authorising', 'capturing', 'voiding']) {
    await inTenant('update payments set status = $2, next_at = now() where id = $1', [id, status])
    await paymentOf(id, 'authorised')
  }
  t.equal(holdsOf(id).length, 1)
  // A payment whose request never arrived: the bank has not heard of it, so it is sent, once.
  const lost = randomUUID()
  await inTenant(
    `insert into payments (tenant_id, id, session_id, driver_id, method_id, provider, currency, amount_minor, status, want, next_at)
     select 'demo', $1, $1, driver_id, id, provider, 'CNY', 500, 'authorising', 'hold', now() from payment_methods limit 1`,
    [lost]
  )
  await paymentOf(lost, 'authorised')
  t.equal(holdsOf(lost).length, 1)
})

void test('a hold that nobody uses is let go before it runs out', async (t) => {
  const id = await start(nextPlace())
  await world.startOf(id)
  await inTenant(
    `update payments set hold_expires_at = now() + interval '59 minutes', next_at = now() where id = $1`,
    [id]
  )
  await until('the hold is gone', () => holdsOf(id)[0]?.status === 'voided')
  t.pass()
})

void test('an order that nothing answers is given up at its deadline and costs nothing', async (t) => {
  const id = await start(nextPlace())
  await world.startOf(id)
  await until('the start is out', async () => {
    const [order] = await inTenant('select status from orders where session_id = $1', [id])
    return order?.status === 'waiting'
  })
  await inTenant('update orders set deadline = now(), next_at = now() where session_id = $1', [id])
  const session = await until('its failure', async () => {
    const { body } = await world.call('driver', 'GET', `/sessions/${id}`)
    return body['status'] === 'failed' && body
  })
  t.match(session, { failure: { code: 'start-unanswered' } })
  await until('the hold is gone', () => holdsOf(id)[0]?.status === 'voided')
})

void test('nothing was given up on the way, and the world ends', async (t) => {
  const dead = await world.database.platform('test', async (tx) =>
    tx.query('select kind, error from dead_letters')
  )
  t.strictSame(dead, [])
  await world.close()
})
