import type { Needs } from './needs.ts'

type Meter = NonNullable<Needs['meter']>

/**
 * The site's meter as far as the guard believes it: while it does not, the last reading that it did believe stays, and
 * grows too old to lead anybody by. Otherwise a battery would be told to make up for a load that is not there.
 * @param isBelieved the guard's verdict of this moment
 */
export function believed(meter: Meter | null, isBelieved: () => boolean): Meter | null {
  if (meter === null) return null
  let last: ReturnType<Meter['latest']> = null
  return {
    latest: () => {
      if (isBelieved()) last = meter.latest()
      return last
    }
  }
}
