import { randomUUID } from 'node:crypto'
import { openStore } from '@nova/edge-agent/store'

const readingsPerSession = 23 // One each 30 s for 11 minutes.
const samplesPerSession = 75
export const eventsPerSession = 2 + readingsPerSession + samplesPerSession
const sessionsPerCommit = 20

/**
 * Fills an edge's own database with the backlog of an outage: sessions with their readings in lane `facts`, samples
 * in lane `history`, three samples to a fact. Written through the edge's store, while the edge is not running.
 */
export async function fillBacklog(path: string, sessions: number): Promise<void> {
  const quiet = () => undefined
  const store = openStore({ path, now: Date.now, random: randomUUID, log: { warn: quiet, error: quiet } })
  const begun = Date.now() - sessions * 60_000
  try {
    for (let from = 0; from < sessions; from += sessionsPerCommit) {
      await store.commit(() => {
        for (let index = from; index < Math.min(sessions, from + sessionsPerCommit); index++)
          appendSession(store.outbox, index, begun + index * 60_000)
      })
    }
  } finally {
    await store.close()
  }
}

type Outbox = { append(lane: 'facts' | 'history', key: string, body: string): number | null }

function appendSession(outbox: Outbox, index: number, startMs: number): void {
  const sessionId = randomUUID()
  const chargerId = `CP16-0${1 + (index % 8)}`
  const at = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString()
  const meterStartWh = 1_000_000 + index * 5_000
  const fact = (key: string, body: object) => outbox.append('facts', key, JSON.stringify(body))
  fact(`start/bench/${index}`, startOf({ sessionId, chargerId, at: at(0), registerWh: meterStartWh }, index))
  for (let reading = 1; reading <= readingsPerSession; reading++)
    fact(`reading/${sessionId}/${reading}`, {
      kind: 'session.reading.v1',
      sessionId,
      reading: { at: at(reading * 30), registerWh: meterStartWh + reading * 150, trust: 'good' }
    })
  for (let sample = 1; sample <= samplesPerSession; sample++)
    outbox.append(
      'history',
      `sample/${sessionId}/${sample}`,
      JSON.stringify(
        sampleOf({ sessionId, chargerId, at: at(sample * 9), registerWh: meterStartWh + sample * 46 })
      )
    )
  const energyWh = (readingsPerSession + 1) * 150
  fact(`stop/bench/${index}`, {
    kind: 'session.ended.v1',
    sessionId,
    endedAt: at((readingsPerSession + 1) * 30),
    meterStopWh: meterStartWh + energyWh,
    energyWh,
    stopReason: 'local',
    tokenUid: null,
    review: []
  })
}

type Sample = {
  readonly sessionId: string
  readonly chargerId: string
  readonly at: string
  readonly registerWh: number
}

const sampleOf = ({ sessionId, chargerId, at, registerWh }: Sample) => ({
  kind: 'sample.connector.v1',
  connector: `${chargerId}:1:1`,
  sessionId,
  limitMilliA: 26_000,
  reading: {
    at,
    registerWh,
    powerW: 17_940,
    currentMilliA: [26_000, 26_000, 26_000],
    voltageV: [230, 230, 230]
  }
})

const startOf = ({ sessionId, chargerId, at, registerWh }: Sample, index: number) => ({
  kind: 'session.started.v1',
  sessionId,
  chargerId,
  evseId: 1,
  connectorId: 1,
  transactionId: String(index + 1),
  tokenUid: 'DEMO-TAG-01',
  startedAt: at,
  meterStartWh: registerWh,
  reservationId: null,
  commandId: null,
  offline: true,
  tariff: null
})
