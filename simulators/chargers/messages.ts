import {
  instantAt,
  type FromStation16,
  type MeterValue,
  type SampledValue
} from '@nova/shared-protocol/codecs/ocpp'
import { registerWh, type Body, type Outlet, type Waiting } from './body.ts'
import { offers, powerW } from './power.ts'
import { socPercent } from './vehicle.ts'

/** A meterValue of this moment with all that the station measures. */
export function meterValue(body: Body, outlet: Outlet, context: string): MeterValue {
  const sample = (measurand: string, value: number, more: Partial<SampledValue>): SampledValue => ({
    value: String(value),
    context,
    measurand,
    ...more
  })
  const phases = outlet.drawnPhases === 3 ? ['L1', 'L2', 'L3'] : ['L1']
  const offered = offers(body).get(outlet.number) ?? 0
  return {
    timestamp: instantAt(body.nowMs),
    sampledValue: [
      sample('Energy.Active.Import.Register', registerWh(outlet), { unit: 'Wh' }),
      sample('Power.Active.Import', Math.round(powerW(body, outlet)), { unit: 'W' }),
      ...phases.map((phase) => sample('Current.Import', outlet.drawnMilliA / 1000, { unit: 'A', phase })),
      ...phases.map((phase) => sample('Voltage', body.voltageV, { unit: 'V', phase: `${phase}-N` })),
      sample('Current.Offered', offered / 1000, { unit: 'A' }),
      ...(outlet.vehicle ? [sample('SoC', Math.floor(socPercent(outlet.vehicle)), { unit: 'Percent' })] : [])
    ]
  }
}

export function statusMessage(body: Body, outlet: Outlet | null): FromStation16['StatusNotification'][0] {
  return {
    connectorId: outlet?.number ?? 0,
    status: outlet?.status ?? 'Available',
    errorCode: outlet?.errorCode ?? 'NoError',
    timestamp: instantAt(body.nowMs)
  }
}

/** The payload as it goes out: the transaction's id is known by the time its turn comes. */
export function finished(body: Body, { action, local, payload }: Waiting): Readonly<Record<string, unknown>> {
  if (action === 'StartTransaction') return payload
  // OCPP 1.6 leaves open what to send when the start was never answered; real stations send -1.
  return { ...payload, transactionId: body.transactionIds.get(local) ?? -1 }
}

export const bootMessage = (body: Body): FromStation16['BootNotification'][0] => ({
  chargePointVendor: 'Nova-X',
  chargePointModel: 'Simulated',
  chargePointSerialNumber: body.identity.slice(0, 25),
  firmwareVersion: '1.0'
})
