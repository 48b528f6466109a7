import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { chanceOf } from '../world/chance.ts'
import { freePort } from '@nova/deploy/local'
import { usualVehicle } from '../chargers/index.ts'
import { type Api, eventually, signIn } from './api.ts'
import { allSessions, type BilledSession } from './books.ts'
import { demoChargers } from './demo-chargers.ts'
import { type DemoSite, openDemoSite } from './demo-site.ts'
import { allKnown, localGet, localPut } from './fleet.ts'
import { meteredSite } from './metered-site.ts'
import { type Stack, startStack } from './stack.ts'

const gridA = 100 // Twelve fallbacks of 6 A and the base load leave about 20 A: the limit binds all along.
const outageLimitW = 20_000
const rampAllowanceS = 7 // IEC 61851-1: the vehicle follows within 5 s; one cycle and one confirmation of ours.
const voltageV = 230

export type OutageVerdict = {
  readonly seconds: number
  readonly factsWhileCut: number
  readonly sessionsAtEdge: number
  readonly sessionsInCloud: number
  readonly wrongWh: number
  readonly limitLooks: number // How often the draw was held against the lowered limit.
  readonly overLimitSeconds: number
  readonly ledgerOk: boolean
}

/**
 * Cuts the edge from the cloud while sessions start, stop and the limit changes at the site, then heals the line and
 * holds the cloud's books against the edge's. Its own stack on free ports: a demo that runs beside is not touched.
 */
export async function outage(seconds: number, say: (line: string) => void): Promise<OutageVerdict> {
  const meterPort = await freePort()
  const stack = await startStack({ site: meteredSite(meterPort, gridA, voltageV) })
  try {
    say(`watch it: ${stack.cloudUrl}/operator (operator@nova.test, nova-demo)`)
    const site = await openSite(stack, meterPort)
    try {
      return await run({ stack, site, seconds, say })
    } finally {
      await site.close()
    }
  } finally {
    await stack.stop()
  }
}

/** Four of the demo's chargers, known at the edge, and the site meter. */
async function openSite(stack: Stack, meterPort: number): Promise<DemoSite> {
  const chargers = (await demoChargers(stack.dataDir)).slice(0, 4)
  await allKnown(
    stack,
    chargers.map(({ id }) => id)
  )
  return openDemoSite({
    chargers,
    ocppUrl: stack.edge.ocppUrl,
    meterPort,
    voltageV,
    baseW: { leastW: 1_000, mostW: 2_000 },
    stateDir: path.join(stack.dataDir, 'stations'),
    chance: chanceOf(1)
  })
}

type Run = {
  readonly stack: Stack
  readonly site: DemoSite
  readonly seconds: number
  readonly say: (line: string) => void
}

type Outbox = { readonly lastSequence: number; readonly durableSequence: number }

async function run({ stack, site, seconds, say }: Run): Promise<OutageVerdict> {
  const { stations } = site
  await Promise.all(stations.map((station) => station.settled(30_000)))
  await begin(site, 0)
  await begin(site, 1)
  await running(stack, 2)
  const before = await drained(stack)
  say(
    `two cars charge; the cloud is durable up to fact ${before.durableSequence}. Cutting the line for ${seconds} s`
  )
  stack.uplink.cut()
  const watch = watchLimit(stack, site)
  await begin(site, 2)
  await running(stack, 3)
  say('cut: a third car has started on a card that the edge knows')
  await localPut(stack, '/limits/operator', { limitW: outageLimitW, reason: 'outage scenario' })
  say(`cut: the site limit is lowered to ${outageLimitW / 1000} kW at the site itself`)
  await wait(seconds * 500)
  await stations[0]?.swipe(1, cardOf(0))
  stations[0]?.unplug(1)
  await running(stack, 2)
  say('cut: the first car has stopped and left')
  await wait(seconds * 500)
  const cutAt = await localGet<Outbox>(stack, '/outbox')
  const factsWhileCut = cutAt.lastSequence - before.durableSequence
  say(`cut: ${factsWhileCut} facts wait in the outbox. Healing the line`)
  stack.uplink.heal()
  await endAll(site)
  await running(stack, 0)
  await drained(stack)
  return compare(stack, { seconds, factsWhileCut, ...watch.stop() })
}

const cardOf = (index: number): string => `DEMO-TAG-0${index + 2}`

async function begin({ stations }: DemoSite, index: number): Promise<void> {
  const station = stations[index]
  if (!station) throw new RangeError(`no station ${index}`)
  station.plugIn(1, { ...usualVehicle, maxMilliA: 32_000 })
  const swipe = await station.swipe(1, cardOf(index))
  if (swipe !== 'started') throw new Error(`${station.identity}: card ${cardOf(index)} was ${swipe}`)
}

async function endAll({ stations }: DemoSite): Promise<void> {
  for (const [index, station] of stations.entries()) {
    if (station.outlets()[0]?.transactionId) await station.swipe(1, cardOf(index))
    if (station.outlets()[0]?.plugged) station.unplug(1)
  }
}

type EdgeSession = {
  readonly id: string
  readonly chargerId: string
  readonly status: string
  readonly energyWh: number | null
}
type Sessions = { readonly items: readonly EdgeSession[] }

const running = (stack: Stack, count: number) =>
  eventually(
    () => localGet<Sessions>(stack, '/sessions?limit=100'),
    ({ items }) =>
      items.filter(({ status }) => status === 'started' || status === 'suspended').length === count,
    { withinMs: 30_000, what: `${count} sessions running at the edge` }
  )

const drained = (stack: Stack): Promise<Outbox> =>
  eventually(
    () => localGet<Outbox>(stack, '/outbox'),
    ({ lastSequence, durableSequence }) => lastSequence > 0 && durableSequence === lastSequence,
    { withinMs: 60_000, what: 'the outbox durable' }
  )

/** Seconds in which the chargers draw more than the lowered limit, beyond the ramp allowance after it was lowered. */
function watchLimit(
  stack: Stack,
  site: DemoSite
): { stop(): Pick<OutageVerdict, 'limitLooks' | 'overLimitSeconds'> } {
  let over = 0
  let looks = 0
  let loweredAt: number | undefined
  const timer = setInterval(() => {
    localGet<{ limitW: number }>(stack, '/site')
      .then(({ limitW }) => {
        if (limitW > outageLimitW) return
        loweredAt ??= performance.now()
        looks++
        const drawnW = site.draw().reduce((sum, milliA) => sum + (milliA * voltageV) / 1000, 0)
        if (performance.now() - loweredAt > rampAllowanceS * 1000 && drawnW > limitW) over++
      })
      .catch(() => undefined) // A look that fails is no measurement: looks are counted, too few of them prove nothing.
  }, 1_000)
  return {
    stop: () => {
      clearInterval(timer)
      return { limitLooks: looks, overLimitSeconds: over }
    }
  }
}

async function compare(
  stack: Stack,
  seen: Pick<OutageVerdict, 'seconds' | 'factsWhileCut' | 'limitLooks' | 'overLimitSeconds'>
): Promise<OutageVerdict> {
  const { items } = await localGet<Sessions>(stack, '/sessions?limit=100')
  const api: Api = await signIn(stack.cloudUrl, 'operator@nova.test')
  const found = await eventually(
    () => allSessions(api),
    (sessions) =>
      items.every((each) => sessions.some((session) => isSame(session, each) && !session.provisional)),
    { withinMs: 30_000, what: 'every session of the edge final in the cloud' }
  )
  const wrongWh = items.reduce((sum, each) => {
    const session = found.find((candidate) => candidate.id === each.id)
    return sum + Math.abs((session?.energyWh ?? 0) - (each.energyWh ?? 0))
  }, 0)
  const { ok: ledgerOk } = await api.get<{ ok: boolean }>('/ledger/verify')
  return { ...seen, sessionsAtEdge: items.length, sessionsInCloud: found.length, wrongWh, ledgerOk }
}

const isSame = (session: BilledSession, each: EdgeSession): boolean =>
  session.id === each.id && session.energyWh === each.energyWh
