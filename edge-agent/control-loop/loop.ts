import type { Allocation } from '@nova/shared-protocol/model'
import { treeOf } from '../core/allocator/index.ts'
import { askForReadings, stopSessions } from './ask.ts'
import { calmAfter, isCalm, type Calm } from './calm.ts'
import { cycle } from './cycle.ts'
import { adopt, freshState, type LoopState } from './entry.ts'
import { freeze } from './freeze.ts'
import type { ControlLoop, Needs } from './needs.ts'
import { forgive } from './observe.ts'
import { sendPoints, type Sending } from './send.ts'
import { storeFallbacks, type Storing } from './store-fallback.ts'
import { allocationOf, sightOf, stillAllocated, teller } from './tell.ts'

const cycleMs = 1_000
const wakeMs = 5 // Gathers what comes together: a limit and its sibling, many cars after a power cut.
const apartMs = 20 // Between cycles, so that a storm of wakes cannot starve the process.

/**
 * Once a second, and sooner when woken: freeze, allocate, guard, hand out. The first cycle runs at once.
 * Never throws; a cycle that fails is logged and the next one runs, stored fallbacks hold meanwhile.
 */
export function openControlLoop(needs: Needs): ControlLoop {
  const work = workOf(needs)
  const cancel = keepTime(needs, (woken) => work.once(woken))
  return {
    allocation: () => work.allocation(),
    sight: () => work.sight(),
    wake: cancel.wake,
    forgive: (chargerId) => {
      forgive(work.state, chargerId)
      cancel.wake()
    },
    again: (chargerId) => {
      const post = work.state.posts.get(chargerId)
      if (post) post.told = false
      cancel.wake()
    },
    async stop() {
      cancel.stop()
      work.stop()
      await Promise.resolve()
    }
  }
}

type Work = {
  readonly state: LoopState
  once(woken: boolean): void
  allocation(): Allocation | null
  sight: ControlLoop['sight']
  stop(): void
}

function workOf(needs: Needs): Work {
  const state = begun(needs)
  const keep = removedKeeper(needs, state)
  const stopped = new AbortController()
  const sending: Sending = { needs, state, stopped: stopped.signal, nextId: 1, rising: 0 }
  const storing: Storing = { needs, state, stopped: stopped.signal, before: null }
  const tell = teller(needs, state)
  let allocation: Allocation | null = null
  let calm: Calm | null = null
  let sight: ReturnType<ControlLoop['sight']> = null
  const run = (woken: boolean): void => {
    const snapshot = freeze(needs)
    if (!woken && allocation !== null && isCalm(calm, state, snapshot)) {
      allocation = stillAllocated(allocation, state, snapshot)
      needs.allocated(allocation)
      return
    }
    calm = null
    const outcome = cycle(state, snapshot)
    keep()
    sendPoints(sending, outcome.scene.seats, outcome.decisions)
    stopSessions(needs, outcome, stopped.signal)
    storeFallbacks(storing, outcome.fallbacks)
    allocation = allocationOf(state, snapshot, outcome)
    tell(allocation, snapshot, outcome)
    calm = calmAfter(state, snapshot, outcome)
    sight = sightOf(state, snapshot, outcome)
  }
  return {
    state,
    once: (woken) =>
      guarded(needs, () => {
        run(woken)
        askForReadings({ needs, state, stopped: stopped.signal })
      }),
    allocation: () => allocation,
    sight: () => sight,
    stop: () => stopped.abort()
  }
}

function begun({ site: planned, clock, memory }: Needs): LoopState {
  const site = planned()
  const state = freshState(site, treeOf(site), clock.monotonicMs())
  adopt(state, memory.fallbacks(), state.startedAtMs)
  const isPlanned = (key: string): boolean => state.tree.places.some((place) => place.key === key)
  state.removed = (memory.removed?.() ?? []).filter(({ key }) => !isPlanned(key))
  return state
}

/** Writes them down whenever they have changed: a restart forgets none. */
function removedKeeper({ memory, log }: Needs, state: LoopState): () => void {
  let kept = state.removed
  return () => {
    if (kept === state.removed) return
    kept = state.removed
    memory
      .keepRemoved?.(kept)
      .catch((cause: unknown) => log.warn({ err: cause }, 'who was removed is not remembered'))
  }
}

/** A fault in one cycle must not end the loop: the next one may find the world in order again. */
function guarded({ clock, metrics, log }: Needs, run: () => void): void {
  const begunMs = clock.monotonicMs()
  try {
    run()
  } catch (cause) {
    log.warn({ err: cause }, 'a cycle of the control loop failed; stored fallbacks hold')
  }
  metrics.cycle(clock.monotonicMs() - begunMs)
}

/** The beat: every second from the start on; beats that could not be held are counted, not made up for. */
function keepTime({ clock, metrics }: Needs, once: (woken: boolean) => void): { wake(): void; stop(): void } {
  let stopped = false
  let nextMs = clock.monotonicMs()
  let lastMs = -Infinity
  let waking: { cancel(): void } | null = null
  const run = (woken: boolean): void => {
    lastMs = clock.monotonicMs()
    once(woken)
  }
  const beat = (): void => {
    if (stopped) return
    run(false)
    const late = Math.max(0, Math.floor((clock.monotonicMs() - nextMs) / cycleMs))
    if (late > 0) metrics.missed(late)
    nextMs += (late + 1) * cycleMs
    timer = clock.after(Math.max(0, nextMs - clock.monotonicMs()), beat)
  }
  let timer = clock.after(0, beat)
  return {
    wake() {
      if (stopped || waking !== null) return
      const inMs = Math.max(wakeMs, lastMs + apartMs - clock.monotonicMs())
      waking = clock.after(inMs, () => {
        waking = null
        if (!stopped) run(true)
      })
    },
    stop() {
      stopped = true
      timer.cancel()
      waking?.cancel()
    }
  }
}
