import { subjects } from '@nova/shared-protocol/messages'
import { NotNow, type Listener } from './db/index.ts'

type Bus = { connected(): boolean; publishDomain(subject: string, id: string, text: string): Promise<void> }

/** Copies the log to JetStream for consumers outside. Nothing of ours listens there: what is lost is only late. */
export const relay = (bus: Bus): Listener => ({
  name: 'relay',
  kinds: ['*'],
  without: ['session.reading.v1'], // Nine of ten events; outsiders get them with the session, over HTTP.
  async handle(_, events) {
    if (!bus.connected()) throw new NotNow('NATS is away')
    try {
      await Promise.all(
        events.map(async ({ id, partition, kind, tenantId, key, at, body }) => {
          const [context = 'unknown', event = 'unknown'] = kind.split('.')
          const text = JSON.stringify({ id, kind, tenantId, key, at, body })
          await bus.publishDomain(subjects.domain(partition, context, event), String(id), text)
        })
      )
    } catch (cause) {
      throw new NotNow('JetStream did not take an event', { cause })
    }
  }
})
