import { checkSite, openControlLoop, type ControlLoop, type Needs } from '@nova/edge-agent/power'
import { phasesOf } from '@nova/shared-protocol/model'
import { siteLoad, wanderingBase, type BaseLoad } from '../../meters/site-load.ts'
import { chanceOf, type Chance } from '../../world/chance.ts'
import { turnableClock, type TurnableClock } from '../../world/clock.ts'
import { freshJudge, judge, type Verdict } from './judge.ts'
import { meterOf } from './meter.ts'
import { cut, draw, pileOf, step, takeFallback, takeSetPoint, takeStop, viewOf } from './pile.ts'
import type { Fallback, Pile, Temper } from './pile.ts'
import { siteOf, type DaySite } from './site.ts'
import { troubles, type Troubles } from './troubles.ts'

export type DayPlan = {
  readonly seed: number
  readonly seconds: number // 86,400 is a day.
  readonly tempers: readonly [Temper, ...Temper[]]
  readonly meterFaults: boolean
}

export type Day = {
  readonly clock: TurnableClock
  readonly site: DaySite
  readonly piles: readonly Pile[]
  readonly base: BaseLoad
  readonly troubles: Troubles
  readonly meter: Needs['meter']
  readonly memory: Map<string, Fallback>
  readonly alarms: Map<string, number> // How often each code was raised.
  readonly warnings: string[]
  loop: ControlLoop | null // null: the edge is dead.
}

/** A simulated day: the real loop and core, simulated time, chargers, meter, cloud and limits. */
export async function runDay(plan: DayPlan): Promise<{ readonly verdict: Verdict; readonly day: Day }> {
  const day = dawn(plan)
  const verdict = freshJudge()
  for (let second = 0; second < plan.seconds; second++) {
    for (const pile of day.piles) step(pile)
    await liveOrDie(day)
    judge(verdict, day)
    await day.clock.turn(1000)
  }
  await day.loop?.stop()
  return { verdict, day }
}

/** A killed edge says no goodbye: lines break, and come back some time after it is up again. */
async function liveOrDie(day: Day): Promise<void> {
  if (day.troubles.edgeDown && day.loop !== null) {
    await day.loop.stop()
    day.loop = null
  }
  if (day.troubles.edgeDown) {
    for (const pile of day.piles) cut(pile, pile.chance.between(2, 30) * 1000)
  } else day.loop ??= openControlLoop(needsOf(day))
}

function dawn({ seed, seconds, tempers, meterFaults }: DayPlan): Day {
  const chance = chanceOf(seed)
  const clock = turnableClock('2026-03-01T16:00:00Z')
  const site = siteOf(chance.fork('site'))
  const problems = checkSite(site).map(({ message }) => message)
  if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.join('; ')}`)
  const piles = pilesOf(site, clock, chance, tempers)
  const nowMs = (): number => clock.monotonicMs()
  const range = { leastW: site.baseLeastW, mostW: site.baseMostW, voltageV: site.grid.voltageV }
  const base = wanderingBase(range, chance.fork('base'), nowMs)
  const befall = { site, clock, chance: chance.fork('troubles'), seconds, meterFaults }
  const trouble = troubles(befall)
  const load = { draw: () => flowing(piles), base, voltageV: site.grid.voltageV }
  const meter = meterOf(siteLoad(load, chance.fork('meter'), nowMs), clock, trouble)
  return {
    clock,
    site,
    piles,
    base,
    troubles: trouble,
    meter,
    memory: new Map(),
    alarms: new Map(),
    warnings: [],
    loop: null
  }
}

function pilesOf(
  site: DaySite,
  clock: TurnableClock,
  chance: Chance,
  tempers: readonly [Temper, ...Temper[]]
): Pile[] {
  return site.chargers.map((charger) => {
    const own = chance.fork(charger.id)
    const phases = phasesOf(charger.phaseRotation)
    const temper = own.pick(tempers)
    return pileOf({ site: charger, temper, phases, clock, chance: own, voltageV: site.grid.voltageV })
  })
}

function flowing(piles: readonly Pile[]): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  for (const pile of piles) draw(pile).forEach((milliA, phase) => (sum[phase] = (sum[phase] ?? 0) + milliA))
  return sum
}

function needsOf(day: Day): Needs {
  const find = (chargerId: string): Pile => {
    const pile = day.piles.find(({ site }) => site.id === chargerId)
    if (pile === undefined) throw new Error(`no charger ${chargerId}`)
    return pile
  }
  return {
    clock: day.clock,
    site: () => day.site,
    views: () => day.piles.map(viewOf),
    limits: () => day.troubles.limits(),
    caps: () => new Map(),
    meter: day.meter,
    cloud: () => day.troubles.cloud(),
    chargers: {
      isConnected: (id) => find(id).connected,
      setPoint: (point) => takeSetPoint(find(point.chargerId), point),
      fallback: (fallback) => takeFallback(find(fallback.chargerId), fallback),
      perform: async (id, order) =>
        order.action === 'stop'
          ? takeStop(find(id), order.payload.transactionId ?? '')
          : { kind: 'failed', error: `no ${order.action} here` }
    },
    memory: {
      fallbacks: () => [...day.memory.values()],
      remember: async (fallback) => void day.memory.set(fallback.chargerId, fallback)
    },
    alarms: {
      raise: ({ code }) => day.alarms.set(code, (day.alarms.get(code) ?? 0) + 1),
      clear: () => undefined
    },
    allocated: () => undefined,
    limitChanged: () => undefined,
    metrics: { cycle: () => undefined, missed: () => undefined, setPoint: () => undefined },
    log: { warn: (detail, message) => void day.warnings.push(`${message} ${JSON.stringify(detail)}`) }
  }
}
