import { admit, sharesOf } from './admission.ts'
import type { Strategy } from './claim.ts'
import { fillTogether } from './filling.ts'

/** Everyone the same share of the most that he could take, within his own cap and rows. */
export const proportional: Strategy = (load, claims) => {
  const fillings = admit(load, claims)
  fillTogether(load, fillings, ({ fullMilliA, capMilliA }) => fullMilliA ?? capMilliA)
  return sharesOf(fillings)
}
