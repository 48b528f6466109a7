import { test } from 'tap'
import type { PowerPicture } from '@nova/shared-protocol/model'
import { plugIn, type ChargePoint } from './charge-point.suite.ts'
import { openEdge, until, type TestEdge } from './edge.suite.ts'

const hourMs = 3_600_000

async function plugged(edge: TestEdge): Promise<ChargePoint> {
  const charger = await plugIn(edge.ports().ocpp, 'CP-1')
  await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' })
  return charger
}

const session = async (edge: TestEdge): Promise<string> =>
  until(
    async () =>
      (await edge.ask<{ items: { id: string }[] }>('GET', '/sessions?status=started')).body.items[0]?.id,
    (id) => id !== undefined,
    'a session'
  ).then(String)

async function begin(charger: ChargePoint): Promise<void> {
  const timestamp = new Date().toISOString()
  await charger.call('StartTransaction', { connectorId: 1, idTag: 'TAG-001', meterStart: 0, timestamp })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' })
}

const fullAt = async (edge: TestEdge): Promise<string | null> =>
  (await edge.ask<PowerPicture>('GET', '/power')).body.forecast?.[0]?.fullAt ?? null

void test('a wish given with the start survives a restart and says when the car will have it', async (t) => {
  const edge = await openEdge()
  let charger = await plugged(edge)
  t.teardown(async () => {
    charger.close()
    await edge.close()
  })
  const departAt = new Date(Date.now() + 6 * hourMs).toISOString()
  const payload = { connector: 'CP-1:1:1', tokenUid: 'TAG-001', energyWh: 10_000, departAt }
  const start = await edge.ask('POST', '/chargers/CP-1/commands', { action: 'start', payload })
  t.match((await edge.ask('GET', `/commands/${String(start.body['id'])}?wait=10`)).body, {
    status: 'accepted'
  })
  await begin(charger)
  const id = await session(edge)
  t.match((await edge.ask('GET', `/sessions/${id}`)).body, { wish: { energyWh: 10_000, departAt } })
  const before = await until(
    () => fullAt(edge),
    (at) => at !== null,
    'when it will have 10 kWh'
  )
  // 10 kWh at 22 kW take 27 minutes; the loop begins lower and rises within seconds.
  const inMs = Date.parse(String(before)) - Date.now()
  t.ok(inMs > 0.2 * hourMs && inMs < 1.2 * hourMs, String(before))
  charger.close()
  await edge.restart()
  charger = await plugged(edge)
  t.match((await edge.ask('GET', `/sessions/${id}`)).body, { wish: { energyWh: 10_000, departAt } })
})

void test('a wish may be given or changed while the car charges, and is refused where it cannot be', async (t) => {
  const edge = await openEdge()
  const charger = await plugged(edge)
  t.teardown(async () => {
    charger.close()
    await edge.close()
  })
  await begin(charger)
  const id = await session(edge)
  t.match((await edge.ask('GET', `/sessions/${id}`)).body, { wish: null })
  t.equal((await edge.ask('PUT', `/sessions/${id}/wish`, { energyWh: 5_000 })).status, 200)
  t.match((await edge.ask('GET', `/sessions/${id}`)).body, { wish: { energyWh: 5_000 } })
  const refusals: readonly (readonly [string, unknown, number])[] = [
    [id, { energyWh: -1 }, 400],
    [id, { departAt: '2020-01-01T00:00:00Z' }, 422],
    [id, { energy: 5 }, 400],
    ['nobody', { energyWh: 1 }, 404]
  ]
  for (const [which, wish, status] of refusals)
    t.equal((await edge.ask('PUT', `/sessions/${which}/wish`, wish)).status, status, JSON.stringify(wish))
})
