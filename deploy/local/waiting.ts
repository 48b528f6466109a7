import { setTimeout as pause } from 'node:timers/promises'

const pauseMs = 25

/**
 * Asks again and again until the answer is there.
 * @throws when the deadline has passed, with `what` in the message
 */
export async function until<Answer>(
  what: string,
  deadlineMs: number,
  ask: () => Answer | undefined | Promise<Answer | undefined>
): Promise<Answer> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs / 1000} s`)
    await pause(pauseMs)
  }
}
