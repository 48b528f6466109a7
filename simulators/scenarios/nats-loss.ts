import { setTimeout as wait } from 'node:timers/promises'
import type { Verdict } from './books.ts'
import { whileCharging } from './crowd-at-work.ts'

const chargers = 10

/** NATS is killed and its data folder deleted while frames are in flight, again and again: no fact may be lost. */
export async function loseNats({
  count,
  seed
}: {
  readonly count: number
  readonly seed: number
}): Promise<Verdict> {
  return whileCharging({ chargers, seed }, async (stack, chance) => {
    for (let loss = 0; loss < count; loss++) {
      await wait(300 + chance.between(0, 1499))
      await stack.nats.kill()
      await stack.nats.deleteData()
      await wait(chance.between(0, 499))
      await stack.nats.start()
    }
  })
}
