import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { test } from 'tap'
import { openTestCloud } from './test-support/cloud.ts'
import { helloOf, makeLane, sessionStarted } from './test-support/edge.ts'
import { liveConnector, openEdgeLine } from './test-support/edge-line.ts'
import { until } from './test-support/until.ts'

const chargerId = 'CP16-01'
const connectorId = `${chargerId}:1:1`

void test('a start that cannot come to anything is refused at the door, by name, and holds nothing', async (t) => {
  t.setTimeout(1_000_000) // Many real parts, perhaps on a busy machine.
  const cloud = await openTestCloud()
  const edge = await openEdgeLine(cloud.nats.url, path.join(cloud.dataDir, 'demo', 'site.creds'), 'demo-site')
  t.teardown(async () => {
    await edge.close()
    await cloud.close()
  })
  const driver = await cloud.signIn('driver')
  const lanes = { facts: makeLane('demo-site', 'facts'), history: makeLane('demo-site', 'history') }
  await until('a welcome', async () => edge.hello(helloOf('demo-site', lanes)).catch(() => undefined))
  const get = async (where: string) => (await cloud.call('GET', `/api/v1${where}`, { as: driver })).body
  const start = async (more: object = {}) =>
    cloud.call('POST', '/api/v1/sessions', { as: driver, body: { connectorId, ...more } })
  /** What the edge says of the connector now, until the cloud shows it. */
  const says = async (status: string, more: object = {}): Promise<void> => {
    await until(`the connector to be ${status}`, async () => {
      const connectors = [
        liveConnector(chargerId, { status, sessionId: null, tokenUid: null, ...more } as never)
      ]
      edge.live('connectors', { at: new Date().toISOString(), connectors })
      return (await get(`/connectors/${connectorId}`)).status === status || undefined
    })
  }
  const tell = async (...facts: object[]): Promise<void> => {
    for (const fact of facts) lanes.facts.add(randomUUID(), fact)
    await edge.send(lanes.facts.frame(1))
  }
  const nothingHeld = async () => t.strictSame((await get('/payments')).items, [])

  for (const [status, code] of Object.entries({
    offline: 'connector-offline',
    unavailable: 'connector-unavailable',
    faulted: 'connector-faulted',
    reserved: 'connector-reserved',
    charging: 'connector-occupied',
    suspended: 'connector-occupied',
    finishing: 'connector-occupied'
  }))
    await t.test(`a connector that is ${status}: ${code}`, async (t) => {
      await says(status)
      t.match(await start(), { status: 409, body: { code } })
      t.match(await start({ paymentMethodId: 'demo-card' }), { status: 409, body: { code } })
      await nothingHeld()
    })

  await t.test('a charger whose site says that it is gone, whatever its connector said last', async (t) => {
    await says('available')
    const at = new Date().toISOString()
    await tell({ kind: 'charger.connection.v1', chargerId, online: false, at, reason: 'gone' })
    const operator = await cloud.signIn('operator')
    await until('the charger to be offline', async () => {
      const { body } = await cloud.call('GET', `/api/v1/chargers/${chargerId}`, { as: operator })
      return body.reported?.online === false || undefined
    })
    t.match(await start(), { status: 409, body: { code: 'connector-offline' } })
    await nothingHeld()
    await tell({
      kind: 'charger.connection.v1',
      chargerId,
      online: true,
      at: new Date().toISOString(),
      reason: 'back'
    })
  })

  await t.test('a session that runs there, whatever its connector said last', async (t) => {
    await says('preparing')
    const sessionId = randomUUID()
    await tell(sessionStarted(sessionId, { chargerId, startedAt: new Date().toISOString() }))
    const operator = await cloud.signIn('operator')
    await until('the session', async () => {
      const { body } = await cloud.call('GET', `/api/v1/sessions/${sessionId}`, { as: operator })
      return body.status === 'started' || undefined
    })
    t.match(await start(), { status: 409, body: { code: 'connector-occupied' } })
    await nothingHeld()
  })
})
