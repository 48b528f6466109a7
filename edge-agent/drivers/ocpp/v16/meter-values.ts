import { readMeter16, readSigned16 } from '@nova/shared-protocol/codecs/ocpp'
import { idText, nothing, type Handler } from './handler.ts'
import { knownPlace } from './place.ts'

/** OCPP 1.6 §4.7. Connector 0 without a transaction is the station's own meter. */
export const meterValues: Handler = (said, station) => {
  const { payload } = said
  const { readings, problems } = readMeter16(payload['meterValue'], station.heardAt)
  const { signed, problems: unsigned } = readSigned16(payload['meterValue'], station.heardAt)
  const transaction = payload['transactionId']
  const all = [...said.problems, ...problems, ...unsigned]
  const found =
    transaction === undefined && payload['connectorId'] === 0
      ? { place: { chargerId: station.chargerId, ...mainMeter }, problems: all }
      : knownPlace(station, payload['connectorId'], all)
  return station.intake
    .readings({
      chargerId: station.chargerId,
      heardAt: station.heardAt,
      heardMs: station.heardMs,
      raw: said.raw,
      evseId: found.place.evseId,
      connectorId: found.place.connectorId,
      transactionId: transaction === undefined ? null : idText(transaction, 'none'),
      readings,
      signed,
      problems: found.problems
    })
    .then(() => nothing)
}

const mainMeter = { evseId: 0, connectorId: 0 }
