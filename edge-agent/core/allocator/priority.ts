import { admit, askAgain, sharesOf } from './admission.ts'
import type { Filling, Strategy } from './claim.ts'
import { fillTogether, same } from './filling.ts'

/**
 * Classes, the highest number first: minimums go by class, so that nobody sleeps whom there is room for; then
 * each class shares equally what the higher ones leave.
 */
export const priorityClasses: Strategy = (load, claims) => {
  const order = claims
    .map((claim, index) => ({ claim, index, priority: claim.priority ?? 0 }))
    .toSorted((a, b) => b.priority - a.priority || a.index - b.index)
  const admitted = admit(
    load,
    order.map(({ claim }) => claim)
  )
  const byClass = (fillings: readonly Filling[]): void => {
    const classes = Map.groupBy(fillings, ({ claim }) => claim.priority ?? 0)
    for (const each of classes.values()) fillTogether(load, each, same)
  }
  byClass(admitted)
  askAgain(load, admitted, byClass)
  const inGivenOrder: (Filling | undefined)[] = claims.map(() => undefined)
  order.forEach(({ index }, at) => {
    inGivenOrder[index] = admitted[at]
  })
  return sharesOf(inGivenOrder.filter((filling) => filling !== undefined))
}
