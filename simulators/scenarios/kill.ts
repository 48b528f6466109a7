import { setTimeout as wait } from 'node:timers/promises'
import type { Verdict } from './books.ts'
import { whileCharging } from './crowd-at-work.ts'

export type Victim = 'edge' | 'cloud' | 'postgres'

const chargers = 10
// A dead edge stops its charge points; a dead cloud does not, and its backlog should be read within minutes.
const pauseMs = { edge: 40, cloud: 300, postgres: 300 } as const
const longestLifeMs = 700 // From ready to the next kill: short enough to hit starts, stops and hand-overs.

/**
 * Random `kill -9` of one part while charge points are in mid-transaction; each comes back on its data. In the end
 * every session that a charge point ended must be in the books exactly once with its register difference.
 */
export async function killAtRandom(options: {
  readonly victim: Victim
  readonly count: number
  readonly seed: number
}): Promise<Verdict> {
  const { victim, count, seed } = options
  return whileCharging(
    { chargers, seed, durable: victim === 'postgres', pauseMs: pauseMs[victim] },
    async (stack, chance) => {
      for (let kill = 0; kill < count; kill++) {
        await wait(chance.between(0, longestLifeMs - 1))
        await stack[victim].kill()
        await stack[victim].start()
      }
    }
  )
}
