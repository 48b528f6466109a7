import { randomHistory, walkFailsafe } from '@nova/edge-agent/power'
import { chanceOf } from '../../world/chance.ts'

const longest = 40

/** Random sequences of heartbeats, limits, outages and reboots: how often "no limit" came without a rule that names it. */
export function walkMany(
  seed: number,
  sequences: number
): {
  readonly sequences: number
  readonly steps: number
  readonly releases: number
  readonly unnamed: number
} {
  const chance = chanceOf(seed)
  const sum = { sequences, steps: 0, releases: 0, unnamed: 0 }
  for (let index = 0; index < sequences; index++) {
    const { steps, releases, unnamed } = walkFailsafe(
      randomHistory(() => chance.next(), chance.between(5, longest))
    )
    sum.steps += steps
    sum.releases += releases
    sum.unnamed += unnamed.length
  }
  return sum
}
