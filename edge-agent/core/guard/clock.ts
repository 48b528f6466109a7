import { epochMsOf } from '@nova/shared-protocol/units'
import type { SiteLimit } from '@nova/shared-protocol/model'

/**
 * What may be true of the wall clock. `aheadMs`: how far it is ahead of the monotonic one as it goes now; `others`:
 * how far it was before it jumped, while nobody has said which is right.
 */
export type ClockWatch = {
  readonly aheadMs: number
  readonly others: readonly { readonly aheadMs: number; readonly sinceMs: number }[]
  readonly unset: boolean // So early that no clock of ours can have been set: nobody knows the time at all.
}

export type ClockLook = {
  readonly nowMs: number // Monotonic.
  readonly wallMs: number // Unix.
  /** When somebody else last compared the wall clock with his, and whether it was right; null: nobody did. */
  readonly checked: { readonly atMs: number; readonly right: boolean } | null
}

const jumpMs = 2_000 // A clock in order is slewed by half a millisecond a second.
const doubtedMs = 86_400_000 // Without anybody to ask the new time is believed after a day.
const mostOthers = 8
const unsetMs = 1_735_689_600_000 // 2025-01-01: before this program was written.

/** One look a cycle; the first look has nothing to compare with. */
export function watchClock(watch: ClockWatch | null, { nowMs, wallMs, checked }: ClockLook): ClockWatch {
  const aheadMs = wallMs - nowMs
  const unset = !(wallMs >= unsetMs)
  if (watch === null) return { aheadMs, others: [], unset }
  const hasJumped = !watch.unset && Math.abs(aheadMs - watch.aheadMs) > jumpMs
  const all = hasJumped ? [...watch.others, { aheadMs: watch.aheadMs, sinceMs: nowMs }] : watch.others
  const others = all
    .filter(({ sinceMs }) => isOpen(sinceMs, checked, nowMs))
    .filter((each) => Math.abs(each.aheadMs - aheadMs) > jumpMs) // It came back: one time is left.
  return { aheadMs, others: others.slice(0, mostOthers), unset }
}

/** A comparison from before the jump says nothing about it. */
function isOpen(sinceMs: number, checked: ClockLook['checked'], nowMs: number): boolean {
  if (checked !== null && checked.atMs > sinceMs) return !checked.right
  return nowMs - sinceMs < doubtedMs
}

/** Whether more than one time may be true. */
export const isDoubted = ({ others, unset }: ClockWatch): boolean => unset || others.length > 0

/** The wall times that may be true beside the one shown, Unix milliseconds. None of them when the clock is unset. */
export const otherTimes = ({ others }: ClockWatch, nowMs: number): readonly number[] =>
  others.map(({ aheadMs }) => nowMs + aheadMs)

/**
 * The limits that hold by a time that may be true and do not by the clock as it goes now: they hold on, without
 * times of their own, so that of before and after a jump the tighter rules. Of a clock that was never set: all.
 * @param limits with one `from` and `until` each
 */
export function heldInDoubt(watch: ClockWatch, limits: readonly SiteLimit[], nowMs: number): SiteLimit[] {
  if (!isDoubted(watch)) return []
  const holdsNow = (limit: SiteLimit) => !watch.unset && holds(limit, nowMs + watch.aheadMs)
  const mayHold = (limit: SiteLimit) =>
    watch.unset || watch.others.some(({ aheadMs }) => holds(limit, nowMs + aheadMs))
  return limits.filter((limit) => !holdsNow(limit) && mayHold(limit)).map(withoutTimes)
}

function holds(limit: SiteLimit, atMs: number): boolean {
  const { fromMs, untilMs } = windowOf(limit)
  return fromMs <= atMs && untilMs > atMs
}

// Limits never change: their times are read once, and the same limit without its times stays the same object.
const windows = new WeakMap<SiteLimit, { readonly fromMs: number; readonly untilMs: number }>()
const timeless = new WeakMap<SiteLimit, SiteLimit>()

function windowOf(limit: SiteLimit): { readonly fromMs: number; readonly untilMs: number } {
  const known = windows.get(limit)
  if (known !== undefined) return known
  const { from, until } = limit
  const now = {
    fromMs: from === undefined ? -Infinity : epochMsOf(from),
    untilMs: until === undefined ? Infinity : epochMsOf(until)
  }
  windows.set(limit, now)
  return now
}

const longestReason = 200

function withoutTimes(limit: SiteLimit): SiteLimit {
  const known = timeless.get(limit)
  if (known !== undefined) return known
  const now = stripped(limit)
  timeless.set(limit, now)
  return now
}

function stripped({ source, limitW, limitA, exportLimitW, ...limit }: SiteLimit): SiteLimit {
  return {
    source,
    reason: `${limit.reason.slice(0, longestReason - 25)} (clock is not trusted)`,
    ...(limitW === undefined ? {} : { limitW }),
    ...(limitA === undefined ? {} : { limitA }),
    ...(exportLimitW === undefined ? {} : { exportLimitW })
  }
}
