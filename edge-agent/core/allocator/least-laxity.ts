import type { Claim, Strategy } from './claim.ts'
import { inOrder } from './greedy.ts'

/**
 * Who can wait least gets all he wants first: laxity is the time until the departure less the time that the
 * missing energy takes at full power. All laxities shrink by the same second, so the clock is not needed.
 */
export const leastLaxity: Strategy = (load, claims) => inOrder(load, claims, latestStartMs)

/** When charging at full power has to begin at the latest. */
function latestStartMs({ departMs = Infinity, energyLeftWh, fullW }: Claim): number {
  if (energyLeftWh === undefined || fullW === undefined || fullW <= 0) return departMs
  return departMs - (energyLeftWh / fullW) * 3_600_000
}
