import type { Status16 } from './status16.ts'

/** Payloads of OCPP 1.6 as they stand on the wire; the official schemas decide, these are for the compiler. */
type Empty = Readonly<Record<string, never>>
type Code<Word extends string> = { readonly status: Word }

export type IdTagInfo = {
  readonly status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx'
  readonly expiryDate?: string
  readonly parentIdTag?: string
}

export type SampledValue = {
  readonly value: string
  readonly context?: string
  readonly format?: 'Raw' | 'SignedData'
  readonly measurand?: string
  readonly phase?: string
  readonly location?: string
  readonly unit?: string
}
export type MeterValue = { readonly timestamp: string; readonly sampledValue: readonly SampledValue[] }

export type SchedulePeriod = {
  readonly startPeriod: number
  readonly limit: number
  readonly numberPhases?: number
}
export type ChargingSchedule = {
  readonly duration?: number
  readonly startSchedule?: string
  readonly chargingRateUnit: 'A' | 'W'
  readonly chargingSchedulePeriod: readonly SchedulePeriod[]
  readonly minChargingRate?: number
}
export type ProfilePurpose = 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile'
export type ChargingProfile = {
  readonly chargingProfileId: number
  readonly transactionId?: number
  readonly stackLevel: number
  readonly chargingProfilePurpose: ProfilePurpose
  readonly chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative'
  readonly recurrencyKind?: 'Daily' | 'Weekly'
  readonly validFrom?: string
  readonly validTo?: string
  readonly chargingSchedule: ChargingSchedule
}
export type LocalListEntry = { readonly idTag: string; readonly idTagInfo?: IdTagInfo }

/** From the station: [request, response]. Core, FirmwareManagement, and the security white paper's. */
export type FromStation16 = {
  Authorize: [{ readonly idTag: string }, { readonly idTagInfo: IdTagInfo }]
  BootNotification: [
    {
      readonly chargePointVendor: string
      readonly chargePointModel: string
      readonly chargePointSerialNumber?: string
      readonly chargeBoxSerialNumber?: string
      readonly firmwareVersion?: string
      readonly iccid?: string
      readonly imsi?: string
      readonly meterType?: string
      readonly meterSerialNumber?: string
    },
    {
      readonly status: 'Accepted' | 'Pending' | 'Rejected'
      readonly currentTime: string
      readonly interval: number
    }
  ]
  DataTransfer: [
    { readonly vendorId: string; readonly messageId?: string; readonly data?: string },
    Code<'Accepted' | 'Rejected' | 'UnknownMessageId' | 'UnknownVendorId'> & { readonly data?: string }
  ]
  DiagnosticsStatusNotification: [Code<'Idle' | 'Uploaded' | 'UploadFailed' | 'Uploading'>, Empty]
  FirmwareStatusNotification: [{ readonly status: string }, Empty]
  Heartbeat: [Empty, { readonly currentTime: string }]
  LogStatusNotification: [{ readonly status: string; readonly requestId?: number }, Empty]
  MeterValues: [
    {
      readonly connectorId: number
      readonly transactionId?: number
      readonly meterValue: readonly MeterValue[]
    },
    Empty
  ]
  SecurityEventNotification: [
    { readonly type: string; readonly timestamp: string; readonly techInfo?: string },
    Empty
  ]
  SignCertificate: [{ readonly csr: string }, Code<'Accepted' | 'Rejected'>]
  SignedFirmwareStatusNotification: [{ readonly status: string; readonly requestId?: number }, Empty]
  StartTransaction: [
    {
      readonly connectorId: number
      readonly idTag: string
      readonly meterStart: number
      readonly timestamp: string
      readonly reservationId?: number
    },
    { readonly transactionId: number; readonly idTagInfo: IdTagInfo }
  ]
  StatusNotification: [
    {
      readonly connectorId: number
      readonly errorCode: string
      readonly status: Status16
      readonly info?: string
      readonly timestamp?: string
      readonly vendorId?: string
      readonly vendorErrorCode?: string
    },
    Empty
  ]
  StopTransaction: [
    {
      readonly transactionId: number
      readonly meterStop: number
      readonly timestamp: string
      readonly idTag?: string
      readonly reason?: string
      readonly transactionData?: readonly MeterValue[]
    },
    { readonly idTagInfo?: IdTagInfo }
  ]
}
export type StationAction16 = keyof FromStation16

/** To the station: Core, FirmwareManagement, LocalAuthListManagement, Reservation, SmartCharging, RemoteTrigger. */
export type ToStation16 = {
  CancelReservation: [{ readonly reservationId: number }, Code<'Accepted' | 'Rejected'>]
  ChangeAvailability: [
    { readonly connectorId: number; readonly type: 'Inoperative' | 'Operative' },
    Code<'Accepted' | 'Rejected' | 'Scheduled'>
  ]
  ChangeConfiguration: [
    { readonly key: string; readonly value: string },
    Code<'Accepted' | 'Rejected' | 'RebootRequired' | 'NotSupported'>
  ]
  ClearCache: [Empty, Code<'Accepted' | 'Rejected'>]
  ClearChargingProfile: [
    {
      readonly id?: number
      readonly connectorId?: number
      readonly chargingProfilePurpose?: ProfilePurpose
      readonly stackLevel?: number
    },
    Code<'Accepted' | 'Unknown'>
  ]
  DataTransfer: FromStation16['DataTransfer']
  GetCompositeSchedule: [
    { readonly connectorId: number; readonly duration: number; readonly chargingRateUnit?: 'A' | 'W' },
    Code<'Accepted' | 'Rejected'> & {
      readonly connectorId?: number
      readonly scheduleStart?: string
      readonly chargingSchedule?: ChargingSchedule
    }
  ]
  GetConfiguration: [
    { readonly key?: readonly string[] },
    {
      readonly configurationKey?: readonly {
        readonly key: string
        readonly readonly: boolean
        readonly value?: string
      }[]
      readonly unknownKey?: readonly string[]
    }
  ]
  GetDiagnostics: [
    {
      readonly location: string
      readonly retries?: number
      readonly retryInterval?: number
      readonly startTime?: string
      readonly stopTime?: string
    },
    { readonly fileName?: string }
  ]
  GetLocalListVersion: [Empty, { readonly listVersion: number }]
  RemoteStartTransaction: [
    { readonly idTag: string; readonly connectorId?: number; readonly chargingProfile?: ChargingProfile },
    Code<'Accepted' | 'Rejected'>
  ]
  RemoteStopTransaction: [{ readonly transactionId: number }, Code<'Accepted' | 'Rejected'>]
  ReserveNow: [
    {
      readonly connectorId: number
      readonly expiryDate: string
      readonly idTag: string
      readonly parentIdTag?: string
      readonly reservationId: number
    },
    Code<'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable'>
  ]
  Reset: [{ readonly type: 'Hard' | 'Soft' }, Code<'Accepted' | 'Rejected'>]
  SendLocalList: [
    {
      readonly listVersion: number
      readonly localAuthorizationList?: readonly LocalListEntry[]
      readonly updateType: 'Differential' | 'Full'
    },
    Code<'Accepted' | 'Failed' | 'NotSupported' | 'VersionMismatch'>
  ]
  SetChargingProfile: [
    { readonly connectorId: number; readonly csChargingProfiles: ChargingProfile },
    Code<'Accepted' | 'Rejected' | 'NotSupported'>
  ]
  TriggerMessage: [
    { readonly requestedMessage: string; readonly connectorId?: number },
    Code<'Accepted' | 'Rejected' | 'NotImplemented'>
  ]
  UnlockConnector: [{ readonly connectorId: number }, Code<'Unlocked' | 'UnlockFailed' | 'NotSupported'>]
  UpdateFirmware: [
    {
      readonly location: string
      readonly retrieveDate: string
      readonly retries?: number
      readonly retryInterval?: number
    },
    Empty
  ]
}
export type BackOfficeAction16 = keyof ToStation16
