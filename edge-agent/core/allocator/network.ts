import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import { pullOf, type Pull, type Strand, type Wires } from './wires.ts'

/**
 * The feasibility kernel: every fuse and limit is one linear row over currents. Strategies and accounting only
 * ever add currents to rows and ask for room, so whatever they do, the rows decide.
 *
 * A `fuse` row bounds the magnitude of a sum of phasors. Where all that runs through it is in phase (the usual
 * case) that is a plain sum between -`exportLimit` and `limit`. A `total` row bounds power, counted as the sum
 * of the phases' currents at the site's voltage. An `unbalance` row bounds how far one phase may stand above
 * the mean of the three; it binds those who share power, not the account of what may be drawn.
 */
export type Row = {
  readonly name: string // "feeder-1 L2"
  readonly because: string // What a driver reads: "feeder-1 L2" or "grid operator until 19:00".
  readonly until: string | null
  readonly limit: MilliAmps // Infinity: bounds nothing.
  readonly exportLimit?: MilliAmps // As positive milliamperes. Fuses: `limit` when left out; totals: none.
  readonly kind?: RowKind // `fuse` when left out.
  readonly node?: number // Index into the tree's nodes.
}
export type RowKind = 'fuse' | 'total' | 'unbalance'

/** Rows with their limits as they hold now, over wires that belong to the tree. */
export type Network = {
  readonly rows: readonly Row[]
  readonly wires: Wires
  readonly base: PerPhase<readonly Strand[]> // What one ampere of base load adds, by phase.
  readonly high: Float64Array
  readonly low: Float64Array
}

/** Currents that run through the rows. Mutable on purpose: one is built and thrown away each cycle. */
export type Load = {
  readonly network: Network
  readonly used: Float64Array
  readonly usedIm: Float64Array // Imaginary part; 0 where all currents are in phase.
  readonly high: Float64Array
}

/** One ampere of a place's set-point as currents of its three wires (the grid's phases): 0 or 1 each. */
export type Direction = PerPhase<number>

/** Room in milliamperes and the row that ends it; negative where a row is overrun. -1: no row ends it. */
export type Room = { readonly milliA: number; readonly row: number }

const phases = [0, 1, 2] as const
// Sums of floating phasors may pass a limit by this share of it without anybody having drawn more.
const dust = 1e-9

/** @param base rows that the base load runs through, by phase; none: it runs through nothing */
export function networkFrom(
  rows: readonly Row[],
  wires: Wires,
  base: PerPhase<readonly Strand[]> = [[], [], []]
): Network {
  return {
    rows,
    wires,
    base,
    high: Float64Array.from(rows, ({ limit }) => limit),
    low: Float64Array.from(rows, lowest)
  }
}

function lowest({ kind = 'fuse', limit, exportLimit }: Row): number {
  if (exportLimit !== undefined) return -exportLimit
  return kind === 'fuse' ? -limit : -Infinity
}

/** An empty load but for the base load. In the account of what may be drawn (`firm`) no unbalance row counts. */
export function loadOf(network: Network, base: PerPhase, rows: 'all' | 'firm' = 'all'): Load {
  const high =
    rows === 'all'
      ? network.high
      : network.high.map((limit, row) => (network.rows[row]?.kind === 'unbalance' ? Infinity : limit))
  const load: Load = {
    network,
    used: new Float64Array(network.rows.length),
    usedIm: new Float64Array(network.rows.length),
    high
  }
  for (const phase of phases)
    for (const { row, re, im } of network.base[phase]) put(load, row, [re * base[phase], im * base[phase]])
  return load
}

/** @throws RangeError for a place that is not there */
export function add(load: Load, place: number, currents: PerPhase<number>): void {
  for (const phase of phases)
    if (currents[phase] !== 0) pullUp(load, pullOf(load.network.wires, place, wire[phase]), currents[phase])
}

const wire: PerPhase<Direction> = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1]
]

/** The same for a set-point of a known pull: the hot path of strategies. */
export function pullUp({ network, used, usedIm }: Load, { rows, re, im }: Pull, milliA: number): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    used[row] = (used[row] ?? 0) + (re[at] ?? 0) * milliA
  }
  if (!network.wires.phasors) return
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    usedIm[row] = (usedIm[row] ?? 0) + (im[at] ?? 0) * milliA
  }
}

function put({ used, usedIm }: Load, row: number, [re, im]: readonly [number, number]): void {
  used[row] = (used[row] ?? 0) + re
  usedIm[row] = (usedIm[row] ?? 0) + im
}

/** How much each row carries of one unit of a set-point in this direction. */
export const weightsOf = ({ wires }: Network, place: number, direction: Direction): Pull =>
  pullOf(wires, place, direction)

/** Room for one place's set-point to grow (in closed form), and the row that ends it. */
export function roomFor(load: Load, { rows, re, im }: Pull): Room {
  let milliA = Infinity
  let least = -1
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    const room = roomInRow(load, row, re[at] ?? 0, im[at] ?? 0)
    if (room >= milliA) continue
    milliA = room
    least = row
  }
  return { milliA, row: least }
}

/** Whether a set-point may grow by so much: cheaper than to ask for the room. */
export function fits(load: Load, { rows, re, im }: Pull, milliA: number): boolean {
  const { round } = load.network.wires
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    const by = re[at] ?? 0
    const fine =
      round[row] === 0 && by > 0
        ? (load.used[row] ?? 0) + by * milliA <= (load.high[row] ?? 0)
        : milliA <= roomInRow(load, row, by, im[at] ?? 0)
    if (!fine) return false
  }
  return true
}

/** Room for one place's set-point to sink below what it is, towards export. */
export function roomBelow(load: Load, { rows, re, im }: Pull): Room {
  return roomFor(load, { rows, re: re.map((each) => -each), im: im.map((each) => -each) })
}

/** How far the row lets a set-point grow that adds this phasor to it for each milliampere. */
export function roomInRow(load: Load, row: number, re: number, im: number): number {
  const used = load.used[row] ?? 0
  const high = load.high[row] ?? 0
  if (load.network.wires.round[row] === 1) return roomInCircle([used, load.usedIm[row] ?? 0], [re, im], high)
  if (re > 0) return swept(high - used, high) / re
  const low = load.network.low[row] ?? 0
  return re < 0 ? swept(used - low, low) / -re : Infinity
}

const swept = (room: number, limit: number): number =>
  room < 0 && -room <= dust * Math.abs(limit) ? 0 : room

type Phasor = readonly [number, number]

/** Largest t with |u + t·w| ≤ limit: the far root of a quadratic. Already outside: by how far, negative. */
export function roomInCircle([u, v]: Phasor, [re, im]: Phasor, limit: number): number {
  const square = re * re + im * im
  if (square === 0 || limit === Infinity) return Infinity
  const excess = u * u + v * v - limit * limit
  if (excess > dust * limit * limit) return -(Math.hypot(u, v) - limit) / Math.sqrt(square)
  const along = u * re + v * im
  const root = Math.sqrt(Math.max(0, along * along - square * excess))
  // The form without cancellation: both terms of one sign.
  return along > 0 ? Math.max(0, -excess) / (along + root) : (root - along) / square
}

export const limitAt = ({ high }: Load, row: number): number => high[row] ?? 0

export const scaled = (direction: Direction, milliA: number): PerPhase<number> => [
  direction[0] * milliA,
  direction[1] * milliA,
  direction[2] * milliA
]

/** Milliamperes by which a load overruns each row, in either direction of power; only rows that are overrun. */
export function overruns(load: Load): readonly { readonly row: number; readonly milliA: number }[] {
  const over: { row: number; milliA: number }[] = []
  for (let row = 0; row < load.used.length; row++) {
    const milliA = overrunOf(load, row)
    if (milliA > 0) over.push({ row, milliA })
  }
  return over
}

function overrunOf(load: Load, row: number): number {
  const used = load.used[row] ?? 0
  const high = load.high[row] ?? 0
  const low = load.network.low[row] ?? 0
  const over =
    load.network.wires.round[row] === 1
      ? Math.hypot(used, load.usedIm[row] ?? 0) - high
      : Math.max(used - high, low - used)
  return over > dust * (over === low - used ? -low : high) ? over : 0
}
