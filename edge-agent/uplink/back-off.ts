import { setTimeout as wait } from 'node:timers/promises'

const firstMs = 500 // A restarted server is back in a second.
const longestMs = 30_000 // reliability.md, fault 24: a whole region comes back without a stampede.

/** Doubling pauses, each spread over half to all of its length, so that a thousand edges do not come at once. */
export function backOff(random: () => number): { next(): number; reset(): void } {
  let tries = 0
  return {
    next: () => {
      const full = Math.min(longestMs, firstMs * 2 ** Math.min(tries++, 10))
      return Math.round(full * (0.5 + random() / 2))
    },
    reset: () => {
      tries = 0
    }
  }
}

/** Ends early, without an error, when `stop` fires. */
export async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return
  try {
    await wait(milliseconds, undefined, { signal: stop })
  } catch (cause) {
    if (!stop.aborted) throw cause
  }
}
