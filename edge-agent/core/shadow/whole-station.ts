import type { ConnectorState, Reported } from './connector.ts'

/**
 * A connector with what its station said of itself as a whole (OCPP 1.6 §4.9: connector 0). A station that is switched off
 * or broken need not say so of each connector: its word counts for them until they speak again. Compared by our clock,
 * the station's may have been set meanwhile.
 */
export function underStation(connector: ConnectorState, station: Reported | null): ConnectorState {
  const { reported } = connector
  if (reported === null || (station?.status !== 'unavailable' && station?.status !== 'faulted'))
    return connector
  return station.heardAt >= reported.heardAt ? { ...connector, reported: station } : connector
}
