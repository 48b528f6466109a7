import { randomUUID } from 'node:crypto'
import { t as file, test } from 'tap'
import { chargeAt, openMoneyWorld, site } from './test-support/money.suite.ts'
import { until } from './test-support/until.ts'

file.setTimeout(1_000_000)
const world = await openMoneyWorld()
const { call } = world
const looked = async (as: string, path: string) => call(as, 'GET', path)

void test('the messages of a session come back as the charger sent them, in their order, to staff alone', async (t) => {
  const sessionId = randomUUID()
  const kept = (action: string, raw: string, of: string | null = sessionId) =>
    ({
      kind: 'raw.kept.v1',
      chargerId: 'CP1',
      sessionId: of,
      at: '2026-03-02T01:00:00Z',
      action,
      raw
    }) as const
  await world.fact(kept('StartTransaction', '[2,"1","StartTransaction",{"idTag":"é🚗"}]'))
  await chargeAt(world, sessionId)
  await world.fact(kept('StopTransaction', '[2, "2" ,"StopTransaction",{}]'))
  await world.fact(kept('StopTransaction', '[2,"9","StopTransaction",{}]', null))
  await world.fact(kept('MeterValues', '[2,"8","MeterValues",{}]', randomUUID()))
  const path = `/sessions/${sessionId}/messages`
  type Items = { items: { action: string; raw: string }[]; nextCursor: string | null }
  const all = await until('both messages', async () => {
    const { body } = await looked('operator', path)
    return (body as unknown as Items).items?.length === 2 ? (body as unknown as Items) : undefined
  })
  t.match(all.items, [
    { action: 'StartTransaction', raw: '[2,"1","StartTransaction",{"idTag":"é🚗"}]' },
    { action: 'StopTransaction', raw: '[2, "2" ,"StopTransaction",{}]' }
  ])
  const first = (await looked('operator', `${path}?limit=1`)).body as unknown as Items
  t.match(first.items, [{ action: 'StartTransaction' }])
  const rest = (await looked('operator', `${path}?limit=1&cursor=${first.nextCursor}`))
    .body as unknown as Items
  t.match(rest, { items: [{ action: 'StopTransaction' }], nextCursor: null })
  t.equal((await looked('driver', path)).status, 403)
  t.equal((await looked('stranger', path)).status, 404, 'another tenant’s session is not there')
  const hidden = await world.database.tenant('somebody-else', async (tx) =>
    tx.query('select number from session_messages')
  )
  t.strictSame(hidden, [], 'the database itself hides them')
})

void test('today is the site’s own day, billed and running together, and says when it is provisional', async (t) => {
  const path = `/sites/${site.siteId}/today`
  const now = Temporal.Now.zonedDateTimeISO(site.timeZone)
  const midnight = now.startOfDay().toInstant()
  t.match((await looked('operator', path)).body, {
    day: now.toPlainDate().toString(),
    timeZone: site.timeZone,
    sessions: 0,
    running: 0,
    energyWh: 0,
    revenue: [],
    provisional: false
  })
  const ended = randomUUID()
  await chargeAt(world, ended, { startedAt: midnight.toString(), connectorId: 'CP4:1:1' })
  await chargeAt(world, randomUUID(), {
    startedAt: midnight.subtract({ hours: 1 }).toString(),
    connectorId: 'CP5:1:1'
  })
  const bill = await until('the bill', async () => {
    const { body } = await looked('operator', `/sessions/${ended}`)
    return body['provisional'] === false
      ? (body['cost'] as { currency: string; amountMinor: number })
      : undefined
  })
  t.match((await looked('operator', path)).body, {
    sessions: 1,
    energyWh: 12_500,
    revenue: [bill],
    provisional: false
  })
  await world.fact({
    kind: 'session.started.v1',
    sessionId: randomUUID(),
    chargerId: 'CP6',
    evseId: 1,
    connectorId: 1,
    transactionId: '1',
    tokenUid: 'TAG',
    startedAt: midnight.toString(),
    meterStartWh: 0,
    reservationId: null,
    commandId: null,
    offline: false,
    tariff: null
  })
  const running = await until('the running one', async () => {
    const { body } = await looked('operator', path)
    return body['running'] === 1 ? body : undefined
  })
  t.match(running, { sessions: 2, energyWh: 12_500, provisional: true })
  t.equal((await looked('operator', '/sites/nowhere/today')).status, 404)
  t.equal((await looked('driver', path)).status, 403)
})

void test('a quote says the price list and the hold that the start then makes', async (t) => {
  const { status, body } = await looked('driver', '/connectors/CP7:1:1/quote')
  t.equal(status, 200)
  t.match(body, {
    connectorId: 'CP7:1:1',
    siteId: site.siteId,
    timeZone: site.timeZone,
    because: 'site',
    maxEnergyWh: 60_000,
    hold: { currency: 'CNY' },
    prices: { currency: 'CNY', segments: [{}] }
  })
  for (const more of [{}, { maxEnergyWh: 20_000 }]) {
    const query = new URLSearchParams(Object.entries(more).map(([key, value]) => [key, String(value)]))
    const quote = (await looked('driver', `/connectors/CP7:1:1/quote?${query}`)).body
    const connectorId = 'maxEnergyWh' in more ? 'CP7:1:1' : 'CP7:2:1'
    const wish = { energyWh: 12_000, departureAt: '2099-01-01T18:00:00Z' }
    const { body: started } = await call('driver', 'POST', '/sessions', { connectorId, ...more, ...wish })
    await world.startOf(started.id)
    const order = world.commands.find(({ payload }) => payload['sessionId'] === started.id)
    t.match(order?.payload, { energyWh: 12_000, departAt: '2099-01-01T18:00:00Z' }, 'the edge hears the wish')
    const held = [...world.bank.holds.values()].find(({ reference }) => reference === `demo.${started.id}`)
    t.equal(held?.amountMinor, (quote['hold'] as { amountMinor: number }).amountMinor, JSON.stringify(more))
  }
  const late = { connectorId: 'CP7:1:1', departureAt: '2020-01-01T00:00:00Z' }
  t.equal((await call('driver', 'POST', '/sessions', late)).status, 422)
  t.match(await looked('driver', '/connectors/CP7:1:1/quote?tariffId=none'), {
    status: 422,
    body: { code: 'tariff-unknown' }
  })
  t.equal((await looked('driver', '/connectors/CP7:1:1/quote?maxEnergyWh=1')).status, 400)
})

void test('what these tests opened is closed', async (t) => {
  t.strictSame(world.troubles, [])
  await world.close()
})
