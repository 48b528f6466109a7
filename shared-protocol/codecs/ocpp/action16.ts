import type { BackOfficeAction16, StationAction16 } from './messages16.ts'

const fromStation: Readonly<Record<StationAction16, true>> = {
  Authorize: true,
  BootNotification: true,
  DataTransfer: true,
  DiagnosticsStatusNotification: true,
  FirmwareStatusNotification: true,
  Heartbeat: true,
  LogStatusNotification: true,
  MeterValues: true,
  SecurityEventNotification: true,
  SignCertificate: true,
  SignedFirmwareStatusNotification: true,
  StartTransaction: true,
  StatusNotification: true,
  StopTransaction: true
}

const toStation: Readonly<Record<BackOfficeAction16, true>> = {
  CancelReservation: true,
  ChangeAvailability: true,
  ChangeConfiguration: true,
  ClearCache: true,
  ClearChargingProfile: true,
  DataTransfer: true,
  GetCompositeSchedule: true,
  GetConfiguration: true,
  GetDiagnostics: true,
  GetLocalListVersion: true,
  RemoteStartTransaction: true,
  RemoteStopTransaction: true,
  ReserveNow: true,
  Reset: true,
  SendLocalList: true,
  SetChargingProfile: true,
  TriggerMessage: true,
  UnlockConnector: true,
  UpdateFirmware: true
}

export const stationActions16 = Object.keys(fromStation) as readonly StationAction16[]
export const backOfficeActions16 = Object.keys(toStation) as readonly BackOfficeAction16[]

export const isStationAction16 = (action: string): action is StationAction16 =>
  Object.hasOwn(fromStation, action)
export const isBackOfficeAction16 = (action: string): action is BackOfficeAction16 =>
  Object.hasOwn(toStation, action)

/**
 * A message that carries money: a station throws it away once it was answered, so it is never refused for
 * its content. MeterValues only when they name a transaction; 2.x has one message for all.
 */
export function isTransactional(action: string, payload: unknown): boolean {
  if (action === 'MeterValues')
    return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'transactionId')
  return action === 'StartTransaction' || action === 'StopTransaction' || action === 'TransactionEvent'
}
