import { z } from 'zod'

const rate = z.number().min(0).max(1)

/** What goes wrong, as chances out of 1. Drawn from `seed`, so that a run can be had again. */
export const Faults = z.strictObject({
  seed: z.int().default(1),
  answerLost: rate.default(0), // Done, but the answer never comes.
  requestLost: rate.default(0), // Not done, and no answer.
  unavailable: rate.default(0), // 503, not done.
  hangMs: z.int().min(0).max(600_000).default(1_000), // How long a lost answer keeps the caller waiting.
  webhookLost: rate.default(0),
  webhookDoubled: rate.default(0),
  webhookForged: rate.default(0), // One more, with a wrong signature and a larger amount.
  webhookDelayMs: z.tuple([z.int().min(0), z.int().min(0).max(600_000)]).default([0, 0]) // Random: out of order.
})
export type Faults = z.infer<typeof Faults>

/** Seeded chance, mulberry32: the same seed gives the same run. */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
