import type { PerPhase } from '@nova/shared-protocol/units'
import type { Chance } from '../world/chance.ts'
import type { Through } from './registers.ts'

/** What the chargers really draw at this moment, by grid phase; given by whoever simulates them. */
export type Draw = () => PerPhase

/** All that hangs behind the meter: chargers, and inverters and batteries, which are below 0 when they feed in. */
export const together =
  (...draws: readonly Draw[]): Draw =>
  () =>
    draws
      .map((draw) => draw())
      .reduce<PerPhase>((sum, each) => [sum[0] + each[0], sum[1] + each[1], sum[2] + each[2]], [0, 0, 0])

/** Base load by grid phase at this moment. */
export type BaseLoad = () => PerPhase

const phases = [0, 1, 2] as const

/**
 * What runs through the site's meter: chargers and base load, with the tremble of a real measurement and an
 * energy register that counts on between looks.
 * @param nowMs monotonic
 */
export function siteLoad(
  load: { readonly draw: Draw; readonly base: BaseLoad; readonly voltageV: number },
  chance: Chance,
  nowMs: () => number
): () => Through {
  let importWh = 0
  let lastMs = nowMs()
  let lastW = 0
  return () => {
    const [draw, base] = [load.draw(), load.base()]
    const voltageV: [number, number, number] = [0, 0, 0]
    const currentMilliA: [number, number, number] = [0, 0, 0]
    for (const phase of phases) voltageV[phase] = load.voltageV * tremble(chance)
    let watts = 0
    for (const phase of phases) {
      currentMilliA[phase] = (draw[phase] + base[phase]) * tremble(chance)
      watts += (currentMilliA[phase] * voltageV[phase]) / 1000
    }
    importWh += (Math.max(0, (lastW + watts) / 2) * (nowMs() - lastMs)) / 3_600_000
    lastMs = nowMs()
    lastW = watts
    return { currentMilliA, voltageV, importWh }
  }
}

/** Class 1 meters are steadier than that. */
const tremble = (chance: Chance): number => 1 + (chance.next() - 0.5) * 0.002

/** A base load that wanders between two powers and now and then steps, balanced but for a tenth. */
export function wanderingBase(
  { leastW, mostW, voltageV }: { readonly leastW: number; readonly mostW: number; readonly voltageV: number },
  chance: Chance,
  nowMs: () => number
): BaseLoad {
  let watts = (leastW + mostW) / 2
  let nextMs = 0
  let shares: PerPhase<number> = [1, 1, 1]
  return () => {
    for (; nextMs <= nowMs(); nextMs += 1000) {
      const step = chance.happens(1 / 600) ? (chance.next() - 0.5) * (mostW - leastW) : 0
      watts = Math.min(
        mostW,
        Math.max(leastW, watts + (chance.next() - 0.5) * (mostW - leastW) * 0.002 + step)
      )
      if (step !== 0)
        shares = [0.9 + chance.next() * 0.2, 0.9 + chance.next() * 0.2, 0.9 + chance.next() * 0.2]
    }
    const on = (share: number): number => Math.round(((watts * share) / 3 / voltageV) * 1000)
    return [on(shares[0]), on(shares[1]), on(shares[2])]
  }
}
