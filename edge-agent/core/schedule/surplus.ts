import type { Watts } from '@nova/shared-protocol/units'

/** How a car relates to the sun: all it can have; at least its minimum; or only what would be fed into the grid. */
export type SunMode = 'force' | 'minimum' | 'surplus'

/** A charger that can follow the surplus. All powers are of all its phases together. */
export type Follower = {
  readonly id: string
  readonly mode: SunMode
  readonly leastW: Watts // Of its floor: 6 A on its phases.
  readonly mostW: Watts
  readonly drawsW: Watts // What it draws now.
}

/** Since when a follower could start, or should stop; null: it is as it should be. */
export type FollowState = { readonly id: string; readonly on: boolean; readonly otherSinceMs: number | null }

export type SurplusSnapshot = {
  readonly nowMs: number
  readonly gridW: Watts | null // Import positive; null: the meter is stale.
  readonly batteryFirstW: Watts // What a battery's charging may keep of the surplus.
  readonly followers: readonly Follower[]
}

export type FollowerCap = { readonly id: string; readonly capW: Watts; readonly because: string }

/** A cloud is no reason to move contactors, nor is a gap in them. */
export const startAfterMs = 60_000
export const stopAfterMs = 180_000

/**
 * Caps for chargers that follow the sun; the limits of the tree rule beside them. What would be fed in if no
 * follower charged is shared: forced ones first, then every minimum, the rest in equal powers. A car on surplus
 * starts when the surplus has covered its minimum for a minute, and stops when it has not for three; until then it
 * keeps its minimum. Without a meter there is no surplus.
 */
export function followSun(
  states: readonly FollowState[],
  snapshot: SurplusSnapshot
): readonly [readonly FollowState[], readonly FollowerCap[]] {
  const { followers } = snapshot
  const surplusW = surplusOf(snapshot)
  const known = followers.map((follower) => states.find(({ id }) => id === follower.id) ?? begun(follower))
  const next = switched(followers, known, { surplusW, nowMs: snapshot.nowMs })
  const on = followers.map((_, index) => next[index]?.on ?? false)
  const caps = equalPowers(followers, on, surplusW)
  return [
    next,
    followers.map((follower, index) => capOf(follower, caps[index] ?? 0, snapshot.gridW === null))
  ]
}

const begun = ({ id, mode, drawsW }: Follower): FollowState => ({
  id,
  on: mode !== 'surplus' || drawsW > 0,
  otherSinceMs: null
})

/** What would flow into the grid if no follower drew anything. */
function surplusOf({ gridW, followers, batteryFirstW }: SurplusSnapshot): Watts {
  if (gridW === null) return 0
  return followers.reduce((sum, { drawsW }) => sum + drawsW, -gridW) - batteryFirstW
}

/** In their order: who is earlier keeps or gets its minimum first. */
function switched(
  followers: readonly Follower[],
  known: readonly FollowState[],
  { surplusW, nowMs }: { readonly surplusW: Watts; readonly nowMs: number }
): FollowState[] {
  let leftW = followers.reduce((left, each) => left - ownW(each), surplusW)
  return followers.map((follower, index) => {
    const state = known[index] ?? begun(follower)
    if (follower.mode !== 'surplus') return { ...state, on: true, otherSinceMs: null }
    const covered = leftW >= follower.leastW
    if (covered) leftW -= follower.leastW
    if (covered === state.on) return { ...state, otherSinceMs: null }
    const otherSinceMs = state.otherSinceMs ?? nowMs
    const due = nowMs - otherSinceMs >= (state.on ? stopAfterMs : startAfterMs)
    return due ? { ...state, on: covered, otherSinceMs: null } : { ...state, otherSinceMs }
  })
}

const ownW = ({ mode, mostW, leastW }: Follower): Watts =>
  mode === 'force' ? mostW : mode === 'minimum' ? leastW : 0

/** Minimums of all who are on, then the rest by equal powers up to each one's most. */
function equalPowers(followers: readonly Follower[], on: readonly boolean[], surplusW: Watts): Watts[] {
  const caps = followers.map((each, index) => (on[index] === true ? Math.max(each.leastW, ownW(each)) : 0))
  let restW = surplusW - caps.reduce((sum, each) => sum + each, 0)
  let open = followers.map((_, index) => index).filter((index) => on[index] === true && roomOf(index) > 0)
  while (restW > 0 && open.length > 0) {
    const step = Math.min(restW / open.length, ...open.map(roomOf))
    for (const index of open) caps[index] = (caps[index] ?? 0) + step
    restW -= step * open.length
    open = open.filter((index) => roomOf(index) > 1e-6)
  }
  return caps

  function roomOf(index: number): Watts {
    return (followers[index]?.mostW ?? 0) - (caps[index] ?? 0)
  }
}

function capOf({ id, mode }: Follower, capW: Watts, blind: boolean): FollowerCap {
  if (mode === 'force') return { id, capW, because: 'as much as it can have' }
  if (blind) return { id, capW, because: 'meter lost: no surplus counted' }
  return { id, capW, because: capW > 0 ? 'follows the sun' : 'waits for the sun' }
}
