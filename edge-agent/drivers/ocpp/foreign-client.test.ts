import { RPCClient } from 'ocpp-rpc'
import { test } from 'tap'
import { password, stage, until } from './stage.suite.ts'

// The package's own types ask for every option and return nothing: this is what it does.
type Foreign = {
  connect(): Promise<unknown>
  close(): Promise<unknown>
  call(action: string, payload: object): Promise<unknown>
  handle(
    action: string,
    answer: (asked: { readonly params: { readonly transactionId?: number } }) => object
  ): void
}
const Client = RPCClient as unknown as new (options: object) => Foreign

/**
 * A charge point that we did not write, in its strict mode: it checks our calls and our answers against the
 * official schemas with a validator of its own.
 */
void test('the client of the ocpp-rpc package runs a whole session', async (t) => {
  const { driver, intake, url } = await stage(t)
  const client = new Client({
    endpoint: url('').replace(/\/$/, ''),
    identity: 'LOCKED',
    password,
    protocols: ['ocpp1.6'],
    strictMode: true,
    reconnect: false
  })
  t.teardown(async () => void (await client.close()))
  client.handle('RemoteStopTransaction', ({ params }) => ({
    status: params.transactionId === 1000 ? 'Accepted' : 'Rejected'
  }))
  client.handle('SetChargingProfile', () => ({ status: 'Accepted' }))
  await client.connect()
  t.match(await client.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }), {
    status: 'Accepted'
  })
  t.match(await client.call('Heartbeat', {}), { currentTime: /Z$/ })
  const timestamp = new Date().toISOString()
  t.strictSame(
    await client.call('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Preparing',
      timestamp
    }),
    {}
  )
  t.match(await client.call('Authorize', { idTag: 'TAG' }), { idTagInfo: { status: 'Accepted' } })
  t.match(
    await client.call('StartTransaction', { connectorId: 1, idTag: 'TAG', meterStart: 10, timestamp }),
    { transactionId: 1000 }
  )
  const point = {
    chargerId: 'LOCKED',
    evseId: 1,
    connectorId: 1,
    limitMilliA: 9_990,
    phases: 1,
    transactionId: '1000',
    leaseS: 30
  } as const
  t.match(await driver.setPoint(point, AbortSignal.timeout(9_000)), { kind: 'accepted' })
  const fallback = {
    chargerId: 'LOCKED',
    stationMaxMilliA: 32_000,
    connectors: [{ evseId: 1, connectorId: 1, defaultMilliA: 6_000 }]
  }
  t.match(await driver.fallback(fallback, AbortSignal.timeout(9_000)), { kind: 'accepted' })
  const meterValue = [{ timestamp, sampledValue: [{ value: '20' }] }]
  t.strictSame(await client.call('MeterValues', { connectorId: 1, transactionId: 1000, meterValue }), {})
  const stop = { action: 'stop', payload: { transactionId: '1000' } } as const
  t.match(await driver.perform('LOCKED', stop, AbortSignal.timeout(9_000)), {
    kind: 'accepted',
    answer: { status: 'Accepted' }
  })
  t.match(
    await client.call('StopTransaction', { transactionId: 1000, meterStop: 30, timestamp, reason: 'Remote' }),
    {}
  )
  await client.close()
  await until('the end is told', () => intake.said.at(-1)?.what === 'disconnected')
  t.strictSame(
    intake.said.map(({ what }) => what),
    ['connected', 'boot', 'status', 'authorise', 'start', 'readings', 'stop', 'disconnected']
  )
})
