import fc from 'fast-check'
import { test } from 'tap'
import {
  asWire2,
  faultsOf,
  profileFaults,
  profileOf2,
  reasonCodeOf,
  type ProfileFault,
  type Rules,
  type Wanted,
  type WirePeriod2,
  type WireProfile2,
  type WireSchedule2
} from './index.ts'

const rules: Rules = {
  version: '2.0.1',
  units: ['A', 'W'],
  evses: [
    { id: 1, transactionId: 'T' },
    { id: 2, transactionId: null }
  ],
  current: 'AC',
  supplyPhases: 3,
  phaseSwitching: true,
  maxStackLevel: 10,
  maxPeriods: 4,
  v21: null
}
const able: Rules = {
  ...rules,
  version: '2.1',
  v21: {
    purposes: ['PriorityCharging', 'LocalGeneration'],
    dynamic: true,
    localTime: true,
    randomizedDelay: true,
    limitAtSoC: true,
    evseSleep: true,
    dcInputPhaseControl: false,
    maxExternalId: null,
    updateEveryS: null
  }
}
const unable: Rules = {
  ...able,
  v21: {
    purposes: [],
    dynamic: false,
    localTime: false,
    randomizedDelay: false,
    limitAtSoC: false,
    evseSleep: false,
    dcInputPhaseControl: false,
    maxExternalId: 100,
    updateEveryS: 60
  }
}

const schedule = (over: Partial<WireSchedule2> = {}): WireSchedule2 => ({
  id: 1,
  chargingRateUnit: 'A',
  startSchedule: '2026-01-02T03:00:00Z',
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
  ...over
})
const profile = (over: Partial<WireProfile2> = {}): WireProfile2 => ({
  id: 101,
  stackLevel: 1,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [schedule()],
  ...over
})
const periods = (...all: readonly WirePeriod2[]) => ({
  chargingSchedule: [schedule({ chargingSchedulePeriod: all })]
})
const one = (over: Partial<WirePeriod2>) => periods({ startPeriod: 0, limit: 16, ...over })
const tx = (over: Partial<WireProfile2> = {}) =>
  profile({ chargingProfilePurpose: 'TxProfile', transactionId: 'T', ...over })

const relative = { chargingProfileKind: 'Relative', chargingSchedule: [unstarted()] } as const
function unstarted(): WireSchedule2 {
  const { startSchedule: _, ...rest } = schedule()
  return rest
}

type Case = {
  readonly profile: WireProfile2
  readonly evse?: number
  readonly from?: Wanted['from']
  readonly sinceLastS?: number
  readonly stored?: readonly (readonly [evse: number, profile: WireProfile2])[]
  readonly rules?: Rules
}

/** One case for each name of the list: what is wrong is wrong in one way only. */
const cases: Readonly<Record<ProfileFault, Case>> = {
  'evse-unknown': { profile: profile(), evse: 9 },
  'purpose-unknown': { profile: profile({ chargingProfilePurpose: 'LocalGeneration' }), evse: 0 },
  'kind-unknown': { profile: profile({ chargingProfileKind: 'Dynamic' }), rules: unable },
  'external-not-settable': {
    profile: profile({ chargingProfilePurpose: 'ChargingStationExternalConstraints' })
  },
  'external-id-taken': {
    profile: profile({ stackLevel: 0 }),
    stored: [[0, profile({ chargingProfilePurpose: 'ChargingStationExternalConstraints' })]]
  },
  'external-id-reserved': { profile: profile({ id: 100 }), rules: unable },
  'start-needs-tx-profile': { profile: profile(), from: 'start' },
  'station-max-relative': {
    profile: profile({ chargingProfilePurpose: 'ChargingStationMaxProfile', ...relative }),
    evse: 0
  },
  'station-max-on-evse': { profile: profile({ chargingProfilePurpose: 'ChargingStationMaxProfile' }) },
  'tx-on-station': { profile: tx(), evse: 0 },
  'tx-without-id': { profile: profile({ chargingProfilePurpose: 'TxProfile' }) },
  'tx-not-running': { profile: tx(), evse: 2 },
  'tx-unknown': { profile: tx({ transactionId: 'U' }) },
  'tx-level-taken': { profile: tx({ id: 7 }), stored: [[1, tx()]] },
  'tx-default-level-taken': { profile: profile({ id: 7 }), stored: [[0, profile()]] },
  'validity-overlaps': {
    profile: profile({ id: 7, validFrom: '2026-01-03T00:00:00Z' }),
    stored: [[1, profile({ validTo: '2026-01-03T00:00:01Z' })]]
  },
  'validity-reversed': {
    profile: profile({ validFrom: '2026-01-03T00:00:00Z', validTo: '2026-01-03T00:00:00Z' })
  },
  'stack-level-out-of-range': { profile: profile({ stackLevel: 11 }) },
  'no-schedule': { profile: profile({ chargingSchedule: [] }) },
  'no-period': { profile: profile(periods()) },
  'too-many-periods': {
    profile: profile(periods(...[0, 1, 2, 3, 4].map((startPeriod) => ({ startPeriod, limit: 6 }))))
  },
  'unit-unsupported': {
    profile: profile({ chargingSchedule: [schedule({ chargingRateUnit: 'W' })] }),
    rules: { ...rules, units: ['A'] }
  },
  'number-not-finite': { profile: profile(one({ limit: Number.NaN })) },
  'limit-negative': { profile: profile(one({ limit: -1 })) },
  'discharge-positive': { profile: profile(one({ dischargeLimit: 5 })) },
  'first-period-not-zero': { profile: profile(periods({ startPeriod: 1, limit: 6 })) },
  'periods-out-of-order': {
    profile: profile(periods({ startPeriod: 0, limit: 6 }, { startPeriod: 0, limit: 8 }))
  },
  'start-missing': { profile: profile({ chargingSchedule: [unstarted()] }) },
  'start-extraneous': { profile: profile({ chargingProfileKind: 'Relative' }) },
  'recurrence-missing': { profile: profile({ chargingProfileKind: 'Recurring' }) },
  'phase-to-use-without-one-phase': { profile: profile(one({ phaseToUse: 2, numberPhases: 3 })) },
  'phase-switching-unsupported': {
    profile: profile(one({ phaseToUse: 2, numberPhases: 1 })),
    rules: { ...rules, phaseSwitching: false }
  },
  'phases-for-dc': { profile: profile(one({ numberPhases: 3 })), rules: { ...rules, current: 'DC' } },
  'phases-unsupported': { profile: profile(one({ numberPhases: 3 })), rules: { ...rules, supplyPhases: 1 } },
  'update-too-early': { profile: profile(), sinceLastS: 59, rules: unable },
  'dynamic-fields-without-dynamic': { profile: profile({ dynUpdateInterval: 5 }), rules: able },
  'dynamic-with-several-periods': {
    profile: profile({
      chargingProfileKind: 'Dynamic',
      ...periods({ startPeriod: 0, limit: 6 }, { startPeriod: 9, limit: 8 })
    }),
    rules: able
  },
  'local-time-unsupported': {
    profile: profile({ chargingSchedule: [schedule({ useLocalTime: true })] }),
    rules: unable
  },
  'delay-unsupported': {
    profile: profile({ chargingSchedule: [schedule({ randomizedDelay: 5 })] }),
    rules: unable
  },
  'delay-not-for-purpose': {
    profile: profile({
      chargingProfilePurpose: 'ChargingStationMaxProfile',
      chargingSchedule: [schedule({ randomizedDelay: 5 })]
    }),
    evse: 0,
    rules: able
  },
  'soc-limit-unsupported': {
    profile: profile({ chargingSchedule: [schedule({ limitAtSoC: {} })] }),
    rules: unable
  },
  'sleep-unsupported': { profile: profile(one({ evseSleep: true })), rules: unable },
  'priority-with-duration': {
    profile: profile({
      chargingProfilePurpose: 'PriorityCharging',
      chargingSchedule: [schedule({ duration: 60 })]
    }),
    rules: able
  },
  'mode-not-for-purpose': {
    profile: profile({
      chargingProfilePurpose: 'PriorityCharging',
      ...periods({ startPeriod: 0, operationMode: 'Idle' })
    }),
    rules: able
  },
  'limits-not-for-mode': {
    profile: profile(periods({ startPeriod: 0, operationMode: 'ChargingOnly' })),
    rules: able
  },
  'setpoint-signs-differ': {
    profile: profile(
      periods({ startPeriod: 0, operationMode: 'CentralSetpoint', setpoint: 5, setpoint_L2: -5 })
    ),
    rules: able
  },
  'frequency-curve-missing': {
    profile: profile({
      chargingSchedule: [
        schedule({
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, operationMode: 'LocalFrequency', v2xBaseline: 0 }]
        })
      ]
    }),
    rules: able
  }
}

const faults = ({
  profile: wire,
  evse = 1,
  from = 'set',
  stored = [],
  rules: by = { ...rules, v21: null },
  sinceLastS
}: Case) =>
  faultsOf(
    { evse, profile: wire, from, ...(sinceLastS === undefined ? {} : { sinceLastS }) },
    stored.map(([at, each]) => profileOf2(at, each)),
    by
  )

for (const [fault, each] of Object.entries(cases)) {
  void test(`a profile is refused: ${fault}`, async (t) => {
    t.strictSame(faults(each), [fault])
    t.match(reasonCodeOf(fault as ProfileFault), /^[A-Z]/)
  })
}

void test('every name of the list has its case', async (t) => {
  t.strictSame(Object.keys(cases).toSorted(), Object.keys(profileFaults).toSorted())
})

const good: readonly (readonly [string, Case])[] = [
  ['a default for an EVSE', { profile: profile() }],
  ['a default for the station', { profile: profile(), evse: 0 }],
  ['one for the running transaction', { profile: tx() }],
  ['the same id again, with another limit', { profile: tx(one({ limit: 6 })), stored: [[1, tx()]] }],
  [
    'one with a start, before the transaction has its id',
    { profile: profile({ chargingProfilePurpose: 'TxProfile' }), from: 'start', evse: 2 }
  ],
  [
    'the same level when the validities meet but do not overlap',
    {
      profile: profile({ id: 7, validFrom: '2026-01-03T00:00:00Z' }),
      stored: [[1, profile({ validTo: '2026-01-03T00:00:00Z' })]]
    }
  ],
  [
    'phases on DC whose input they steer',
    {
      profile: profile(one({ numberPhases: 3 })),
      rules: { ...able, current: 'DC', v21: { ...able.v21!, dcInputPhaseControl: true } }
    }
  ],
  [
    'a set-point without a limit (2.1)',
    {
      profile: tx(periods({ startPeriod: 0, operationMode: 'CentralSetpoint', setpoint: -5 })),
      rules: able
    }
  ]
]
for (const [title, each] of good) {
  void test(`a profile is taken: ${title}`, async (t) => {
    t.strictSame(faults(each), [])
  })
}

void test('1.6: a level that is taken is replaced, a start may be missing, the maximum is for connector 0', async (t) => {
  const by: Rules = { ...rules, version: '1.6' }
  const wire = asWire2({
    chargingProfileId: 5,
    stackLevel: 1,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }
  })
  t.strictSame(faults({ profile: wire, rules: by, stored: [[0, profile()]] }), [])
  const maximum = { ...wire, chargingProfilePurpose: 'ChargePointMaxProfile' }
  t.strictSame(faults({ profile: maximum, rules: by }), ['station-max-on-evse'])
  t.strictSame(
    faults({ profile: { ...wire, chargingProfilePurpose: 'ChargingStationMaxProfile' }, rules: by }),
    ['purpose-unknown', 'station-max-on-evse']
  )
  t.strictSame(faults({ profile: { ...wire, chargingProfilePurpose: 'TxProfile' }, rules: by, evse: 2 }), [
    'tx-not-running'
  ])
  t.strictSame(faults({ profile: { ...wire, chargingProfilePurpose: 'TxProfile' }, rules: by }), [])
})

void test('several faults are all named, whatever their order of magnitude', async (t) => {
  const wrong = fc.subarray(['limit', 'order', 'unit', 'level'] as const)
  fc.assert(
    fc.property(wrong, (wanted) => {
      const limit = wanted.includes('limit') ? -1 : 6
      const wire = profile({
        stackLevel: wanted.includes('level') ? 99 : 1,
        chargingSchedule: [
          schedule({
            chargingRateUnit: wanted.includes('unit') ? 'W' : 'A',
            chargingSchedulePeriod: [
              { startPeriod: 0, limit },
              { startPeriod: wanted.includes('order') ? 0 : 10, limit }
            ]
          })
        ]
      })
      const names = {
        limit: 'limit-negative',
        order: 'periods-out-of-order',
        unit: 'unit-unsupported',
        level: 'stack-level-out-of-range'
      } as const
      const expected = wanted.map((each) => names[each]).toSorted()
      return (
        JSON.stringify([...faults({ profile: wire, rules: { ...rules, units: ['A'] } })].toSorted()) ===
        JSON.stringify(expected)
      )
    })
  )
  t.pass()
})
