import type { Needs } from './needs.ts'

type Meter = NonNullable<Needs['meter']>
type Sample = ReturnType<Meter['latest']>

/**
 * The site's meter as far as the guard believes it: while it does not, the last reading that it did believe stays, and
 * grows too old to lead anybody by. Otherwise a battery would be told to make up for a load that is not there. The newest
 * reading may have come after the verdict: when that falls, it is the one before that was believed.
 * @param isBelieved the guard's last verdict
 */
export function believed(meter: Meter | null, isBelieved: () => boolean): Meter | null {
  if (meter === null) return null
  let last: Sample = null
  let before: Sample = null
  return {
    latest: () => {
      if (!isBelieved()) return before
      const now = meter.latest()
      if (now?.takenAtMs !== last?.takenAtMs) before = last
      last = now
      return last
    }
  }
}
