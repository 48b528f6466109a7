import type { Strategy } from './claim.ts'
import { inOrder } from './greedy.ts'

/** Who plugged in first gets all he wants first. An unknown arrival is the latest. */
export const firstCome: Strategy = (load, claims) =>
  inOrder(load, claims, ({ arrivedMs = Infinity }) => arrivedMs)
