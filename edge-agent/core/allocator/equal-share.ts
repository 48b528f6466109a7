import { admit, askAgain, sharesOf } from './admission.ts'
import type { Strategy } from './claim.ts'
import { fillTogether, same } from './filling.ts'

/**
 * Everyone the same current (water-filling) within everyone's own cap and rows; whoever cannot get his minimum
 * waits at 0. The load is changed by what was given.
 */
export const equalShare: Strategy = (load, claims) => {
  const fillings = admit(load, claims)
  fillTogether(load, fillings, same)
  askAgain(load, fillings, (bound) => fillTogether(load, bound, same))
  return sharesOf(fillings)
}
