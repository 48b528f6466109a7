import { once } from 'node:events'
import { createServer } from 'node:http'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test, type Test } from 'tap'
import type { Hold } from './accounts.ts'
import type { Faults } from './faults.ts'
import { openBank, type BankSettings } from './server.ts'
import { signatureOf } from './webhooks.ts'

const secret = 'webhook-secret'

async function bankFor(t: Test, more: Partial<BankSettings> = {}) {
  const bank = await openBank({ port: 0, key: 'k', log: () => undefined, ...more })
  t.teardown(async () => bank.close())
  let keys = 0
  const post = async (where: string, body: object, key = `key-${keys++}`) => {
    const answer = await fetch(`${bank.url}${where}`, {
      method: 'POST',
      headers: { authorization: 'Bearer k', 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body)
    })
    return { status: answer.status, body: (await answer.json()) as Hold & { code?: string } }
  }
  const get = async (where: string) =>
    (await fetch(`${bank.url}${where}`, { headers: { authorization: 'Bearer k' } })).json()
  const hold = async (amountMinor = 5000, method = 'card-ok') =>
    post('/v1/holds', { reference: 'order-1', method, currency: 'CNY', amountMinor })
  return { bank, post, get, hold }
}

void test('hold 50.00, take 34.56, give back 4.56: each step shows what is left', async (t) => {
  const { post, get, hold } = await bankFor(t)
  const { body } = await hold()
  t.match(body, { status: 'authorised', amountMinor: 5000 })
  t.match((await post(`/v1/holds/${body.id}/capture`, { amountMinor: 3456 })).body, {
    status: 'captured',
    capturedMinor: 3456
  })
  t.match(await post(`/v1/holds/${body.id}/capture`, { amountMinor: 1 }), {
    status: 409,
    body: { code: 'hold-not-open' }
  })
  t.match((await post(`/v1/holds/${body.id}/refunds`, { reference: 'r', amountMinor: 456 })).body, {
    refundedMinor: 456
  })
  t.match(await post(`/v1/holds/${body.id}/refunds`, { reference: 'r2', amountMinor: 3001 }), {
    status: 422,
    body: { code: 'exceeds-capture' }
  })
  t.match(await get('/v1/holds?reference=order-1'), { items: [{ id: body.id }] })
  const { lines } = (await get(`/v1/statement?date=${body.createdAt.slice(0, 10)}`)) as {
    lines: { amountMinor: number }[]
  }
  t.strictSame(
    lines.map(({ amountMinor }) => amountMinor),
    [3456, -456]
  )
})

void test('a hold is raised to a new total while it stands; a card that does not carry it leaves it as it was', async (t) => {
  const { post, hold } = await bankFor(t)
  const { body } = await hold()
  const raise = async (id: string, amountMinor: number) => post(`/v1/holds/${id}/increase`, { amountMinor })
  t.match((await raise(body.id, 7500)).body, { status: 'authorised', amountMinor: 7500 })
  t.match(await raise(body.id, 7500), { status: 422, body: { code: 'not-an-increase' } })
  const limited = await hold(5000, 'card-limit-6000')
  t.match(await raise(limited.body.id, 6001), { status: 402, body: { code: 'insufficient-funds' } })
  t.match((await post(`/v1/holds/${limited.body.id}/capture`, { amountMinor: 5000 })).body, {
    status: 'captured'
  })
  t.match(await raise(limited.body.id, 6000), { status: 409, body: { code: 'hold-not-open' } })
})

const refusals = [
  { title: 'a card without money declines', method: 'card-declined', amount: 1, gives: 'insufficient-funds' },
  { title: 'a stolen card declines', method: 'card-stolen', amount: 1, gives: 'card-blocked' },
  { title: 'a limit declines above it', method: 'card-limit-100', amount: 101, gives: 'insufficient-funds' },
  { title: 'a limit pays up to it', method: 'card-limit-100', amount: 100, gives: null }
]
for (const { title, method, amount, gives } of refusals) {
  void test(title, async (t) => {
    const { hold } = await bankFor(t)
    t.equal((await hold(amount, method)).body.declineCode, gives)
  })
}

void test('the same key gives the first answer again, another request under it is refused', async (t) => {
  const { bank, post } = await bankFor(t)
  const wanted = { reference: 'o', method: 'm', currency: 'CNY', amountMinor: 1 }
  const first = await post('/v1/holds', wanted, 'same')
  t.strictSame(await post('/v1/holds', wanted, 'same'), first)
  t.match(await post('/v1/holds', { ...wanted, amountMinor: 2 }, 'same'), {
    status: 409,
    body: { code: 'key-reused' }
  })
  t.equal(bank.holds.size, 1)
})

void test('bad requests and strangers are refused by name', async (t) => {
  const { bank, post, hold } = await bankFor(t)
  t.match(await post('/v1/holds', { reference: 'o' }), { status: 400, body: { code: 'not-understood' } })
  t.match(await hold(0), { status: 400 })
  t.match(await post('/v1/holds/none/void', {}), { status: 404, body: { code: 'hold-unknown' } })
  const stranger = await fetch(`${bank.url}/v1/holds?reference=o`)
  t.equal(stranger.status, 401)
})

void test('a hold outlives a restart, and one that is never taken expires', async (t) => {
  const journal = path.join(t.testdir(), 'journal.jsonl')
  const first = await openBank({ port: 0, key: 'k', journal, holdMs: 60_000, log: () => undefined })
  const headers = { authorization: 'Bearer k', 'content-type': 'application/json', 'idempotency-key': '1' }
  const body = JSON.stringify({ reference: 'o', method: 'm', currency: 'CNY', amountMinor: 1 })
  const made = (await (
    await fetch(`${first.url}/v1/holds`, { method: 'POST', headers, body })
  ).json()) as Hold
  await first.close()
  const { get, bank } = await bankFor(t, { journal })
  t.match(await get(`/v1/holds/${made.id}`), { status: 'authorised' })
  const again = await fetch(`${bank.url}/v1/holds`, { method: 'POST', headers, body })
  t.equal(((await again.json()) as Hold).id, made.id, 'keys outlive it too')
  const short = await bankFor(t, { holdMs: 0 })
  const { body: old } = await short.hold()
  t.match(await short.get(`/v1/holds/${old.id}`), { status: 'expired' })
})

type Heard = { body: string; timestamp: string; signature: string }

async function listener(t: Test) {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => void (body += chunk.toString()))
    request.on('end', () => {
      const { 'bank-timestamp': timestamp, 'bank-signature': signature } = request.headers
      heard.push({ body, timestamp: String(timestamp), signature: String(signature) })
      response.end()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const count = async (n: number) => {
    for (const end = Date.now() + 5_000; heard.length < n; await wait(5))
      if (Date.now() > end) throw new Error(`heard ${heard.length}`)
    return heard
  }
  return { url: `http://127.0.0.1:${port}/`, count }
}

void test('events are signed over time and body; doubled and forged ones come when asked for', async (t) => {
  const { url, count } = await listener(t)
  const faults: Partial<Faults> = { webhookDoubled: 1, webhookForged: 1, webhookDelayMs: [0, 20] }
  const { hold } = await bankFor(t, { webhook: { url, secret }, faults })
  await hold()
  const heard = await count(3)
  const good = heard.filter(
    ({ body, timestamp, signature }) => signatureOf(secret, timestamp, body) === signature
  )
  t.equal(good.length, 2)
  t.equal(new Set(good.map(({ body }) => body)).size, 1)
})

void test('a lost answer is done all the same, a lost request is not', async (t) => {
  const lost = await bankFor(t, { faults: { answerLost: 1, hangMs: 1 } })
  await t.rejects(lost.hold())
  t.equal(lost.bank.holds.size, 1)
  const never = await bankFor(t, { faults: { requestLost: 1, hangMs: 1 } })
  await t.rejects(never.hold())
  t.equal(never.bank.holds.size, 0)
  const set = await fetch(`${never.bank.url}/control/faults`, { method: 'POST' })
  t.match(await set.json(), { requestLost: 0 })
  t.equal((await never.hold()).status, 201)
})
