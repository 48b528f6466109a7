import { admit, askAgain, sharesOf } from './admission.ts'
import type { Strategy } from './claim.ts'
import { fillTogether, type Slope } from './filling.ts'

const bySize: Slope = ({ fullMilliA, capMilliA }) => fullMilliA ?? capMilliA

/** Everyone the same share of the most that he could take, within his own cap and rows. */
export const proportional: Strategy = (load, claims) => {
  const fillings = admit(load, claims)
  fillTogether(load, fillings, bySize)
  askAgain(load, fillings, (bound) => fillTogether(load, bound, bySize))
  return sharesOf(fillings)
}
