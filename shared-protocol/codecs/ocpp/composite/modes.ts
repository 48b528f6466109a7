import type { OfPeriod, Row } from './rules.ts'
import { dischargesOf, limitsOf, setpointsOf, type WirePeriod2 } from './wire.ts'

const allModes = [
  'ChargingOnly',
  'CentralSetpoint',
  'ExternalSetpoint',
  'ExternalLimits',
  'CentralFrequency',
  'LocalFrequency',
  'LocalLoadBalancing',
  'Idle'
]

/** 2.1, table of operation modes by purpose. */
const modesFor: Readonly<Record<string, readonly string[]>> = {
  TxProfile: allModes,
  TxDefaultProfile: allModes,
  PriorityCharging: ['ChargingOnly'],
  ChargingStationMaxProfile: ['ChargingOnly'],
  ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalLimits', 'ExternalSetpoint'],
  LocalGeneration: ['ChargingOnly', 'ExternalLimits']
}

type Field = 'limit' | 'dischargeLimit' | 'setpoint' | 'setpointReactive'
type Fields = { readonly needs: readonly Field[]; readonly may: readonly Field[] }

/** 2.1, table of limits and set-points by operation mode. */
const fieldsFor: Readonly<Record<string, Fields>> = {
  ChargingOnly: { needs: ['limit'], may: [] },
  CentralSetpoint: { needs: ['setpoint'], may: ['limit', 'dischargeLimit', 'setpointReactive'] },
  CentralFrequency: { needs: ['setpoint'], may: ['limit', 'dischargeLimit'] },
  ExternalSetpoint: { needs: [], may: ['limit', 'dischargeLimit'] },
  LocalFrequency: { needs: [], may: [] },
  ExternalLimits: { needs: [], may: [] },
  LocalLoadBalancing: { needs: [], may: [] },
  Idle: { needs: [], may: [] }
}

const modeOf = ({ period }: OfPeriod) => period.operationMode ?? 'ChargingOnly'

export const modeRows: readonly Row<OfPeriod>[] = [
  [
    'mode-not-for-purpose',
    (it) => !(modesFor[it.wanted.profile.chargingProfilePurpose] ?? allModes).includes(modeOf(it))
  ],
  ['limits-not-for-mode', (it) => !fits(it.period, fieldsFor[modeOf(it)])],
  [
    'setpoint-signs-differ',
    ({ period }) => {
      const all = setpointsOf(period)
      return all.some((each) => each > 0) && all.some((each) => each < 0)
    }
  ],
  ['sleep-unsupported', ({ period, rules }) => period.evseSleep === true && rules.v21?.evseSleep === false],
  // Q08.FR.05: a curve of power by frequency is in watts.
  ['unit-unsupported', (it) => modeOf(it) === 'LocalFrequency' && it.schedule.chargingRateUnit === 'A'],
  [
    'frequency-curve-missing',
    (it) =>
      modeOf(it) === 'LocalFrequency' &&
      ((it.period.v2xFreqWattCurve ?? []).length < 2 || it.period.v2xBaseline === undefined)
  ]
]

function fits(period: WirePeriod2, fields: Fields | undefined): boolean {
  if (!fields) return false
  const { needs, may } = fields
  const present = Object.entries({
    limit: limitsOf(period),
    dischargeLimit: dischargesOf(period),
    setpoint: setpointsOf(period),
    setpointReactive: period.setpointReactive === undefined ? [] : [0]
  }).flatMap(([field, values]) => (values.length > 0 ? [field as Field] : []))
  return (
    needs.every((field) => present.includes(field)) &&
    present.every((field) => needs.includes(field) || may.includes(field))
  )
}
