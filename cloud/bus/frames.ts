import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream'
import { siteOf } from '@nova/shared-protocol/messages'
import type { Link } from './link.ts'
import { ensureStreams, framesConsumer, framesStream } from './streams.ts'
import type { ArrivedFrame, FrameReader, Log } from './types.ts'

const againMs = 500 // Between two tries to reach JetStream.
const redeliverMs = 1_000

/** Reads frames for as long as it is not stopped; makes streams again when the server has lost them. */
export function readFrames(
  link: Link,
  log: Log,
  inFlight: number,
  hear: (frame: ArrivedFrame) => void
): FrameReader {
  let stopped = false
  let messages: ConsumerMessages | undefined
  let rest: { resolve(): void; timer: NodeJS.Timeout } | undefined
  const pause = async (): Promise<void> =>
    new Promise((resolve) => {
      rest = { resolve, timer: setTimeout(resolve, againMs) }
    })
  const run = async (): Promise<void> => {
    while (!stopped) {
      try {
        messages = await begin(link, inFlight)
        watch(messages)
        for await (const message of messages) hear(frameOf(message))
      } catch (error) {
        if (!stopped) log.warn({ err: String(error) }, 'frames cannot be read, trying again')
      }
      if (!stopped) await pause()
    }
  }
  const running = run()
  return {
    async stop() {
      stopped = true
      if (rest) {
        clearTimeout(rest.timer)
        rest.resolve()
      }
      messages?.stop()
      await running
    }
  }
}

async function begin(link: Link, inFlight: number): Promise<ConsumerMessages> {
  const client = jetstream(link.connection())
  await ensureStreams(await client.jetstreamManager(), inFlight)
  const consumer = await client.consumers.get(framesStream, framesConsumer)
  return consumer.consume({
    max_messages: inFlight,
    expires: 10_000,
    idle_heartbeat: 1_000,
    abort_on_missing_resource: true
  })
}

const lost = new Set([
  'heartbeats_missed',
  'consumer_not_found',
  'stream_not_found',
  'consumer_deleted',
  'no_responders'
])

/** A server that came back without its data is noticed by what it no longer knows. */
function watch(messages: ConsumerMessages): void {
  void (async () => {
    for await (const { type } of messages.status()) if (lost.has(type)) messages.stop()
  })()
}

function frameOf(message: JsMsg): ArrivedFrame {
  return {
    siteId: siteOf(message.subject) ?? '',
    bytes: message.data,
    deliveries: message.info.deliveryCount,
    done: () => message.ack(),
    again: () => message.nak(redeliverMs)
  }
}
