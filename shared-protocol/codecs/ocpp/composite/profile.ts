export type Unit = 'A' | 'W'
export type Version = '1.6' | '2.0.1' | '2.1'
export type Purpose =
  | 'station-max' // ChargePointMaxProfile, ChargingStationMaxProfile.
  | 'external' // ChargingStationExternalConstraints.
  | 'tx-default'
  | 'tx'
  | 'priority' // 2.1: in place of tx and tx-default while priority charging is on.
  | 'local-generation' // 2.1.
export type Kind = 'absolute' | 'recurring' | 'relative' | 'dynamic'

/** For L1, L2, L3; a value for L1 alone stands for all phases in use (amperes per phase, watts in total). */
export type Triple = readonly [l1: number | null, l2: number | null, l3: number | null]
export const nothing: Triple = [null, null, null]

export type Period = {
  readonly startS: number
  readonly limit: Triple
  readonly discharge: Triple // Not above zero.
  readonly setpoint: Triple
  readonly phases: number | null
  readonly phaseToUse: number | null
  readonly mode: string | null // 2.1 operationMode, in the standard's words.
}

/** One profile with the schedule that is in use, in words that no version of the standard owns. */
export type Profile = {
  readonly id: number
  readonly evse: number // 0: the station. In 1.6 the connector's number.
  readonly stackLevel: number
  readonly purpose: Purpose
  readonly kind: Kind
  readonly every: 'day' | 'week' | null
  readonly transactionId: string | null
  readonly validFromMs: number | null
  readonly validToMs: number | null
  readonly startMs: number | null
  readonly durationS: number | null
  readonly unit: Unit
  readonly minRate: number | null // For algorithms that choose; it neither raises nor lowers a limit.
  readonly periods: readonly Period[]
  readonly maxOfflineS: number | null
  readonly invalidAfterOffline: boolean
  readonly updatedMs: number | null // dynUpdateTime of a dynamic profile.
}

/** A transaction, or one assumed for the sake of the question (`id` and `startedMs` null). */
export type Transaction = {
  readonly id: string | null
  readonly startedMs: number | null // null: it starts when the window does.
  readonly priority?: boolean
}

export type Gap =
  | { readonly kind: 'fill'; readonly limitA: number; readonly limitW: number }
  | { readonly kind: 'undefined' }

export type Station = {
  readonly version: Version
  readonly evses: readonly { readonly id: number; readonly transaction: Transaction | null }[]
  readonly voltageV: number // Phase to neutral.
  readonly phases: number // Where a period names none.
  readonly gap: Gap
  readonly offlineS: number | null // How long the back office has been away; null: it is there.
  readonly ignoredOffline?: readonly Purpose[] // 2.1 IgnoredProfilePurposesOffline.
}

export type Asked = {
  readonly evse: number // 0: the station as a whole.
  readonly unit: Unit
  readonly fromMs: number
  readonly toMs: number
}

/** The profile whose limit binds. */
export type Source = Pick<Profile, 'id' | 'purpose' | 'stackLevel' | 'evse' | 'minRate'>

export type CompositePeriod = {
  readonly startS: number
  readonly limit: Triple // L1 null: nothing is said (gap policy `undefined`).
  readonly discharge: Triple
  readonly setpoint: Triple
  readonly phases: number | null
  readonly phaseToUse: number | null // Where one phase is in use and a profile names it (K01.FR.19).
  readonly by: Source | null // null: the gap's default, or a sum over several EVSEs.
}

export type Composite = {
  readonly evse: number
  readonly unit: Unit
  readonly startMs: number // Whole seconds.
  readonly durationS: number
  readonly periods: readonly [CompositePeriod, ...CompositePeriod[]]
}
