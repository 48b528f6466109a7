import { checkSite, type ControlLoop } from '@nova/edge-agent/power'
import { wanderingBase, type BaseLoad } from '../../meters/site-load.ts'
import { chanceOf } from '../../world/chance.ts'
import { siteMeter } from './meter.ts'
import type { World } from './needs.ts'
import { pilesOf } from './fleet.ts'
import { openRoof, type Roof } from './parts/index.ts'
import type { Rule } from './sabotage.ts'
import { siteOf } from './site.ts'
import type { Tempers, Weather } from './temper.ts'
import { tickerFrom } from './ticker.ts'
import { troubles, type Troubles } from './troubles.ts'

export type DayPlan = {
  readonly seed: number
  readonly seconds: number // 86,400 is a day.
  readonly tempers: Tempers
  readonly meterFaults: boolean
  readonly weather?: Weather // Of the lines to the chargers; fair when left out.
  readonly reconfigured?: boolean // Somebody changes the wiring plan in mid-flight.
  readonly clockJumps?: boolean
  readonly watch?: (day: Day, second: number) => void // Looks on, for whoever hunts a failing seed.
  readonly rule?: Rule // Which of the edge's safety rules is off: the judge has to find it.
  readonly parts?: boolean // PV and batteries may hang at the site.
  readonly fromS?: number // Second of the day at which it begins: short runs are put where cars are.
}

export type Day = World & {
  readonly base: BaseLoad
  readonly roof: Roof // Sun and batteries; none on most days of old seeds.
  readonly troubles: Troubles & { now(): void }
  readonly alarms: ReadonlyMap<string, number> // How often each code was raised.
  readonly warnings: readonly string[]
  readonly rule: Rule | null
  loop: ControlLoop | null // null: the edge is dead.
}

/** The site, its chargers and all that will befall them, drawn from the seed. */
export function dawn(plan: DayPlan): Day {
  const { seed, seconds, meterFaults, reconfigured = false, clockJumps = false } = plan
  const chance = chanceOf(seed)
  const clock = tickerFrom('2026-03-01T16:00:00Z')
  const plain = siteOf(chance.fork('site'))
  const roof = openRoof(plan, { site: plain, clock }, chance.fork('parts'))
  const { site } = roof
  mustBeSound(site, seed)
  const piles = pilesOf(site, clock, plan, chance)
  const nowMs = (): number => clock.monotonicMs()
  const range = { leastW: site.baseLeastW, mostW: site.baseMostW, voltageV: site.grid.voltageV }
  const base = onceASecond(wanderingBase(range, chance.fork('base'), nowMs), nowMs)
  const trouble = troubles({
    site,
    clock,
    chance: chance.fork('troubles'),
    seconds,
    meterFaults,
    reconfigured,
    clockJumps,
    feedsInW: roof.feedsInW
  })
  const meter = siteMeter({ piles, roof, base }, { clock, day: trouble, chance: chance.fork('meter') })
  const books = freshBooks()
  const { alarms, warnings } = books
  const standing = { clock, piles, base, roof, troubles: trouble, meter }
  return { ...standing, books, alarms, warnings, rule: plan.rule ?? null, loop: null }
}

function mustBeSound(site: Parameters<typeof checkSite>[0], seed: number): void {
  const problems = checkSite(site).map(({ message }) => message)
  if (problems.length > 0) throw new Error(`seed ${seed}: ${problems.join('; ')}`)
}

const freshBooks = (): World['books'] => ({
  memory: new Map(),
  removed: [],
  alarms: new Map(),
  warnings: [],
  open: new Set(),
  stops: new Map()
})

function onceASecond(base: BaseLoad, nowMs: () => number): BaseLoad {
  let known = { atMs: Number.NaN, is: base() }
  return () => {
    const atMs = nowMs()
    if (known.atMs !== atMs) known = { atMs, is: base() }
    return known.is
  }
}
