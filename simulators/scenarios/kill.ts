import { setTimeout as wait } from 'node:timers/promises'
import { chanceFrom, type Chance } from '../world/chance.ts'
import { signIn } from './api.ts'
import { audit, type Verdict } from './books.ts'
import { addChargers, allKnown } from './fleet.ts'
import { deliver, type Delivered } from './sessions.ts'
import { type Stack, startStack } from './stack.ts'
import { type Stubborn, stubborn } from './stubborn.ts'

export type Victim = 'edge' | 'cloud' | 'postgres'

const chargers = 10
const password = 'kill-password-16'
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
  const chance = chanceFrom(options.seed)
  const stack = await startStack({ durable: options.victim === 'postgres', site: wideGrid })
  try {
    const api = await signIn(stack.cloudUrl, 'operator@nova.test')
    const identities = Array.from({ length: chargers }, (_, index) => `KILL-${index}`)
    await addChargers(api, identities, password)
    await api.post('/tokens', { uid: 'KILL-TAG', type: 'ISO14443', status: 'accepted' })
    await allKnown(stack, identities)
    const crowd = identities.map((identity) => stubborn({ url: stack.edge.ocppUrl, identity, password }))
    const life = { over: false }
    const sessions = Promise.all(crowd.map((charger) => chargeAllDay(charger, chance, life)))
    for (let kill = 0; kill < options.count; kill++) {
      await wait(chance.below(longestLifeMs))
      await killAndRevive(stack, options.victim)
    }
    life.over = true
    const delivered = (await sessions).flat()
    for (const charger of crowd) charger.close()
    const later = await signIn(stack.cloudUrl, 'operator@nova.test')
    return await audit(later, delivered, 120_000)
  } finally {
    await stack.stop()
  }
}

const wideGrid = { grid: { limitA: [20_000, 20_000, 20_000], voltageV: 230 } }

async function killAndRevive(stack: Stack, victim: Victim): Promise<void> {
  const server = stack[victim]
  await server.kill()
  await server.start()
}

/** Session after session until life is over; the last one is brought to its end. */
async function chargeAllDay(charger: Stubborn, chance: Chance, life: { readonly over: boolean }): Promise<Delivered[]> {
  const delivered: Delivered[] = []
  let meterStartWh = 1_000
  await charger.say('BootNotification', { chargePointVendor: 'Nova-X', chargePointModel: 'stubborn' })
  while (!life.over) {
    const stepsWh = Array.from({ length: 1 + chance.below(4) }, () => 1 + chance.below(300))
    const session = await deliver({ charger, tokenUid: 'KILL-TAG', meterStartWh, stepsWh, pauseMs: 10 + chance.below(60) })
    delivered.push(session)
    meterStartWh = session.meterStopWh + 1 // Never the same start twice: the books are matched by it.
  }
  return delivered
}
