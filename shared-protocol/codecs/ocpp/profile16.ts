import { powerOfW } from '../../units/index.ts'
import { instantAt } from './instant.ts'
import type { ChargingProfile, SchedulePeriod, ToStation16 } from './messages16.ts'

type SetChargingProfile = ToStation16['SetChargingProfile'][0]
export type RateUnit = 'A' | 'W'

/**
 * How the station wants to be spoken to; voltage is phase to neutral, for stations that only take watts. Limits are
 * rounded down to `stepMilliA` for stations that round by themselves.
 */
export type Speech = {
  readonly unit: RateUnit
  readonly voltageV: number
  readonly stepMilliA?: number // The finest the unit allows when left out.
}

export type Lease = {
  readonly connector: number // As the station counts, 1…n.
  readonly transactionId: number | null
  readonly limitMilliA: number // Per phase.
  readonly phases: 1 | 2 | 3
  readonly leaseS: number
}

/** Profile ids: one for each purpose and connector, so that a renewal replaces and never piles up. */
const ids = {
  lease: 1000,
  leaseBefore: 2000,
  fallback: 3000,
  station: 4000,
  order: 5000,
  trial: 6000,
  trialInTransaction: 7000
} as const

// A station's clock may run behind ours; a schedule that "has not begun yet" would leave it unlimited.
const startsEarlierMs = 5 * 60_000

/**
 * A set-point as a lease: TxProfile of the running transaction, or, before one, a TxDefaultProfile above
 * the stored fallback. It loses force at `validTo` (OCPP 1.6 §7.8) and the fallback takes over.
 */
export function leaseProfile(lease: Lease, nowMs: number, speech: Speech): SetChargingProfile {
  const from = instantAt(nowMs - startsEarlierMs)
  const validity = { validFrom: from, validTo: instantAt(nowMs + lease.leaseS * 1000) }
  const chargingSchedule = {
    startSchedule: from,
    ...schedule(lease.limitMilliA, lease.phases, speech)
  }
  const common = { chargingProfileKind: 'Absolute', ...validity, chargingSchedule } as const
  const csChargingProfiles: ChargingProfile =
    lease.transactionId === null
      ? {
          chargingProfileId: ids.leaseBefore + lease.connector,
          stackLevel: 1,
          chargingProfilePurpose: 'TxDefaultProfile',
          ...common
        }
      : {
          chargingProfileId: ids.lease + lease.connector,
          transactionId: lease.transactionId,
          stackLevel: 0,
          chargingProfilePurpose: 'TxProfile',
          ...common
        }
  return { connectorId: lease.connector, csChargingProfiles }
}

/** The stored default of one connector: no end, so that even a dead edge leaves a limit behind. */
export function fallbackProfile(
  connector: number,
  defaultMilliA: number,
  speech: Speech
): SetChargingProfile {
  return {
    connectorId: connector,
    csChargingProfiles: {
      chargingProfileId: ids.fallback + connector,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: schedule(defaultMilliA, 3, speech)
    }
  }
}

/** The hard cap of the whole station (§3.13.1: connector 0 only). Absolute, because it belongs to no transaction. */
export function stationMaxProfile(maxMilliA: number, nowMs: number, speech: Speech): SetChargingProfile {
  return {
    connectorId: 0,
    csChargingProfiles: {
      chargingProfileId: ids.station,
      stackLevel: 0,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        startSchedule: instantAt(nowMs - startsEarlierMs),
        ...schedule(maxMilliA, 3, speech)
      }
    }
  }
}

/** A person's limit on one connector, above the fallback and without an end; `clearedProfile` takes it back. */
export function orderedProfile(
  connector: number,
  limit: { readonly limitMilliA: number } | { readonly limitW: number },
  speech: Speech
): SetChargingProfile {
  const chargingSchedule =
    'limitW' in limit
      ? { chargingRateUnit: 'W' as const, chargingSchedulePeriod: [{ startPeriod: 0, limit: limit.limitW }] }
      : schedule(limit.limitMilliA, 3, speech)
  return {
    connectorId: connector,
    csChargingProfiles: {
      chargingProfileId: ids.order + connector,
      stackLevel: 2,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule
    }
  }
}

export type Trial = { readonly connector: number; readonly limitMilliA: number; readonly lastsS: number }

/**
 * To find out what a station makes of a limit: the highest level of a connector's defaults, or, with
 * `inTransaction`, a TxProfile for a transaction that does not run (§3.13.1 forbids to take it). Ends by itself.
 */
export function trialProfile(
  { connector, limitMilliA, lastsS }: Trial,
  inTransaction: boolean,
  nowMs: number,
  speech: Speech
): SetChargingProfile {
  const from = instantAt(nowMs - startsEarlierMs)
  return {
    connectorId: connector,
    csChargingProfiles: {
      chargingProfileId: (inTransaction ? ids.trialInTransaction : ids.trial) + connector,
      stackLevel: inTransaction ? 0 : 3,
      chargingProfilePurpose: inTransaction ? 'TxProfile' : 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      validFrom: from,
      validTo: instantAt(nowMs + lastsS * 1000),
      chargingSchedule: { startSchedule: from, ...schedule(limitMilliA, 3, speech) }
    }
  }
}

export const clearedProfile = (connector: number): ToStation16['ClearChargingProfile'][0] => ({
  id: ids.order + connector
})

// §7.13: limits have one decimal at the most; rounding down keeps the promise to the fuse.
function schedule(wantedMilliA: number, phases: 1 | 2 | 3, { unit, voltageV, stepMilliA }: Speech) {
  const step = stepMilliA ?? (unit === 'A' ? 100 : 1)
  const milliA = Math.floor(wantedMilliA / step) * step
  const period: SchedulePeriod =
    unit === 'A'
      ? { startPeriod: 0, limit: milliA / 1000 }
      : { startPeriod: 0, limit: powerOfW(milliA, phases, voltageV) }
  return {
    chargingRateUnit: unit,
    chargingSchedulePeriod: [phases === 3 ? period : { ...period, numberPhases: phases }]
  }
}

/** What `ChargingScheduleAllowedChargingRateUnit` (§9.4.2) says: amperes unless only power is named. */
export function unitFrom(value: string | undefined): RateUnit {
  const words = (value ?? '').split(',').map((word) => word.trim().toLowerCase())
  return words.includes('power') && !words.includes('current') ? 'W' : 'A'
}
