import { epochMsOf } from '../../../units/index.ts'
import { readInstant } from '../instant.ts'
import type { ChargingProfile as Wire16 } from '../messages16.ts'
import { composite } from './composite.ts'
import { afterOffline } from './leading.ts'
import type {
  Composite,
  CompositePeriod,
  Profile,
  Station,
  Transaction,
  Triple,
  Unit,
  Version
} from './profile.ts'
import { profileOf16, profileOf2, type WireProfile2 } from './wire.ts'

/** A file of cases in the form of `everest-composite`: profile stacks, requests and what has to come out. */
export type CaseFile = {
  readonly defaultLimitA: number
  readonly defaultLimitW: number
  readonly voltage: number
  readonly tests: readonly Case[]
}
export type Case = { readonly name: string; readonly nrOfEvses: number; readonly steps: readonly Step[] }
export type Step =
  | { readonly op: 'install'; readonly evse: number; readonly path: string }
  | { readonly op: 'startTransaction'; readonly evse: number; readonly start: string | null }
  | { readonly op: 'csmsDisconnectedForSeconds'; readonly s: number }
  | { readonly op: 'csmsReconnected' }
  | { readonly op: 'expectDuration'; readonly s: number }
  | { readonly op: 'expectPeriods'; readonly periods: readonly Expected[] }
  | {
      readonly op: 'getCompositeSchedule'
      readonly start: string
      readonly end: string
      readonly evse: number
      readonly unit: Unit | 'fromProfile'
      readonly simulateTxActive: string
    }
export type Expected = Readonly<Record<string, number>>
type Call = Extract<Step, { readonly op: 'getCompositeSchedule' }>

export type Answered = {
  readonly call: Call
  readonly answer: Composite
  readonly expected: readonly Expected[] | null
  readonly durationS: number | null
}

/**
 * Plays one case. Expected blocks belong to the calls in their order, whichever stands first in the text.
 * @throws RangeError for a step that it does not know
 * @param profilesAt the profiles, as from the wire, that lie at a path; a folder gives several
 */
export function replay(
  file: CaseFile,
  version: Version,
  wanted: Case,
  profilesAt: (path: string) => readonly unknown[]
): readonly Answered[] {
  const state: State = { profiles: [], transactions: new Map(), offlineS: null }
  const calls: { call: Call; answer: Composite }[] = []
  for (const step of wanted.steps) {
    if (step.op === 'getCompositeSchedule')
      calls.push({ call: step, answer: answerOf({ file, version, evses: wanted.nrOfEvses }, state, step) })
    else change(state, version, step, profilesAt)
  }
  const expected = wanted.steps.flatMap((step) => (step.op === 'expectPeriods' ? [step.periods] : []))
  const lasts = wanted.steps.flatMap((step) => (step.op === 'expectDuration' ? [step.s] : []))
  return calls.map((each, at) => ({ ...each, expected: expected[at] ?? null, durationS: lasts[at] ?? null }))
}

type State = {
  profiles: readonly Profile[]
  readonly transactions: Map<number, Transaction>
  offlineS: number | null
}

function change(
  state: State,
  version: Version,
  step: Step,
  profilesAt: (path: string) => readonly unknown[]
): void {
  switch (step.op) {
    case 'install':
      state.profiles = [
        ...state.profiles,
        ...profilesAt(step.path).map((wire) =>
          version === '1.6'
            ? profileOf16(step.evse, wire as Wire16)
            : profileOf2(step.evse, wire as WireProfile2)
        )
      ]
      return
    case 'startTransaction':
      state.transactions.set(step.evse, {
        id: null,
        startedMs: step.start === null ? null : instantMs(step.start)
      })
      return
    case 'csmsDisconnectedForSeconds':
      state.offlineS = step.s
      state.profiles = afterOffline(state.profiles, step.s)
      return
    case 'csmsReconnected':
      state.offlineS = null
      return
    case 'expectDuration':
    case 'expectPeriods':
    case 'getCompositeSchedule':
      return
  }
  // A case that asks for more than is played must not pass for one that came out.
  throw new RangeError(`no such step: ${JSON.stringify(step)}`)
}

type Set = { readonly file: CaseFile; readonly version: Version; readonly evses: number }

function answerOf({ file, version, evses }: Set, state: State, call: Call): Composite {
  const assumed = call.simulateTxActive === 'true' ? { id: null, startedMs: null } : null
  const station: Station = {
    version,
    evses: Array.from({ length: evses }, (_, index) => ({
      id: index + 1,
      transaction: state.transactions.get(index + 1) ?? assumed
    })),
    voltageV: file.voltage,
    phases: 3,
    gap: { kind: 'fill', limitA: file.defaultLimitA, limitW: file.defaultLimitW },
    offlineS: state.offlineS
  }
  return composite(state.profiles, station, {
    evse: call.evse,
    unit: call.unit === 'fromProfile' ? (state.profiles[0]?.unit ?? 'A') : call.unit,
    fromMs: instantMs(call.start),
    toMs: instantMs(call.end)
  })
}

function instantMs(text: string): number {
  const instant = readInstant(text)
  if (instant === null) throw new RangeError(`no instant: ${text}`)
  return epochMsOf(instant)
}

// Peers compute with 32-bit floats: 7 digits are what they can mean.
const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b))

/** What differs from what was expected, in words; empty: equal. Only what the case names is compared. */
export function differences({ answer, expected, durationS }: Omit<Answered, 'call'>): readonly string[] {
  const lasts = durationS ?? answer.durationS
  const told = answer.durationS === lasts ? [] : [`duration ${answer.durationS} s, not ${lasts} s`]
  if (expected === null) return told
  if (expected.length !== answer.periods.length)
    told.push(`${answer.periods.length} periods, not ${expected.length}`)
  return [...told, ...expected.flatMap((period, at) => unequal(period, fieldsOf(answer.periods[at]), at))]
}

const unequal = (expected: Expected, mine: Readonly<Record<string, number | null>>, at: number) =>
  Object.entries(expected).flatMap(([name, value]) => {
    const found = mine[name] ?? null
    return found !== null && near(found, value) ? [] : [`period ${at} ${name} ${found}, not ${value}`]
  })

function fieldsOf(period: CompositePeriod | undefined): Readonly<Record<string, number | null>> {
  if (!period) return {}
  const phased = (name: string, [l1, l2, l3]: Triple) => ({
    [name]: l1,
    [`${name}_L2`]: l2,
    [`${name}_L3`]: l3
  })
  return {
    startPeriod: period.startS,
    numberPhases: period.phases,
    phaseToUse: period.phaseToUse,
    stackLevel: period.by?.stackLevel ?? null,
    ...phased('limit', period.limit),
    ...phased('dischargeLimit', period.discharge),
    ...phased('setpoint', period.setpoint)
  }
}
