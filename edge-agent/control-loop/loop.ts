import type { Allocation } from '@nova/shared-protocol/model'
import { treeOf } from '../core/allocator/index.ts'
import { calmAfter, isCalm, type Calm } from './calm.ts'
import { cycle } from './cycle.ts'
import { adopt, freshState, type LoopState } from './entry.ts'
import { joinedNow } from './joined.ts'
import type { Alarm, ControlLoop, Needs } from './needs.ts'
import { forgive } from './observe.ts'
import { sendPoints, type Sending } from './send.ts'
import { refusingChargers, storeFallbacks, type Storing } from './store-fallback.ts'
import { alarmsOf, allocationOf, sightOf, stillAllocated } from './tell.ts'
import type { Outcome, Snapshot } from './snapshot.ts'

const cycleMs = 1_000
const wakeMs = 5 // Gathers what comes together: a limit and its sibling, many cars after a power cut.
const alarmHeldMs = 30_000
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
  const site = needs.site()
  const state = freshState(site, treeOf(site), needs.clock.monotonicMs())
  adopt(state, needs.memory.fallbacks(), state.startedAtMs)
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
    once: (woken) => guarded(needs, () => run(woken)),
    allocation: () => allocation,
    sight: () => sight,
    stop: () => stopped.abort()
  }
}

function freeze(needs: Needs): Snapshot {
  const { clock, meter, chargers } = needs
  return {
    nowMs: clock.monotonicMs(),
    instant: clock.instant(),
    site: needs.site(),
    views: needs.views(),
    limits: needs.limits(),
    caps: needs.caps(),
    meter: meter?.latest() ?? null,
    hasMeter: meter !== null,
    cloud: needs.cloud(),
    remembered: needs.memory.fallbacks(),
    ...joinedNow(needs),
    isConnected: (chargerId) => chargers.isConnected(chargerId)
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

function stopSessions({ chargers, log, clock }: Needs, { stops }: Outcome, stopped: AbortSignal): void {
  for (const { entry, transactionId } of stops) {
    const patience = new AbortController()
    const timer = clock.after(15_000, () => patience.abort())
    const { chargerId } = entry.place
    log.warn({ chargerId, transactionId }, 'stopping a session whose charger ignores its limit')
    chargers
      .perform(
        chargerId,
        { action: 'stop', payload: { transactionId } },
        AbortSignal.any([stopped, patience.signal])
      )
      .catch((cause: unknown) => log.warn({ err: cause, chargerId }, 'stop order failed'))
      .finally(() => timer.cancel())
      .catch((cause: unknown) => log.warn({ err: cause }, 'stop order lost'))
  }
}

type Teller = (allocation: Allocation, snapshot: Snapshot, outcome: Outcome) => void

function teller(needs: Needs, state: LoopState): Teller {
  let standing: Standing = new Map()
  let before: Limit | null = null
  let refusedText = ''
  return (allocation, snapshot, outcome) => {
    needs.allocated(allocation)
    const { limitMilliA, limitW, limitReason } = allocation
    const now: Limit = { limitMilliA, watts: outcome.limit.watts, limitReason }
    if (limitW >= 0 && (before === null || !isSameLimit(before, now))) needs.limitChanged(allocation)
    before = now
    const refused = outcome.refused.join('; ')
    if (refused !== refusedText && refused !== '') needs.log.warn({ refused }, 'unsound limits refused')
    refusedText = refused
    const wanted = [...alarmsOf(state, snapshot, outcome), ...refusingChargers(state)]
    standing = onTheEdges(needs, standing, wanted, snapshot.nowMs)
  }
}

type Limit = Pick<Allocation, 'limitMilliA' | 'limitReason'> & { readonly watts: Outcome['limit']['watts'] }

const isSameLimit = (one: Limit, other: Limit): boolean =>
  one.limitReason === other.limitReason &&
  one.limitMilliA.every((each, at) => each === other.limitMilliA[at]) &&
  isSameBound(one.watts, other.watts)

const isSameBound = (one: Limit['watts'], other: Limit['watts']): boolean =>
  one === other ||
  (one !== null &&
    other !== null &&
    one.value === other.value &&
    one.because === other.because &&
    one.until === other.until)

type Standing = ReadonlyMap<string, { readonly alarm: Alarm; readonly seenMs: number }>

/** Raised at once, cleared when it has been gone for a while: an alarm that flickers tells nobody anything. */
function onTheEdges({ alarms }: Needs, before: Standing, wanted: readonly Alarm[], nowMs: number): Standing {
  if (wanted.length === 0 && before.size === 0) return before
  const now = new Map(before)
  for (const alarm of wanted) {
    const key = `${alarm.code} ${alarm.subject}`
    if (!before.has(key)) alarms.raise(alarm)
    now.set(key, { alarm, seenMs: nowMs })
  }
  for (const [key, { alarm, seenMs }] of before) {
    if (now.get(key)?.seenMs === nowMs || nowMs - seenMs < alarmHeldMs) continue
    alarms.clear(alarm.code, alarm.subject)
    now.delete(key)
  }
  return now
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
