import { checkSite, type ControlLoop } from '@nova/edge-agent/power'
import { phasesOf } from '@nova/shared-protocol/model'
import { siteLoad, wanderingBase, type BaseLoad } from '../../meters/site-load.ts'
import { chanceOf } from '../../world/chance.ts'
import type { Pile } from './charger.ts'
import { meterOf } from './meter.ts'
import type { World } from './needs.ts'
import { pileOf } from './pile.ts'
import { flowing } from './rows.ts'
import { siteOf, type DaySite } from './site.ts'
import { fair, type Tempers, type Weather } from './temper.ts'
import { tickerFrom, type Ticker } from './ticker.ts'
import { troubles, type Troubles } from './troubles.ts'
import { laterThan, visitorsFrom } from './visits.ts'

export type DayPlan = {
  readonly seed: number
  readonly seconds: number // 86,400 is a day.
  readonly tempers: Tempers
  readonly meterFaults: boolean
  readonly weather?: Weather // Of the lines to the chargers; fair when left out.
  readonly reconfigured?: boolean // Somebody changes the wiring plan in mid-flight.
  readonly clockJumps?: boolean
  readonly watch?: (day: Day, second: number) => void // Looks on, for whoever hunts a failing seed.
  readonly fromS?: number // Second of the day at which it begins: short runs are put where cars are.
}

export type Day = World & {
  readonly base: BaseLoad
  readonly troubles: Troubles & { now(): void }
  readonly alarms: ReadonlyMap<string, number> // How often each code was raised.
  readonly warnings: readonly string[]
  loop: ControlLoop | null // null: the edge is dead.
}

const visitors = visitorsFrom()

/** The site, its chargers and all that will befall them, drawn from the seed. */
export function dawn(plan: DayPlan): Day {
  const { seed, seconds, meterFaults, reconfigured = false, clockJumps = false } = plan
  const chance = chanceOf(seed)
  const clock = tickerFrom('2026-03-01T16:00:00Z')
  const site = siteOf(chance.fork('site'))
  const problems = checkSite(site).map(({ message }) => message)
  if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.join('; ')}`)
  const piles = pilesOf(site, clock, plan, chance)
  const nowMs = (): number => clock.monotonicMs()
  const range = { leastW: site.baseLeastW, mostW: site.baseMostW, voltageV: site.grid.voltageV }
  const base = onceASecond(wanderingBase(range, chance.fork('base'), nowMs), nowMs)
  const befall = {
    site,
    clock,
    chance: chance.fork('troubles'),
    seconds,
    meterFaults,
    reconfigured,
    clockJumps
  }
  const trouble = troubles(befall)
  const load = { draw: () => flowing(piles), base, voltageV: site.grid.voltageV }
  const meter = meterOf(siteLoad(load, chance.fork('meter'), nowMs), clock, trouble)
  const books: World['books'] = {
    memory: new Map(),
    alarms: new Map(),
    warnings: [],
    open: new Set(),
    stops: new Map()
  }
  const { alarms, warnings } = books
  return { clock, piles, base, troubles: trouble, meter, books, alarms, warnings, loop: null }
}

function pilesOf(site: DaySite, clock: Ticker, plan: DayPlan, chance: ReturnType<typeof chanceOf>): Pile[] {
  return site.chargers.map((charger) => {
    const own = chance.fork(charger.id)
    const phases = phasesOf(charger.phaseRotation)
    const temper = own.pick(plan.tempers)
    const weather = plan.weather ?? fair
    const visits = laterThan(plan.fromS ?? 0, visitors.visits(own))
    const voltageV = site.grid.voltageV
    return pileOf({
      site: charger,
      temper,
      phases,
      clock,
      chance: own,
      voltageV,
      weather,
      visits,
      liesWithinS: plan.seconds * 0.6
    })
  })
}

function onceASecond(base: BaseLoad, nowMs: () => number): BaseLoad {
  let known = { atMs: Number.NaN, is: base() }
  return () => {
    const atMs = nowMs()
    if (known.atMs !== atMs) known = { atMs, is: base() }
    return known.is
  }
}
