import { phasesOf } from '@nova/shared-protocol/model'
import type { Chance } from '../../world/chance.ts'
import type { Pile } from './charger.ts'
import { pileOf } from './pile.ts'
import type { DaySite } from './site.ts'
import { fair, type Tempers, type Weather } from './temper.ts'
import type { Ticker } from './ticker.ts'
import { laterThan, visitorsFrom } from './visits.ts'

export type FleetPlan = {
  readonly seconds: number
  readonly tempers: Tempers
  readonly weather?: Weather
  readonly fromS?: number
}

const visitors = visitorsFrom()

/** The site's chargers with the cars of their day. */
export function pilesOf(site: DaySite, clock: Ticker, plan: FleetPlan, chance: Chance): Pile[] {
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
