import { setImmediate as settle } from 'node:timers/promises'

/** A clock turned by hand whose wall time can be set wrong, as a station's can; monotonic time cannot. */
export type Ticker = {
  monotonicMs(): number
  /** What the edge's wall clock shows, jumps and all. */
  instant(): string
  /** The same, Unix ms. */
  shownMs(): number
  /** What time it truly is, Unix ms. */
  trueMs(): number
  after(milliseconds: number, work: () => void): { cancel(): void }
  /** The wall clock is this far off from now on. */
  set(offMs: number): void
  /** A promise was made or kept: before time goes on, everyone who waits for it gets his turn. */
  touch(): void
  /** Runs what falls due until then, in order. */
  turn(milliseconds: number): Promise<void>
}

type Timer = { readonly atMs: number; readonly work: () => void; live: boolean }

/**
 * Costs next to nothing while nothing is due, and lets promises settle only where there are any: days are run by the
 * thousand.
 */
export function tickerFrom(start: string): Ticker {
  const startMs = Date.parse(start)
  const timers: Timer[] = []
  let nowMs = 0
  let offMs = 0
  let touched = false
  const shown = instants()
  return {
    monotonicMs: () => nowMs,
    instant: () => shown(startMs + nowMs + offMs),
    shownMs: () => startMs + nowMs + offMs,
    trueMs: () => startMs + nowMs,
    after: (milliseconds, work) =>
      insert(timers, { atMs: nowMs + Math.max(0, milliseconds), work, live: true }),
    set: (milliseconds) => {
      offMs = milliseconds
    },
    touch: () => {
      touched = true
    },
    async turn(milliseconds) {
      const endMs = nowMs + milliseconds
      for (let due = timers[0]; due !== undefined && due.atMs <= endMs; due = timers[0]) {
        timers.shift()
        if (!due.live) continue
        nowMs = due.atMs
        due.work()
        if (!touched) continue
        touched = false
        await settle()
      }
      nowMs = endMs
    }
  }
}

/** Unix ms in words; the hour is put into words once. */
function instants(): (atMs: number) => string {
  let known = { atMs: Number.NaN, text: '' }
  let hour = { atMs: Number.NaN, text: '' }
  return (atMs) => {
    if (known.atMs === atMs) return known.text
    const hourMs = Math.floor(atMs / 3_600_000) * 3_600_000
    if (hour.atMs !== hourMs) hour = { atMs: hourMs, text: new Date(hourMs).toISOString().slice(0, 14) }
    const inHour = atMs - hourMs
    const seconds = Math.floor(inHour / 1000)
    const clock = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}.${three(inHour % 1000)}`
    known = { atMs, text: `${hour.text}${clock}Z` }
    return known.text
  }
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`)
const three = (value: number): string => (value < 100 ? `0${two(value)}` : `${value}`)

/** Kept in order; among equals, first come first. */
function insert(timers: Timer[], timer: Timer): { cancel(): void } {
  let at = timers.length
  while (at > 0 && (timers[at - 1]?.atMs ?? -1) > timer.atMs) at--
  timers.splice(at, 0, timer)
  return {
    cancel: () => {
      timer.live = false
    }
  }
}
