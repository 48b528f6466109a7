import type { ConnectorAddress, ConnectorStatus, Reading } from '@nova/shared-protocol/model'
import { isOlder } from './station-time.ts'
import type { ConnectorView, RunningSession } from './view.ts'

/** What was last reported of one connector; kept in the shadow, so that it outlives a restart. */
export type Reported = {
  readonly status: ConnectorStatus
  readonly suspendedBy: 'ev' | 'evse' | null
  readonly errorCode: string | null
  readonly info: string | null
  readonly at: string | null
  readonly heardAt: string
}

export type Measured = { readonly reading: Reading; readonly heardAt: string }

export type ConnectorState = {
  readonly reported: Reported | null
  readonly measured: Measured | null
  readonly readingHeardAtMs: number | null // Monotonic; null: from before this process.
}

export const unknownConnector: ConnectorState = { reported: null, measured: null, readingHeardAtMs: null }

/** @returns the state with the report in it, or null when it is older than what is known */
export function reported(state: ConnectorState, report: Reported): ConnectorState | null {
  if (state.reported && isOlder(report, state.reported)) return null
  return { ...state, reported: report }
}

/** The newest of the readings, unless a newer one is known. */
export function measured(
  state: ConnectorState,
  readings: readonly Reading[],
  heard: { heardAt: string; monotonicMs: number }
): ConnectorState | null {
  const newest = readings.reduce<Reading | null>(
    (best, each) => (best && best.at > each.at ? best : each),
    null
  )
  if (!newest) return null
  const known = state.measured && { at: state.measured.reading.at, heardAt: state.measured.heardAt }
  if (known && isOlder({ at: newest.at, heardAt: heard.heardAt }, known)) return null
  return {
    ...state,
    measured: { reading: newest, heardAt: heard.heardAt },
    readingHeardAtMs: heard.monotonicMs
  }
}

export type Link = { readonly connected: boolean }

/** @param session the one that runs here now; its energy is as of its last good register */
export function view(
  place: ConnectorAddress,
  state: ConnectorState,
  now: Link & { session: RunningSession | null }
): ConnectorView {
  const { reported: last } = state
  return {
    chargerId: place.chargerId,
    evseId: place.evseId,
    connectorId: place.connectorId,
    connected: now.connected,
    status: now.connected && last ? last.status : 'offline',
    errorCode: last?.errorCode ?? null,
    statusAt: last ? (last.at ?? last.heardAt) : null,
    session: now.session,
    reading: state.measured?.reading ?? null,
    readingHeardAtMs: state.readingHeardAtMs
  }
}
