import { noParts } from './beyond.ts'
import type { Needs } from './needs.ts'
import type { Snapshot } from './snapshot.ts'

type Joined = Pick<Snapshot, 'beyond' | 'terms' | 'said' | 'strategy'>

/** What other rooms know of this moment; who has no such room knows nothing. */
export const joinedNow = (needs: Pick<Needs, 'beyondMeter' | 'terms' | 'said' | 'strategy'>): Joined => ({
  beyond: needs.beyondMeter?.() ?? noParts,
  terms: needs.terms?.() ?? noTerms,
  said: needs.said?.() ?? nothingSaid,
  strategy: needs.strategy?.() ?? null
})

const noTerms: Joined['terms'] = new Map()
const nothingSaid: Joined['said'] = new Map()
