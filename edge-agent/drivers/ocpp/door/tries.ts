/** Wrong tries of the last minute by key (an identity, an address). Bounded: the oldest key is forgotten first. */
export type Tries = {
  /** @returns true when there were too many, this one included */
  wrong(key: string, now: number): boolean
}

const minute = 60_000
const keys = 10_000 // 1 MB at most, however many addresses somebody has.

export function openTries(perMinute: number): Tries {
  const seen = new Map<string, { count: number; readonly since: number }>()
  return {
    wrong(key, now) {
      const old = seen.get(key)
      if (!old || now - old.since >= minute) {
        seen.delete(key)
        seen.set(key, { count: 1, since: now })
        if (seen.size > keys) forgetOldest(seen)
        return perMinute < 1
      }
      old.count++
      return old.count > perMinute
    }
  }
}

function forgetOldest(seen: Map<string, unknown>): void {
  const oldest = seen.keys().next()
  if (oldest.done !== true) seen.delete(oldest.value)
}
