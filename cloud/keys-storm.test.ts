import { pino } from 'pino'
import { t as file, test } from 'tap'
import { openIdempotency } from './db/index.ts'
import { openLedger, outsideFolder, migrations } from './contexts/ledger/index.ts'
import { openHttp, type Who } from './http/index.ts'
import { openTestDatabase } from './test-support/postgres.ts'
import { openTestSeal } from './test-support/seal.ts'

file.setTimeout(1_000_000)
const calls = 1_600
const keys = 80
const clients = 16

const { database, close } = await openTestDatabase([migrations])
const ledger = openLedger({
  database,
  outside: outsideFolder('/nowhere'),
  seal: openTestSeal(),
  now: () => Date.now(),
  audit: async () => undefined,
  siteTimeZone: async (_, siteId) => (siteId === 'here' ? 'Asia/Shanghai' : undefined)
})
const anna: Who = {
  tenantId: 'demo',
  userId: 'anna',
  roles: ['admin'],
  email: 'anna@nova.test',
  permissions: ['*'],
  expiresAtMs: Date.now() + 3_600_000
}
const http = await openHttp(
  {
    log: pino({ level: 'silent' }),
    port: 0,
    host: '127.0.0.1',
    webDir: '/nowhere',
    topics: {},
    requestsPerMinute: 1_000_000_000,
    trustedProxies: []
  },
  {
    authenticate: async (bearer) => (bearer === 'bob' ? { ...anna, userId: 'bob' } : anna),
    idempotency: openIdempotency(database),
    health: { ready: async () => ({}), metrics: async () => ({ type: 'text/plain', text: '' }) },
    onAnswered: () => undefined
  },
  [ledger.routes],
  []
)
const address = await http.listen()
file.teardown(async () => {
  await http.close()
  await close()
})

async function post(key: string, amountMinor: number): Promise<string> {
  const entries = [
    { party: 'driver:1', purpose: 'account', amountMinor: 0 - amountMinor },
    { party: 'operator', purpose: 'revenue', amountMinor }
  ]
  const answer = await fetch(`${address}/api/v1/ledger/transfers`, {
    method: 'POST',
    headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
    body: JSON.stringify({ key, currency: 'CNY', memo: 'storm', entries })
  })
  const body = (await answer.json()) as { code?: string; state?: string }
  return `${answer.status} ${body.code ?? body.state ?? ''}`
}

async function decide(who: string, key: string, approve = true): Promise<string> {
  const answer = await fetch(`${address}/api/v1/ledger/adjustments/${key}/decide`, {
    method: 'POST',
    headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' },
    body: JSON.stringify({ approve })
  })
  const body = (await answer.json()) as { code?: string; state?: string }
  return `${answer.status} ${body.code ?? body.state ?? ''}`
}

const inLedger = async () =>
  database.tenant('demo', async (tx) =>
    tx.one<{ transfers: number; entries: number; sum: number }>(
      `select (select count(*) from ledger_transfers) as transfers, (select count(*) from ledger_entries) as entries,
         (select coalesce(sum(amount_minor), 0) from ledger_entries)::bigint as sum`
    )
  )

void test(`${calls} calls by ${clients} clients on ${keys} keys: one transfer a key, other content is 409 by name each time`, async (t) => {
  const said = new Map<string, number>()
  let nth = 0
  const client = async (): Promise<void> => {
    for (let call = nth++; call < calls; call = nth++) {
      const round = Math.floor(call / keys)
      // The first round takes every key and is over before the second begins; then every second call differs.
      const isOther = round > 0 && call % 2 === 1
      const outcome = await post(`k${call % keys}`, isOther ? 1000 + round : 7)
      const name = `${isOther ? 'other' : 'same'}: ${outcome}`
      said.set(name, (said.get(name) ?? 0) + 1)
    }
  }
  const first = Array.from({ length: keys }, (_, key) => key)
  const opening = async (): Promise<void> => {
    for (let key = first.pop(); key !== undefined; key = first.pop())
      t.equal(await post(`k${key}`, 7), '202 proposed')
  }
  await Promise.all(Array.from({ length: clients }, opening))
  await Promise.all(Array.from({ length: clients }, client))
  const others = Math.floor((calls - keys) / 2)
  t.strictSame(Object.fromEntries(said), {
    'same: 200 proposed': calls - others,
    'other: 409 same-key-other-content': others
  })
  t.strictSame(await inLedger(), { transfers: 0, entries: 0, sum: 0 }, 'nobody else has agreed yet')
  const agreed = await Promise.all(
    Array.from({ length: 4 * keys }, async (_, nth) => decide('bob', `k${nth % keys}`))
  )
  t.strictSame(new Set(agreed), new Set(['200 posted']), 'said four times, each is posted once')
  t.strictSame(await inLedger(), { transfers: keys, entries: 2 * keys, sum: 0 })
  t.equal(await post('k1', 7), '200 posted')
})

void test('the same key from many at once, each with another content: one stands, all others are 409', async (t) => {
  for (let round = 0; round < 5; round++) {
    const said = await Promise.all(
      Array.from({ length: clients }, async (_, nth) => post(`race${round}`, nth + 1))
    )
    t.equal(said.filter((each) => each === '202 proposed').length, 1)
    t.equal(said.filter((each) => each === '409 same-key-other-content').length, clients - 1)
  }
})

void test('an Idempotency-Key is honoured beside the key of the transfer: another body is 409, the same is answered again', async (t) => {
  const adjust = async (key: string, amountMinor: number) => {
    const entries = [
      { party: 'driver:2', purpose: 'account', amountMinor: 0 - amountMinor },
      { party: 'operator', purpose: 'revenue', amountMinor }
    ]
    const answer = await fetch(`${address}/api/v1/ledger/transfers`, {
      method: 'POST',
      headers: { authorization: 'Bearer x', 'content-type': 'application/json', 'idempotency-key': 'once' },
      body: JSON.stringify({ key, currency: 'CNY', memo: 'once', entries })
    })
    return [answer.status, await answer.text()] as const
  }
  const first = await adjust('once-1', 100)
  t.equal(first[0], 202)
  t.strictSame(await adjust('once-1', 100), first)
  t.match(await adjust('once-2', 100), [409, /idempotency-key-reused/])
})

void test('an adjustment needs two people: who proposed it does not decide, what was refused is not posted', async (t) => {
  const before = await inLedger()
  t.equal(await post('two', 5), '202 proposed')
  t.equal(await decide('anna', 'two'), '403 second-person-needed')
  t.equal(await decide('anna', 'two', false), '403 second-person-needed')
  t.equal(await decide('bob', 'none'), '404 not-found')
  t.equal(await decide('bob', 'two', false), '200 rejected')
  t.equal(await decide('bob', 'two', false), '200 rejected', 'said again')
  t.equal(await decide('bob', 'two'), '409 adjustment-decided')
  t.strictSame(await inLedger(), before)
  t.equal(await post('poor', 5), '202 proposed')
  const waiting = await fetch(`${address}/api/v1/ledger/adjustments?state=proposed&limit=1`, {
    headers: { authorization: 'Bearer anna' }
  })
  t.match(await waiting.json(), { items: [{ key: 'poor', proposedBy: 'anna', decidedBy: null }] })
})

void test('what the ledger refuses waits on; what can be no transfer is not even proposed', async (t) => {
  const entries = (left: number, right: number) => [
    { party: 'driver:3', purpose: 'wallet', amountMinor: left },
    { party: 'operator', purpose: 'revenue', amountMinor: right }
  ]
  const propose = async (key: string, left: number, right: number) => {
    const answer = await fetch(`${address}/api/v1/ledger/transfers`, {
      method: 'POST',
      headers: { authorization: 'Bearer anna', 'content-type': 'application/json' },
      body: JSON.stringify({ key, currency: 'CNY', memo: 'x', entries: entries(left, right) })
    })
    return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`
  }
  t.equal(await propose('odd', -5, 4), '422 unbalanced')
  t.equal(await propose('nil', 0, 0), '422 not-whole-minor-units')
  t.equal(await propose('empty', -5, 5), '202 ')
  t.equal(await decide('bob', 'empty'), '409 insufficient-balance')
  t.equal(await propose('fill', 5, -5), '202 ')
  t.equal(await decide('bob', 'fill'), '200 posted')
  t.equal(await decide('bob', 'empty'), '200 posted', 'now there is something to take')
})

void test('a contract is made for a site that is there, or for all', async (t) => {
  const add = async (siteId: string | null) => {
    const shares = [{ party: 'operator', purpose: 'revenue', rest: true }]
    const answer = await fetch(`${address}/api/v1/ledger/contracts`, {
      method: 'POST',
      headers: { authorization: 'Bearer anna', 'content-type': 'application/json' },
      body: JSON.stringify({ siteId, validFrom: '2026-01-01T00:00:00Z', shares })
    })
    return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`
  }
  t.equal(await add('nowhere'), '422 site-unknown')
  t.equal(await add('here'), '201 ')
  t.equal(await add(null), '201 ')
})

void test('no adjustment leads a balance out of the whole numbers that JSON carries', async (t) => {
  t.match(await post('far', 10_000_000_000_001), '400 request-invalid')
})
