import type { Standing } from '../core/allocator/index.ts'
import type { Entry } from './entry.ts'

/** The entry as the account looks at it. */
export function standingOf(entry: Entry): Standing {
  return {
    ratingMilliA: entry.place.ratingMilliA,
    managed: entry.place.managed,
    connected: entry.connected,
    transactionId: entry.car?.transactionId ?? null,
    drawMilliA: entry.draw?.milliA ?? null,
    drawHeardAtMs: entry.draw?.heardAtMs ?? null,
    distrustMilliA: entry.conduct.kind === 'ignores' ? entry.conduct.worstMilliA : null
  }
}
