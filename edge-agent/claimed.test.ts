import { once } from 'node:events'
import { test } from 'tap'
import { WebSocket } from 'ws'
import { plugIn } from './charge-point.suite.ts'
import { openEdge } from './edge.suite.ts'

void test('a charger that is configured while it waits unclaimed is sent to knock again at once', async (t) => {
  const edge = await openEdge()
  t.teardown(() => edge.close())
  const url = `ws://127.0.0.1:${edge.ports().ocpp}/ocpp/SN-77`
  const parked = new WebSocket(url, ['ocpp1.6'])
  await once(parked, 'open')
  const gone = once(parked, 'close', { signal: AbortSignal.timeout(20_000) }) // Parked for a minute otherwise.
  const charger = {
    protocol: 'ocpp1.6',
    identity: 'SN-77',
    evses: [{ id: 1, connectors: [{ id: 1, type: 'type2', maxPowerW: 7_400 }] }]
  }
  t.equal((await edge.ask('PUT', '/chargers/CP-2', charger)).status, 200)
  await gone
  const known = await plugIn(edge.ports().ocpp, 'SN-77')
  t.teardown(() => known.close())
  const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' }
  t.match(await known.call('BootNotification', boot), { status: 'Accepted' })
})
