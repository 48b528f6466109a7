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
  let shown = { atMs: Number.NaN, text: '' }
  return {
    monotonicMs: () => nowMs,
    instant() {
      const atMs = startMs + nowMs + offMs
      if (shown.atMs !== atMs) shown = { atMs, text: new Date(atMs).toISOString() }
      return shown.text
    },
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
