import { readMeter16, readSigned16, readStopReason16 } from '@nova/shared-protocol/codecs/ocpp'
import {
  heard,
  idTagInfo,
  idText,
  nothing,
  stationTime,
  wholeWh,
  type Handler,
  type Said,
  type Station
} from './handler.ts'

/** OCPP 1.6 §4.10. A stop is always answered: nothing the station could do would make it better. */
export const stopTransaction: Handler = async (said, station) => {
  const { authorisation } = await station.intake.stop(report(said, station))
  return authorisation === null ? nothing : { idTagInfo: idTagInfo(authorisation) }
}

function report(said: Said, station: Station) {
  const { payload } = said
  const { at, problems } = stationTime(said, station)
  const meterStopWh = wholeWh(payload['meterStop'])
  const data = payload['transactionData']
  const meter = data === undefined ? { readings: [], problems: [] } : readMeter16(data, at)
  const proof = readSigned16(data, at)
  const transaction = idText(payload['transactionId'], '')
  const token = idText(payload['idTag'], '')
  return {
    ...heard(said, station),
    transactionId: transaction === '' ? 'none' : transaction,
    tokenUid: token === '' ? null : token,
    at,
    meterStopWh,
    reason: readStopReason16(payload['reason']),
    readings: meter.readings,
    signed: proof.signed,
    problems: [
      ...problems,
      ...(meterStopWh === null ? ['meterStop is no whole number'] : []),
      ...(transaction === '' ? ['transactionId is missing'] : []),
      ...meter.problems,
      ...proof.problems
    ]
  }
}
