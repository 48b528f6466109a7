import path from 'node:path'
import { localGet } from '../scenarios/fleet.ts'
import { type Stack, startStack } from '../scenarios/stack.ts'
import { eventsPerSession, fillBacklog } from './backlog.ts'
import { openBooks } from './books.ts'
import { hearDurable, type Marks } from './durable.ts'
import { show } from './figure.ts'
import { copyRate } from './peer-copy.ts'
import { jetStreamRate } from './peer-jetstream.ts'

const floorPerSecond = 20_000

/**
 * Catch-up after an outage: a backlog in the edge's SQLite is drained over NATS and committed in PostgreSQL; events a
 * second from the line's healing until the edge is told that the last event is durable. The readers of the log work
 * at the same time and may lag behind; how long they need is said too. Beside it, on the same servers: COPY alone,
 * and JetStream publish alone.
 */
export async function benchSync({ short }: { readonly short: boolean }): Promise<void> {
  const sessions = short ? 200 : 2_000
  const events = sessions * eventsPerSession
  const stack = await startStack({ durable: true, site: { circuits } })
  try {
    const { drainS, consumedS, connectS } = await drained(stack, sessions)
    const value = events / drainS
    const peers = await peersOf(stack, events)
    show({
      name: 'sync.backlog',
      value,
      unit: 'events/s committed',
      limit: `floor ${floorPerSecond}, aim 50000`,
      met: value >= floorPerSecond,
      ratio: value / peers.copy,
      peers,
      events,
      connectSeconds: connectS,
      readersDoneSeconds: consumedS,
      readersFactsPerSecond: (sessions * (eventsPerSession - samplesOf)) / consumedS
    })
  } finally {
    await stack.stop()
  }
}

const samplesOf = 75
// The demo's chargers, which the cloud tells the edge of, hang on these.
const circuits = ['feeder-1', 'feeder-2'].map((id) => ({ id, limitA: [80, 80, 80] }))

type Outbox = { readonly lanes: Readonly<Record<keyof Marks, { readonly lastSequence: number }>> }

async function drained(stack: Stack, sessions: number) {
  const books = await openBooks(stack.databaseUrl)
  const durable = await hearDurable(stack.nats.access(), 'demo-site')
  try {
    await stack.edge.kill()
    await fillBacklog(path.join(stack.edge.dataDir, 'edge.db'), sessions)
    stack.uplink.cut()
    await stack.edge.start()
    await books.consumed() // What happened before is not to be paid for in the measured time.
    const { lanes } = await localGet<Outbox>(stack, '/outbox')
    const begun = performance.now()
    const seconds = () => (performance.now() - begun) / 1_000
    stack.uplink.heal()
    const firstAt = durable.next().then(seconds)
    await durable.upTo({ facts: lanes.facts.lastSequence, history: lanes.history.lastSequence })
    const drainS = seconds()
    await books.consumed()
    const consumedS = seconds()
    await books.clean()
    return { drainS, consumedS, connectS: await firstAt }
  } finally {
    await durable.close()
    await books.close()
  }
}

async function peersOf(stack: Stack, events: number) {
  return {
    copy: await copyRate(stack.databaseUrl, events),
    jetStream: await jetStreamRate(stack.nats.access(), events)
  }
}
