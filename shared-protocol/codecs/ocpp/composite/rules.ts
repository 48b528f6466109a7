import type { ProfileFault } from './faults.ts'
import type { Profile, Unit, Version } from './profile.ts'
import type { WirePeriod2, WireProfile2, WireSchedule2 } from './wire.ts'

/** What the station can and who charges there; null where it has no bound. */
export type Rules = {
  readonly version: Version
  readonly units: readonly Unit[]
  readonly evses: readonly { readonly id: number; readonly transactionId: string | null }[]
  readonly current: 'AC' | 'DC'
  readonly supplyPhases: number
  readonly phaseSwitching: boolean // ACPhaseSwitchingSupported
  readonly maxStackLevel: number | null
  readonly maxPeriods: number | null
  readonly v21: Rules21 | null // null before 2.1.
}

export type Rules21 = {
  readonly purposes: readonly ('PriorityCharging' | 'LocalGeneration')[] // SupportedAdditionalPurposes
  readonly dynamic: boolean
  readonly localTime: boolean
  readonly randomizedDelay: boolean
  readonly limitAtSoC: boolean
  readonly evseSleep: boolean
  readonly dcInputPhaseControl: boolean
  readonly maxExternalId: number | null
  readonly updateEveryS: number | null // ChargingProfileUpdateRateLimit
}

export type Wanted = {
  readonly evse: number
  readonly profile: WireProfile2
  /** RequestStartTransaction (1.6 RemoteStartTransaction) brings a TxProfile before its transaction has an id. */
  readonly from: 'set' | 'start'
  readonly sinceLastS?: number // Since the latest profile of this purpose.
}

export type OfProfile = {
  readonly wanted: Wanted
  readonly stored: readonly Profile[]
  readonly rules: Rules
}
export type OfSchedule = OfProfile & { readonly schedule: WireSchedule2 }
export type OfPeriod = OfSchedule & { readonly period: WirePeriod2; readonly before: WirePeriod2 | undefined }

/** One row for each way to be wrong. */
export type Row<Context> = readonly [fault: ProfileFault, isSo: (context: Context) => boolean]

export const foundBy = <Context>(rows: readonly Row<Context>[], context: Context): readonly ProfileFault[] =>
  rows.filter(([, isSo]) => isSo(context)).map(([fault]) => fault)
