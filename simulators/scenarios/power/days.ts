import { runDay } from './day.ts'
import { addDrawn, drawnOf, type Drawn } from './drawn.ts'
import { freshVerdict, type Verdict } from './verdict.ts'
import { foul, mixed } from './temper.ts'

/** Many days of one kind. `harsh`: bad lines, changes of the wiring plan; else only what `outage` always had. */
export type DaysPlan = {
  readonly secondsPerDay?: number | undefined
  readonly harsh: boolean
  readonly parts?: boolean | undefined // Sun and batteries beside the chargers.
}

/** All days together; `worstSeed` is the one to run again. */
export type Sum = Verdict & {
  days: number
  crashes: number
  unended: number
  doubled: number
  worstSeed: number | null
  readonly failed: string[] // Each day above a limit: its seed, when, where and how much.
  readonly drawn: Drawn
}

const daySeconds = 86_400
const busyFromS = 8 * 3600 // A short run is put where cars are.
const unendedMs = 60_000 // Longer than any patience: an order whose end is not known by then never ends.

export const noDays = (): Sum => ({
  ...freshVerdict(),
  days: 0,
  crashes: 0,
  unended: 0,
  doubled: 0,
  worstSeed: null,
  failed: [],
  drawn: {}
})

/** One more day with everything on. */
export async function addDay(sum: Sum, seed: number, plan: DaysPlan): Promise<void> {
  add(sum, await dayOf(seed, plan))
}

/** One day with everything on, by itself. */
export async function dayOf(seed: number, plan: DaysPlan): Promise<Sum> {
  const seconds = plan.secondsPerDay ?? daySeconds
  const fromS = seconds < daySeconds ? busyFromS : 0
  const rough = plan.harsh ? { weather: foul, reconfigured: true, clockJumps: true } : {}
  const { verdict, day } = await runDay({
    seed,
    seconds,
    fromS,
    tempers: mixed,
    meterFaults: true,
    parts: plan.parts ?? false,
    ...rough
  })
  const nowMs = day.clock.monotonicMs()
  const { warnings, open, stops } = day.books
  return {
    ...verdict,
    days: 1,
    crashes: warnings.filter((warning) => warning.startsWith('a cycle of the control loop failed')).length,
    unended: [...open].filter(({ sinceMs }) => nowMs - sinceMs > unendedMs).length,
    doubled: [...stops.values()].filter((times) => times > 1).length,
    worstSeed: verdict.worstOverW + verdict.worstExportW > 0 ? seed : null,
    failed: failuresOf(seed, verdict),
    drawn: drawnOf(day)
  }
}

/** A day in one line of JSON: what must be 0, what has a bound, what it took. */
export function lineOf(seed: number, sum: Sum, seconds: number): string {
  const { overWh, exportOverWh, misledWh, exportMisledWh, containedS, feederContainedS, longestLieS } = sum
  const { refusedS, meterLostS, falseAlarmSeconds, crashes, unended, doubled, liarDayWh, failed } = sum
  return JSON.stringify({
    seed,
    overWh,
    exportOverWh,
    crashes,
    unended,
    doubled,
    containedS,
    longestLieS,
    meterLostS,
    feederContainedS,
    refusedS,
    falseAlarmSeconds,
    misledWh,
    exportMisledWh,
    liarDayWh,
    failed,
    tookS: Math.round(seconds * 10) / 10
  })
}

function failuresOf(seed: number, verdict: Verdict): string[] {
  const { overWh, worstAt, exportOverWh, worstExportAt } = verdict
  const say = (wh: number, at: string): string[] =>
    wh > 0 ? [`${seed}: ${wh.toFixed(3)} Wh, worst at ${at}`] : []
  return [...say(overWh, worstAt), ...say(exportOverWh, worstExportAt)]
}

/** Energies and seconds add up, worst cases stay. */
export function add(sum: Sum, more: Sum): void {
  const isWorse = more.worstOverW + more.worstExportW > sum.worstOverW + sum.worstExportW
  const before = { ...sum }
  const names = [
    'overWh',
    'exportOverWh',
    'exportMisledWh',
    'misledWh',
    'liarWh',
    'deliveredWh',
    'wantedWh',
    'outOfReachSeconds',
    'unseenSeconds',
    'misledSeconds',
    'missingSeconds'
  ] as const
  for (const name of names) sum[name] += more[name]
  for (const name of ['falseAlarmSeconds', 'days', 'crashes', 'unended', 'doubled'] as const)
    sum[name] += more[name]
  for (const name of [
    'longestLieS',
    'containedS',
    'feederContainedS',
    'refusedS',
    'meterLostS',
    'worstOverW',
    'worstExportW',
    'liarDayWh'
  ] as const)
    sum[name] = Math.max(sum[name], more[name])
  sum.worstAt = isWorse ? more.worstAt : before.worstAt
  sum.worstExportAt = isWorse ? more.worstExportAt : before.worstExportAt
  addDrawn(sum.drawn, more.drawn)
  sum.failed.push(...more.failed)
  sum.worstSeed = isWorse ? more.worstSeed : before.worstSeed
}
