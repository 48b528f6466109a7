import { hash, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import {
  chainStart,
  chainText,
  type EdgeEvent,
  type Frame,
  type Hello,
  type Lane
} from '@nova/shared-protocol/messages'

const compress = promisify(zstdCompress)

/** An edge's outbox in memory: gap-free, chained, cut into frames as a test likes. */
export function makeLane(siteId: string, lane: Lane) {
  const events: EdgeEvent[] = []
  const hashes: string[] = []
  const hashAt = (sequence: number): string => hashes[sequence - 1] ?? chainStart
  return {
    add(key: string, body: unknown): number {
      const event: EdgeEvent = [
        events.length + 1,
        key,
        typeof body === 'string' ? body : JSON.stringify(body)
      ]
      events.push(event)
      hashes.push(hash('sha256', chainText(hashAt(events.length - 1), event), 'hex'))
      return events.length
    },
    newest: () => ({ sequence: events.length, hash: hashAt(events.length) }),
    hashAt,
    frame: (epoch: number, first = 1, last = events.length): Frame => ({
      v: 1,
      site: siteId,
      epoch,
      lane,
      first,
      last,
      before: hashAt(first - 1),
      hash: hashAt(last),
      sentAt: new Date().toISOString(),
      events: events.slice(first - 1, last)
    })
  }
}

export type TestLane = ReturnType<typeof makeLane>

export const pack = async (frame: unknown): Promise<Uint8Array> => compress(JSON.stringify(frame))

/** First words of an edge with these lanes; a new process of a new database when nothing else is said. */
export const helloOf = (
  site: string,
  lanes: { facts: TestLane; history: TestLane },
  more: Partial<Hello> = {}
): Hello => ({
  v: 1,
  site,
  instance: randomUUID(),
  boot: randomUUID(),
  version: 'test',
  at: new Date().toISOString(),
  newest: { facts: lanes.facts.newest(), history: lanes.history.newest() },
  desired: { chargers: 0, tokens: 0, limits: 0, tariffs: 0 },
  ...more
})

export const sessionStarted = (sessionId: string, more: object = {}) => ({
  kind: 'session.started.v1',
  sessionId,
  chargerId: 'CP1',
  evseId: 1,
  connectorId: 1,
  transactionId: '7',
  tokenUid: 'TAG',
  startedAt: '2026-01-01T00:00:00Z',
  meterStartWh: 1000,
  reservationId: null,
  commandId: null,
  offline: false,
  tariff: null,
  ...more
})

export const connectorSample = (connector: string, at: string, powerW: number) => ({
  kind: 'sample.connector.v1',
  connector,
  sessionId: null,
  limitMilliA: 16_000,
  reading: { at, powerW, registerWh: 5 }
})
