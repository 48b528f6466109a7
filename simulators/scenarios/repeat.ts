import type { Chance } from '../world/chance.ts'
import type { Verdict } from './books.ts'
import { withCrowd } from './crowd-at-work.ts'
import { type Delivered, stationClock } from './sessions.ts'
import type { Stubborn } from './stubborn.ts'

const chargers = 20
const repeatsAtMost = 3

type Said = { readonly action: string; readonly payload: object }
/** What was said so far, and of that what was never repeated. */
type Heard = { readonly told: Said[]; readonly fresh: Said[] }

/**
 * Sessions whose every transaction message is said again with new message ids, in shuffled order among the charger's
 * later messages (never before it was first said: a station repeats, it does not foresee). In the end there is one
 * bill a session.
 */
export async function repeatEverything(options: {
  readonly sessions: number
  readonly seed: number
}): Promise<Verdict> {
  const each = Math.ceil(options.sessions / chargers)
  return withCrowd({ chargers, seed: options.seed }, async ({ crowd, chance }) => {
    const delivered = await Promise.all(crowd.map((charger) => repeatAtCharger(charger, each, chance)))
    return delivered.flat()
  })
}

async function repeatAtCharger(charger: Stubborn, sessions: number, chance: Chance): Promise<Delivered[]> {
  const clock = stationClock(Date.now())
  const heard: Heard = { told: [], fresh: [] }
  const delivered: Delivered[] = []
  let meterStartWh = 1_000
  const say = async <Answer>(action: string, payload: object): Promise<Answer> => {
    const answer = await charger.say<Answer>(action, payload)
    heard.told.push({ action, payload })
    heard.fresh.push({ action, payload })
    await echoSome(charger, heard, chance)
    return answer
  }
  for (let session = 0; session < sessions; session++) {
    const startedAt = clock()
    const meterStopWh = meterStartWh + 1 + chance.between(0, 249)
    const start = { connectorId: 1, idTag: 'SCENARIO-TAG', meterStart: meterStartWh, timestamp: startedAt }
    const { transactionId } = await say<{ transactionId: number }>('StartTransaction', start)
    const sampledValue = [{ value: String(meterStartWh + Math.floor((meterStopWh - meterStartWh) / 2)) }]
    await say('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: clock(), sampledValue }]
    })
    const stop = { transactionId, meterStop: meterStopWh, timestamp: clock(), reason: 'Local' }
    await say('StopTransaction', stop)
    delivered.push({ chargerId: charger.identity, startedAt, meterStartWh, meterStopWh })
    meterStartWh = meterStopWh + 1
  }
  await echoRest(charger, heard)
  return delivered
}

/** Says some again: one that was never repeated, and up to two of the last few, in any order. */
async function echoSome(charger: Stubborn, { told, fresh }: Heard, chance: Chance): Promise<void> {
  const recent = told.slice(-6)
  const again = fresh.length > 3 ? fresh.splice(chance.between(0, fresh.length - 1), 1) : []
  for (let more = chance.between(0, repeatsAtMost - 1); more > 0; more--)
    again.push(...recent.slice(chance.between(0, recent.length - 1)).slice(0, 1))
  for (const { action, payload } of again) await charger.say(action, payload)
}

/** In the end everything has been said at least twice. */
async function echoRest(charger: Stubborn, { fresh }: Heard): Promise<void> {
  for (const { action, payload } of fresh.splice(0).toReversed()) await charger.say(action, payload)
}
