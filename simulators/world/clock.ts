import { setImmediate as settle } from 'node:timers/promises'

type Timer = { readonly atMs: number; readonly order: number; readonly work: () => void }

/** A clock that stands still until it is turned. Wall and monotonic time run alike. */
export type TurnableClock = {
  monotonicMs(): number
  instant(): string
  after(milliseconds: number, work: () => void): { cancel(): void }
  /** Resolves after that much simulated time; rejects when the signal aborts first. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Turns the clock on, running what falls due in order and letting promises settle in between. */
  turn(milliseconds: number): Promise<void>
}

/** @param start ISO instant of the simulated beginning */
export function turnableClock(start: string): TurnableClock {
  const startMs = Date.parse(start)
  let nowMs = 0
  let order = 0
  let timers: Timer[] = []
  const after = (milliseconds: number, work: () => void): { cancel(): void } => {
    const timer = { atMs: nowMs + Math.max(0, milliseconds), order: order++, work }
    insert(timers, timer)
    return {
      cancel: () => {
        timers = timers.filter((each) => each !== timer)
      }
    }
  }
  return {
    monotonicMs: () => nowMs,
    instant: () => new Date(startMs + nowMs).toISOString(),
    after,
    wait: (milliseconds, signal) => waitOn(after, milliseconds, signal),
    async turn(milliseconds) {
      const endMs = nowMs + milliseconds
      for (let due = timers[0]; due !== undefined && due.atMs <= endMs; due = timers[0]) {
        timers.shift()
        nowMs = due.atMs
        due.work()
        await settle()
      }
      nowMs = endMs
    }
  }
}

/** Kept in order, so that turning costs no search. */
function insert(timers: Timer[], timer: Timer): void {
  let at = timers.length
  while (at > 0 && (timers[at - 1]?.atMs ?? -1) > timer.atMs) at--
  timers.splice(at, 0, timer)
}

function waitOn(
  after: TurnableClock['after'],
  milliseconds: number,
  signal: AbortSignal | undefined
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
    const timer = after(milliseconds, () => {
      signal?.removeEventListener('abort', give)
      resolve()
    })
    const give = (): void => {
      timer.cancel()
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', give, { once: true })
  })
}
