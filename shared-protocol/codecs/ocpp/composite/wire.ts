import { epochMsOf } from '../../../units/index.ts'
import { instantAt, readInstant } from '../instant.ts'
import type { ChargingProfile as Wire16, ChargingSchedule } from '../messages16.ts'
import {
  nothing,
  type Composite,
  type Kind,
  type Period,
  type Profile,
  type Purpose,
  type Triple,
  type Unit
} from './profile.ts'

/** A ChargingProfile of OCPP 2.0.1 or 2.1 as it comes from the wire; fields of 2.1 are simply absent in 2.0.1. */
export type WireProfile2 = {
  readonly id: number
  readonly stackLevel: number
  readonly chargingProfilePurpose: string
  readonly chargingProfileKind: string
  readonly recurrencyKind?: string
  readonly validFrom?: string
  readonly validTo?: string
  readonly transactionId?: string
  readonly maxOfflineDuration?: number
  readonly invalidAfterOfflineDuration?: boolean
  readonly dynUpdateTime?: string
  readonly dynUpdateInterval?: number
  readonly chargingSchedule: readonly WireSchedule2[]
}

export type WireSchedule2 = {
  readonly id: number
  readonly chargingRateUnit: Unit
  readonly startSchedule?: string
  readonly duration?: number
  readonly minChargingRate?: number
  readonly useLocalTime?: boolean
  readonly randomizedDelay?: number
  readonly limitAtSoC?: object
  readonly chargingSchedulePeriod: readonly WirePeriod2[]
}

type Phased<Name extends string> = { readonly [Key in Name | `${Name}_L2` | `${Name}_L3`]?: number }
export type WirePeriod2 = Phased<'limit'> &
  Phased<'dischargeLimit'> &
  Phased<'setpoint'> & {
    readonly startPeriod: number
    readonly numberPhases?: number
    readonly phaseToUse?: number
    readonly operationMode?: string
    readonly evseSleep?: boolean
    readonly setpointReactive?: number
    readonly v2xBaseline?: number
    readonly v2xFreqWattCurve?: readonly object[]
  }

const given = (...all: readonly (number | undefined)[]) => all.filter((each) => each !== undefined)
export const limitsOf = ({ limit, limit_L2, limit_L3 }: WirePeriod2) => given(limit, limit_L2, limit_L3)
export const dischargesOf = ({ dischargeLimit, dischargeLimit_L2, dischargeLimit_L3 }: WirePeriod2) =>
  given(dischargeLimit, dischargeLimit_L2, dischargeLimit_L3)
export const setpointsOf = ({ setpoint, setpoint_L2, setpoint_L3 }: WirePeriod2) =>
  given(setpoint, setpoint_L2, setpoint_L3)

const purposes: Readonly<Record<string, Purpose>> = {
  ChargePointMaxProfile: 'station-max',
  ChargingStationMaxProfile: 'station-max',
  ChargingStationExternalConstraints: 'external',
  TxDefaultProfile: 'tx-default',
  TxProfile: 'tx',
  PriorityCharging: 'priority',
  LocalGeneration: 'local-generation'
}
const kinds: Readonly<Record<string, Kind>> = {
  Absolute: 'absolute',
  Recurring: 'recurring',
  Relative: 'relative',
  Dynamic: 'dynamic'
}

/** @param evse the connector of SetChargingProfile. Instants without a zone are UTC. @throws on an unknown word */
export function profileOf16(evse: number, wire: Wire16): Profile {
  const { chargingSchedule: schedule } = wire
  return {
    id: wire.chargingProfileId,
    evse,
    ...common(wire),
    transactionId: wire.transactionId === undefined ? null : String(wire.transactionId),
    ...scheduled(schedule),
    periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
      startS: startPeriod,
      limit: [limit, null, null],
      discharge: nothing,
      setpoint: nothing,
      phases: numberPhases ?? null,
      phaseToUse: null,
      mode: null
    })),
    maxOfflineS: null,
    invalidAfterOffline: false,
    updatedMs: null
  }
}

/** A 1.6 profile in the shape of 2.x, so that one check serves both. */
export function asWire2({
  chargingProfileId,
  chargingSchedule,
  transactionId,
  ...rest
}: Wire16): WireProfile2 {
  return {
    ...rest,
    id: chargingProfileId,
    ...(transactionId === undefined ? {} : { transactionId: String(transactionId) }),
    chargingSchedule: [{ ...chargingSchedule, id: chargingProfileId }]
  }
}

/** @throws RangeError when the standard has no such purpose */
export const purposeOf = (said: string): Purpose => word(purposes, said)

/**
 * The answer to GetCompositeSchedule of 1.6. It can not say "undefined": a gap that is not filled is left out where it
 * comes last, and is the station's own highest limit elsewhere.
 */
export function schedule16(
  { unit, startMs, durationS, periods }: Composite,
  unlimited: number
): ChargingSchedule {
  const last = periods.findLastIndex(({ limit }) => limit[0] !== null)
  const said = periods.slice(0, Math.max(1, last + 1))
  return {
    duration: durationS,
    startSchedule: instantAt(startMs),
    chargingRateUnit: unit,
    chargingSchedulePeriod: said.map(({ startS, limit, phases }) => ({
      startPeriod: startS,
      limit: limit[0] ?? unlimited,
      ...(phases === null ? {} : { numberPhases: phases })
    }))
  }
}

export type WireComposite2 = {
  readonly evseId: number
  readonly duration: number
  readonly scheduleStart: string
  readonly chargingRateUnit: Unit
  readonly chargingSchedulePeriod: readonly WirePeriod2[]
}

/** The schedule of GetCompositeSchedule in 2.x; in 2.1 a period without a limit says nothing. */
export const schedule2 = ({ evse, unit, startMs, durationS, periods }: Composite): WireComposite2 => ({
  evseId: evse,
  duration: durationS,
  scheduleStart: instantAt(startMs),
  chargingRateUnit: unit,
  chargingSchedulePeriod: periods.map(({ startS, limit, discharge, setpoint, phases, phaseToUse }) => ({
    startPeriod: startS,
    ...phased('limit', limit),
    ...phased('dischargeLimit', discharge),
    ...phased('setpoint', setpoint),
    ...(phases === null ? {} : { numberPhases: phases }),
    ...(phaseToUse === null ? {} : { phaseToUse })
  }))
})

const phased = (name: string, values: Triple): Readonly<Record<string, number>> =>
  Object.fromEntries(
    values.flatMap((value, at) => (value === null ? [] : [[at === 0 ? name : `${name}_L${at + 1}`, value]]))
  )

/**
 * @param supplyPhases of the EVSE: what a period without `numberPhases` is taken to mean (K01.FR.49); null for DC
 * @throws RangeError when the profile has no schedule or a word is unknown: `faultsOf` names that beforehand
 */
export function profileOf2(evse: number, wire: WireProfile2, supplyPhases: number | null = 3): Profile {
  const schedule = wire.chargingSchedule[0]
  if (!schedule) throw new RangeError(`profile ${wire.id} has no schedule`)
  return {
    id: wire.id,
    evse,
    ...common(wire),
    transactionId: wire.transactionId ?? null,
    ...scheduled(schedule),
    periods: schedule.chargingSchedulePeriod.map((period) => periodOf(period, supplyPhases)),
    maxOfflineS: wire.maxOfflineDuration ?? null,
    invalidAfterOffline: wire.invalidAfterOfflineDuration ?? false,
    updatedMs: instant(wire.dynUpdateTime)
  }
}

type Named = Pick<
  WireProfile2,
  'stackLevel' | 'chargingProfilePurpose' | 'chargingProfileKind' | 'recurrencyKind' | 'validFrom' | 'validTo'
>

function common(wire: Named) {
  return {
    stackLevel: wire.stackLevel,
    purpose: word(purposes, wire.chargingProfilePurpose),
    kind: word(kinds, wire.chargingProfileKind),
    // A recurring profile that does not say how often recurs daily: leaving it out would lift its limit.
    every: wire.recurrencyKind === 'Weekly' ? ('week' as const) : ('day' as const),
    validFromMs: instant(wire.validFrom),
    validToMs: instant(wire.validTo)
  }
}

type Schedule = Pick<WireSchedule2, 'startSchedule' | 'duration' | 'chargingRateUnit' | 'minChargingRate'>

const scheduled = (schedule: Schedule) => ({
  startMs: instant(schedule.startSchedule),
  durationS: schedule.duration ?? null,
  unit: schedule.chargingRateUnit,
  minRate: schedule.minChargingRate ?? null
})

function periodOf(wire: WirePeriod2, supplyPhases: number | null): Period {
  const common = {
    startS: wire.startPeriod,
    phases: wire.numberPhases ?? supplyPhases,
    phaseToUse: wire.phaseToUse ?? null,
    mode: wire.operationMode ?? null
  }
  // 2.1 Idle: no energy flows, whatever else is named.
  if (wire.operationMode === 'Idle') return { ...common, limit: zero, discharge: zero, setpoint: nothing }
  return {
    ...common,
    limit: triple(wire.limit, wire.limit_L2, wire.limit_L3),
    discharge: triple(wire.dischargeLimit, wire.dischargeLimit_L2, wire.dischargeLimit_L3),
    setpoint: triple(wire.setpoint, wire.setpoint_L2, wire.setpoint_L3)
  }
}

const zero: Triple = [0, null, null]
const triple = (l1?: number, l2?: number, l3?: number): Triple => [l1 ?? null, l2 ?? null, l3 ?? null]

function word<Meaning>(words: Readonly<Record<string, Meaning>>, said: string): Meaning {
  const meaning = Object.hasOwn(words, said) ? words[said] : undefined
  if (meaning === undefined) throw new RangeError(`no such word: ${said.slice(0, 40)}`)
  return meaning
}

/** @throws RangeError when the text is no instant: a limit whose time cannot be read must not be dropped. */
export function instant(text: string | undefined): number | null {
  if (text === undefined) return null
  const known = readInstant(text)
  if (known === null) throw new RangeError(`no instant: ${text.slice(0, 40)}`)
  return epochMsOf(known)
}
