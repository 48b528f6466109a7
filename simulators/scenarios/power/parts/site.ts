import type { Chance } from '../../../world/chance.ts'
import type { DaySite } from '../site.ts'
import type { Part } from './device.ts'

type Three = [number, number, number]
const volts = 230

/**
 * The site as its installer makes it for these devices: fuses that bear a battery beside all fallbacks, what may be fed
 * in by the grid operator's word, and what the site can feed in at all.
 */
export function withParts(site: DaySite, parts: readonly Part[], chance: Chance): DaySite {
  if (parts.length === 0) return site
  const feeds = parts.reduce((sum, { participant }) => sum - participant.rating.leastW, 0)
  const exportLimitW = chance.pick([null, 0, 0.3, 0.6])
  const more = (limitA: readonly [number, number, number], hangs: (part: Part) => boolean): Three => {
    const batteries = parts.filter((part) => part.plate.kind === 'battery' && hangs(part))
    const most = Math.max(...amps(batteries, ({ participant }) => participant.rating.mostW))
    return [limitA[0] + most, limitA[1] + most, limitA[2] + most]
  }
  const fed = amps(parts, ({ participant }) => -participant.rating.leastW)
  return {
    ...site,
    grid: {
      ...site.grid,
      limitA: more(site.grid.limitA, () => true),
      ...(exportLimitW === null ? {} : { exportLimitW: Math.round(feeds * exportLimitW) })
    },
    circuits: site.circuits.map((circuit) => ({
      ...circuit,
      limitA: more(circuit.limitA, ({ participant }) => participant.circuit === circuit.id)
    })),
    feedsIn: true,
    feedInMilliA: [fed[0] * 1000, fed[1] * 1000, fed[2] * 1000]
  }
}

/** Whole amperes by grid phase, rounded up. */
function amps(parts: readonly Part[], wattsOf: (part: Part) => number): Three {
  const sum: Three = [0, 0, 0]
  for (const part of parts)
    for (const phase of part.phases) sum[phase] += wattsOf(part) / (part.phases.length * volts)
  return [Math.ceil(sum[0]), Math.ceil(sum[1]), Math.ceil(sum[2])]
}
