import { phasesOf } from '@nova/shared-protocol/model'
import type { ControlLoop } from '@nova/edge-agent/power'
import type { BaseLoad } from '../../meters/site-load.ts'
import type { TurnableClock } from '../../world/clock.ts'
import { draw, excess, rampMs, type Pile } from './pile.ts'
import type { DaySite } from './site.ts'
import type { Troubles } from './troubles.ts'

/** What the judge looks at; the loop only for what it says is out of reach. */
export type Judged = {
  readonly clock: TurnableClock
  readonly site: DaySite
  readonly piles: readonly Pile[]
  readonly base: BaseLoad
  readonly troubles: Troubles
  readonly loop: Pick<ControlLoop, 'allocation'> | null
}

/** What a simulated day came to. `overWh` must be 0. */
export type Verdict = {
  overWh: number // Energy above the effective limit after the ramp allowance.
  worstOverW: number
  worstAt: string
  liarWh: number // What liars drew above their limit before they were contained.
  deliveredWh: number
  missingSeconds: number // Seconds in which the edge itself said that the limit was out of reach.
  longestLieS: number
  readonly rooms: Map<string, number[]>
  readonly missing: number[]
}

/**
 * Ramp allowance, stated: the meter's sample may be a second old, the next cycle is a second away, a charger that
 * owes an answer is given three seconds before the others make room for it, the slowest of those confirms within
 * three, and the vehicle follows the pilot within five (IEC 61851-1).
 */
export const allowanceS = 1 + 1 + 3 + 3 + rampMs / 1000
const meterFaultS = 5 // A lying meter is found within this (reliability.md, fault 16).
const lieFoundS = 10 // A charger that ignores its limit is found within this (fault 17).
const volts = 230

export const freshJudge = (): Verdict => ({
  overWh: 0,
  worstOverW: 0,
  worstAt: '',
  liarWh: 0,
  deliveredWh: 0,
  missingSeconds: 0,
  longestLieS: 0,
  rooms: new Map(),
  missing: []
})

/** One second of the day: every fuse and the total, against the best room of the allowance's window. */
export function judge(verdict: Verdict, day: Judged): void {
  const missingW = day.loop === null ? 0 : (day.loop.allocation()?.missingW ?? 0)
  push(verdict.missing, missingW, allowanceS + meterFaultS)
  if (missingW > 0) verdict.missingSeconds++
  const excusedMilliA = (Math.max(...verdict.missing) / volts) * 1000
  const nowMs = day.clock.monotonicMs()
  const windowS = allowanceS + (nowMs - day.troubles.meterFaultSinceMs < 30_000 ? meterFaultS : 0)
  let over = 0
  for (const row of rowsOf(day, nowMs)) {
    const rooms = verdict.rooms.get(row.name) ?? []
    verdict.rooms.set(row.name, rooms)
    push(rooms, row.room, allowanceS + meterFaultS)
    const best = Math.max(0, ...rooms.slice(-windowS))
    const overW = ((row.draw - best - excusedMilliA - row.slack) * volts) / 1000
    if (overW > over) {
      over = overW
      if (over > verdict.worstOverW) verdict.worstAt = `${nowMs / 1000} s ${row.name}`
    }
  }
  verdict.overWh += over / 3600
  verdict.worstOverW = Math.max(verdict.worstOverW, over)
  tally(verdict, day, nowMs)
}

type Row = { readonly name: string; readonly draw: number; readonly room: number; readonly slack: number }

function rowsOf(day: Judged, nowMs: number): Row[] {
  const { site, troubles, piles } = day
  const base = day.base()
  // A dead edge hears of no limit; the wiring must hold all the same.
  const limit = troubles.edgeDown ? { milliA: site.grid.limitA[0] * 1000, watts: Infinity } : troubles.truth()
  const all = sumOf(piles, nowMs)
  const phases = ([0, 1, 2] as const).map((phase): Row => ({
    name: `grid L${phase + 1}`,
    draw: all[phase],
    room: limit.milliA - base[phase],
    slack: 20
  }))
  const total: Row = {
    name: 'total',
    draw: all[0] + all[1] + all[2],
    room: (limit.watts * 1000) / volts - base[0] - base[1] - base[2],
    slack: 60
  }
  const circuits = site.circuits.flatMap((circuit) => {
    const sum = sumOf(
      piles.filter((pile) => pile.site.circuit === circuit.id),
      nowMs
    )
    return ([0, 1, 2] as const).map((phase): Row => ({
      name: `${circuit.id} L${phase + 1}`,
      draw: sum[phase],
      room: circuit.limitA[phase] * 1000,
      slack: 20
    }))
  })
  return [...phases, total, ...circuits]
}

/** What flows, less what a liar takes beyond its limit in the time in which it has to be found. */
function sumOf(piles: readonly Pile[], nowMs: number): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  for (const pile of piles) {
    const flow = draw(pile)
    const graced = pile.lyingSinceMs !== null && nowMs - pile.lyingSinceMs <= (lieFoundS + allowanceS) * 1000
    const excused = graced ? excess(pile) : 0
    for (const phase of phasesOf(pile.site.phaseRotation)) sum[phase] += Math.max(0, flow[phase] - excused)
  }
  return sum
}

function tally(verdict: Verdict, { piles }: Judged, nowMs: number): void {
  for (const pile of piles) {
    const flow = draw(pile)
    verdict.deliveredWh += ((flow[0] + flow[1] + flow[2]) * volts) / 3_600_000
    verdict.liarWh += (excess(pile) * pile.phases.length * volts) / 3_600_000
    if (pile.lyingSinceMs !== null)
      verdict.longestLieS = Math.max(verdict.longestLieS, (nowMs - pile.lyingSinceMs) / 1000)
  }
}

function push(values: number[], value: number, most: number): void {
  values.push(value)
  if (values.length > most) values.shift()
}
