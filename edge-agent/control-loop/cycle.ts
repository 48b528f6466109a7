import {
  committedLoad,
  fallbacksWanted,
  isFree,
  missingW,
  plan,
  scarcityOf,
  served,
  treeOf,
  wattsOver,
  type Decision,
  type Scene
} from '../core/allocator/index.ts'
import { adopt, type LoopState } from './entry.ts'
import { limitNow } from './limit-now.ts'
import { observe } from './observe.ts'
import { switchPhases } from './phase-switch.ts'
import { removedBy } from './removed.ts'
import { lowering, sceneOf } from './scene.ts'
import type { Outcome, Snapshot } from './snapshot.ts'
import { watch } from './watch.ts'

export const outOfReachMs = 15_000 // Reaction, confirmation and a reading that shows it; then it is not on its way any more.

/** Freeze → judge → allocate. Changes `state`, sends nothing. */
export function cycle(state: LoopState, snapshot: Snapshot): Outcome {
  const { nowMs } = snapshot
  reconfigure(state, snapshot)
  const stops = observe(state, snapshot.views, (id) => snapshot.isConnected(id), nowMs)
  watch(state, snapshot)
  const { limit, refused } = limitNow(state, snapshot)
  const before = switchPhases(state, sceneOf(state, snapshot, limit), snapshot)
  state.scarce = scarcityOf(state.scarce, before)
  const fallbacks = fallbacksWanted(before.seats, before.network, state.scarce)
  const scene = {
    ...before,
    seats: before.seats.map((seat, at) => lowering(state, seat, fallbacks[at], nowMs))
  }
  const decisions = plan(scene)
  takeTurns(state, decisions, nowMs)
  return {
    limit,
    scene,
    decisions,
    fallbacks,
    stops,
    missingW: outOfReach(state, scene, decisions),
    refused
  }
}

function reconfigure(state: LoopState, { site, remembered, nowMs }: Snapshot): void {
  if (state.site === site && state.entries.size > 0) return
  state.removed = removedBy(state, site, nowMs)
  state.site = site
  state.tree = treeOf(site)
  adopt(state, remembered, nowMs)
}

function takeTurns(state: LoopState, decisions: readonly Decision[], nowMs: number): void {
  state.tree.places.forEach((place, index) => {
    const entry = state.entries.get(place.key)
    const decision = decisions[index]
    if (entry === undefined || entry.car === null || decision?.guided !== true) return
    entry.car = served(entry.car, decision.target, nowMs)
  })
}

const isNobodys = (seat: Scene['seats'][number] | undefined): boolean => seat === undefined || isFree(seat)

/** Missing for certain, or still missing although everyone has had time to follow. */
function outOfReach(state: LoopState, scene: Scene, decisions: readonly Decision[]): number {
  const volts = state.voltage.volts
  const certain = missingW(scene, volts)
  const all = wattsOver(
    committedLoad(
      scene,
      decisions.map(({ committed }, at) => (isNobodys(scene.seats[at]) ? 0 : committed))
    ),
    volts
  )
  state.overrunSinceMs = all > 0 ? (state.overrunSinceMs ?? scene.nowMs) : null
  const lasting = state.overrunSinceMs !== null && scene.nowMs - state.overrunSinceMs >= outOfReachMs
  return lasting ? Math.max(certain, all) : certain
}
