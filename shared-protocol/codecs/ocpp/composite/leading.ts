import type { Period, Profile, Purpose, Station, Transaction } from './profile.ts'

const dayMs = 86_400_000
const everyMs = { day: dayMs, week: 7 * dayMs } as const

export const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000

/** When a profile is asked: who charges, where a schedule without a start of its own begins, and the instant. */
export type When = {
  readonly transaction: Transaction | null
  readonly fromMs: number
  readonly atMs: number
}

export type Leading = { readonly profile: Profile; readonly period: Period }

/**
 * Among the profiles of one purpose the highest stack level that has a period at this instant leads (1.6 §3.13.2,
 * 2.x K01 "stacking"); on one level the EVSE's own goes before the station's, and the later in the list before
 * the earlier.
 */
export function leading(profiles: readonly Profile[], when: When): Leading | null {
  let best: Leading | null = null
  for (const profile of profiles) {
    if (best && !goesBefore(profile, best.profile)) continue
    const period = periodAt(profile, when)
    if (period) best = { profile, period }
  }
  return best
}

const goesBefore = (one: Profile, other: Profile): boolean =>
  one.stackLevel === other.stackLevel
    ? Math.sign(one.evse) >= Math.sign(other.evse)
    : one.stackLevel > other.stackLevel

/** @returns null where the profile says nothing */
export function periodAt(profile: Profile, when: When): Period | null {
  const { atMs } = when
  if (profile.validFromMs !== null && atMs < wholeSecond(profile.validFromMs)) return null
  if (profile.validToMs !== null && atMs >= wholeSecond(profile.validToMs)) return null
  const elapsedS = (atMs - beginOf(profile, when)) / 1000
  if (elapsedS < 0 || (profile.durationS !== null && elapsedS >= profile.durationS)) return null
  return profile.periods.findLast(({ startS }) => startS <= elapsedS) ?? null
}

/** Every instant in the window at which the profile may change what it says. */
export function turnsOf(profile: Profile, when: Omit<When, 'atMs'>, toMs: number): readonly number[] {
  const { fromMs } = when
  const turns = [profile.validFromMs, profile.validToMs].filter((ms) => ms !== null).map(wholeSecond)
  const step = profile.kind === 'recurring' ? everyMs[profile.every ?? 'day'] : Infinity
  for (let begin = beginOf(profile, { ...when, atMs: fromMs }); begin < toMs; begin += step) {
    for (const { startS } of profile.periods) turns.push(begin + startS * 1000)
    if (profile.durationS !== null) turns.push(begin + profile.durationS * 1000)
  }
  return turns.filter((ms) => ms > fromMs && ms < toMs)
}

/**
 * Absolute: its start, or where it has none its validFrom, or where charging began (1.6 §7.13: a schedule without
 * startSchedule is relative to that). Relative: the transaction's, or the window's. Recurring: the latest
 * recurrence, also before its first day, because the day it names only fixes the time of day. Dynamic: its
 * latest update.
 */
function beginOf(profile: Profile, { transaction, fromMs, atMs }: When): number {
  const windowMs = wholeSecond(fromMs)
  const startMs = wholeSecond(profile.startMs ?? profile.validFromMs ?? transaction?.startedMs ?? fromMs)
  switch (profile.kind) {
    case 'absolute':
      return startMs
    case 'recurring': {
      const every = everyMs[profile.every ?? 'day']
      return atMs - ((((atMs - startMs) % every) + every) % every)
    }
    case 'relative':
      return wholeSecond(transaction?.startedMs ?? windowMs)
    case 'dynamic':
      return wholeSecond(profile.updatedMs ?? windowMs)
  }
}

/** The profiles of a purpose that concern an EVSE: its own and the station's. */
export function ofPurpose(all: readonly Profile[], purpose: Purpose, evse: number): readonly Profile[] {
  return all.filter((profile) => profile.purpose === purpose && (profile.evse === evse || profile.evse === 0))
}

/** What counts while the back office is away: too long for it, or of a purpose that is then ignored. */
export const inForce = (all: readonly Profile[], { offlineS, ignoredOffline = [] }: Station) =>
  offlineS === null
    ? all
    : all.filter(
        ({ maxOfflineS, purpose }) =>
          (maxOfflineS === null || offlineS <= maxOfflineS) && !ignoredOffline.includes(purpose)
      )

/** What is still stored when the back office has been away for so long (2.1 invalidAfterOfflineDuration). */
export const afterOffline = (all: readonly Profile[], offlineS: number): readonly Profile[] =>
  all.filter(
    ({ maxOfflineS, invalidAfterOffline }) =>
      !invalidAfterOffline || maxOfflineS === null || offlineS <= maxOfflineS
  )
