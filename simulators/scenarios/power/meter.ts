import type { Needs } from '@nova/edge-agent/power'
import type { Through } from '../../meters/registers.ts'
import type { TurnableClock } from '../../world/clock.ts'
import type { Troubles } from './troubles.ts'

type Meter = NonNullable<Needs['meter']>
type Latest = ReturnType<Meter['latest']>

/** The site's meter as its driver would show it, with the faults of the day. */
export function meterOf(through: () => Through, clock: TurnableClock, day: Troubles): Meter {
  let last: Latest = null
  return {
    latest() {
      const fault = day.meterFault
      if (fault === 'silent') return last
      const takenAtMs = clock.monotonicMs()
      if (fault === 'freeze' && last !== null) last = { ...last, takenAtMs }
      else
        last = {
          reading: readingOf(
            through(),
            clock.instant(),
            { tenfold: 10, 'sign-flip': -1, freeze: 1, none: 1 }[fault ?? 'none']
          ),
          takenAtMs
        }
      return last
    }
  }
}

function readingOf(
  { currentMilliA, voltageV, importWh }: Through,
  at: string,
  times: number
): NonNullable<Latest>['reading'] {
  const each = (phase: 0 | 1 | 2): number => Math.round(currentMilliA[phase] * times)
  const watts = ([0, 1, 2] as const).reduce<number>(
    (sum, phase) => sum + (each(phase) * voltageV[phase]) / 1000,
    0
  )
  return {
    at,
    registerWh: Math.round(importWh),
    powerW: Math.round(watts),
    currentMilliA: [each(0), each(1), each(2)],
    voltageV: [voltageV[0], voltageV[1], voltageV[2]]
  }
}
