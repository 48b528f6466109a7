import { type Chance, chanceOf } from '../world/chance.ts'
import { type Api, signIn } from './api.ts'
import { audit, type Verdict } from './books.ts'
import { addChargers, allKnown, reaching } from './fleet.ts'
import { deliver, type Delivered, stationClock } from './sessions.ts'
import { type Stack, startStack } from './stack.ts'
import { type Stubborn, stubborn } from './stubborn.ts'

const password = 'scenario-password-16'
const tokenUid = 'SCENARIO-TAG'
const patienceMs = 180_000 // Without one more session in the books.

export type Work = {
  readonly chargers: number
  readonly seed: number
  readonly durable?: boolean
  /** Between two messages of a charge point, at least; twice that at most. */
  readonly pauseMs?: number
}

const hurriedMs = 40

/** What a scenario does to the stack while the charge points are at work. */
export type Mischief = (stack: Stack, chance: Chance) => Promise<void>

/** Charge points deliver session after session while something bad happens; then the books are audited. */
export async function whileCharging(work: Work, mischief: Mischief): Promise<Verdict> {
  const hasteMs = work.pauseMs ?? hurriedMs
  return withCrowd(work, async ({ stack, crowd, chance }) => {
    const life = { over: false }
    const sessions = Promise.all(crowd.map((charger) => chargeOn({ charger, chance, life, hasteMs })))
    await mischief(stack, chance)
    life.over = true
    return (await sessions).flat()
  })
}

export type Crowd = {
  readonly stack: Stack
  readonly api: Api
  readonly crowd: readonly Stubborn[]
  readonly chance: Chance
}

/** A stack with so many charge points on a wide grid and one accepted token; audits what `during` has delivered. */
export async function withCrowd(
  work: Work,
  during: (crowd: Crowd) => Promise<Delivered[]>
): Promise<Verdict> {
  const grid = { limitA: [20_000, 20_000, 20_000], voltageV: 230 }
  const stack = await startStack({ durable: work.durable ?? false, site: { grid } })
  try {
    const api = await signIn(stack.cloudUrl, 'operator@nova.test')
    const identities = Array.from({ length: work.chargers }, (_, index) => `CROWD-${index}`)
    await addChargers(api, identities, password)
    const token = { uid: tokenUid, type: 'ISO14443', status: 'accepted' }
    await reaching(stack, 'tokens', () => api.post('/tokens', token))
    await allKnown(stack, identities)
    const crowd = identities.map((identity) => stubborn({ url: stack.edge.ocppUrl, identity, password }))
    const delivered = await during({ stack, api, crowd, chance: chanceOf(work.seed) })
    for (const charger of crowd) charger.close()
    return await audit(() => signIn(stack.cloudUrl, 'operator@nova.test'), delivered, patienceMs)
  } catch (cause) {
    throw new Error(`${String(cause)}\n${stack.edge.account()}\n${stack.cloud.account()}`, { cause })
  } finally {
    await stack.stop()
  }
}

type Charging = {
  readonly charger: Stubborn
  readonly chance: Chance
  readonly life: { readonly over: boolean }
  readonly hasteMs: number
}

/** Session after session until life is over; the last one is brought to its end. */
async function chargeOn({ charger, chance, life, hasteMs }: Charging): Promise<Delivered[]> {
  const clock = stationClock(Date.now())
  const delivered: Delivered[] = []
  let meterStartWh = 1_000
  await charger.say('BootNotification', { chargePointVendor: 'Nova-X', chargePointModel: 'stubborn' })
  while (!life.over) {
    const stepsWh = Array.from({ length: 1 + chance.between(0, 3) }, () => 1 + chance.between(0, 249))
    const pauseMs = hasteMs + chance.between(0, hasteMs)
    const session = await deliver({ charger, clock, tokenUid, meterStartWh, stepsWh, pauseMs })
    delivered.push(session)
    meterStartWh = session.meterStopWh + 1 // Never the same start twice: the books are matched by it.
  }
  return delivered
}
