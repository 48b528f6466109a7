import type { MilliAmps } from '@nova/shared-protocol/units'
import type { Pilots } from './claim.ts'

const dust = 1e-9 // 16 A that arithmetic made 15.999999999 are 16 A.

/** The highest set-point that the pile understands and that is no more than this. */
export function atMost(pilots: Pilots | undefined, milliA: MilliAmps): MilliAmps {
  if (pilots === undefined) return milliA
  if (pilots.kind === 'steps') return Math.floor(milliA / pilots.stepMilliA + dust) * pilots.stepMilliA
  return pilots.milliA.findLast((each) => each <= milliA + dust) ?? 0
}

/** The lowest set-point that the pile understands and that is no less than this; Infinity when there is none. */
export function atLeast(pilots: Pilots | undefined, milliA: MilliAmps): MilliAmps {
  if (pilots === undefined) return milliA
  if (pilots.kind === 'steps') return Math.ceil(milliA / pilots.stepMilliA - dust) * pilots.stepMilliA
  return milliA <= 0 ? 0 : (pilots.milliA.find((each) => each >= milliA - dust) ?? Infinity)
}

/** The next set-point above this one; without pilots, one step more. */
export function nextAbove(pilots: Pilots | undefined, milliA: MilliAmps, stepMilliA: MilliAmps): MilliAmps {
  if (pilots === undefined) return milliA + stepMilliA
  if (pilots.kind === 'listed') return pilots.milliA.find((each) => each > milliA + dust) ?? Infinity
  const steps = Math.max(1, Math.round(stepMilliA / pilots.stepMilliA))
  return atMost(pilots, milliA) + steps * pilots.stepMilliA
}
