import { noParts } from './beyond.ts'
import type { Needs } from './needs.ts'
import type { Snapshot } from './snapshot.ts'

type Joined = Pick<Snapshot, 'beyond' | 'devices' | 'terms' | 'said' | 'strategy' | 'phases'>
type Asked = Pick<Needs, 'beyondMeter' | 'devices' | 'terms' | 'said' | 'strategy' | 'phases'>

/** All that this cycle will know of the world. */
export function freeze(needs: Needs): Snapshot {
  const { clock, meter, chargers } = needs
  return {
    nowMs: clock.monotonicMs(),
    instant: clock.instant(),
    site: needs.site(),
    views: needs.views(),
    limits: needs.limits(),
    caps: needs.caps(),
    meter: meter?.latest() ?? null,
    hasMeter: meter !== null,
    cloud: needs.cloud(),
    remembered: needs.memory.fallbacks(),
    ...joinedNow(needs),
    isConnected: (chargerId) => chargers.isConnected(chargerId)
  }
}

/** What other rooms know of this moment; who has no such room knows nothing. */
const joinedNow = ({ beyondMeter, devices, terms, said, strategy, phases }: Asked): Joined => ({
  beyond: told(beyondMeter, noParts),
  devices: told(devices, null),
  terms: told(terms, noTerms),
  said: told(said, nothingSaid),
  strategy: told(strategy, null),
  phases: told(phases, noSwitching)
})

const told = <Value>(ask: (() => Value) | undefined, none: Value): Value => (ask === undefined ? none : ask())

const noTerms: Joined['terms'] = new Map()
const nothingSaid: Joined['said'] = new Map()
const noSwitching: Joined['phases'] = {
  able: new Set(),
  memory: { recall: () => undefined, remember: () => undefined }
}
