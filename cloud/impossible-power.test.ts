import { test } from 'tap'
import { compareBalance, compareMeter } from './contexts/reconciliation/meters.ts'
import { looksAt } from './test-support/money-looks.ts'
import { openMoneyWorld } from './test-support/money.suite.ts'

const startedAt = '2026-03-02T01:00:00.000Z'
const endedAt = '2026-03-02T01:00:02.400Z'
const [beganWh, endedWh] = [1_000, 13_345]

void test('what an edge lets pass as a clock that was set, reconciliation finds: 12,345 Wh in 2.4 s', async (t) => {
  t.setTimeout(1_000_000)
  const world = await openMoneyWorld()
  t.teardown(world.close)
  const { billed, paymentOf } = looksAt(world)
  const { body } = await world.call('driver', 'POST', '/sessions', { connectorId: 'CP1:1:1' })
  const sessionId = body.id
  const { payload } = await world.startOf(sessionId)
  const registerWh = endedWh
  const reading = { at: endedAt, registerWh, trust: 'good' as const }
  await world.fact({
    kind: 'session.started.v1',
    sessionId,
    chargerId: 'CP1',
    evseId: 1,
    connectorId: 1,
    transactionId: '1',
    tokenUid: String(payload['tokenUid']),
    startedAt,
    meterStartWh: beganWh,
    reservationId: null,
    commandId: null,
    offline: false,
    tariff: { tariffId: 'demo-tou', version: 1 }
  })
  await world.fact({ kind: 'session.reading.v1', sessionId, reading })
  await world.fact({
    kind: 'session.ended.v1',
    sessionId,
    endedAt,
    meterStopWh: endedWh,
    energyWh: endedWh - beganWh,
    stopReason: 'ev-disconnected',
    tokenUid: null,
    review: []
  })
  t.match(await billed(sessionId), { energyWh: 12_345 })
  const payment = await paymentOf(sessionId, 'captured')
  t.ok(payment)
  const today = new Date().toISOString().slice(0, 10)
  const { body: day } = await world.call('operator', 'POST', `/reconciliation/${today}`)
  t.match(day, { isClean: false, breaks: [{ class: 'impossible-power', sessionId, status: 'open' }] })
})

void test('a connector of 22 kW, and the meter of its site, give such a session away each', async (t) => {
  const session = {
    sessionId: 's',
    siteId: 'demo-site',
    startedAt,
    endedAt,
    registerStartWh: beganWh,
    registerStopWh: endedWh,
    billedWh: '12345',
    isStated: false,
    currency: 'CNY',
    totalMinor: 1318,
    takenMinor: 1318,
    captures: 1,
    ratingW: 22_000,
    signing: 'none',
    provenWh: null
  } as const
  t.equal(compareMeter(session)?.class, 'impossible-power')
  const honest = { ...session, endedAt: '2026-03-02T01:40:00.000Z' } // 12,345 Wh take 33.7 min at 22 kW.
  t.equal(compareMeter(honest), undefined)
  const balance = { siteId: 'demo-site', soldWh: endedWh - beganWh, metersWh: 15 } // 2.4 s at 22 kW.
  t.ok(compareBalance(balance, '2026-03-02'))
})
