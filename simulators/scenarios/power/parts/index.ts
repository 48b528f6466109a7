import { openParticipants, type Participants } from '@nova/edge-agent/participants'
import type { Chance } from '../../../world/chance.ts'
import type { DaySite } from '../site.ts'
import { fair, type Weather } from '../temper.ts'
import type { Ticker } from '../ticker.ts'
import { stepPart, type Part } from './device.ts'
import { partsOf } from './draw.ts'
import { partsNeeds, type Around, type Wish } from './needs.ts'
import { withParts } from './site.ts'
import { flowOf } from './sums.ts'

export { exportJudge, type Look as FeedLook } from './export.ts'
export { hasWrong, watchParts, type Sums } from './sums.ts'
export type { Part } from './device.ts'

/** Sun and batteries of a day, with the edge's participants that lead them while the edge lives. */
export type Roof = {
  readonly site: DaySite // As the installer made it for them.
  readonly parts: readonly Part[]
  readonly wish: Wish
  readonly feedsInW: number
  /** All that they draw now by grid phase; below 0 where they feed in. */
  flows(): [number, number, number]
  step(nowMs: number): void
}

export type RoofPlan = {
  readonly seconds: number
  readonly parts?: boolean
  readonly weather?: Weather
  readonly fromS?: number
}

/** Draws them; nothing when the plan asks for none. */
export function openRoof(
  { seconds, parts: wanted = false, weather = fair, fromS = 0 }: RoofPlan,
  { site, clock }: { readonly site: DaySite; readonly clock: Ticker },
  chance: Chance
): Roof {
  const parts = wanted ? partsOf({ site, clock, weather, seconds, fromS }, chance) : []
  return {
    site: withParts(site, parts, chance.fork('installer')),
    parts,
    wish: wishOf(site, chance.fork('wish')),
    feedsInW: parts.reduce((sum, { participant }) => sum - participant.rating.leastW, 0),
    flows: () => flowOf(parts),
    step: (nowMs) => {
      for (const part of parts) stepPart(part, nowMs)
    }
  }
}

/** The edge's own participants over these devices; null when there is none. */
export const leadParts = (around: Around): Participants | null =>
  around.parts.length === 0 ? null : openParticipants(partsNeeds(around))

/** Batteries that lead themselves, serve the house's own use, or shave a peak; cars that follow the sun or need not. */
function wishOf({ grid }: DaySite, chance: Chance): Wish {
  const peakW = chance.pick([0, Math.round(grid.limitA[0] * 690 * 0.5)])
  const battery = chance.happens(0.3) ? null : { peakW, rechargeBelowW: Math.round(peakW * 0.9) }
  return { battery, sun: chance.pick(['force', 'force', 'minimum', 'surplus']) }
}
