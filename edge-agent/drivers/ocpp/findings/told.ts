import type { ChargingProfile, ProfilePurpose } from '@nova/shared-protocol/codecs/ocpp'
import {
  clear,
  keep,
  profileOf16,
  purposeOf,
  type Profile,
  type Transaction
} from '@nova/shared-protocol/codecs/ocpp/composite'
import type { Finding } from './finding.ts'

const mostProfiles = 200 // A person's raw orders could pile up; a charger keeps far fewer.

type Told = { readonly action: string; readonly payload: unknown }
type SetProfile = { readonly connectorId: number; readonly csChargingProfiles: ChargingProfile }
type ClearProfile = {
  readonly id?: number
  readonly connectorId?: number
  readonly chargingProfilePurpose?: ProfilePurpose
  readonly stackLevel?: number
}

/** Takes down what the charger has accepted; the payload has passed the schema. */
export function noteTold(finding: Finding, { action, payload }: Told, nowMs: number): void {
  if (action === 'SetChargingProfile') {
    const { connectorId, csChargingProfiles } = payload as SetProfile
    const profile = readable(connectorId, csChargingProfiles)
    if (!profile) return
    const kept = keep(finding.told, profile, '1.6')
    finding.told = kept
      .filter(({ validToMs }) => validToMs === null || validToMs > nowMs)
      .slice(-mostProfiles)
  }
  if (action === 'ClearChargingProfile') {
    const { connectorId: evse, chargingProfilePurpose: purpose, ...rest } = payload as ClearProfile
    finding.told = clear(finding.told, {
      ...rest,
      ...(evse === undefined ? {} : { evse }),
      ...(purpose === undefined ? {} : { purpose: purposeOf(purpose) })
    })
  }
}

/** A person's raw profile may have an instant that only the charger can read: nothing is expected of it then. */
function readable(connector: number, wire: ChargingProfile): Profile | null {
  try {
    return profileOf16(connector, wire)
  } catch (cause) {
    if (cause instanceof RangeError) return null
    throw cause
  }
}

/** The transaction is over, and its profiles with it (OCPP 1.6 §3.13.1). */
export function noteStopped(finding: Finding, transactionId: string): void {
  finding.told = finding.told.filter(
    (profile) => profile.purpose !== 'tx' || profile.transactionId !== transactionId
  )
}

/** The transaction that is led on a connector; null: none that we know of. */
export function ledOn(told: readonly Profile[], connector: number): Transaction | null {
  const lease = told.findLast(({ purpose, evse }) => purpose === 'tx' && evse === connector)
  return lease ? { id: lease.transactionId, startedMs: null } : null
}
