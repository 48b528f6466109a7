import type { ProfileFault } from './faults.ts'
import { modeRows } from './modes.ts'
import { foundBy, type OfPeriod, type OfSchedule, type Row } from './rules.ts'
import { dischargesOf, limitsOf, setpointsOf } from './wire.ts'

/** What is wrong with one schedule of the profile and with its periods. */
export function scheduleFaults(context: OfSchedule): readonly ProfileFault[] {
  const { chargingSchedulePeriod: periods } = context.schedule
  const rows = context.rules.v21 === null ? periodRows : [...periodRows, ...modeRows]
  return [
    ...foundBy(scheduleRows, context),
    ...periods.flatMap((period, at) => foundBy(rows, { ...context, period, before: periods[at - 1] }))
  ]
}

const kindOf = ({ wanted }: OfSchedule) => wanted.profile.chargingProfileKind
const purposeOf = ({ wanted }: OfSchedule) => wanted.profile.chargingProfilePurpose

const scheduleRows: readonly Row<OfSchedule>[] = [
  ['no-period', ({ schedule }) => schedule.chargingSchedulePeriod.length === 0],
  [
    'too-many-periods',
    ({ schedule, rules }) => schedule.chargingSchedulePeriod.length > (rules.maxPeriods ?? Infinity)
  ],
  ['unit-unsupported', ({ schedule, rules }) => !rules.units.includes(schedule.chargingRateUnit)],
  [
    'number-not-finite',
    ({ schedule: { duration = 0, minChargingRate = 0 } }) =>
      ![duration, minChargingRate].every(Number.isFinite)
  ],
  // 1.6 §7.13: without startSchedule a schedule is relative, and a relative one ignores it.
  [
    'start-missing',
    (it) =>
      it.rules.version !== '1.6' &&
      ['Absolute', 'Recurring'].includes(kindOf(it)) &&
      it.schedule.startSchedule === undefined
  ],
  [
    'start-extraneous',
    (it) => it.rules.version !== '1.6' && kindOf(it) === 'Relative' && it.schedule.startSchedule !== undefined
  ],
  [
    'dynamic-with-several-periods',
    (it) => kindOf(it) === 'Dynamic' && it.schedule.chargingSchedulePeriod.length > 1
  ],
  [
    'local-time-unsupported',
    ({ schedule, rules }) => schedule.useLocalTime === true && rules.v21?.localTime === false
  ],
  [
    'delay-unsupported',
    ({ schedule, rules }) => schedule.randomizedDelay !== undefined && rules.v21?.randomizedDelay === false
  ],
  [
    'delay-not-for-purpose',
    (it) =>
      (it.schedule.randomizedDelay ?? 0) > 0 && !['TxProfile', 'TxDefaultProfile'].includes(purposeOf(it))
  ],
  [
    'soc-limit-unsupported',
    ({ schedule, rules }) => schedule.limitAtSoC !== undefined && rules.v21?.limitAtSoC === false
  ],
  [
    'priority-with-duration',
    (it) => purposeOf(it) === 'PriorityCharging' && it.schedule.duration !== undefined
  ]
]

const periodRows: readonly Row<OfPeriod>[] = [
  ['first-period-not-zero', ({ period, before }) => before === undefined && period.startPeriod !== 0],
  [
    'periods-out-of-order',
    ({ period, before }) => before !== undefined && period.startPeriod <= before.startPeriod
  ],
  [
    'number-not-finite',
    ({ period }) =>
      ![period.startPeriod, ...limitsOf(period), ...dischargesOf(period), ...setpointsOf(period)].every(
        Number.isFinite
      )
  ],
  ['limit-negative', ({ period }) => limitsOf(period).some((limit) => limit < 0)],
  ['discharge-positive', ({ period }) => dischargesOf(period).some((limit) => limit > 0)],
  // Before 2.1 there is no mode that could do without a limit.
  ['limits-not-for-mode', ({ period, rules }) => rules.v21 === null && limitsOf(period).length === 0],
  [
    'phase-to-use-without-one-phase',
    ({ period }) => period.phaseToUse !== undefined && period.numberPhases !== 1
  ],
  [
    'phase-switching-unsupported',
    ({ period, rules }) => period.phaseToUse !== undefined && !rules.phaseSwitching
  ],
  [
    'phases-for-dc',
    ({ period, rules }) =>
      rules.current === 'DC' &&
      rules.version !== '1.6' &&
      rules.v21?.dcInputPhaseControl !== true &&
      (period.numberPhases !== undefined || period.phaseToUse !== undefined)
  ],
  [
    'phases-unsupported',
    ({ period, rules }) => rules.current === 'AC' && (period.numberPhases ?? 1) > rules.supplyPhases
  ]
]
