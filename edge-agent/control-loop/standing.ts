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
    distrustMilliA: distrustOf(entry)
  }
}

/** Who takes no limit may draw its rating whatever it is told: then others make room for that in their fallbacks too. */
function distrustOf({ conduct, refusesAll, place }: Entry): number | null {
  if (refusesAll) return place.ratingMilliA
  return conduct.kind === 'ignores' ? conduct.worstMilliA : null
}
