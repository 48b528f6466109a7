import type { Strategy } from './claim.ts'
import { inOrder } from './greedy.ts'

/** Who leaves first gets all he wants first; who does not say when, comes last. */
export const earliestDeadline: Strategy = (load, claims) =>
  inOrder(load, claims, ({ departMs = Infinity }) => departMs)
