import type { WeeklyWindow } from '@nova/shared-protocol/model'

/** Half-open: [startMs, endMs). Unix milliseconds. */
export type Span = { readonly startMs: number; readonly endMs: number }

/** A wall clock that remembers what it was asked: many windows begin at the same hour of the same days. */
export type WallClock = {
  readonly timeZone: string
  /** The instant at which it shows this; of two the one asked for; of none the clock's own jump. */
  at(day: Temporal.PlainDate, time: string, which: Which): number
}
type Which = 'earlier' | 'later'

export function wallClockOf(timeZone: string): WallClock {
  const known = new Map<string, number>()
  return {
    timeZone,
    at(day, time, which) {
      const key = `${day.toString()} ${time} ${which}`
      const atMs = known.get(key) ?? wallMs(day, time, { timeZone, which })
      known.set(key, atMs)
      return atMs
    }
  }
}

/**
 * The windows of a week as spans that touch `look`, in order, joined where they overlap. They follow the wall clock
 * of the site: an hour that a clock change takes out or gives twice never makes a limit begin late or end early.
 */
export function spansOf(windows: readonly WeeklyWindow[], look: Span, wall: WallClock): Span[] {
  const dayOf = (atMs: number) =>
    Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(wall.timeZone).toPlainDate()
  const last = dayOf(look.endMs)
  const spans: Span[] = []
  // A window may have begun the day before and still run.
  let day = dayOf(look.startMs).subtract({ days: 1 })
  while (Temporal.PlainDate.compare(day, last) <= 0) {
    const next = day.add({ days: 1 })
    for (const window of windows)
      if (window.days.includes(day.dayOfWeek)) spans.push(spanOn(day, next, window, wall))
    day = next
  }
  const touching = spans.filter(({ startMs, endMs }) => startMs < look.endMs && endMs > look.startMs)
  return joined(touching.toSorted((left, right) => left.startMs - right.startMs))
}

function spanOn(
  day: Temporal.PlainDate,
  next: Temporal.PlainDate,
  { from, until }: WeeklyWindow,
  wall: WallClock
): Span {
  const endDay = until <= from ? next : day // hh:mm compares as text.
  return { startMs: wall.at(day, from, 'earlier'), endMs: wall.at(endDay, until, 'later') }
}

type Asked = { readonly timeZone: string; readonly which: Which }

function wallMs(day: Temporal.PlainDate, time: string, { timeZone, which }: Asked): number {
  const isEndOfDay = time === '24:00'
  const plain = (isEndOfDay ? day.add({ days: 1 }) : day).toPlainDateTime(isEndOfDay ? '00:00' : time)
  const there = plain.toZonedDateTime(timeZone, { disambiguation: which })
  if (there.toPlainDateTime().equals(plain)) return there.epochMilliseconds
  const before = plain.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  return before.getTimeZoneTransition('next')?.epochMilliseconds ?? there.epochMilliseconds
}

function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = []
  for (const span of spans) {
    const last = all.at(-1)
    if (last === undefined || span.startMs > last.endMs) all.push(span)
    else all[all.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) }
  }
  return all
}
