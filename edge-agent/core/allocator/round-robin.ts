import { admit, askAgain, inTurns, sharesOf } from './admission.ts'
import type { Strategy } from './claim.ts'

/**
 * One step each in turn, who came first begins, until nobody can rise: about equal, in set-points that the pile
 * knows (whole amperes where it takes any current).
 */
export const roundRobin: Strategy = (load, claims) => {
  const fillings = admit(load, claims)
  const round = fillings
    .map((filling, index) => ({ filling, index, arrivedMs: filling.claim.arrivedMs ?? Infinity }))
    .toSorted((a, b) => (a.arrivedMs === b.arrivedMs ? a.index - b.index : a.arrivedMs - b.arrivedMs))
    .map(({ filling }) => filling)
  inTurns(
    load,
    round.filter(({ open }) => open)
  )
  askAgain(load, round, (bound) => inTurns(load, bound))
  return sharesOf(fillings)
}
