import { floorMilliA, type Claim, type Share, type Strategy } from '../allocator/claim.ts'
import { pullUp, roomBelow, roomFor, weightsOf, type Load } from '../allocator/network.ts'
import { atMost } from '../allocator/pilots.ts'
import type { Pull } from '../allocator/wires.ts'
import type { HorizonPlan } from './solve.ts'

/** What a plan wants this moment. */
export type Aim = {
  /** Milliamperes for a claim, negative: to give back; null: the plan does not know it. */
  target(claim: Claim): number | null
  /** Power of all claims together up to which what is left may be given away; Infinity: all that fits. */
  readonly spareW: number
}

type Given = {
  readonly claim: Claim
  readonly pull: Pull
  readonly target: number
  milliA: number
  row: number | null
}

const dustMilliA = 60 // A target so near to all that a car can use means all of it: no crumbs stay behind.
const nearMilliA = 300 // A pilot may stand so much above its target: less than what is lost by the next lower one.

/**
 * The plan's targets first, as pilots that the car understands, the largest first; then what is left, to whom the
 * rounding took most, then to whom has least time to lose. Whatever the plan says, the rows decide: a target
 * that does not fit any more is cut.
 */
export function followPlan(aim: Aim): Strategy {
  return (load, claims) => {
    const given = claims.map((claim): Given => {
      const target = aim.target(claim) ?? 0
      const pull = weightsOf(load.network, claim.place, claim.direction)
      return { claim, pull, target, milliA: 0, row: null }
    })
    const purse = { leftW: aim.spareW }
    for (const each of given) begin(load, each, purse)
    for (const each of given.toSorted(byTarget))
      if (each.target > each.milliA) raise(load, each, aimOf(each), purse)
    const waiting = given.filter(({ target }) => target >= 0)
    for (const each of waiting.toSorted(byNeed)) raise(load, each, Infinity, purse)
    return given.map(({ milliA, row }): Share => ({ milliA, row }))
  }
}

/** Whether a plan has to be asked for: there is none, it is too old or over, or somebody is here whom it does not know. */
export function isStale(
  plan: HorizonPlan | null,
  here: readonly string[],
  when: { readonly nowMs: number; readonly mostMs: number }
): boolean {
  const from = plan?.slots[0]?.startMs ?? -Infinity
  const until = plan?.slots.at(-1)?.endMs ?? -Infinity
  if (plan === null || when.nowMs >= Math.min(until, from + when.mostMs)) return true
  const known = new Set(plan.keys)
  return here.some((key) => !known.has(key))
}

/** The currents of a plan's slot at this time, in milliamperes by key; empty when the plan does not reach so far. */
export function targetsAt(plan: HorizonPlan, nowMs: number): ReadonlyMap<string, number> {
  const slot = plan.slots.findIndex(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)
  const currents = plan.currentsA[slot] ?? []
  return new Map(plan.keys.flatMap((key, at) => (slot < 0 ? [] : [[key, (currents[at] ?? 0) * 1000]])))
}

/** @returns whether the plan gives the car all that it can use: it goes first, as a crumb less would keep it */
const sated = ({ claim, target }: Given): boolean => target >= claim.capMilliA - dustMilliA

function aimOf(each: Given): number {
  if (sated(each)) return Infinity
  return each.claim.pilots === undefined ? each.target : each.target + nearMilliA
}

type Purse = { leftW: number }

/** What is reserved is in the load already; who is to give back, gives as far as the rows let him. */
function begin(load: Load, each: Given, purse: Purse): void {
  const { claim, pull, target } = each
  if (target < 0 && claim.reservedMilliA === 0) {
    const room = roomBelow(load, pull)
    each.milliA = -Math.max(0, Math.min(-target, room.milliA))
    pullUp(load, pull, each.milliA)
  } else each.milliA = Math.min(claim.reservedMilliA, down(claim, claim.reservedMilliA))
  purse.leftW -= each.milliA * wattsPerMilliA(claim)
}

/** The highest level up to `most` that its cap, the rows and the purse allow. */
function raise(load: Load, each: Given, most: number, purse: Purse): void {
  const { claim, pull } = each
  const held = Math.max(each.milliA, claim.reservedMilliA) // Carried by the load already.
  const room = roomFor(load, pull)
  const paid = purse.leftW / wattsPerMilliA(claim) + each.milliA
  const fits = held + Math.max(0, room.milliA)
  const wants = Math.min(claim.capMilliA, most, paid)
  const level = down(claim, Math.min(wants, fits))
  each.row = fits < wants ? room.row : null
  if (room.milliA < 0 || level <= each.milliA) return
  pullUp(load, pull, Math.max(level, held) - held)
  purse.leftW -= (level - each.milliA) * wattsPerMilliA(claim)
  each.milliA = level
}

const byTarget = (a: Given, b: Given): number => Number(sated(b)) - Number(sated(a)) || b.target - a.target

function byNeed(a: Given, b: Given): number {
  const [first, second] = [latestStartMs(a), latestStartMs(b)]
  return missing(b) - missing(a) || (first === second ? 0 : first - second)
}

const missing = ({ target, milliA }: Given): number => Math.max(0, target - milliA)

/** When it has to begin at full power at the latest; who says nothing about his departure can wait for ever. */
function latestStartMs({ claim }: Given): number {
  const { departMs = Infinity, energyLeftWh = 0, fullMilliA = claim.capMilliA } = claim
  const fullW = wattsPerMilliA(claim) * fullMilliA
  return fullW > 0 ? departMs - (energyLeftWh / fullW) * 3_600_000 : departMs
}

const lineV = 230

const wattsPerMilliA = ({ fullW, fullMilliA, capMilliA, direction }: Claim): number =>
  fullW === undefined
    ? ((direction[0] + direction[1] + direction[2]) * lineV) / 1000
    : fullW / (fullMilliA ?? capMilliA)

/** The highest set-point at or below a current; 0 below the first. */
const down = ({ pilots, floorMilliA: own }: Claim, milliA: number): number =>
  milliA < (own ?? floorMilliA) ? 0 : atMost(pilots, milliA)
