import { pino } from 'pino'
import { t as file, test } from 'tap'
import { openIdempotency } from './db/index.ts'
import { openLedger, outsideFolder, migrations } from './contexts/ledger/index.ts'
import { openHttp, type Who } from './http/index.ts'
import { openTestDatabase } from './test-support/postgres.ts'
import { openTestSeal } from './test-support/seal.ts'

file.setTimeout(300_000)
const calls = 1_600
const keys = 80
const clients = 16

const { database, close } = await openTestDatabase([migrations])
const ledger = openLedger({
  database,
  outside: outsideFolder('/nowhere'),
  seal: openTestSeal(),
  now: () => Date.now(),
  audit: async () => undefined
})
const admin: Who = {
  tenantId: 'demo',
  userId: 'anna',
  roles: ['admin'],
  email: null,
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
    authenticate: async () => admin,
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
  const body = (await answer.json()) as { code?: string; outcome?: string }
  return `${answer.status} ${body.code ?? body.outcome ?? ''}`
}

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
      t.equal(await post(`k${key}`, 7), '201 posted')
  }
  await Promise.all(Array.from({ length: clients }, opening))
  await Promise.all(Array.from({ length: clients }, client))
  const others = Math.floor((calls - keys) / 2)
  t.strictSame(Object.fromEntries(said), {
    'same: 200 exists': calls - others,
    'other: 409 same-key-other-content': others
  })
  const found = await database.tenant('demo', async (tx) =>
    tx.one<{ transfers: number; entries: number; sum: number }>(
      `select (select count(*) from ledger_transfers) as transfers, (select count(*) from ledger_entries) as entries,
         (select sum(amount_minor) from ledger_entries)::bigint as sum`
    )
  )
  t.strictSame(found, { transfers: keys, entries: 2 * keys, sum: 0 })
})

void test('the same key from many at once, each with another content: one is posted, all others are 409', async (t) => {
  for (let round = 0; round < 5; round++) {
    const said = await Promise.all(
      Array.from({ length: clients }, async (_, nth) => post(`race${round}`, nth + 1))
    )
    t.equal(said.filter((each) => each === '201 posted').length, 1)
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
  t.equal(first[0], 201)
  t.strictSame(await adjust('once-1', 100), first)
  t.match(await adjust('once-2', 100), [409, /idempotency-key-reused/])
})

void test('no adjustment leads a balance out of the whole numbers that JSON carries', async (t) => {
  t.match(await post('far', 10_000_000_000_001), '400 request-invalid')
})
