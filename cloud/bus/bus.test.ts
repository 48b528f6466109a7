import { randomUUID } from 'node:crypto'
import { jetstream } from '@nats-io/jetstream'
import { connect, credsAuthenticator } from '@nats-io/transport-node'
import { subjects } from '@nova/shared-protocol/messages'
import { test } from 'tap'
import { openTestNats } from '../test-support/nats.ts'
import { quiet } from '../test-support/quiet.ts'
import { until } from '../test-support/until.ts'
import { openBus, type ArrivedFrame } from './index.ts'

void test('the bus', async (t) => {
  const nats = await openTestNats()
  const bus = openBus({ url: nats.url, credentials: nats.credentials, log: quiet })
  const edge = await connect({
    servers: nats.url.replace('nats://', ''),
    authenticator: credsAuthenticator(new TextEncoder().encode(nats.credentials)),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100
  })
  t.teardown(async () => {
    await edge.close()
    await bus.close()
    await nats.close()
  })
  const arrived: ArrivedFrame[] = []
  const reader = bus.readFrames(8, (frame) => arrived.push(frame))
  const send = async (siteId: string, text: string, msgID: string = randomUUID()) =>
    until('the frame to be stored', async () =>
      jetstream(edge)
        .publish(subjects.frame(siteId), text, { msgID }) // Stored but unanswered in time: not a second one.
        .then(
          () => true,
          () => false
        )
    )
  const words = () => arrived.map(({ bytes }) => new TextDecoder().decode(bytes))

  await t.test('frames arrive with their site, in order', async (t) => {
    await send('a', '1')
    await send('b', '2')
    await until('both', () => arrived.length === 2)
    t.strictSame(
      arrived.map(({ siteId, deliveries }) => ({ siteId, deliveries })),
      [
        { siteId: 'a', deliveries: 1 },
        { siteId: 'b', deliveries: 1 }
      ]
    )
    arrived[0]?.done()
  })

  await t.test('a frame that could not be handled comes again', async (t) => {
    arrived[1]?.again()
    await until('the second time', () => arrived.length === 3)
    t.match(arrived[2], { siteId: 'b', deliveries: 2 })
    arrived[2]?.done()
  })

  await t.test('no more are handed out than may be in flight', async (t) => {
    arrived.length = 0
    for (let count = 0; count < 12; count++) await send('a', String(count))
    await until('eight', () => arrived.length === 8)
    arrived.forEach((frame) => frame.done())
    await until('all', () => arrived.length === 12)
    arrived.slice(8).forEach((frame) => frame.done())
    t.strictSame(words(), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'])
  })

  await t.test('hello is answered, live is heard, commands are asked', async (t) => {
    bus.answerHellos(async (siteId, bytes) => `${siteId} ${new TextDecoder().decode(bytes)}`)
    bus.answerTokens(async (siteId, bytes) => `${siteId} knows ${new TextDecoder().decode(bytes)}`)
    const live: string[] = []
    bus.hearLive((siteId, topic, bytes) => live.push(`${siteId} ${topic} ${new TextDecoder().decode(bytes)}`))
    edge.subscribe(subjects.command('a'), {
      callback: (_, message) => void message.respond(message.headers?.get('traceparent') ?? 'untraced')
    })
    await edge.flush()
    const answer = await until('the cloud to listen', async () =>
      edge.request(subjects.hello('a'), 'hi', { timeout: 2_000 }).catch(() => undefined)
    )
    t.equal(answer.string(), 'a hi')
    t.equal((await edge.request(subjects.token('a'), 'TAG', { timeout: 20_000 })).string(), 'a knows TAG')
    await until('live', () => {
      edge.publish(subjects.live('a', 'power'), '7') // May be lost: nobody keeps it.
      return live.length > 0
    })
    t.equal(live[0], 'a power 7')
    const traced = await bus.command('a', 'x', 20_000, '00-trace')
    t.equal(new TextDecoder().decode(traced), '00-trace')
    t.equal(new TextDecoder().decode(await bus.command('a', 'x', 20_000, null)), 'untraced')
    await t.rejects(bus.command('nobody', 'x', 2_000, null))
    edge.subscribe(subjects.ask('a'), {
      callback: (_, message) => void message.respond(`so: ${message.string()}`)
    })
    await edge.flush()
    t.equal(new TextDecoder().decode(await bus.ask('a', 'what if', 20_000)), 'so: what if')
    await t.rejects(bus.ask('nobody', 'x', 2_000))
  })

  await t.test('a server that lost its data gets its streams again', async (t) => {
    arrived.length = 0
    await nats.loseData()
    await send('a', 'after')
    await until('the frame after', () => words().includes('after'))
    arrived.forEach((frame) => frame.done())
    const answer = await until('hello', async () =>
      edge.request(subjects.hello('a'), 'again', { timeout: 500 }).catch(() => undefined)
    )
    t.equal(answer.string(), 'a again')
  })

  await reader.stop()
})
