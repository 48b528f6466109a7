import { test } from 'tap'
import { plugIn } from './charge-point.suite.ts'
import { openEdge, until } from './edge.suite.ts'

const zone = 'Asia/Shanghai' // Of the site in edge.suite.ts.
const hourMs = 3_600_000

void test('strategy optimise: a car with time is told that the plan waits for a cheaper hour', async (t) => {
  const now = Temporal.Now.zonedDateTimeISO(zone)
  const clock = (hours: number) => now.add({ hours }).toPlainTime().toString({ smallestUnit: 'minute' })
  const edge = await openEdge({
    power: {
      strategy: 'optimise',
      goal: 'cost',
      prices: [
        { start: clock(-1), end: clock(2), buyPerKWh: 1.5 },
        { start: clock(2), end: clock(-1), buyPerKWh: 0.3 }
      ]
    }
  })
  const charger = await plugIn(edge.ports().ocpp, 'CP-1')
  t.teardown(async () => {
    charger.close()
    await edge.close()
  })
  await charger.call('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' })
  const departAt = new Date(Date.now() + 8 * hourMs).toISOString()
  const payload = { connector: 'CP-1:1:1', tokenUid: 'TAG-001', energyWh: 10_000, departAt }
  const start = await edge.ask('POST', '/chargers/CP-1/commands', { action: 'start', payload })
  t.match((await edge.ask('GET', `/commands/${String(start.body['id'])}?wait=10`)).body, {
    status: 'accepted'
  })
  const timestamp = new Date().toISOString()
  await charger.call('StartTransaction', { connectorId: 1, idTag: 'TAG-001', meterStart: 0, timestamp })
  await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' })
  type Share = { allocations: { limitA: number; reason: string }[] }
  const share = await until(
    async () => (await edge.ask<Share>('GET', '/site')).body.allocations[0],
    (each) => /cheaper hour/.test(each?.reason ?? ''),
    'the plan is followed'
  )
  t.match(share, { limitA: 0, reason: '0 A: the plan waits for a cheaper hour' })
  const counted = await fetch(`http://127.0.0.1:${edge.ports().local}/metrics`).then((each) => each.text())
  t.match(counted, /plan-plan/, 'and counted')
  const told = await until(
    () => charger.asked.findLast(({ action }) => action === 'SetChargingProfile')?.payload,
    (profile) => JSON.stringify(profile).includes('"limit":0'),
    'the charger hears it'
  )
  t.ok(told)
})
