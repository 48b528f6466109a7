import type { ConnectorStatus, StopReason } from '../../model/index.ts'

export type Status16 =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted'

export type ReadStatus = {
  readonly status: ConnectorStatus
  readonly suspendedBy: 'ev' | 'evse' | null
  readonly errorCode: string | null
}

const statuses: Readonly<Record<Status16, ConnectorStatus>> = {
  Available: 'available',
  Preparing: 'preparing',
  Charging: 'charging',
  SuspendedEVSE: 'suspended',
  SuspendedEV: 'suspended',
  Finishing: 'finishing',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'faulted'
}

/**
 * OCPP 1.6 §7.7: status and error code. An error code beside a working status is a warning, kept as such;
 * only `Faulted` makes a connector faulted.
 */
export function readStatus16(status: Status16, errorCode: string): ReadStatus {
  return {
    status: statuses[status],
    suspendedBy: status === 'SuspendedEV' ? 'ev' : status === 'SuspendedEVSE' ? 'evse' : null,
    errorCode: errorCode === 'NoError' ? null : errorCode.slice(0, 50)
  }
}

const reasons = new Map<unknown, StopReason>([
  ['DeAuthorized', 'deauthorised'],
  ['EmergencyStop', 'emergency'],
  ['EVDisconnected', 'ev-disconnected'],
  ['HardReset', 'reboot'],
  ['Local', 'local'],
  ['Other', 'other'],
  ['PowerLoss', 'power-loss'],
  ['Reboot', 'reboot'],
  ['Remote', 'remote'],
  ['SoftReset', 'reboot'],
  ['UnlockCommand', 'unlock']
])

/** OCPP 1.6 §6.49: a missing reason means `Local`; one that the standard does not know is `other`. */
export const readStopReason16 = (reason: unknown): StopReason =>
  reason === undefined ? 'local' : (reasons.get(reason) ?? 'other')
