import { inTurns, raise } from './admission.ts'
import type { Claim, Filling } from './claim.ts'
import { roomInRow, type Load } from './network.ts'
import { atMost } from './pilots.ts'
import { emptyHeap, first, pop, push, type Heap } from './heap.ts'

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
  readonly dirty: Set<number>
  readonly stops: Heap // When each row would be full, going on like this.
  readonly whole: boolean
  level: number
}

type Event = { readonly at: number; readonly index: number; readonly joins: boolean }

/**
 * Lets all open fillings rise together, each from where it stands to its cap, until a row of its own is full.
 * Goes from event to event, so that n claims cost n log n. Set-points that a pile does not know are rounded
 * down at the end, and what that frees goes to the lowest first.
 */
export function fillTogether(load: Load, fillings: readonly Filling[], slopeOf: Slope): void {
  // Where currents cancel, rounding one down may overrun a row: there everyone goes up by steps that fit.
  if (load.network.wires.cancels && fillings.some(({ open, claim }) => open && claim.pilots !== undefined))
    return inTurns(
      load,
      fillings.filter(({ open }) => open)
    )
  const tide = tideOf(load, fillings, slopeOf)
  const events = eventsOf(tide)
  let next = 0
  while (next < events.length) {
    settle(tide)
    const at = events[next]?.at ?? Infinity
    const stop = nextStop(tide)
    if (stop !== null && stop.at < at) full(tide, stop)
    else
      for (tide.level = Math.max(tide.level, at); events[next]?.at === at; next++) happen(tide, events[next])
  }
  settle(tide)
  toPilots(load, fillings)
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
    dirty: new Set(),
    stops: emptyHeap(),
    whole: slopeOf === same,
    level: 0
  }
}

function eventsOf({ fillings, slopes }: Tide): Event[] {
  const events: Event[] = []
  fillings.forEach(({ open, counted, claim }, index) => {
    const slope = slopes[index] ?? 0
    if (!open || slope <= 0) return
    events.push({ at: counted / slope, index, joins: true })
    events.push({ at: Math.max(counted, claim.capMilliA) / slope, index, joins: false })
  })
  return events.sort((a, b) => a.at - b.at || Number(b.joins) - Number(a.joins))
}

function happen(tide: Tide, event: Event | undefined): void {
  if (event === undefined) return
  const filling = tide.fillings[event.index]
  if (filling === undefined || !filling.open) return
  if (event.joins) flow(tide, event.index, 1)
  else close(tide, event.index, null)
}

/** Adds a filling to what rises, or takes it out again. */
function flow(tide: Tide, index: number, sign: 1 | -1): void {
  const pull = tide.fillings[index]?.pull
  if (pull === undefined) return
  const slope = (tide.slopes[index] ?? 0) * sign
  tide.rising[index] = sign === 1 ? 1 : 0
  pull.rows.forEach((row, at) => {
    advance(tide, row)
    if (sign === 1) tide.members[row]?.push(index)
    tide.dirty.add(row)
    swell(tide, row, [(pull.re[at] ?? 0) * slope, (pull.im[at] ?? 0) * slope])
  })
}

function swell({ re, im }: Tide, row: number, [byRe, byIm]: readonly [number, number]): void {
  re[row] = (re[row] ?? 0) + byRe
  im[row] = (im[row] ?? 0) + byIm
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
    const stamp = (tide.stamp[row] ?? 0) + 1
    tide.stamp[row] = stamp
    const room = roomInRow(tide.load, row, tide.re[row] ?? 0, tide.im[row] ?? 0)
    if (room < Infinity) push(tide.stops, { key: tide.level + Math.max(0, room), row, stamp })
  }
  tide.dirty.clear()
}
type Stop = { readonly at: number; readonly row: number }

function nextStop({ stops, stamp }: Tide): Stop | null {
  while (stops.size > 0) {
    const top = first(stops)
    if (top.stamp === stamp[top.row]) return { at: top.key, row: top.row }
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

function toPilots(load: Load, fillings: readonly Filling[]): void {
  const rounded = fillings.filter(({ claim: { pilots }, level }) => atMost(pilots, level) < level)
  if (rounded.length === 0) return
  for (const filling of rounded) raise(load, filling, atMost(filling.claim.pilots, filling.level))
  inTurns(
    load,
    rounded.toSorted((a, b) => a.level - b.level)
  )
}
