import { heard, textOf, type Handler } from './handler.ts'

const words = { accepted: 'Accepted', pending: 'Pending', rejected: 'Rejected' } as const

/** OCPP 1.6 §4.2. The serial number of the charge box is the older field; some stations fill only that. */
export const bootNotification: Handler = async (said, station) => {
  const { payload } = said
  const { registration } = await station.intake.boot({
    ...heard(said, station),
    protocol: 'ocpp1.6',
    vendor: textOf(payload['chargePointVendor'], 50) ?? '',
    model: textOf(payload['chargePointModel'], 50) ?? '',
    serial: textOf(payload['chargePointSerialNumber'] ?? payload['chargeBoxSerialNumber'], 50),
    firmware: textOf(payload['firmwareVersion'], 50)
  })
  return {
    status: words[registration],
    currentTime: station.now,
    interval: registration === 'accepted' ? station.heartbeatS : station.retryBootS
  }
}
