import type { IdTagInfo, Status16 } from '@nova/shared-protocol/codecs/ocpp'
import type { Profile } from '@nova/shared-protocol/codecs/ocpp/composite'
import type { Temper } from './tempers.ts'
import type { Vehicle } from './vehicle.ts'

export type Transaction = {
  readonly local: string // The station's own mark until the back office has given an id.
  id: number | null
  readonly idTag: string
  readonly startedMs: number
  readonly meterStartWh: number
}

export type Reservation = {
  readonly id: number
  readonly idTag: string
  readonly group: string | null
  readonly untilMs: number
}

export type Outlet = {
  readonly number: number // As OCPP 1.6 counts.
  readonly maxMilliA: number
  readonly phases: 1 | 3
  status: Status16
  errorCode: string
  operative: boolean
  inoperativeAfter: boolean // ChangeAvailability was scheduled for the end of the transaction.
  vehicle: Vehicle | null // Plugged in.
  /** Somebody may start here until then. */
  permit: { readonly idTag: string; readonly untilMs: number } | null
  transaction: Transaction | null
  reservation: Reservation | null
  registerMilliJ: number
  drawnMilliA: number // Per phase in use.
  drawnPhases: 1 | 3
  sampledMs: number
}

/** A message about money: it waits, in order, until it is answered. Plain data, so that it can be kept in a file. */
export type Waiting = {
  readonly action: 'StartTransaction' | 'MeterValues' | 'StopTransaction'
  readonly local: string
  readonly payload: Readonly<Record<string, unknown>>
  tries: number
}

/** The station's own list of cards (OCPP 1.6 §3.5.3), by idTag in lower case; version 0: never told one. */
export type LocalList = { version: number; entries: Map<string, IdTagInfo> }

/** Everything a charge point knows; the functions beside it turn this, nothing else holds state. */
export type Body = {
  readonly identity: string
  readonly temper: Temper
  readonly voltageV: number
  readonly outlets: readonly Outlet[]
  readonly configuration: Map<string, string>
  profiles: readonly Profile[]
  localList: LocalList
  backlog: Waiting[]
  /** Ids given by the back office, by local mark; needed until the stop is answered. */
  transactionIds: Map<string, number>
  nowMs: number
  registered: boolean // BootNotification was accepted, and no reboot since.
  lost: number // Transaction messages given up after the last try.
  nextLocal: number
}

export const milliJPerWh = 3_600_000

export const registerWh = ({ registerMilliJ }: Outlet): number => Math.floor(registerMilliJ / milliJPerWh)

/** Configuration keys that this station acts upon (OCPP 1.6 §9). */
export const usualConfiguration: Readonly<Record<string, string>> = {
  HeartbeatInterval: '300',
  MeterValueSampleInterval: '10',
  ConnectionTimeOut: '60',
  TransactionMessageAttempts: '3',
  TransactionMessageRetryInterval: '10',
  StopTransactionOnInvalidId: 'true',
  LocalAuthorizeOffline: 'true',
  LocalPreAuthorize: 'false',
  LocalAuthListEnabled: 'true',
  LocalAuthListMaxLength: '1000',
  SendLocalListMaxLength: '100',
  AllowOfflineTxForUnknownId: 'false',
  ChargeProfileMaxStackLevel: '10',
  ChargingScheduleMaxPeriods: '24',
  MaxChargingProfilesInstalled: '20',
  ConnectorSwitch3to1PhaseSupported: 'false',
  SupportedFeatureProfiles:
    'Core,RemoteTrigger,SmartCharging,LocalAuthListManagement,Reservation,FirmwareManagement'
}

export const setting = (body: Body, key: string): number => Number(body.configuration.get(key) ?? 0)
export const switchedOn = (body: Body, key: string): boolean => body.configuration.get(key) === 'true'

export type OutletOptions = { readonly maxMilliA: number; readonly phases: 1 | 3 }

export function newOutlet({ maxMilliA, phases }: OutletOptions, number: number): Outlet {
  return {
    number,
    maxMilliA,
    phases,
    status: 'Available',
    errorCode: 'NoError',
    operative: true,
    inoperativeAfter: false,
    vehicle: null,
    permit: null,
    transaction: null,
    reservation: null,
    registerMilliJ: 0,
    drawnMilliA: 0,
    drawnPhases: phases,
    sampledMs: 0
  }
}
