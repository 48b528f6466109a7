import { inTurns, raise } from './admission.ts'
import type { Claim, Filling } from './claim.ts'
import { roomInRow, type Load } from './network.ts'
import { atMost } from './pilots.ts'
import { emptyHeap, pop, push, type Heap } from './heap.ts'

/** How fast a claim rises with the water: everyone alike, or in proportion to something. */
export type Slope = (claim: Claim) => number
export const same: Slope = () => 1

/** What rises at this moment: by row its claims and the sum of their phasors, and since when that is so. */
type Tide = {
  readonly load: Load
  readonly fillings: readonly Filling[]
  readonly slopes: Float64Array
  readonly rising: Uint8Array
  readonly members: number[][]
  readonly re: Float64Array
  readonly im: Float64Array
  readonly since: Float64Array
  readonly stamp: Uint32Array
  readonly dirty: number[] // Rows whose flow has changed, each once: `isDirty` says which.
  readonly isDirty: Uint8Array
  readonly stops: Heap // When each row would be full, going on like this.
  readonly whole: boolean
  level: number
}

/**
 * What happens at which level, in order: twice a filling's index when it begins to rise, one more when it has all
 * it can use. Laid flat: a decision for thousands leaves next to nothing to collect.
 */
type Events = { readonly order: Uint32Array; readonly at: Float64Array }

/**
 * Lets all open fillings rise together, each from where it stands to its cap, until a row of its own is full.
 * Goes from event to event, so that n claims cost n log n. Set-points that a pile does not know are rounded
 * down at the end, and what that frees goes to the lowest first; what no such pile can say goes to those who take
 * any current.
 */
export function fillTogether(load: Load, fillings: readonly Filling[], slopeOf: Slope): void {
  const asked = fillings.filter(({ open }) => open)
  riseTogether(load, fillings, slopeOf)
  if (asked.every(({ claim }) => claim.pilots === undefined)) return
  const free = asked.filter(({ claim: { pilots }, row }) => pilots === undefined && row !== null)
  for (const filling of free) Object.assign(filling, { open: true, row: null })
  riseTogether(load, free, slopeOf)
}

function riseTogether(load: Load, fillings: readonly Filling[], slopeOf: Slope): void {
  const asked = fillings.filter(({ open }) => open)
  // Where currents cancel, rounding one down may overrun a row: there everyone goes up by steps that fit.
  if (load.network.wires.cancels && asked.some(({ claim }) => claim.pilots !== undefined))
    return inTurns(load, asked)
  const tide = tideOf(load, fillings, slopeOf)
  const { order, at: levels } = eventsOf(tide)
  let next = 0
  while (next < order.length) {
    settle(tide)
    const at = levels[order[next] ?? 0] ?? Infinity
    const stop = nextStop(tide, at)
    if (stop !== null) full(tide, stop)
    else
      for (tide.level = Math.max(tide.level, at); levels[order[next] ?? -1] === at; next++)
        happen(tide, order[next] ?? 0)
  }
  settle(tide)
  toPilots(load, asked)
}

function tideOf(load: Load, fillings: readonly Filling[], slopeOf: Slope): Tide {
  const rows = load.network.rows.length
  return {
    load,
    fillings,
    slopes: Float64Array.from(fillings, ({ claim }) => slopeOf(claim)),
    rising: new Uint8Array(fillings.length),
    members: Array.from({ length: rows }, () => []),
    re: new Float64Array(rows),
    im: new Float64Array(rows),
    since: new Float64Array(rows),
    stamp: new Uint32Array(rows),
    dirty: [],
    isDirty: new Uint8Array(rows),
    stops: emptyHeap(),
    whole: slopeOf === same,
    level: 0
  }
}

function eventsOf({ fillings, slopes }: Tide): Events {
  const at = new Float64Array(2 * fillings.length)
  const all = new Uint32Array(2 * fillings.length)
  let count = 0
  fillings.forEach(({ open, counted, claim }, index) => {
    const slope = slopes[index] ?? 0
    if (!open || slope <= 0) return
    at[2 * index] = counted / slope
    at[2 * index + 1] = Math.max(counted, claim.capMilliA) / slope
    all[count++] = 2 * index
    all[count++] = 2 * index + 1
  })
  const order = all.subarray(0, count)
  // Of equals those that begin come first, then by index.
  order.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || (a & 1) - (b & 1) || a - b)
  return { order, at }
}

function happen(tide: Tide, event: number): void {
  const index = event >> 1
  if (tide.fillings[index]?.open !== true) return
  if ((event & 1) === 0) flow(tide, index, 1)
  else close(tide, index, null)
}

/** Adds a filling to what rises, or takes it out again. */
function flow(tide: Tide, index: number, sign: 1 | -1): void {
  const filling = tide.fillings[index]
  if (filling === undefined) return
  const { rows, re, im } = filling.pull
  const slope = (tide.slopes[index] ?? 0) * sign
  tide.rising[index] = sign === 1 ? 1 : 0
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    advance(tide, row)
    if (sign === 1) tide.members[row]?.push(index)
    swell(tide, row, (re[at] ?? 0) * slope, (im[at] ?? 0) * slope)
  }
}

function swell({ re, im, isDirty, dirty }: Tide, row: number, byRe: number, byIm: number): void {
  re[row] = (re[row] ?? 0) + byRe
  im[row] = (im[row] ?? 0) + byIm
  if (isDirty[row] === 1) return
  isDirty[row] = 1
  dirty.push(row)
}

/** Writes down what has run into the row since it was last looked at. */
function advance({ load, re, im, since, level }: Tide, row: number): void {
  const by = level - (since[row] ?? 0)
  load.used[row] = (load.used[row] ?? 0) + (re[row] ?? 0) * by
  load.usedIm[row] = (load.usedIm[row] ?? 0) + (im[row] ?? 0) * by
  since[row] = level
}

function close(tide: Tide, index: number, row: number | null): void {
  const filling = tide.fillings[index]
  if (filling === undefined) return
  const level = Math.min(filling.claim.capMilliA, tide.level * (tide.slopes[index] ?? 0))
  flow(tide, index, -1)
  filling.counted = Math.max(filling.counted, level)
  filling.level = Math.max(filling.level, level)
  filling.open = false
  filling.row = row
}

/** Looks anew at the rows whose flow has changed. */
function settle(tide: Tide): void {
  for (const row of tide.dirty) {
    tide.isDirty[row] = 0
    const stamp = (tide.stamp[row] ?? 0) + 1
    tide.stamp[row] = stamp
    const room = roomInRow(tide.load, row, tide.re[row] ?? 0, tide.im[row] ?? 0)
    if (room < Infinity) push(tide.stops, tide.level + Math.max(0, room), { row, stamp })
  }
  tide.dirty.length = 0
}
type Stop = { readonly at: number; readonly row: number }

/** The next row that is full before this level; null: none. */
function nextStop({ stops, stamp }: Tide, before: number): Stop | null {
  while (stops.size > 0) {
    const row = stops.rows[0] ?? -1
    const at = stops.keys[0] ?? Infinity
    if (stops.stamps[0] === stamp[row]) return at < before ? { at, row } : null
    pop(stops)
  }
  return null
}

/** A row is full: those who would add to it stay where they are. Whole milliamperes, so that sums stay exact. */
function full(tide: Tide, { at, row }: Stop): void {
  tide.level = Math.max(tide.level, tide.whole ? Math.floor(at) : at)
  pop(tide.stops)
  advance(tide, row)
  const members = (tide.members[row] ?? []).filter((index) => tide.rising[index] === 1)
  const adding = members.filter((index) => adds(tide, index, row))
  for (const index of adding.length > 0 ? adding : members) close(tide, index, row)
  tide.members[row] = members.filter((index) => tide.rising[index] === 1)
}

function adds({ fillings, load }: Tide, index: number, row: number): boolean {
  const { rows, re, im } = fillings[index]?.pull ?? { rows: new Int32Array(), re: [], im: [] }
  const at = rows.indexOf(row)
  if (load.network.wires.round[row] === 0) return (re[at] ?? 0) > 0
  return (load.used[row] ?? 0) * (re[at] ?? 0) + (load.usedIm[row] ?? 0) * (im[at] ?? 0) > 0
}

function toPilots(load: Load, asked: readonly Filling[]): void {
  const rounded = asked.filter(({ claim: { pilots }, level }) => atMost(pilots, level) < level)
  if (rounded.length === 0) return
  for (const filling of rounded) raise(load, filling, atMost(filling.claim.pilots, filling.level))
  const bound = asked.filter(({ claim: { pilots }, row }) => pilots !== undefined && row !== null)
  inTurns(
    load,
    [...new Set([...rounded, ...bound])].toSorted((a, b) => a.level - b.level)
  )
}
