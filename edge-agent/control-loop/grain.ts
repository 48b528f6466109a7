import { levelOf, type Account } from '../core/allocator/index.ts'

/** How finely a charger keeps what it is told: found by its own meter, forgotten with our end. */
export type Grain = {
  readonly stepMilliA: number
  readonly biasMilliA: number
  readonly unproven?: true // Nobody has seen yet that it keeps tenths.
}

export const finest: Grain = { stepMilliA: 100, biasMilliA: 0 }
export const unknown: Grain = { ...finest, unproven: true }

const whole = 1_000
const settledMs = 6_000 // IEC 61851-1 gives the car 5 s; one more for the reading's way.
const noticedMilliA = 200 // Two meters of one current differ by this much.
const sureMilliA = 100 // A tenth that is kept shows within this.
const leastTenths = 300 // Less above a whole ampere may be two meters' difference.
const mostTenths = 400 // What rounds to the nearest whole ampere rounds this down.
const mostMilliA = 1_500 // Beyond it is no rounding: the guard's matter.

/**
 * A charger that settles above its set-point by less than an ampere or so rounds to the nearest whole one: from then on
 * it is told whole ones only. If it is above these too, its meter or its pilot is off, and it is told so much less.
 */
export function grainSeen(grain: Grain, seen: Seen, transactionId: string | null): Grain {
  const level = levelOf(seen.account, transactionId)
  if (level === null || level === 0 || !isSettled(seen, level)) return grain
  return learnt(grain, level, (seen.draw?.milliA ?? 0) - level)
}

/** @param over by how much it settled above what it was told */
function learnt(grain: Grain, level: number, over: number): Grain {
  if (grain.unproven && level % whole >= leastTenths && Math.abs(over) <= sureMilliA) return finest
  if (over <= noticedMilliA || over > mostMilliA) return grain
  if (grain.stepMilliA < whole) return { stepMilliA: whole, biasMilliA: grain.biasMilliA }
  if (level % whole !== 0) return grain // Told before it was found out.
  return { ...grain, biasMilliA: Math.min(mostMilliA, grain.biasMilliA + over) }
}

type Seen = {
  readonly account: Account
  readonly draw: { readonly milliA: number; readonly heardAtMs: number; readonly levelMilliA: number } | null
}

const isSettled = ({ account: { confirmed, sent }, draw }: Seen, level: number): boolean =>
  draw !== null &&
  confirmed !== null &&
  sent.length === 0 &&
  draw.levelMilliA === level &&
  draw.heardAtMs - confirmed.atMs >= settledMs

/**
 * The largest set-point with which it does not draw more than this. Until it is seen to keep tenths none is told that
 * it might round up, and four tenths show whether it does.
 */
export function asKept({ stepMilliA, biasMilliA, unproven }: Grain, milliA: number): number {
  const kept = Math.max(0, Math.floor((milliA - biasMilliA) / stepMilliA) * stepMilliA)
  return unproven ? kept - Math.max(0, (kept % whole) - mostTenths) : kept
}
