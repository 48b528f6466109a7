import {
  epochMsOf,
  instantAt,
  type ChargingProfile,
  type ChargingSchedule,
  type ProfilePurpose
} from '@nova/shared-protocol/codecs/ocpp'

/** A charging profile as the station keeps it; connector 0 is the station as a whole. */
export type Kept = { readonly connector: number; readonly profile: ChargingProfile }

export type Asked = {
  readonly connector: number
  readonly voltageV: number
  readonly phases: 1 | 3 // Of the connector.
  readonly transaction: { readonly id: number | null; readonly startedMs: number } | null
}

/** OCPP 1.6 §3.13.2: the same id, or the same purpose and level at the same connector, is replaced. */
export function keep(all: readonly Kept[], next: Kept): readonly Kept[] {
  const others = all.filter(
    ({ connector, profile }) =>
      profile.chargingProfileId !== next.profile.chargingProfileId &&
      !(
        connector === next.connector &&
        profile.chargingProfilePurpose === next.profile.chargingProfilePurpose &&
        profile.stackLevel === next.profile.stackLevel
      )
  )
  return [...others, next]
}

export type Clearing = {
  readonly id?: number
  readonly connectorId?: number
  readonly chargingProfilePurpose?: ProfilePurpose
  readonly stackLevel?: number
}

/** OCPP 1.6 §5.4: an id alone decides; otherwise all that is given has to fit. */
export function clear(all: readonly Kept[], wanted: Clearing): readonly Kept[] {
  if (wanted.id !== undefined) return all.filter(({ profile }) => profile.chargingProfileId !== wanted.id)
  return all.filter(
    ({ connector, profile }) =>
      (wanted.connectorId !== undefined && wanted.connectorId !== connector) ||
      (wanted.chargingProfilePurpose !== undefined &&
        wanted.chargingProfilePurpose !== profile.chargingProfilePurpose) ||
      (wanted.stackLevel !== undefined && wanted.stackLevel !== profile.stackLevel)
  )
}

/** Milliamperes per phase that the profiles allow the connector at `atMs`; null: they say nothing. */
export function allowedMilliA(all: readonly Kept[], asked: Asked, atMs: number): number | null {
  const tx = asked.transaction ? leading(all, { ...asked, purpose: 'TxProfile' }, atMs) : null
  return tx ?? leading(all, { ...asked, purpose: 'TxDefaultProfile' }, atMs)
}

/** The cap of the whole station, per phase; null: none. */
export function stationMilliA(all: readonly Kept[], voltageV: number, atMs: number): number | null {
  const station = { connector: 0, voltageV, phases: 3, transaction: null } as const
  return leading(all, { ...station, purpose: 'ChargePointMaxProfile' }, atMs)
}

type Sought = Asked & { readonly purpose: ProfilePurpose }

/** §3.13.2: the highest level that has something to say now leads; its own connector goes before the station. */
function leading(all: readonly Kept[], sought: Sought, atMs: number): number | null {
  const fitting = all
    .filter(({ connector, profile }) => {
      if (profile.chargingProfilePurpose !== sought.purpose) return false
      if (connector !== sought.connector && !(connector === 0 && sought.purpose !== 'TxProfile')) return false
      const { transactionId } = profile
      return transactionId === undefined || transactionId === sought.transaction?.id
    })
    .toSorted((a, b) => b.profile.stackLevel - a.profile.stackLevel || b.connector - a.connector)
  for (const { profile } of fitting) {
    const limit = limitAt(profile, sought, atMs)
    if (limit !== null) return limit
  }
  return null
}

function limitAt(profile: ChargingProfile, asked: Asked, atMs: number): number | null {
  if (profile.validFrom !== undefined && atMs < epochMsOf(profile.validFrom)) return null
  if (profile.validTo !== undefined && atMs >= epochMsOf(profile.validTo)) return null
  const schedule = profile.chargingSchedule
  const elapsed = (atMs - beginOf(profile, asked, atMs)) / 1000
  if (elapsed < 0 || (schedule.duration !== undefined && elapsed >= schedule.duration)) return null
  const period = schedule.chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= elapsed)
  return period ? milliAOf(schedule, period, asked) : null
}

const recurrence = { Daily: 86_400_000, Weekly: 604_800_000 } as const

function beginOf(profile: ChargingProfile, { transaction }: Asked, atMs: number): number {
  const { startSchedule } = profile.chargingSchedule
  if (profile.chargingProfileKind === 'Relative' || startSchedule === undefined)
    return transaction?.startedMs ?? atMs
  const begin = epochMsOf(startSchedule)
  if (profile.chargingProfileKind === 'Absolute') return begin
  const every = recurrence[profile.recurrencyKind ?? 'Daily']
  return atMs - ((((atMs - begin) % every) + every) % every)
}

type Period = ChargingSchedule['chargingSchedulePeriod'][number]

function milliAOf(
  { chargingRateUnit }: ChargingSchedule,
  { limit, numberPhases }: Period,
  asked: Asked
): number {
  if (chargingRateUnit === 'A') return Math.round(limit * 1000)
  const phases = Math.min(numberPhases ?? 3, asked.phases)
  return Math.floor((limit * 1000) / (asked.voltageV * phases))
}

/**
 * GetCompositeSchedule (§5.7): what the connector will be allowed, second by second, as far as profiles say;
 * `unlimitedMilliA` fills what they leave open.
 */
export function composite(
  all: readonly Kept[],
  asked: Asked,
  span: { readonly fromMs: number; readonly durationS: number; readonly unlimitedMilliA: number }
): ChargingSchedule {
  const toMs = span.fromMs + span.durationS * 1000
  const periods: { startPeriod: number; limit: number }[] = []
  for (const atMs of turns(all, asked, span.fromMs, toMs)) {
    const own = allowedMilliA(all, asked, atMs) ?? span.unlimitedMilliA
    const limit = Math.min(own, stationMilliA(all, asked.voltageV, atMs) ?? own, span.unlimitedMilliA) / 1000
    const startPeriod = Math.round((atMs - span.fromMs) / 1000)
    if (periods.at(-1)?.limit !== limit) periods.push({ startPeriod, limit })
  }
  return {
    duration: span.durationS,
    startSchedule: instantAt(span.fromMs),
    chargingRateUnit: 'A',
    chargingSchedulePeriod: periods
  }
}

/** Every instant in the span at which some profile may change what it says, oldest first. */
function turns(all: readonly Kept[], asked: Asked, fromMs: number, toMs: number): number[] {
  const instants = new Set([fromMs])
  const add = (atMs: number) => {
    if (atMs > fromMs && atMs < toMs) instants.add(atMs)
  }
  for (const { profile } of all) {
    for (const edge of [profile.validFrom, profile.validTo]) if (edge !== undefined) add(epochMsOf(edge))
    const every =
      profile.chargingProfileKind === 'Recurring' ? recurrence[profile.recurrencyKind ?? 'Daily'] : Infinity
    const { duration, chargingSchedulePeriod } = profile.chargingSchedule
    for (let begin = beginOf(profile, asked, fromMs); begin < toMs; begin += every) {
      for (const { startPeriod } of chargingSchedulePeriod) add(begin + startPeriod * 1000)
      if (duration !== undefined) add(begin + duration * 1000)
    }
  }
  return [...instants].toSorted((a, b) => a - b)
}
