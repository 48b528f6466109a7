import { setTimeout as wait } from 'node:timers/promises'
import { openLink, type Link } from './link.ts'
import type { Place } from './place.ts'

export const answerMs = 400 // Later than that belongs to the next look.
const dialMs = 3_000
const firstPauseMs = 500
const longestPauseMs = 10_000 // A device that comes back is seen again within this.
const lostAtMost = 3 // Looks without an answer until the line is made anew.

/** A device that is looked at again and again, over one line. */
export type Polling = {
  readonly place: Place
  readonly pollMs: number
  readonly clock: { monotonicMs(): number }
  readonly stop: AbortSignal
  /** Once on each new line, before the first look. */
  begin(link: Link): Promise<void>
  /** @throws when the device did not answer; what it answered badly is its own matter */
  look(link: Link): Promise<void>
  /** Each trouble, as it comes: the caller tells it once. */
  grumble(why: string): void
  /** Waits so long, or less when there is something to do. */
  rest(milliseconds: number): Promise<void>
  /** The line is gone; a new one comes after a pause. */
  lost(): void
}

/** Looks for ever, makes the line anew with back-off; resolves after `stop` when the line is closed. */
export async function keepPolling(polling: Polling): Promise<void> {
  let failures = 0
  while (!polling.stop.aborted) {
    try {
      const link = await openLink(polling.place, dialMs, polling.stop)
      failures = (await pollUntilLost(polling, link)) ? 0 : failures + 1
    } catch (cause) {
      failures++
      polling.grumble(String(cause))
    }
    polling.lost()
    await pause(polling.stop, Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, failures)))
  }
}

/** @returns whether at least one look was answered */
async function pollUntilLost(polling: Polling, link: Link): Promise<boolean> {
  const { stop, clock } = polling
  let [answered, lost] = [0, 0]
  try {
    await polling.begin(link)
    while (!stop.aborted && lost < lostAtMost) {
      const begunMs = clock.monotonicMs()
      const ok = await lookOnce(polling, link)
      lost = ok ? 0 : lost + 1
      answered += ok ? 1 : 0
      await polling.rest(Math.max(1, polling.pollMs - (clock.monotonicMs() - begunMs)))
    }
    return answered > 0
  } finally {
    link.close()
    await link.closed
  }
}

async function lookOnce(polling: Polling, link: Link): Promise<boolean> {
  try {
    await polling.look(link)
    return true
  } catch (cause) {
    polling.grumble(String(cause))
    return false
  }
}

/** Returns early, and quietly, when the signal aborts. */
export async function pause(until: AbortSignal, milliseconds: number): Promise<void> {
  if (until.aborted) return
  await wait(milliseconds, undefined, { signal: until }).catch((cause: unknown) => {
    if (!until.aborted) throw cause
  })
}

/** Tells each kind of trouble once, until the device is well again. */
export function grumbler(tell: (why: string) => void, stop: AbortSignal) {
  let told = ''
  return {
    grumble: (why: string): void => {
      if (stop.aborted || told === why) return
      told = why
      tell(why)
    },
    well: (): void => {
      told = ''
    }
  }
}
