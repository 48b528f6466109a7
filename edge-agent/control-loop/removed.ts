import { treeOf, type PowerSite, type Tree } from '../core/allocator/index.ts'
import type { PerPhase } from '@nova/shared-protocol/units'
import type { PartsDraw } from './beyond.ts'
import { mayDraw } from './bounds.ts'
import type { Entry, LoopState } from './entry.ts'
import type { Removed } from './needs.ts'
import type { Snapshot } from './snapshot.ts'

const zero: PerPhase = [0, 0, 0]
const wholeMilliA = 1_000 // It may round up what it was told last.
const keptAtMost = 200

/** Who is out of the plan once this site holds; who is in it again counts as every other. */
export function removedBy({ removed, entries, posts, tree }: LoopState, site: PowerSite, nowMs: number) {
  const planned = new Set(treeOf(site).places.map(({ key }) => key))
  const gone = [...entries.values()].filter(
    ({ place }) => !planned.has(place.key) && (!place.managed || posts.get(place.chargerId)?.seen === true)
  )
  const before = removed.filter(({ key }) => !planned.has(key))
  if (gone.length === 0 && before.length === removed.length) return removed
  return [...before, ...gone.map((entry) => removedOf(entry, tree, nowMs))].slice(-keptAtMost)
}

/** As one that is out of touch: it may hold on to its set-point, lease or no lease. */
function removedOf(entry: Entry, { nodes }: Tree, nowMs: number): Removed {
  const { place } = entry
  const most = mayDraw({ ...entry, connected: false }, nowMs)
  const each = Math.min(place.ratingMilliA, Math.ceil(most / wholeMilliA) * wholeMilliA)
  return {
    key: place.key,
    chargerId: place.chargerId,
    circuit: nodes[place.path[0] ?? 0]?.id ?? 'grid',
    draw: onWire(place, each)
  }
}

function onWire({ loop, phases }: Entry['place'], milliA: number): PerPhase {
  const [first] = phases
  const wires: readonly number[] = loop === true && first !== undefined ? [first, (first + 1) % 3] : phases
  const at = (phase: number): number => (wires.includes(phase) ? milliA : 0)
  return [at(0), at(1), at(2)]
}

/**
 * What may be drawn beyond what is guided, with the removed. The site's meter shows theirs as base load: where nothing
 * is fed in they draw no more than that, and when they begin to it is seen within a second, as a base load's rise is.
 * Without a meter that is trusted nobody knows.
 */
export function besideRemoved(
  state: LoopState,
  { beyond, hasMeter }: Snapshot,
  base: PerPhase
): PartsDraw & { readonly whom?: string } {
  const { removed, tree, site, meter } = state
  if (removed.length === 0) return beyond
  const isSeen = hasMeter && meter.verdict === 'good' && site.feedsIn !== true
  const circuits = new Map(beyond.circuits)
  for (const [id, draw] of byCircuit(removed, tree)) {
    const most = isSeen ? each(Math.min, draw, each(Math.max, base, zero)) : draw
    circuits.set(id, each(plus, beyond.circuits.get(id) ?? zero, most))
  }
  const whom = `${beyond.circuits.size > 0 ? 'its battery and ' : ''}a removed charger`
  return { grid: beyond.grid, circuits, whom }
}

/** Without a meter they are no part of the base load that anybody sees. */
export const unseenRemoved = ({ removed }: LoopState, { hasMeter }: Snapshot): PerPhase =>
  hasMeter ? zero : removed.reduce<PerPhase>((sum, { draw }) => each(plus, sum, draw), zero)

function byCircuit(removed: readonly Removed[], { nodes }: Tree): Map<string, PerPhase> {
  const circuits = new Map<string, PerPhase>()
  for (const { circuit, draw } of removed)
    for (let at = nodes.findIndex(({ id }) => id === circuit); at > 0; at = nodes[at]?.parent ?? 0) {
      const id = nodes[at]?.id ?? ''
      circuits.set(id, each(plus, circuits.get(id) ?? zero, draw))
    }
  return circuits
}

const plus = (left: number, right: number): number => left + right

const each = (of: (one: number, other: number) => number, left: PerPhase, right: PerPhase): PerPhase => [
  of(left[0], right[0]),
  of(left[1], right[1]),
  of(left[2], right[2])
]
