import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { beforeEach, test } from 'tap'
import { money } from '@nova/shared-protocol/units'
import { catalogueFaults, type LoggedEvent, type Tx } from '../../db/index.ts'
import { openHttp, type Who } from '../../http/index.ts'
import { joinSettlement } from '../../join-settlement.ts'
import { openTestDatabase } from '../../test-support/postgres.ts'
import * as ledger from '../ledger/index.ts'
import { charge, refund } from '../ledger/transfers.ts'
import { chargedParts } from '../ledger/queries.ts'
import { split } from '../ledger/split.ts'
import { dayReconciled } from '../reconciliation/events.ts'
import { migrations } from './index.ts'

const { database, close } = await openTestDatabase([ledger.migrations, migrations])
const clock = { now: Date.parse('2026-03-10T00:00:00Z') }
const audited: { actor: string; act: string }[] = []
const zones = new Map([['a', 'Europe/Berlin']])
const needs = {
  database,
  now: () => clock.now,
  audit: async (_: unknown, note: { actor: string; act: string }) => void audited.push(note),
  siteTimeZone: async (_: unknown, siteId: string) => zones.get(siteId),
  onTrouble: (error: unknown): void => {
    throw error
  }
}
const joined = joinSettlement(needs)

let tenants = 0
const person = (userId: string, tenantId = `t${tenants}`): Who => ({
  tenantId,
  userId,
  roles: ['admin'],
  email: null,
  permissions: ['*'],
  expiresAtMs: 1e15
})
const http = await openHttp(
  {
    log: pino({ level: 'silent' }),
    port: 0,
    host: '127.0.0.1',
    webDir: '/nowhere',
    topics: {},
    requestsPerMinute: 100_000,
    trustedProxies: []
  },
  {
    authenticate: async (bearer) => (bearer === 'stranger' ? person('x', 'stranger') : person(bearer)),
    idempotency: {
      begin: async () => ({ kind: 'new' }),
      answered: async () => undefined,
      release: async () => undefined
    },
    health: { ready: async () => ({}), metrics: async () => ({ type: 'text/plain', text: '' }) },
    onAnswered: () => undefined
  },
  joined.routes
)
const address = await http.listen()

type Money = { readonly amountMinor: number }
type Statement = Readonly<Record<'charges' | 'refunds' | 'net' | 'held' | 'payable', Money>> & {
  readonly id: string
  readonly party: string
}
type Body = { readonly id: string; readonly code?: string; readonly statements: Statement[] } & Record<
  string,
  unknown
>

async function call(as: string, method: string, where: string, body?: object) {
  const answer = await fetch(`${address}/api/v1${where}`, {
    method,
    headers: { authorization: `Bearer ${as}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {})
  })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  return { status: answer.status, text, body: (isJson ? JSON.parse(text) : {}) as Body }
}

const inTenant = async <Value>(work: (tx: Tx) => Promise<Value>): Promise<Value> =>
  database.tenant(`t${tenants}`, work)
const eur = (amountMinor: number) => money('EUR', amountMinor)
const shares = [
  { party: 'site-host:a', purpose: 'revenue', percent: '30' },
  { party: 'platform', purpose: 'fees', fixed: '0.25', currency: 'EUR' },
  { party: 'operator', purpose: 'revenue', rest: true as const }
]

const sold = async (sessionId: string, amountMinor: number, at: string): Promise<void> => {
  const net = eur(amountMinor)
  const list = charge({ sessionId, driver: 'driver:d' }, net, split({ net, energyWh: '10000' }, shares))
  const posted = await inTenant(async (tx) => ledger.postAll(tx, [{ transfers: list, at }]))
  if (!posted.ok) throw new Error(posted.fault)
}

const refunded = async (sessionId: string, amountMinor: number, at: string): Promise<void> => {
  const about = {
    paymentId: sessionId,
    provider: 'bank',
    driver: 'driver:d',
    sessionId,
    refundId: randomUUID()
  }
  const posted = await inTenant(async (tx) => {
    const list = refund(about, { amount: eur(amountMinor) }, await chargedParts(tx, sessionId))
    return ledger.postAll(tx, [{ transfers: list, at }])
  })
  if (!posted.ok) throw new Error(posted.fault)
}

const reconciled = async (date: string, openBreaks = 0): Promise<void> => {
  const body = {
    date,
    runId: randomUUID(),
    isClean: openBreaks === 0,
    openBreaks,
    acceptedBreaks: 0,
    repairedBreaks: 0
  }
  const event = { kind: dayReconciled, body } as unknown as LoggedEvent
  await inTenant(async (tx) => joined.listeners[0]?.handle(tx, [event]))
}

const run = async (date: string, more: object = {}) =>
  call('ann', 'POST', '/settlements', { period: 'day', date, timeZone: 'Europe/Berlin', ...more })
const netOf = (body: Body, party: string): number | undefined =>
  body.statements.find((each) => each.party === party)?.net.amountMinor
const statementOf = (body: Body, party: string): Statement => {
  const found = body.statements.find((each) => each.party === party)
  if (!found) throw new Error(`no statement of ${party}`)
  return found
}
const balance = async (party: string, purpose: string) =>
  inTenant(async (tx) => ledger.balanceOf(tx, 'EUR', { party, purpose }))

beforeEach(async () => {
  tenants++
  const contract = { id: randomUUID(), siteId: null, validFrom: '2026-01-01T00:00:00Z', shares }
  await inTenant(async (tx) => ledger.addContract(tx, contract))
})

void test('a day is settled between its local midnights, closes once it is reconciled, and is paid', async (t) => {
  const [early, late] = [randomUUID(), randomUUID()]
  await sold(early, 1001, '2026-03-01T22:59:59Z') // 23:59:59 of the day before in Berlin.
  await sold(late, 2000, '2026-03-02T22:59:59Z')
  const first = await run('2026-03-01')
  t.equal(first.status, 201)
  // 30 % of 10.01 is 3.003, the fee 0.25 and the rest 6.757: 3.00 + 0.25 + 6.76.
  t.strictSame(
    ['site-host:a', 'platform', 'operator'].map((party) => netOf(first.body, party)),
    [300, 25, 676]
  )
  t.match(await run('2026-03-01'), { status: 409, body: { code: 'settlement-exists' } })
  t.match(await run('2026-03-10'), { status: 422, body: { code: 'period-not-over' } })
  const shut = async () => call('ann', 'POST', `/settlements/${first.body.id}/close`)
  t.match(await shut(), {
    status: 409,
    body: { code: 'breaks-open', detail: '2026-02-28 is not reconciled. 2026-03-01 is not reconciled.' }
  })
  await reconciled('2026-03-01', 2)
  await reconciled('2026-02-28')
  t.match(await shut(), { status: 409, body: { detail: '2026-03-01 has 2 open breaks.' } })
  await reconciled('2026-03-01')
  t.match(await shut(), { status: 200, body: { state: 'closed' } })
  t.match(await shut(), { status: 409, body: { code: 'settlement-not-open' } })
  t.equal(await balance('site-host:a', 'payable'), 300)

  const pay = async () => call('ann', 'POST', `/settlements/${first.body.id}/payout`)
  t.match(await pay(), { status: 422, body: { code: 'payee-unknown' } })
  for (const party of ['operator', 'platform', 'site-host:a']) {
    const details = { name: `${party} & <Sons>`, account: 'DE89370400440532013000', bank: 'COBADEFFXXX' }
    t.equal((await call('ann', 'PUT', `/settlements/payees/${party}`, details)).status, 200)
  }
  t.match(await pay(), {
    status: 200,
    body: { state: 'paid', payouts: [{ amount: eur(25) }, { amount: eur(300) }] }
  })
  t.match(await pay(), { status: 409, body: { code: 'settlement-not-closed' } })
  t.equal(await balance('site-host:a', 'payable'), 0)
  t.equal(await balance('bank', 'payouts'), 325)
  const { text } = await call('ann', 'GET', `/settlements/${first.body.id}/payout.xml`)
  t.match(text, /<NbOfTxs>2<\/NbOfTxs><CtrlSum>3\.25<\/CtrlSum>/)
  t.match(text, /<InstdAmt Ccy="EUR">3\.00<\/InstdAmt>.*site-host:a &amp; &lt;Sons&gt;/s)
  const csv = await call('ann', 'GET', `/settlements/${first.body.id}/csv`)
  t.match(csv.text, /site-host:a,revenue,EUR,sum,payable,,,,,3\.00\r\n/)
  const pdf = await call('ann', 'GET', `/settlements/${first.body.id}/pdf`)
  t.equal(pdf.text.slice(0, 5), '%PDF-')
})

const zonesAndDays: [string, string[]][] = [
  ['Asia/Shanghai', ['2026-02-28', '2026-03-01']], // From 16:00 UTC of the day before.
  ['UTC', ['2026-03-01']],
  ['America/New_York', ['2026-03-01', '2026-03-02']], // Until 05:00 UTC of the day after.
  ['Pacific/Kiritimati', ['2026-02-28', '2026-03-01']]
]
for (const [timeZone, dates] of zonesAndDays)
  void test(`a day in ${timeZone} closes when each UTC day that it touches is reconciled`, async (t) => {
    const { body } = await run('2026-03-01', { timeZone })
    t.strictSame(
      body['uncleanDays'],
      dates.map((date) => ({ date, openBreaks: null }))
    )
    const shut = async () => call('ann', 'POST', `/settlements/${body.id}/close`)
    for (const date of dates) {
      t.match(await shut(), { status: 409, body: { code: 'breaks-open' } })
      await reconciled(date)
    }
    t.equal((await shut()).status, 200)
  })

void test('a refund after the settlement restores each party by the original split, in the next run', async (t) => {
  const session = randomUUID()
  await sold(session, 1001, '2026-03-01T12:00:00Z')
  const first = await run('2026-03-01')
  await refunded(session, 500, '2026-03-02T12:00:00Z')
  await refunded(session, 501, '2026-03-02T13:00:00Z')
  const second = await run('2026-03-02')
  for (const party of ['site-host:a', 'platform', 'operator']) {
    t.equal(netOf(second.body, party), -(netOf(first.body, party) ?? 0), `${party} is where it was`)
  }
  t.match(statementOf(second.body, 'operator'), { refunds: eur(-676), charges: eur(0), payable: eur(-676) })
})

void test('what comes late stands in the next run, and nothing in two', async (t) => {
  await sold(randomUUID(), 1000, '2026-03-01T12:00:00Z')
  await sold(randomUUID(), 3000, '2026-03-05T12:00:00Z')
  t.equal(netOf((await run('2026-03-01')).body, 'site-host:a'), 300)
  await sold(randomUUID(), 2000, '2026-03-01T12:00:00Z')
  t.equal(netOf((await run('2026-03-02')).body, 'site-host:a'), 600)
  const week = await run('2026-03-05', { period: 'week' })
  t.match(week.body, { firstDate: '2026-03-02', lastDate: '2026-03-08' })
  t.equal(netOf(week.body, 'site-host:a'), 900)
  t.strictSame((await run('2026-03-09')).body.statements, [])
})

void test('a tenth is held back until it is released; a dispute is decided by another person', async (t) => {
  await sold(randomUUID(), 10_000, '2026-03-01T12:00:00Z')
  const { body } = await run('2026-03-01', { holdBackPercent: '10' })
  const host = statementOf(body, 'site-host:a')
  t.match(host, { net: eur(3000), held: eur(300), payable: eur(2700) })
  for (const date of ['2026-02-28', '2026-03-01']) await reconciled(date)
  await call('ann', 'POST', `/settlements/${body.id}/close`)
  const object = async (amountMinor: number) =>
    call('ann', 'POST', `/settlements/statements/${host.id}/disputes`, {
      amount: eur(amountMinor),
      reason: 'meter replaced'
    })
  const yuan = { amount: { currency: 'CNY', amountMinor: 700 }, reason: 'meter replaced' }
  t.match(await call('ann', 'POST', `/settlements/statements/${host.id}/disputes`, yuan), {
    status: 422,
    body: { code: 'currency-differs' }
  })
  t.match(await object(2701), { status: 422, body: { code: 'exceeds-statement' } })
  const dispute = await object(700)
  t.equal(dispute.status, 201)
  t.equal(await balance('site-host:a', 'payable'), 2000)
  const decide = async (as: string) =>
    call(as, 'POST', `/settlements/disputes/${dispute.body.id}/decide`, {
      outcome: 'upheld',
      note: 'read anew'
    })
  t.match(await decide('ann'), { status: 403, body: { code: 'same-person' } })
  t.match(await decide('bob'), { status: 200, body: { state: 'upheld' } })
  t.match(await decide('bob'), { status: 409, body: { code: 'dispute-decided' } })
  const release = async () => call('ann', 'POST', `/settlements/statements/${host.id}/release`)
  t.match(await release(), { status: 200, body: { released: eur(300) } })
  t.match(await release(), { status: 409, body: { code: 'nothing-held' } })
  const after = statementOf((await call('ann', 'GET', `/settlements/${body.id}`)).body, 'site-host:a')
  t.match(after, { held: eur(1000), released: eur(300) }, 'what is free again is told')
  t.equal(await balance('site-host:a', 'held-back'), 0)
  clock.now = Date.parse('2026-03-12T00:00:00Z')
  const next = await run('2026-03-10')
  t.equal(netOf(next.body, 'site-host:a'), 300)
  t.equal(netOf(next.body, 'operator'), 700)
})

void test('another tenant sees no settlement, no statement, no paper', async (t) => {
  await sold(randomUUID(), 1000, '2026-03-01T12:00:00Z')
  const { body } = await run('2026-03-01')
  t.strictSame((await call('stranger', 'GET', '/settlements')).body['items'], [])
  for (const where of [body.id, `${body.id}/csv`, `${body.id}/pdf`, `${body.id}/payout.xml`])
    t.equal((await call('stranger', 'GET', `/settlements/${where}`)).status, 404)
  const [statement] = body.statements
  t.equal((await call('stranger', 'GET', `/settlements/statements/${statement?.id}/entries`)).status, 404)
  t.strictSame(
    (await catalogueFaults(database)).filter((fault) => fault.startsWith('settlement')),
    []
  )
})

const schedule = async (id: string, more: object) => call('ann', 'PUT', `/settlements/schedules/${id}`, more)
const job = async (): Promise<void> => joined.jobs[0]?.run()
type Listed = {
  items: { firstDate: string; lastDate: string; state: string; timeZone: string; id: string }[]
}
const runs = async () => ((await call('ann', 'GET', '/settlements')).body as unknown as Listed).items

void test('what is due settles itself in the site’s zone, what was missed is made up for, each period once', async (t) => {
  clock.now = Date.parse('2026-03-27T12:00:00Z')
  t.match(
    await schedule('daily', { period: 'day', siteId: 'a', timeZone: 'UTC', from: '2026-03-27', pays: true }),
    { status: 200, body: { nextDate: '2026-03-27', problem: null } }
  )
  await job()
  t.strictSame(await runs(), [], 'the day is not over')
  const sessions = [randomUUID(), randomUUID(), randomUUID()] as const
  await sold(sessions[0], 1000, '2026-03-27T22:59:59Z') // 23:59:59 in Berlin, still winter time.
  await sold(sessions[1], 2000, '2026-03-28T23:00:00Z') // Midnight of the 29th, which has 23 hours.
  await sold(sessions[2], 3000, '2026-03-29T22:00:00Z') // Midnight of the 30th.
  clock.now = Date.parse('2026-03-30T21:59:59Z') // Nothing ran for days; the 30th is not over in Berlin.
  await Promise.all([job(), job(), job()])
  const made = await runs()
  t.strictSame(
    made.map(({ firstDate, timeZone, state }) => [firstDate, timeZone, state]).toReversed(),
    ['2026-03-27', '2026-03-28', '2026-03-29'].map((day) => [day, 'Europe/Berlin', 'open'])
  )
  const nets = await Promise.all(
    made.toReversed().map(async ({ id }) => {
      const { statements } = (await call('ann', 'GET', `/settlements/${id}`)).body
      return statements.reduce((sum, each) => sum + each.net.amountMinor, 0)
    })
  )
  t.strictSame(nets, [1000, 0, 2000])
  const says = async () =>
    (
      (await call('ann', 'GET', '/settlements/schedules')).body as unknown as {
        items: { problem: string | null; nextDate: string }[]
      }
    ).items[0]
  t.match(await says(), { nextDate: '2026-03-30', problem: /waits for its days to be reconciled/ })
  for (const day of ['2026-03-26', '2026-03-27', '2026-03-28', '2026-03-29']) await reconciled(day)
  await job()
  t.match(await says(), { problem: /bank details/ })
  t.notOk((await runs()).some(({ state }) => state === 'open'))
  for (const party of ['operator', 'platform', 'site-host:a'])
    await call('ann', 'PUT', `/settlements/payees/${party}`, {
      name: party,
      account: 'DE89370400440532013000',
      bank: 'COBADEFFXXX'
    })
  await Promise.all([job(), job()])
  t.match(await says(), { problem: null })
  t.ok((await runs()).every(({ state }) => state === 'paid'))
  t.equal(await balance('site-host:a', 'payable'), 0)
  t.equal(await balance('bank', 'payouts'), 300 + 25 + 600 + 25, '30 % and the fee of 10.00 and of 20.00')
  const [last] = await runs()
  t.equal((await call('ann', 'GET', `/settlements/${last?.id}/payout.csv`)).status, 200)
  const empty = await call('ann', 'GET', `/settlements/${last?.id}/payout.xml`)
  t.match(empty, { status: 409, body: { code: 'settlement-not-paid' } }, 'a file without payments is none')
  const typo = { name: 'x', account: 'DE89370400440532013001', bank: 'COBADEFFXXX' }
  t.equal((await call('ann', 'PUT', '/settlements/payees/operator', typo)).status, 400, 'a digit off')
  t.ok(audited.some(({ actor, act }) => actor === 'schedule:daily' && act === 'settlement-paid'))
})

void test('one party is settled by week, the others by month; nobody by two, and a schedule never goes back', async (t) => {
  clock.now = Date.parse('2026-05-02T00:00:00Z')
  const host = { period: 'week', parties: ['site-host:a'], from: '2026-04-01' }
  t.match(await schedule('host', host), { status: 200 })
  t.match(await schedule('other', { ...host, period: 'day' }), {
    status: 409,
    body: { code: 'party-scheduled' }
  })
  t.match(await schedule('rest', { period: 'month', from: '2026-04-01' }), { status: 200 })
  const [first, second] = [randomUUID(), randomUUID()]
  await sold(first, 1000, '2026-04-07T12:00:00Z')
  await sold(second, 1000, '2026-04-28T12:00:00Z')
  await job()
  const weeks = (await runs()).filter(
    ({ firstDate, lastDate }) => firstDate.slice(8) !== '01' || lastDate < '2026-04-08'
  )
  t.strictSame(weeks.map(({ firstDate }) => firstDate).toSorted(), [
    '2026-03-30',
    '2026-04-06',
    '2026-04-13',
    '2026-04-20'
  ])
  const parties = new Map<string, number>()
  for (const { id } of await runs())
    for (const { party, net } of (await call('ann', 'GET', `/settlements/${id}`)).body.statements)
      parties.set(party, (parties.get(party) ?? 0) + net.amountMinor)
  t.strictSame(
    Object.fromEntries(parties),
    { 'site-host:a': 300, platform: 50, operator: 1350 },
    'the host’s week of the 27th is not over'
  )
  clock.now = Date.parse('2026-05-04T00:00:00Z')
  await job()
  const [newest] = await runs()
  t.match((await call('ann', 'GET', `/settlements/${newest?.id}`)).body.statements, [
    { party: 'site-host:a', net: eur(300) }
  ])
  t.match(await schedule('host', { ...host, from: '2026-01-01' }), { body: { nextDate: '2026-05-04' } })
  t.strictSame((await call('stranger', 'GET', '/settlements/schedules')).body, { items: [] } as never)
})

void test('its door is shut and its database dropped at the end', async () => {
  await http.close()
  await close()
})
