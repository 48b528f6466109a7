import { test } from 'tap'
import { eventually, signIn } from './api.ts'
import { addChargers, allKnown } from './fleet.ts'
import { foreignClient } from './foreign-client.ts'
import { startStack, type Stack } from './stack.ts'

const password = 'foreign-password-16'
const traceId = '0af7651916cd43dd8448eb211c80319c'
const sessionTrace = `00-${traceId}-b7ad6b7169203331-01`
const orderTrace = sessionTrace.replace('0af7', '1bf7')

type Line = {
  readonly msg: string
  readonly traceId?: string
  readonly action?: string
  readonly status?: string
}

/** Lines of a program's log that belong to this trace. */
const linesOf = ({ account }: { account(): string }, trace: string): Line[] =>
  account()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes(trace.slice(3, 35)))
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Line] : []))

async function post(
  stack: Stack,
  person: string,
  [path, trace, body]: readonly [string, string, object]
): Promise<Response> {
  const answer = await fetch(`${stack.cloudUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${person}@nova.test`, password: 'nova-demo' })
  })
  const { accessToken } = (await answer.json()) as { accessToken: string }
  return fetch(`${stack.cloudUrl}/api/v1${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      traceparent: trace,
      'content-type': 'application/json'
    },
    body: JSON.stringify(body)
  })
}

void test('one start is one trace, from HTTP through cloud, NATS and edge to the charger’s call and back', async (t) => {
  t.setTimeout(1_000_000)
  const stack = await startStack()
  t.teardown(() => stack.stop())
  const api = await signIn(stack.cloudUrl, 'operator@nova.test')
  await addChargers(api, ['TRACED'], password)
  await allKnown(stack, ['TRACED'])
  const client = await foreignClient(stack.edge.ocppUrl, 'TRACED', password)
  t.teardown(() => client.close())
  await client.say('BootNotification', { chargePointVendor: 'Foreign', chargePointModel: 'Client' }, 1)
  const timestamp = new Date().toISOString()
  await client.say(
    'StatusNotification',
    { connectorId: 1, errorCode: 'NoError', status: 'Preparing', timestamp },
    1
  )
  await eventually(
    () => api.get<{ status: string }>('/connectors/TRACED:1:1'),
    ({ status }) => status === 'preparing',
    { what: 'the connector' }
  )

  await t.test('a driver’s, held and paid for first', async (t) => {
    const started = await post(stack, 'driver', ['/sessions', sessionTrace, { connectorId: 'TRACED:1:1' }])
    t.equal(started.status, 202, await started.clone().text())
    await client.asked('RemoteStartTransaction')
    const edge = await eventually(
      () => linesOf(stack.edge, sessionTrace),
      (lines) => lines.some(({ msg }) => msg === 'command ended'),
      { what: 'the end in the edge’s log' }
    )
    t.match(edge, [
      {
        msg: 'a charger was asked',
        traceId,
        action: 'RemoteStartTransaction',
        charger: 'TRACED',
        outcome: 'result'
      },
      { msg: 'command ended', traceId, action: 'start', status: 'accepted' }
    ])
    const cloud = await eventually(
      () => linesOf(stack.cloud, sessionTrace),
      (lines) => lines.some(({ msg }) => msg === 'a command ended'),
      { what: 'the fact in the cloud’s log' }
    )
    t.match(
      cloud.find(({ msg }) => msg === 'a command was answered by its edge'),
      { traceId, action: 'start' }
    )
    t.match(cloud.at(-1), { msg: 'a command ended', traceId, siteId: 'demo-site', status: 'accepted' })
  })

  await t.test('an engineer’s order', async (t) => {
    const order = { action: 'trigger', payload: { message: 'Heartbeat' } }
    t.equal((await post(stack, 'operator', ['/chargers/TRACED/commands', orderTrace, order])).status, 202)
    const [edge] = await eventually(
      () => linesOf(stack.edge, orderTrace),
      (lines) => lines.length > 0,
      { what: 'the call in the edge’s log' }
    )
    t.match(edge, { msg: 'a charger was asked', action: 'TriggerMessage' })
  })

  await t.test('what is no trace gets one of the cloud’s own, never the text that was sent', async (t) => {
    const forged = '00-ffffffffffffffffffffffffffffffff"-b7ad6b7169203331-01'
    const order = { action: 'trigger', payload: { message: 'Heartbeat' } }
    t.equal((await post(stack, 'operator', ['/chargers/TRACED/commands', forged, order])).status, 202)
    await eventually(
      () => client.heard('TriggerMessage'),
      (count) => count >= 2,
      { what: 'the second order' }
    )
    t.notMatch(stack.edge.account() + stack.cloud.account(), /f{32}/)
  })
})
