import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Commitment, Slot } from '@nova/edge-agent/planner'
import type { Goal } from './optimum-scheduler.ts'
import { folder } from './vectors.ts'

const Season = z.object({
  id: z.string(),
  times: z.array(z.number()),
  tariffs: z.array(z.number()),
  demand_charge: z.number()
})
const Tariff = z.object({ schedule: z.array(Season) })
type Season = z.infer<typeof Season>

/** SCE TOU-EV-4 in March: dollars per kWh by time, dollars per kW of the month's peak. */
export type March = {
  readonly demandPerKw: number
  priceAt(ms: number): number
  changesMs(fromMs: number, untilMs: number): readonly number[]
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const firstWeekday = 5 // 2019-03-01 was a Friday; Sunday is 0.

/** Time 0 is 2019-03-01 00:00; hours are counted on without summer time, as the peer does. */
export function readTariff(): March {
  const { schedule } = Tariff.parse(JSON.parse(readFileSync(`${folder}sce_tou_ev_4_march_2019.json`, 'utf8')))
  const season = (id: string): Season => {
    const found = schedule.find((each) => each.id === id)
    if (found === undefined) throw new Error(`no ${id} in the tariff`)
    return found
  }
  const [work, rest] = [season('Winter-Weekday'), season('Winter-Weekend')]
  const dayOf = (ms: number): Season => {
    const weekday = (firstWeekday + Math.floor(ms / dayMs)) % 7
    return weekday === 0 || weekday === 6 ? rest : work
  }
  return {
    demandPerKw: work.demand_charge,
    priceAt: (ms) => {
      const { times, tariffs } = dayOf(ms)
      return tariffs[times.findLastIndex((hour) => hour * hourMs <= ms % dayMs)] ?? Number.NaN
    },
    changesMs: (fromMs, untilMs) => {
      const changes: number[] = []
      for (let day = Math.floor(fromMs / dayMs) * dayMs; day < untilMs; day += dayMs)
        changes.push(...dayOf(day).times.map((hour) => day + hour * hourMs))
      return changes.filter((at) => at > fromMs && at < untilMs)
    }
  }
}

/** Prices of energy, and of every kW above the peak that the month has seen (or is expected to see anyway). */
export function costs(march: March, slots: readonly Slot[], peakKw: number): readonly Commitment[] {
  const nothing = slots.map(() => 0)
  return [
    {
      per: 'slot',
      quantityW: nothing,
      upPerKWh: slots.map(({ startMs }) => march.priceAt(startMs)),
      downPerKWh: nothing
    },
    { per: 'once', quantityW: slots.map(() => peakKw * 1000), upPerKW: march.demandPerKw, downPerKW: 0 }
  ]
}

/** As much energy as the lines let through, early rather than late. */
export const mostEnergy: Goal = {
  valuePerKWh: 1,
  hurryPerKWhHour: 0.01,
  commitments: () => [],
  holdsPeak: false,
  changesMs: () => []
}

/**
 * As cheap as possible, but no car is to leave without: a missing kWh costs more than a kW of peak that would
 * have brought it in three hours.
 */
export const leastCost = (march: March): Goal => ({
  valuePerKWh: 5,
  hurryPerKWhHour: 0.01,
  commitments: (slots, peakKw) => costs(march, slots, peakKw),
  holdsPeak: true,
  changesMs: march.changesMs
})
