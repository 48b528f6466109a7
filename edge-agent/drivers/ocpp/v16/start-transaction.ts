import {
  heard,
  idTagInfo,
  idText,
  stationTime,
  wholeWh,
  type Handler,
  type Said,
  type Station
} from './handler.ts'
import { knownPlace } from './place.ts'

/** OCPP 1.6 §4.8. Whatever can be read is taken; what cannot is named in `problems`. */
export const startTransaction: Handler = async (said, station) => {
  const { transactionId, authorisation } = await station.intake.start(report(said, station))
  return { transactionId: Number(transactionId), idTagInfo: idTagInfo(authorisation) }
}

function report(said: Said, station: Station) {
  const { payload } = said
  const { at, problems: withTime } = stationTime(said, station)
  const { place, problems: withPlace } = knownPlace(station, payload['connectorId'], withTime)
  const meterStartWh = wholeWh(payload['meterStart'])
  const reservationId = wholeWh(payload['reservationId'])
  const tokenUid = idText(payload['idTag'], '')
  return {
    ...heard(said, station),
    ...place,
    tokenUid: tokenUid === '' ? 'none' : tokenUid,
    at,
    meterStartWh,
    // §6.45: absent means none; 0 is what careless stations send for none.
    reservationId: reservationId === 0 ? null : reservationId,
    transactionId: null,
    problems: [
      ...withPlace,
      ...(meterStartWh === null ? ['meterStart is no whole number'] : []),
      ...(tokenUid === '' ? ['idTag is missing'] : [])
    ]
  }
}
