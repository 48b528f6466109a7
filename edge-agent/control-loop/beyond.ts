import type { PerPhase } from '@nova/shared-protocol/units'
import type { EffectiveLimit, NodeBounds, Tree } from '../core/allocator/index.ts'

/**
 * What batteries and inverters may draw: beyond what the site's meter shows, by grid phase, and in all behind each
 * circuit, where no meter looks. Milliamperes; the same object for as long as nothing has changed.
 */
export type PartsDraw = {
  readonly grid: PerPhase
  /** Of it, what only ends what they may be feeding in now: so far the base load may be below nothing. Left out: none. */
  readonly madeUp?: PerPhase
  readonly circuits: ReadonlyMap<string, PerPhase>
}

export const noParts: PartsDraw = { grid: [0, 0, 0], circuits: new Map() }

/** What is left of each circuit beside what participants and the removed may draw behind it; the grid's is in the base load. */
export function besideParts(
  limit: EffectiveLimit,
  tree: Tree,
  { circuits, whom = 'its battery' }: PartsDraw & { readonly whom?: string }
): EffectiveLimit {
  if (circuits.size === 0) return limit
  const nodes = new Map(limit.nodes)
  tree.nodes.forEach((node, index) => {
    const draw = circuits.get(node.id)
    if (index > 0 && draw !== undefined)
      nodes.set(node.id, boundsOf(node, { draw, whom, voltageV: tree.voltageV }))
  })
  return { ...limit, nodes }
}

type Beside = { readonly draw: PerPhase; readonly whom: string; readonly voltageV: number }

function boundsOf(node: Tree['nodes'][number], { draw, whom, voltageV }: Beside): NodeBounds {
  const bound = (phase: 0 | 1 | 2) => ({
    value: Math.max(0, node.limitMilliA[phase] - draw[phase]),
    because: `${node.id} L${phase + 1} beside ${whom}`,
    until: null
  })
  const phases = [bound(0), bound(1), bound(2)] as const
  if (node.limitW === undefined) return { phases }
  const drawnW = ((draw[0] + draw[1] + draw[2]) * voltageV) / 1000
  const value = Math.max(0, node.limitW - drawnW)
  return { phases, watts: { value, because: `${node.id} beside ${whom}`, until: null } }
}
