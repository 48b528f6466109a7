import { placeOf } from '@nova/shared-protocol/codecs/ocpp'
import type { ConnectorAddress } from '@nova/shared-protocol/model'
import type { Station } from './handler.ts'

type Found = { readonly place: ConnectorAddress; readonly problems: readonly string[] }

/**
 * Where on the station. A connector that is not configured is never guessed: it stays what the station said.
 * Only a number that is none at all (missing, 0, a word) means the one connector of a station that has one.
 */
export function knownPlace(station: Station, number: unknown, problems: readonly string[]): Found {
  const { chargerId, charger } = station
  const { evseId, connectorId, known } = placeOf(charger, number)
  if (known && evseId > 0) return { place: { chargerId, evseId, connectorId }, problems }
  const odd = [...problems, `connectorId ${JSON.stringify(number)?.slice(0, 20)} is not configured`]
  const only = evseId === 0 ? onlyConnector(station) : null
  return { place: only ?? { chargerId, evseId, connectorId }, problems: odd }
}

function onlyConnector({ chargerId, charger }: Station): ConnectorAddress | null {
  const all = charger.evses.flatMap((evse) =>
    evse.connectors.map(({ id }) => ({ evseId: evse.id, connectorId: id }))
  )
  return all[0] && all.length === 1 ? { chargerId, ...all[0] } : null
}
