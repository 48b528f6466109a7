import { envelopeOf, type Envelope } from './envelope.ts'
import type { Bound, GateNode, Side } from './gates.ts'

export type Flow = 'imports' | 'exports'
export type Phase = 0 | 1 | 2

/**
 * What flows through every node in one slot, net: what is drawn behind it less what is fed in there. Mutable on
 * purpose: one is built for a slot and thrown away.
 */
export type Ledger = {
  readonly envelopes: readonly Envelope[] // By node.
  readonly limits: Readonly<Record<Flow, readonly (readonly Limit[])[]>> // By node.
  readonly paths: readonly (readonly number[])[] // By node: itself and on to the root.
  readonly net: Float64Array // By node: milliamperes of the three phases, then watts.
}

/** `column` 0 to 2: a phase in milliamperes; 3: all in watts. */
type Limit = { readonly column: number; readonly value: number; readonly source: string }

/** What a device could have more, as far as each quantity is limited on its way; null: nobody limits it. */
export type Headroom = { readonly milliA: number | null; readonly watts: number | null }

const inWatts = 3
const near = 1e-6 // Of a milliampere or a watt: what sums of floating numbers leave over.

export function ledgerOf(
  nodes: readonly GateNode[],
  paths: readonly (readonly number[])[],
  atMs: number
): Ledger {
  const envelopes = nodes.map((node) => envelopeOf(node, atMs))
  const limits = {
    imports: envelopes.map(({ imports }) => limitsOf(imports)),
    exports: envelopes.map(({ exports }) => limitsOf(exports))
  }
  return { envelopes, limits, paths, net: new Float64Array(nodes.length * 4) }
}

const limitsOf = ({ amps, watts }: Side): Limit[] => [
  ...(amps ?? []).map((bound, column) => ({ column, ...bound })),
  ...(watts === null ? [] : [{ column: inWatts, ...watts }])
]

/** @throws RangeError when a parent does not stand before its child: such a tree could have a loop */
export function pathsOf(nodes: readonly Pick<GateNode, 'id' | 'parent'>[]): (readonly number[])[] {
  const paths: (readonly number[])[] = []
  nodes.forEach(({ id, parent }, index) => {
    const above = parent === null ? [] : paths[parent]
    if (above === undefined) throw new RangeError(`${id}: its parent does not stand before it`)
    paths.push([index, ...above])
  })
  return paths
}

/** Positive amounts draw, negative ones feed in. */
export function book(
  ledger: Ledger,
  node: number,
  phases: readonly Phase[],
  amount: { readonly milliA: number; readonly watts: number }
): void {
  const { paths, net } = ledger
  for (const each of paths[node] ?? []) {
    for (const phase of phases) net[each * 4 + phase] = (net[each * 4 + phase] ?? 0) + amount.milliA
    net[each * 4 + inWatts] = (net[each * 4 + inWatts] ?? 0) + amount.watts
  }
}

/**
 * Room on the way to the root. What others feed in behind a node frees what they feed; one step is never more than
 * a node's own limit.
 */
export function headroom(ledger: Ledger, node: number, phases: readonly Phase[], flow: Flow): Headroom {
  let milliA = Infinity
  let watts = Infinity
  for (const { limit, left } of leftOn(ledger, node, phases, flow))
    if (limit.column === inWatts) watts = Math.min(watts, left)
    else milliA = Math.min(milliA, left)
  return { milliA: milliA === Infinity ? null : milliA, watts: watts === Infinity ? null : watts }
}

/** Whose limits end a device's room, from the root on: all that leave as little as the least one. */
export function boundBy(
  ledger: Ledger,
  node: number,
  phases: readonly Phase[],
  flow: Flow
): { readonly amps: readonly string[]; readonly watts: readonly string[] } {
  const all = leftOn(ledger, node, phases, flow).toReversed()
  const sources = (own: readonly Left[]): readonly string[] => {
    const least = Math.min(...own.map(({ left }) => left))
    return [...new Set(own.filter(({ left }) => left <= least + near).map(({ limit }) => limit.source))]
  }
  return {
    amps: sources(all.filter(({ limit }) => limit.column !== inWatts)),
    watts: sources(all.filter(({ limit }) => limit.column === inWatts))
  }
}

/** The tightest of a quantity that is not used up by flowing: how many phases, which floor. */
export function tightest(
  ledger: Ledger,
  node: number,
  flow: Flow,
  what: 'floorMilliA' | 'leastPhases' | 'mostPhases'
): { readonly value: number; readonly sources: readonly string[] } | null {
  let found: { value: number; sources: string[] } | null = null
  const sign = what === 'mostPhases' ? 1 : -1
  for (const each of (ledger.paths[node] ?? []).toReversed()) {
    const bound: Bound | null = ledger.envelopes[each]?.[flow][what] ?? null
    if (bound === null) continue
    if (found === null || sign * bound.value < sign * found.value)
      found = { value: bound.value, sources: [bound.source] }
    else if (bound.value === found.value) found.sources.push(bound.source)
  }
  return found
}

/** The same tree with nothing flowing. */
export const emptied = (ledger: Ledger): Ledger => ({ ...ledger, net: new Float64Array(ledger.net.length) })

/** How many times `pull`, which flows one way only, still goes through a device's way, less one to be sure. */
export function roundsLeft(
  ledger: Ledger,
  pull: Ledger,
  { node, phases, flow }: { readonly node: number; readonly phases: readonly Phase[]; readonly flow: Flow }
): number {
  const rounds = leftOn(ledger, node, phases, flow).map(({ left, cell }) =>
    Math.floor(left / (pull.net[cell] ?? 0))
  )
  return Math.min(...rounds) - 1
}

/** What a limit still leaves; `cell` is where the net flow stands that uses it up. */
type Left = { readonly limit: Limit; readonly left: number; readonly cell: number }

/** Every limit on the way from a node to the root. */
function leftOn(ledger: Ledger, node: number, phases: readonly Phase[], flow: Flow): Left[] {
  const { limits, paths, net } = ledger
  const sign = flow === 'imports' ? 1 : -1
  const lefts: Left[] = []
  for (const each of paths[node] ?? [])
    for (const limit of limits[flow][each] ?? []) {
      if (limit.column !== inWatts && !phases.some((phase) => phase === limit.column)) continue
      const cell = each * 4 + limit.column
      lefts.push({ limit, left: leftOf(limit.value, sign * (net[cell] ?? 0)), cell })
    }
  return lefts
}

/** A flow the other way uses nothing up, and gives nothing beyond the limit either. */
function leftOf(limit: number, net: number): number {
  const left = limit - Math.max(0, net)
  return Math.abs(left) < near ? 0 : left
}
