/**
 * Why a profile is refused, each with the reasonCode that 2.x wants in statusInfo. A closed list; the comment names
 * the requirement (2.x part 2; 1.6 where only it says so).
 */
export const profileFaults = {
  'evse-unknown': 'InvalidValue', // K01.FR.28
  'purpose-unknown': 'UnsupportedPurpose', // K01.FR.120
  'kind-unknown': 'UnsupportedKind', // K01.FR.121
  'external-not-settable': 'InvalidValue', // K01.FR.22
  'external-id-taken': 'DuplicateProfile', // K01.FR.05
  'external-id-reserved': 'InvalidProfileId', // K01.FR.81, MaxExternalConstraintsId
  'start-needs-tx-profile': 'InvalidValue', // F01.FR.11: a profile with RequestStartTransaction is a TxProfile.
  'station-max-relative': 'InvalidValue', // K01.FR.38
  'station-max-on-evse': 'InvalidValue', // 1.6 §3.13.1, 2.x table of purposes
  'tx-on-station': 'InvalidValue', // K01.FR.16
  'tx-without-id': 'MissingParam', // K01.FR.03
  'tx-not-running': 'TxNotFound', // K01.FR.09
  'tx-unknown': 'TxNotFound', // K01.FR.33
  'tx-level-taken': 'InvalidStackLevel', // K01.FR.39
  'tx-default-level-taken': 'DuplicateProfile', // K01.FR.53
  'validity-overlaps': 'DuplicateProfile', // K01.FR.06
  'validity-reversed': 'InvalidValue',
  'stack-level-out-of-range': 'InvalidStackLevel',
  'no-schedule': 'InvalidSchedule',
  'no-period': 'InvalidSchedule',
  'too-many-periods': 'InvalidSchedule', // ChargingScheduleMaxPeriods, PeriodsPerSchedule
  'unit-unsupported': 'UnsupportedRateUnit', // K01.FR.26
  'number-not-finite': 'InvalidSchedule',
  'limit-negative': 'InvalidSchedule',
  'discharge-positive': 'InvalidSchedule',
  'first-period-not-zero': 'InvalidSchedule', // K01.FR.31
  'periods-out-of-order': 'InvalidSchedule', // K01.FR.35
  'start-missing': 'InvalidSchedule', // K01.FR.40
  'start-extraneous': 'InvalidSchedule', // K01.FR.41
  'recurrence-missing': 'InvalidSchedule',
  'phase-to-use-without-one-phase': 'InvalidSchedule', // K01.FR.19
  'phase-switching-unsupported': 'InvalidSchedule', // K01.FR.20
  'phases-for-dc': 'NoPhaseForDC', // K01.FR.44
  'phases-unsupported': 'InvalidSchedule', // K01.FR.45
  'update-too-early': 'RateLimitExceeded', // K01.FR.56
  'dynamic-fields-without-dynamic': 'InvalidProfile', // K01.FR.122
  'dynamic-with-several-periods': 'InvalidSchedule', // K28: an update names one limit.
  'local-time-unsupported': 'InvalidSchedule', // K01.FR.123
  'delay-unsupported': 'InvalidSchedule', // K01.FR.124
  'delay-not-for-purpose': 'InvalidSchedule', // K01.FR.95
  'soc-limit-unsupported': 'InvalidSchedule', // K01.FR.125
  'sleep-unsupported': 'InvalidSchedule', // K01.FR.126
  'priority-with-duration': 'InvalidSchedule', // K01.FR.70
  'mode-not-for-purpose': 'InvalidSchedule', // K01.FR.71, table of operation modes by purpose
  'limits-not-for-mode': 'InvalidSchedule', // Table of limits and set-points by operation mode
  'setpoint-signs-differ': 'InvalidSchedule',
  'frequency-curve-missing': 'NoFreqWattCurve' // Q08.FR.02
} as const satisfies Readonly<Record<string, string>>

export type ProfileFault = keyof typeof profileFaults

/** The reasonCode of statusInfo for the first of the faults. */
export const reasonCodeOf = (fault: ProfileFault): string => profileFaults[fault]
