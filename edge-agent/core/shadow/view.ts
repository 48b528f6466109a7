import type { ConnectorAddress, ConnectorStatus, Reading } from '@nova/shared-protocol/model'

/** The session that runs on a connector now, as far as power, screens and orders need to know it. */
export type RunningSession = {
  readonly sessionId: string
  readonly transactionId: string
  readonly tokenUid: string
  readonly startedAt: string
  readonly meterStartWh: number | null
  readonly energyWh: number | null
  readonly suspendedBy: 'ev' | 'evse' | 'unknown' | null
}

/** What the edge knows of one connector at this moment; absent knowledge is null, never 0. */
export type ConnectorView = ConnectorAddress & {
  readonly connected: boolean // The charger's link is up.
  readonly status: ConnectorStatus // `offline` while the link is down.
  readonly errorCode: string | null
  readonly statusAt: string | null
  readonly session: RunningSession | null
  readonly reading: Reading | null
  readonly readingHeardAtMs: number | null // Monotonic clock of the edge.
}
