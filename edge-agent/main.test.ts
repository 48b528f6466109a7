import { test } from 'tap'
import { plugIn } from './charge-point.suite.ts'
import { openEdge, until } from './edge.suite.ts'

type Items = { items: Record<string, unknown>[] }

void test('a standalone edge: a session from the local API to its end, with no cloud anywhere', async (t) => {
  const edge = await openEdge()
  const charger = await plugIn(edge.ports().ocpp, 'CP-1')
  t.teardown(async () => {
    charger.close()
    await edge.close()
  })
  const boot = await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  t.equal(boot['status'], 'Accepted')
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' })
  const connector = await until(
    async () => (await edge.ask<Items>('GET', '/connectors')).body.items[0],
    (each) => each?.['status'] === 'preparing',
    'connector preparing'
  )
  t.equal(connector?.['id'], 'CP-1:1:1')

  const start = { action: 'start', payload: { connector: 'CP-1:1:1', tokenUid: 'TAG-001' } }
  const key = { 'idempotency-key': 'tap-1' }
  const taken = await edge.ask('POST', '/chargers/CP-1/commands', start, key)
  t.equal(taken.status, 202)
  const ended = await edge.ask('GET', `/commands/${String(taken.body['id'])}?wait=10`)
  t.match(ended.body, { status: 'accepted', result: { status: 'Accepted' } })
  const again = await edge.ask('POST', '/chargers/CP-1/commands', start, key)
  t.equal(again.body['id'], taken.body['id'], 'the same key is the same command')
  const other = await edge.ask('POST', '/chargers/CP-1/commands', { ...start, action: 'unlock' }, key)
  t.equal(other.status === 400 || other.status === 409, true, 'another body with the same key is refused')
  t.equal(charger.asked.filter(({ action }) => action === 'RemoteStartTransaction').length, 1, 'asked once')

  const at = () => new Date().toISOString()
  const begun = await charger.call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG-001',
    meterStart: 1000,
    timestamp: at()
  })
  t.match(begun, { idTagInfo: { status: 'Accepted' } })
  const { transactionId } = begun
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' })
  await charger.call('MeterValues', {
    connectorId: 1,
    transactionId,
    meterValue: [
      {
        timestamp: at(),
        sampledValue: [{ value: '1500' }, { value: '11000', measurand: 'Power.Active.Import', unit: 'W' }]
      }
    ]
  })
  const running = (await edge.ask<Items>('GET', '/sessions?chargerId=CP-1&status=started')).body.items
  t.match(
    running,
    [{ connectorId: 'CP-1:1:1', provisional: true }],
    'as the cloud tells it; its cost is never the bill'
  )
  for (const status of ['pending', 'failed']) {
    const orders = await edge.ask<Items>('GET', `/sessions?status=${status}`)
    t.strictSame(
      orders.body,
      { items: [], nextCursor: null },
      `a status of orders, which only the cloud has: ${status}`
    )
  }
  t.equal(running.length, 1)
  t.match(running[0], { connectorId: 'CP-1:1:1', tokenUid: 'TAG-001', meterStartWh: 1000 })

  const busy = await edge.ask('POST', '/chargers/CP-1/commands', start)
  const refused = await edge.ask('GET', `/commands/${String(busy.body['id'])}?wait=10`)
  t.match(refused.body, { status: 'rejected', error: /occupied by session/ })

  const stop = { action: 'stop', payload: { sessionId: running[0]?.['id'] } }
  const stopping = await edge.ask('POST', '/chargers/CP-1/commands', stop)
  t.match((await edge.ask('GET', `/commands/${String(stopping.body['id'])}?wait=10`)).body, {
    status: 'accepted'
  })
  t.strictSame(charger.asked.find(({ action }) => action === 'RemoteStopTransaction')?.payload, {
    transactionId
  })
  await charger.call('StopTransaction', { transactionId, meterStop: 3500, timestamp: at(), reason: 'Remote' })
  const closed = (await edge.ask(`GET`, `/sessions/${String(running[0]?.['id'])}`)).body
  t.match(closed, { status: 'ended', energyWh: 2500, stopReason: 'remote' })
  const metrics = await (await fetch(`http://127.0.0.1:${edge.ports().local}/metrics`)).text()
  t.match(metrics, /^nova_metered_energy_joules_total 9000000$/m)
  t.match(metrics, /^nova_sessions_total\{result="ended"\} 1$/m)
  if (process.platform === 'linux') t.match(metrics, /^nova_edge_disk_written_bytes_total \d+$/m)
  t.notMatch(metrics, /^nova_edge_outbox_oldest_seconds\{/m, 'there is no cloud to wait for')

  await edge.restart()
  t.match((await edge.ask(`GET`, `/sessions/${String(running[0]?.['id'])}`)).body, {
    status: 'ended',
    energyWh: 2500
  })
  const outbox = (await edge.ask('GET', '/outbox')).body
  t.match(outbox, { firstSequence: 1, durableSequence: 0, lanes: { facts: {}, history: {} } })
  t.ok(Number(outbox['lastSequence']) >= 5, 'everything waits for a cloud')
})

void test('limits, tokens and chargers given on the spot hold at once and after a restart', async (t) => {
  const edge = await openEdge()
  t.teardown(() => edge.close())
  const limit = { limitA: 20, reason: 'cable repair' }
  t.match((await edge.ask('PUT', '/limits/operator', limit)).body, {
    source: 'operator',
    limitA: [20, 20, 20]
  })
  await until(
    async () =>
      (await edge.ask('GET', '/site')).body['effectiveLimit'] as { limitA: number[]; reason: string },
    (now) => now?.limitA?.[0] === 20,
    'the limit is in force'
  )
  t.match((await edge.ask('PUT', '/tokens/TAG-9', { type: 'ISO14443', status: 'blocked' })).body, {
    uid: 'TAG-9'
  })
  const charger = {
    protocol: 'ocpp1.6',
    identity: 'CP-2',
    evses: [{ id: 1, connectors: [{ id: 1, type: 'ccs2', maxPowerW: 10_000 }] }]
  }
  t.equal((await edge.ask('PUT', '/chargers/CP-2', charger)).status, 200)
  const plugged = await plugIn(edge.ports().ocpp, 'CP-2')
  t.teardown(() => plugged.close())
  t.match(await plugged.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'Two' }), {
    status: 'Accepted'
  })
  t.match(await plugged.call('Authorize', { idTag: 'TAG-9' }), { idTagInfo: { status: 'Blocked' } })

  await edge.restart()
  t.match((await edge.ask('GET', '/chargers')).body, { items: [{ id: 'CP-1' }, { id: 'CP-2' }] })
  t.match((await edge.ask('GET', '/limits')).body, {
    items: [{ source: 'operator', reason: 'cable repair' }]
  })
  t.equal((await edge.ask('DELETE', '/limits/operator')).status, 204)
  t.equal((await edge.ask('DELETE', '/limits/operator')).status, 404)
  t.equal((await edge.ask('DELETE', '/chargers/CP-2')).status, 204)
  t.equal((await edge.ask('GET', '/chargers/CP-2')).status, 404)
})

void test('a person’s limit on a connector goes through the control loop, not around it', async (t) => {
  const edge = await openEdge()
  const charger = await plugIn(edge.ports().ocpp, 'CP-1')
  t.teardown(async () => {
    charger.close()
    await edge.close()
  })
  await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' })
  await charger.call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG-001',
    meterStart: 0,
    timestamp: new Date().toISOString()
  })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' })
  type Share = { allocations: { id: string; limitA: number; reason: string }[] }
  const share = async () => (await edge.ask<Share>('GET', '/site')).body.allocations[0]
  await until(share, (now) => (now?.limitA ?? 0) > 10, 'charging at more than 10 A')
  const set = await edge.ask('POST', '/chargers/CP-1/commands', {
    action: 'setLimit',
    payload: { connector: 'CP-1:1:1', limitA: 8 }
  })
  t.match((await edge.ask('GET', `/commands/${String(set.body['id'])}?wait=10`)).body, { status: 'accepted' })
  const capped = await until(share, (now) => now?.limitA === 8, 'capped at 8 A')
  t.match(capped, { reason: /operator/ })
  const raw = { action: 'ocpp.SetChargingProfile', payload: {} }
  const around = await edge.ask('POST', '/chargers/CP-1/commands', raw)
  t.match((await edge.ask('GET', `/commands/${String(around.body['id'])}?wait=10`)).body, {
    status: 'rejected',
    error: /control loop owns/
  })
  await edge.ask('POST', '/chargers/CP-1/commands', {
    action: 'clearLimit',
    payload: { connector: 'CP-1:1:1' }
  })
  await until(share, (now) => (now?.limitA ?? 0) > 10, 'free again')
})

void test('an unknown charger is parked and shown', async (t) => {
  const edge = await openEdge()
  const stranger = await plugIn(edge.ports().ocpp, 'NOBODY')
  t.teardown(async () => {
    stranger.close()
    await edge.close()
  })
  t.not(
    (await stranger.call('BootNotification', { chargePointVendor: 'Odd', chargePointModel: 'Box' }))[
      'status'
    ],
    'Accepted'
  )
  t.match((await edge.ask('GET', '/unclaimed')).body, { items: [{ identity: 'NOBODY' }] })
})
