import type { WeeklyWindow } from '@nova/shared-protocol/model'

/** Half-open: [startMs, endMs). Unix milliseconds. */
export type Span = { readonly startMs: number; readonly endMs: number }

/**
 * The windows of a week as spans that touch `look`, in order, joined where they overlap. They follow the wall clock
 * of `timeZone`: an hour that a clock change takes out or gives twice never makes a limit begin late or end early.
 */
export function spansOf(windows: readonly WeeklyWindow[], look: Span, timeZone: string): Span[] {
  const dayOf = (atMs: number) =>
    Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).toPlainDate()
  const last = dayOf(look.endMs)
  const spans: Span[] = []
  // A window may have begun the day before and still run.
  for (let day = dayOf(look.startMs).subtract({ days: 1 }); Temporal.PlainDate.compare(day, last) <= 0;) {
    for (const window of windows)
      if (window.days.includes(day.dayOfWeek)) spans.push(spanOn(day, window, timeZone))
    day = day.add({ days: 1 })
  }
  const touching = spans.filter(({ startMs, endMs }) => startMs < look.endMs && endMs > look.startMs)
  return joined(touching.toSorted((left, right) => left.startMs - right.startMs))
}

function spanOn(day: Temporal.PlainDate, { from, until }: WeeklyWindow, timeZone: string): Span {
  const endDay = until <= from ? day.add({ days: 1 }) : day // hh:mm compares as text.
  return { startMs: wallMs(day, from, timeZone, 'earlier'), endMs: wallMs(endDay, until, timeZone, 'later') }
}

type Which = 'earlier' | 'later'

/** The instant at which the wall clock shows this; of two the one asked for; of none the clock's own jump. */
function wallMs(day: Temporal.PlainDate, time: string, timeZone: string, which: Which): number {
  const isEndOfDay = time === '24:00'
  const plain = (isEndOfDay ? day.add({ days: 1 }) : day).toPlainDateTime(isEndOfDay ? '00:00' : time)
  const there = plain.toZonedDateTime(timeZone, { disambiguation: which })
  if (there.toPlainDateTime().equals(plain)) return there.epochMilliseconds
  const before = plain.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  return before.getTimeZoneTransition('next')?.epochMilliseconds ?? there.epochMilliseconds
}

function joined(spans: readonly Span[]): Span[] {
  return spans.reduce<Span[]>((all, span) => {
    const last = all.at(-1)
    if (last === undefined || span.startMs > last.endMs) return [...all, span]
    return [...all.slice(0, -1), { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) }]
  }, [])
}
