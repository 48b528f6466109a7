import { setTimeout as wait } from 'node:timers/promises'

const pollMs = 15
const patienceMs = 60_000 // Only a failure waits so long; a busy machine may be ten times slower than a quiet one.

/** Waits for a condition, with a deadline that names it. @returns what the condition gave */
export async function until<Value>(
  what: string,
  condition: () => Value | undefined | false | Promise<Value | undefined | false>
): Promise<Value> {
  const end = Date.now() + patienceMs
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`)
    await wait(pollMs)
  }
}
