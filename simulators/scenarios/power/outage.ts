import { allowanceS } from './judge.ts'
import { runDay } from './day.ts'
import type { Temper } from './pile.ts'

export type OutageFigure = {
  readonly name: 'faults.outage'
  readonly value: number // Wh above the effective limit after the ramp allowance, all days together: must be 0.
  readonly unit: 'Wh'
  readonly limit: 0
  readonly seed: number
  readonly count: number
  readonly allowanceS: number
  readonly worstOverW: number
  readonly worstSeed: number | null
  readonly deliveredKWh: number
  readonly liarWh: number
  readonly longestLieS: number
  readonly missingSeconds: number // In which the edge itself said that the limit was out of reach.
  readonly simulatedHours: number
}

export type OutagePlan = { readonly seed: number; readonly count: number; readonly secondsPerDay?: number }

const daySeconds = 86_400
// Most chargers do as they are told; each other kind is on a site in a few. Whoever refuses smart charging keeps
// its full power reserved, so that on a tight site little is left to share: rare on purpose.
const mixed: readonly [Temper, ...Temper[]] = [
  'obedient',
  ...Array.from({ length: 11 }, (): Temper => 'obedient'),
  'slow',
  'slow',
  'forgetful',
  'forgetful',
  'balky',
  'silent-keeping',
  'silent-keeping',
  'silent-losing',
  'silent-losing',
  'rebooting',
  'rebooting',
  'ignoring',
  'refusing'
]

/**
 * Simulated days with the cloud cut off for nearly all of each: limits by time and by hand, base load at random,
 * cars that come and go, chargers of every temper, a site meter that fails, an edge that dies.
 * @returns the figure that `npm run faults -- outage` prints; `value` 0 means that the limit held
 */
export async function runPowerFaults({ seed, count, secondsPerDay }: OutagePlan): Promise<OutageFigure> {
  const seconds = secondsPerDay ?? daySeconds
  const sum = {
    over: 0,
    worst: 0,
    worstSeed: null as number | null,
    delivered: 0,
    liar: 0,
    lie: 0,
    missing: 0
  }
  for (let index = 0; index < count; index++) {
    const { verdict } = await runDay({ seed: seed + index, seconds, tempers: mixed, meterFaults: true })
    sum.over += verdict.overWh
    if (verdict.worstOverW > sum.worst) sum.worstSeed = seed + index
    sum.worst = Math.max(sum.worst, verdict.worstOverW)
    sum.delivered += verdict.deliveredWh
    sum.liar += verdict.liarWh
    sum.lie = Math.max(sum.lie, verdict.longestLieS)
    sum.missing += verdict.missingSeconds
  }
  return {
    name: 'faults.outage',
    value: sum.over,
    unit: 'Wh',
    limit: 0,
    seed,
    count,
    allowanceS,
    worstOverW: sum.worst,
    worstSeed: sum.worstSeed,
    deliveredKWh: sum.delivered / 1000,
    liarWh: sum.liar,
    longestLieS: sum.lie,
    missingSeconds: sum.missing,
    simulatedHours: (count * seconds) / 3600
  }
}
