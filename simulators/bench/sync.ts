import path from 'node:path'
import { eventually } from '../scenarios/api.ts'
import { localGet } from '../scenarios/fleet.ts'
import { type Stack, startStack } from '../scenarios/stack.ts'
import { eventsPerSession, fillBacklog } from './backlog.ts'
import { show } from './figure.ts'
import { copyRate } from './peer-copy.ts'
import { jetStreamRate } from './peer-jetstream.ts'

const floorPerSecond = 20_000
const drainWithinMs = 300_000

type Marks = { readonly lastSequence: number; readonly durableSequence: number }
type Outbox = Marks & { readonly lanes: Readonly<Record<'facts' | 'history', Marks>> }

/**
 * Catch-up after an outage: a backlog in the edge's SQLite is drained over NATS and committed in PostgreSQL; events a
 * second from the line's healing until the edge knows the last event durable. Beside it, on the same servers and the
 * same bytes: COPY alone, and JetStream publish alone.
 */
export async function benchSync({ short }: { readonly short: boolean }): Promise<void> {
  const sessions = short ? 200 : 2_000
  const events = sessions * eventsPerSession
  const stack = await startStack({ durable: true })
  try {
    await stack.edge.kill()
    await fillBacklog(path.join(stack.edge.dataDir, 'edge.sqlite'), sessions)
    stack.uplink.cut()
    await stack.edge.start()
    const begun = performance.now()
    stack.uplink.heal()
    await eventually(() => localGet<Outbox>(stack, '/outbox'), isDrained, {
      withinMs: drainWithinMs,
      what: 'backlog durable'
    })
    const value = (events / (performance.now() - begun)) * 1_000
    const peers = await peersOf(stack, events)
    show({
      name: 'sync.backlog',
      value,
      unit: 'events/s committed',
      limit: `floor ${floorPerSecond}, aim 50000`,
      ratio: value / peers.copy,
      peers,
      events
    })
  } finally {
    await stack.stop()
  }
}

const isDrained = ({ lanes }: Outbox): boolean =>
  Object.values(lanes).every((lane) => lane.lastSequence > 0 && lane.durableSequence === lane.lastSequence)

async function peersOf(stack: Stack, events: number) {
  return {
    copy: await copyRate(stack.databaseUrl, events),
    jetStream: await jetStreamRate(stack.nats.access(), events)
  }
}
