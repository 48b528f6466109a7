import { floorMilliA, type Claim, type Strategy } from './claim.ts'
import { add, limitAt, roomFor, scaled, weightsOf, type Load } from './network.ts'
import type { Pull } from './wires.ts'

type Filling = {
  readonly claim: Claim
  readonly weights: Pull
  level: number
  row: number | null
  open: boolean
}

/**
 * Everyone the same current (water-filling) within everyone's own cap and rows; whoever cannot get the floor
 * waits at 0. The load is changed by what was given.
 */
export const equalShare: Strategy = (load, claims) => {
  const fillings = claims.map((claim) => admitted(load, claim))
  while (rise(load, fillings));
  return fillings.map(({ level, row }) => ({ milliA: level, row }))
}

/** Floor or nothing. A row that is already overrun admits nobody, not even at what is reserved for him. */
function admitted(load: Load, claim: Claim): Filling {
  const weights = weightsOf(load.network, claim.place, claim.direction)
  const { milliA, row } = roomFor(load, weights)
  const need = Math.max(0, floorMilliA - claim.reservedMilliA)
  if (claim.capMilliA < floorMilliA) return { claim, weights, level: 0, row: null, open: false }
  if (milliA < need) return { claim, weights, level: 0, row, open: false }
  add(load, claim.place, scaled(claim.direction, need))
  const level = Math.min(claim.capMilliA, Math.max(floorMilliA, claim.reservedMilliA))
  return { claim, weights, level, row: null, open: level < claim.capMilliA }
}

/** Lifts the lowest open fillings together until one of them is bound. @returns whether anyone is still open */
function rise(load: Load, fillings: readonly Filling[]): boolean {
  const open = fillings.filter(({ open: still }) => still)
  if (open.length === 0) return false
  const lowest = Math.min(...open.map(({ level }) => level))
  const rising = open.filter(({ level }) => level === lowest)
  const { to, row } = nextStop(load, open, rising)
  for (const filling of rising) {
    add(load, filling.claim.place, scaled(filling.claim.direction, to - lowest))
    filling.level = to
    if (to >= filling.claim.capMilliA) filling.open = false
    else if (row !== null && filling.weights.rows.includes(row)) {
      filling.open = false
      filling.row = row
    }
  }
  return true
}

function nextStop(
  load: Load,
  open: readonly Filling[],
  rising: readonly Filling[]
): { readonly to: number; readonly row: number | null } {
  const lowest = rising[0]?.level ?? 0
  const above = open.map(({ level }) => level).filter((level) => level > lowest)
  const free = Math.min(...rising.map(({ claim }) => claim.capMilliA), ...above)
  const pulls = new Map<number, number>()
  for (const { weights } of rising)
    weights.rows.forEach((row, at) => pulls.set(row, (pulls.get(row) ?? 0) + (weights.re[at] ?? 0)))
  let stop: { to: number; row: number | null } = { to: free, row: null }
  for (const [row, pull] of pulls) {
    const to = Math.max(lowest, lowest + Math.floor((limitAt(load, row) - (load.used[row] ?? 0)) / pull))
    if (to < stop.to) stop = { to, row }
  }
  return stop
}
