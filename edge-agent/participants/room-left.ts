import { phasesOf, type PhaseRotation } from '@nova/shared-protocol/model'
import { committedLoad } from '../core/allocator/index.ts'
import { wiringOf } from '../core/allocator/wiring.ts'
import type { Sight } from '../core/picture/index.ts'

type Place = { readonly circuit: string; readonly phaseRotation: PhaseRotation }

/**
 * Watts that limits and commitments leave on a device's way to the grid, on its own phases; below 0: they are overrun. What
 * the cars are told to rise to counts from that moment on, though it is no commitment before the next look.
 * Nothing while a car has less than it could take for want of room: a battery charges with what the cars leave.
 */
export function roomLeft(sight: Sight | null, { circuit, phaseRotation }: Place): number {
  const decisions = sight?.decisions
  if (sight === null || decisions === undefined) return 0
  const { scene, voltageV } = sight
  const load = loadOf(sight, decisions)
  const phases = phasesOf(phaseRotation)
  const path = new Set(pathOf(sight, circuit))
  let leastW = Infinity
  wiringOf(scene.tree).plans.forEach(({ kind, node, phase }, row) => {
    if (!path.has(node) || kind === 'unbalance') return
    if (phase !== null && !phases.includes(phase)) return
    const milliA = ((load.high[row] ?? 0) - (load.used[row] ?? 0)) * (phase === null ? 1 : phases.length)
    leastW = Math.min(leastW, (milliA * voltageV) / 1000)
  })
  return Number.isFinite(leastW) ? leastW : 0
}

const known = new WeakMap<Sight, ReturnType<typeof committedLoad>>()

/** Asked for each battery each second; a calm loop shows the same sight for many. */
function loadOf(sight: Sight, decisions: NonNullable<Sight['decisions']>): ReturnType<typeof committedLoad> {
  const before = known.get(sight)
  if (before !== undefined) return before
  const load = committedLoad(
    sight.scene,
    decisions.map(({ committed, level }) => Math.max(committed, level))
  )
  known.set(sight, load)
  return load
}

/** Whether a car has less than it could take because something is full. */
export const carsWait = ({ decisions = [] }: Sight): boolean =>
  decisions.some(({ guided, binding }) => guided && binding.kind === 'row')

function pathOf({ scene: { tree } }: Sight, circuit: string): number[] {
  const path = [0]
  let at = tree.nodes.findIndex(({ id }) => id === circuit)
  while (at > 0 && !path.includes(at)) {
    path.push(at)
    at = tree.nodes[at]?.parent ?? 0
  }
  return path
}
