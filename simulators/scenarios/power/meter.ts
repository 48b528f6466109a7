import type { Needs } from '@nova/edge-agent/power'
import type { Through } from '../../meters/registers.ts'
import { siteLoad, together, type BaseLoad } from '../../meters/site-load.ts'
import type { Chance } from '../../world/chance.ts'
import type { Pile } from './charger.ts'
import { flowing } from './rows.ts'
import type { Ticker } from './ticker.ts'
import type { MeterFault, Troubles } from './troubles.ts'

type Meter = NonNullable<Needs['meter']>
type Latest = ReturnType<Meter['latest']>

const times: Readonly<Record<MeterFault, number>> = { tenfold: 10, 'sign-flip': -1, freeze: 1, silent: 1 }

type Behind = {
  readonly piles: readonly Pile[]
  readonly roof: { flows(): [number, number, number] }
  readonly base: BaseLoad
}
type Around = {
  readonly clock: Ticker
  readonly day: Pick<Troubles, 'meterFault'>
  readonly chance: Chance
}

/** The meter at the connection: all that hangs behind it, with the faults of the day. */
export function siteMeter({ piles, roof, base }: Behind, { clock, day, chance }: Around): Meter {
  const draw = together(
    () => flowing(piles),
    () => roof.flows()
  )
  const load = { draw, base, voltageV: 230 }
  return meterOf(
    siteLoad(load, chance, () => clock.monotonicMs()),
    clock,
    day
  )
}

/** The site's meter as its driver would show it, with the faults of the day. One sample a second. */
function meterOf(through: () => Through, clock: Ticker, day: Pick<Troubles, 'meterFault'>): Meter {
  let last: Latest = null
  return {
    latest() {
      const fault = day.meterFault?.kind ?? null
      const takenAtMs = clock.monotonicMs()
      if (fault === 'silent' || last?.takenAtMs === takenAtMs) return last
      if (fault === 'freeze' && last !== null) last = { ...last, takenAtMs }
      else
        last = {
          reading: readingOf(through(), clock.instant(), fault === null ? 1 : times[fault]),
          takenAtMs
        }
      return last
    }
  }
}

function readingOf(
  { currentMilliA, voltageV, importWh }: Through,
  at: string,
  factor: number
): NonNullable<Latest>['reading'] {
  const l1 = Math.round(currentMilliA[0] * factor)
  const l2 = Math.round(currentMilliA[1] * factor)
  const l3 = Math.round(currentMilliA[2] * factor)
  return {
    at,
    registerWh: Math.round(importWh),
    powerW: Math.round((l1 * voltageV[0] + l2 * voltageV[1] + l3 * voltageV[2]) / 1000),
    currentMilliA: [l1, l2, l3],
    voltageV: [voltageV[0], voltageV[1], voltageV[2]]
  }
}
