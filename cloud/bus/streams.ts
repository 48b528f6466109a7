import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import { everySite } from '@nova/shared-protocol/messages'

export const framesStream = 'nova-frames'
export const framesConsumer = 'cloud-intake'
export const domainStream = 'nova-domain'

// One subject a partition: a wildcard there would also match the sites' subjects.
const partitions = 64
const partitionSubjects = Array.from({ length: partitions }, (_, partition) => `nova.v1.${partition}.>`)

const gigabyte = 2 ** 30
const mostFrames = 8 * gigabyte // A full stream refuses new frames; the edges keep them and slow down.
const mostDomain = 2 * gigabyte
const domainDays = 7
const ackMs = 20_000 // What a killed process held comes again after this; a batch takes well below a second.

/**
 * Makes what is missing: streams and the consumer. They carry, they do not keep: what is lost with them is sent
 * again by the edges, and read again from the log.
 */
export async function ensureStreams(manager: JetStreamManager, inFlight: number): Promise<void> {
  await ensureStream(manager, {
    name: framesStream,
    subjects: [everySite.frame],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    num_replicas: 1,
    discard: DiscardPolicy.New,
    max_bytes: mostFrames
  })
  await ensureStream(manager, {
    name: domainStream,
    subjects: [...partitionSubjects, 'nova.v1.dead.>'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    num_replicas: 1,
    discard: DiscardPolicy.Old,
    max_bytes: mostDomain,
    max_age: nanos(domainDays * 86_400_000)
  })
  await manager.consumers.add(framesStream, {
    durable_name: framesConsumer,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ackMs),
    max_ack_pending: inFlight,
    max_deliver: -1
  })
}

type StreamConfig = Parameters<JetStreamManager['streams']['add']>[0]

async function ensureStream(manager: JetStreamManager, config: StreamConfig): Promise<void> {
  try {
    await manager.streams.info(config.name)
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error
    await manager.streams.add(config)
  }
}

const streamNotFound = 10059
