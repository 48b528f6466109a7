import { admit, askAgain, fill, sharesOf } from './admission.ts'
import type { Claim, Filling, Share } from './claim.ts'
import type { Load } from './network.ts'

/**
 * Everyone's minimum as far as it goes, then one after the other all he wants or his rows allow, lowest rank
 * first; of equals the first in the order of the claims.
 */
export function inOrder(load: Load, claims: readonly Claim[], rankOf: (claim: Claim) => number): Share[] {
  const fillings = admit(load, claims)
  const ranks = Float64Array.from(claims, rankOf)
  const order = Uint32Array.from(claims, (_, index) => index)
  order.sort((a, b) => compare(ranks[a] ?? 0, ranks[b] ?? 0) || a - b)
  const ranked = Array.from(order, (index) => fillings[index]).filter((each) => each !== undefined)
  const inTurn = (all: readonly Filling[]): void => {
    for (const filling of all) fill(load, filling)
  }
  inTurn(ranked)
  askAgain(load, ranked, inTurn)
  return sharesOf(fillings)
}

/** Infinity minus Infinity is no number. */
const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)
