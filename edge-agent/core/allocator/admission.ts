import type { MilliAmps } from '@nova/shared-protocol/units'
import { floorMilliA, type Claim, type Filling, type Share } from './claim.ts'
import { fits, pullUp, roomFor, weightsOf, type Load } from './network.ts'
import { atLeast, atMost, nextAbove } from './pilots.ts'
import { areEven, evenRounds } from './rounds.ts'

/**
 * Minimum or nothing, in the order given. A row that is already overrun admits nobody, not even at what is
 * reserved for him.
 */
export const admit = (load: Load, claims: readonly Claim[]): Filling[] =>
  claims.map((claim) => admitted(load, claim))

function admitted(load: Load, claim: Claim): Filling {
  const pull = weightsOf(load.network, claim.place, claim.direction)
  const { reservedMilliA, capMilliA, pilots } = claim
  const filling = { claim, pull, level: 0, counted: reservedMilliA, row: null, open: false }
  const floor = atLeast(pilots, claim.floorMilliA ?? floorMilliA)
  if (capMilliA < floor) return filling
  const room = roomFor(load, pull)
  const need = Math.max(0, floor - reservedMilliA)
  if (room.milliA < need) return { ...filling, row: room.row }
  pullUp(load, pull, need)
  const counted = Math.max(floor, reservedMilliA)
  const level = atMost(pilots, Math.min(capMilliA, counted))
  return { ...filling, level, counted, open: level < atMost(pilots, capMilliA) }
}

/** Raises one as far as he wants or his rows allow, at once. */
export function fill(load: Load, filling: Filling): void {
  if (!filling.open) return
  const { claim, pull } = filling
  const room = roomFor(load, pull)
  const top = filling.counted + Math.max(0, room.milliA)
  raise(load, filling, Math.max(filling.level, atMost(claim.pilots, Math.min(claim.capMilliA, top))))
  filling.open = false
  if (top < claim.capMilliA && filling.level < atMost(claim.pilots, claim.capMilliA)) filling.row = room.row
}

/** Puts one on a level; what is reserved for him stays counted. */
export function raise(load: Load, filling: Filling, level: MilliAmps): void {
  const counted = Math.max(level, filling.claim.reservedMilliA)
  pullUp(load, filling.pull, counted - filling.counted)
  filling.level = level
  filling.counted = counted
}

const mostPasses = 4 // Whom the first pass leaves short the second serves; what is left after that is small.
const leastGainMilliA = 100 // The step of the wire: less is not worth another pass.

/**
 * Under a limit on unbalance, what one draws makes room for another: who was stopped or kept waiting before the
 * others rose is asked again. Elsewhere room only ever shrinks, and nothing is asked.
 * @param serve those who may rise, in the order of the fillings
 */
export function askAgain(
  load: Load,
  fillings: readonly Filling[],
  serve: (bound: readonly Filling[]) => void
): void {
  if (!load.network.rows.some(({ kind }) => kind === 'unbalance')) return
  for (let pass = 0; pass < mostPasses; pass++) {
    const bound = fillings.filter(({ row }) => row !== null)
    const before = sumOf(bound)
    for (const filling of bound) reopen(load, filling)
    serve(bound.filter(({ open }) => open))
    if (sumOf(bound) - before < leastGainMilliA) return
  }
}

function reopen(load: Load, filling: Filling): void {
  Object.assign(filling, filling.level > 0 ? { open: true, row: null } : admitted(load, filling.claim))
}

const sumOf = (fillings: readonly Filling[]): number => fillings.reduce((sum, { level }) => sum + level, 0)

export const sharesOf = (fillings: readonly Filling[]): Share[] =>
  fillings.map(({ level, row }) => ({ milliA: level, row }))

const stepMilliA: MilliAmps = 1_000 // Where the pile takes any current.

/** One step each in turn until nobody can rise; who has no room for a step is out of the round. */
export function inTurns(load: Load, fillings: readonly Filling[]): void {
  if (areEven(load, fillings, stepMilliA)) return evenRounds(load, fillings, stepMilliA)
  inSingleSteps(load, fillings)
}

/** The same one by one, for piles with different steps and rows in which currents cancel. */
export function inSingleSteps(load: Load, fillings: readonly Filling[]): void {
  let round = fillings
  while (round.length > 0) round = round.filter((filling) => stepsUp(load, filling))
}

/** @returns whether it rose, and so stays in the round */
function stepsUp(load: Load, filling: Filling): boolean {
  const { claim, pull, counted } = filling
  const next = nextAbove(claim.pilots, filling.level, stepMilliA)
  const to = claim.pilots === undefined ? Math.min(next, claim.capMilliA) : next
  if (to <= filling.level || to > claim.capMilliA) return false
  if (to > counted && !fits(load, pull, to - counted)) {
    filling.row = roomFor(load, pull).row
    return false
  }
  raise(load, filling, to)
  return true
}
