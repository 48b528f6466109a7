import { addDay, noDays, type Sum } from './days.ts'
import { allowanceS } from './judge.ts'
import { runDays } from './threads.ts'

/** What `npm run faults -- power` and `-- outage` print; `value` 0 means that the limit held. */
export type PowerFigure = Omit<Sum, 'deliveredWh' | 'wantedWh' | 'overWh'> & {
  readonly name: string
  readonly value: number // Wh above the effective limit after the ramp allowance, drawn or fed in, all days together: must be 0.
  readonly unit: 'Wh'
  readonly limit: 0
  readonly seed: number
  readonly count: number
  readonly allowanceS: number
  readonly deliveredKWh: number
  readonly deliveredShare: number // Of what the cars came for, under these limits and faults.
  readonly simulatedHours: number
}

export type PowerPlan = {
  readonly seed: number
  readonly count: number
  readonly secondsPerDay?: number
  readonly harsh?: boolean
  readonly parts?: boolean // Sun and batteries may hang at the site.
}

/**
 * Simulated days with the cloud cut off for nearly all of each: limits by time and by hand, base load at random,
 * cars that come and go, chargers of every temper, a site meter that fails, an edge that dies; when `harsh`, lines
 * that lose, delay, double and reorder, and a wiring plan that changes in mid-flight.
 */
export async function runPowerFaults(plan: PowerPlan): Promise<PowerFigure> {
  const sum = noDays()
  for (let index = 0; index < plan.count; index++)
    await addDay(sum, plan.seed + index, {
      harsh: plan.harsh ?? false,
      parts: plan.parts,
      secondsPerDay: plan.secondsPerDay
    })
  return figureOf('faults.outage', plan, sum)
}

/** The line that runs a short form again, all of its days: what a test prints when it fails. */
export const againWith = (plan: PowerPlan): string =>
  `again: node -e "import('./simulators/scenarios/power/outage.ts').then(async (o) => console.log(await o.runPowerFaults(${JSON.stringify(plan).replaceAll('"', "'")})))"`

/** The same on all cores, everything on, sun and batteries too. */
export async function runPowerDays(
  plan: PowerPlan
): Promise<PowerFigure & { readonly siteDaysPerMinute: number }> {
  const begun = performance.now()
  const { seed, count, secondsPerDay } = plan
  const sum = await runDays({ harsh: true, parts: true, secondsPerDay }, seed, count)
  const minutes = (performance.now() - begun) / 60_000
  const figure = figureOf('faults.power', plan, sum)
  return { ...figure, siteDaysPerMinute: figure.simulatedHours / 24 / minutes }
}

const daySeconds = 86_400

function figureOf(name: string, { seed, count, secondsPerDay }: PowerPlan, sum: Sum): PowerFigure {
  const { overWh, deliveredWh, wantedWh, ...rest } = sum
  return {
    name,
    value: overWh + rest.exportOverWh,
    unit: 'Wh',
    limit: 0,
    seed,
    count,
    allowanceS,
    ...rest,
    deliveredKWh: deliveredWh / 1000,
    deliveredShare: wantedWh === 0 ? 0 : deliveredWh / wantedWh,
    simulatedHours: (count * (secondsPerDay ?? daySeconds)) / 3600
  }
}
