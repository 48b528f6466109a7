import { placeOf, readInstant, readStatus16, type Status16 } from '@nova/shared-protocol/codecs/ocpp'
import { heard, nothing, textOf, type Handler } from './handler.ts'

/** OCPP 1.6 §4.9. */
export const statusNotification: Handler = async (said, station) => {
  const { payload } = said
  const { evseId, connectorId, known } = placeOf(station.charger, payload['connectorId'])
  if (!known)
    station.intake.rejected(station.chargerId, 'connector is not configured', said.raw.slice(0, 200))
  if (!known && evseId === 0) return nothing // No connector number at all: not the station itself either.
  await station.intake.status({
    ...heard(said, station),
    evseId,
    connectorId,
    // The schema has checked both words.
    ...readStatus16(payload['status'] as Status16, String(payload['errorCode'])),
    at: readInstant(payload['timestamp']),
    info: textOf(payload['info'], 50)
  })
  return nothing
}
