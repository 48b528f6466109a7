import type { ProfileFault } from './faults.ts'
import type { Profile } from './profile.ts'
import { foundBy, type OfProfile, type Row, type Rules, type Wanted } from './rules.ts'
import { scheduleFaults } from './validate-schedules.ts'
import { instant, type WireProfile2 } from './wire.ts'

/**
 * What is wrong with a SetChargingProfile, all of it; an empty list means that it can be stored. Pure: nothing is
 * stored here. A 1.6 profile is given through `asWire2`.
 */
export function faultsOf(wanted: Wanted, stored: readonly Profile[], rules: Rules): readonly ProfileFault[] {
  const context = { wanted, stored, rules }
  const schedules = wanted.profile.chargingSchedule.flatMap((schedule) =>
    scheduleFaults({ ...context, schedule })
  )
  return [...new Set([...foundBy(rows, context), ...schedules])]
}

const purposes16 = ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']
const purposes20 = [
  'ChargingStationMaxProfile',
  'ChargingStationExternalConstraints',
  'TxDefaultProfile',
  'TxProfile'
]
const kinds = ['Absolute', 'Recurring', 'Relative']

const isMaximum = ({ profile }: Wanted) =>
  /^Charg(ePoint|ingStation)MaxProfile$/.test(profile.chargingProfilePurpose)
const isTx = ({ profile }: Wanted) => profile.chargingProfilePurpose === 'TxProfile'

/** A TxProfile that is set, so that its transaction has to run. */
const isForRunning = ({ wanted }: OfProfile) => isTx(wanted) && wanted.from === 'set' && wanted.evse !== 0
const running = ({ wanted, rules }: OfProfile) =>
  rules.evses.find(({ id }) => id === wanted.evse)?.transactionId ?? null

const named: Readonly<Record<string, Profile['purpose']>> = {
  ChargingStationMaxProfile: 'station-max',
  TxDefaultProfile: 'tx-default',
  PriorityCharging: 'priority',
  LocalGeneration: 'local-generation'
}

/** Other profiles of the same purpose and level; 1.6 replaces what stands in the way (§3.13.2). */
const rivals = ({ wanted: { profile }, stored, rules }: OfProfile): readonly Profile[] =>
  rules.version === '1.6'
    ? []
    : stored.filter(
        ({ id, stackLevel, purpose }) =>
          id !== profile.id &&
          stackLevel === profile.stackLevel &&
          purpose === named[profile.chargingProfilePurpose]
      )

function overlap(stored: Profile, { validFrom, validTo }: WireProfile2): boolean {
  const [from, to] = [instant(validFrom) ?? -Infinity, instant(validTo) ?? Infinity]
  return from < (stored.validToMs ?? Infinity) && (stored.validFromMs ?? -Infinity) < to
}

const rows: readonly Row<OfProfile>[] = [
  [
    'evse-unknown',
    ({ wanted, rules }) => wanted.evse !== 0 && !rules.evses.some(({ id }) => id === wanted.evse)
  ],
  [
    'purpose-unknown',
    ({ wanted, rules }) =>
      !(rules.version === '1.6' ? purposes16 : [...purposes20, ...(rules.v21?.purposes ?? [])]).includes(
        wanted.profile.chargingProfilePurpose
      )
  ],
  [
    'kind-unknown',
    ({ wanted: { profile }, rules }) =>
      !kinds.includes(profile.chargingProfileKind) &&
      !(profile.chargingProfileKind === 'Dynamic' && rules.v21?.dynamic === true)
  ],
  [
    'external-not-settable',
    ({ wanted: { profile, from } }) =>
      from === 'set' && profile.chargingProfilePurpose === 'ChargingStationExternalConstraints'
  ],
  [
    'external-id-taken',
    ({ wanted, stored }) =>
      stored.some(({ id, purpose }) => id === wanted.profile.id && purpose === 'external')
  ],
  [
    'external-id-reserved',
    ({ wanted, rules }) => wanted.profile.id <= (rules.v21?.maxExternalId ?? -Infinity)
  ],
  ['station-max-on-evse', ({ wanted }) => isMaximum(wanted) && wanted.evse > 0],
  [
    'station-max-relative', // 1.6 forbids it nowhere.
    ({ wanted, rules }) =>
      rules.version !== '1.6' && isMaximum(wanted) && wanted.profile.chargingProfileKind === 'Relative'
  ],
  ['start-needs-tx-profile', ({ wanted }) => wanted.from === 'start' && !isTx(wanted)],
  // 1.6 §5.11: the connector of a remote start may be left to the station.
  [
    'tx-on-station',
    ({ wanted, rules }) =>
      isTx(wanted) && wanted.evse === 0 && !(rules.version === '1.6' && wanted.from === 'start')
  ],
  // 1.6: without transactionId the profile is for the one that runs.
  [
    'tx-without-id',
    (it) => isForRunning(it) && it.rules.version !== '1.6' && it.wanted.profile.transactionId === undefined
  ],
  ['tx-not-running', (it) => isForRunning(it) && running(it) === null],
  [
    'tx-unknown',
    (it) =>
      isForRunning(it) &&
      running(it) !== null &&
      ![undefined, running(it)].includes(it.wanted.profile.transactionId)
  ],
  [
    'tx-level-taken',
    ({ wanted, stored, rules }) =>
      isTx(wanted) &&
      rules.version !== '1.6' &&
      stored.some(
        ({ id, stackLevel, transactionId }) =>
          id !== wanted.profile.id &&
          stackLevel === wanted.profile.stackLevel &&
          transactionId !== null &&
          transactionId === wanted.profile.transactionId
      )
  ],
  [
    'tx-default-level-taken',
    (it) =>
      it.wanted.profile.chargingProfilePurpose === 'TxDefaultProfile' &&
      rivals(it).some(({ evse }) => (evse === 0) !== (it.wanted.evse === 0))
  ],
  [
    'validity-overlaps',
    (it) => rivals(it).some((each) => each.evse === it.wanted.evse && overlap(each, it.wanted.profile))
  ],
  [
    'validity-reversed',
    ({ wanted: { profile } }) =>
      (instant(profile.validFrom) ?? -Infinity) >= (instant(profile.validTo) ?? Infinity)
  ],
  [
    'stack-level-out-of-range',
    ({ wanted: { profile }, rules }) =>
      profile.stackLevel < 0 || profile.stackLevel > (rules.maxStackLevel ?? Infinity)
  ],
  ['no-schedule', ({ wanted }) => wanted.profile.chargingSchedule.length === 0],
  [
    'recurrence-missing',
    ({ wanted: { profile } }) =>
      profile.chargingProfileKind === 'Recurring' && profile.recurrencyKind === undefined
  ],
  [
    'dynamic-fields-without-dynamic',
    ({ wanted: { profile } }) =>
      profile.chargingProfileKind !== 'Dynamic' &&
      (profile.dynUpdateInterval !== undefined || profile.dynUpdateTime !== undefined)
  ],
  [
    'update-too-early',
    ({ wanted, rules }) => (wanted.sinceLastS ?? Infinity) < (rules.v21?.updateEveryS ?? -Infinity)
  ]
]
