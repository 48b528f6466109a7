import { directionAt, meterPatienceMs, unheardMs, type Scene, type Seat } from '../core/allocator/index.ts'
import { outOfReachMs } from './cycle.ts'
import type { Entry, LoopState } from './entry.ts'
import { stillRules } from './limit-now.ts'
import { observe } from './observe.ts'
import { baseAtMost, baseFor } from './scene.ts'
import { watch } from './watch.ts'
import type { Outcome, Snapshot } from './snapshot.ts'

/** A cycle whose answer stays true while nothing new is heard, with what it was worked out from. */
export type Calm = {
  readonly outcome: Outcome
  readonly snapshot: Snapshot
  readonly meter: LoopState['meter']['verdict']
  readonly volts: number
  views: Snapshot['views'] // The newest that were found to say nothing new.
}

const longestMs = 10_000 // Turns, wishes and leases are measured in tens of seconds; all else is heard.

/** @returns what the next seconds may be held against, or null while anything is on its way or out of order */
export function calmAfter(state: LoopState, snapshot: Snapshot, outcome: Outcome): Calm | null {
  const { nowMs } = snapshot
  const rests =
    outcome.stops.length === 0 &&
    outcome.refused.length === 0 &&
    isLasting(state.overrunSinceMs, nowMs, outOfReachMs) &&
    !outcome.scene.settling &&
    snapshot.phases.able.size === 0 && // Phases are looked at each second.
    every(state.posts, (post) => !post.busy && (post.told || !post.connected || post.failures > 0)) &&
    every(state.entries, (entry) => isStill(entry, nowMs)) &&
    !isOnRamp(outcome)
  return rests
    ? { outcome, snapshot, meter: state.meter.verdict, volts: state.voltage.volts, views: snapshot.views }
    : null
}

/** Somebody is to rise and waits for its ramp only: that is over by time alone. */
const isOnRamp = ({ scene, decisions }: Outcome): boolean =>
  scene.seats.some(({ terms }, at) => {
    const { target = 0, level = 0 } = decisions[at] ?? {}
    return terms?.ramp !== undefined && level < target
  })

/**
 * Whether this second can only repeat the decision before it: no view, limit, order or configuration has changed, the
 * meter is as good as it was and leaves the same base load. The meter and the cloud are judged all the same.
 */
export function isCalm(calm: Calm | null, state: LoopState, snapshot: Snapshot): calm is Calm {
  if (calm === null) return false
  if (!isUnchanged(calm.snapshot, snapshot) || !everyoneStays(state, snapshot)) return false
  if (!saysTheSame(calm, state, snapshot)) return false
  watch(state, snapshot)
  return (
    state.meter.verdict === calm.meter &&
    state.voltage.volts === calm.volts &&
    state.ruling !== null &&
    stillRules(state.ruling, state, snapshot) &&
    isSameBase(calm.outcome.scene, state, snapshot)
  )
}

const isUnchanged = (before: Snapshot, now: Snapshot): boolean =>
  now.nowMs - before.nowMs < longestMs &&
  now.site === before.site &&
  now.caps === before.caps &&
  now.beyond === before.beyond &&
  now.terms === before.terms &&
  now.said === before.said &&
  now.strategy === before.strategy

/** New readings that show what the ones before showed are looked at, and change no decision. */
function saysTheSame(calm: Calm, state: LoopState, { views, isConnected, nowMs }: Snapshot): boolean {
  if (views === calm.views) return true
  if (views.length !== calm.views.length || !views.every((view, at) => isSame(view, calm.views[at])))
    return false
  // A look at one that is watched, or at anybody above the limit, may bring an order to stop, which only a whole cycle hands out.
  if (state.insistAtMs !== null) return false
  if (!every(state.entries, ({ conduct, car }) => conduct.kind === 'trusted' || car === null)) return false
  observe(state, views, isConnected, nowMs)
  calm.views = views
  return calm.outcome.scene.seats.every((seat) => isSeated(seat, state.entries.get(seat.place.key), nowMs))
}

type View = Snapshot['views'][number]

const isSame = (view: View, before: View | undefined): boolean =>
  view === before ||
  (before !== undefined &&
    view.chargerId === before.chargerId &&
    view.status === before.status &&
    view.session?.transactionId === before.session?.transactionId &&
    isSameReading(view.reading, before.reading))

const isSameReading = (now: View['reading'], before: View['reading']): boolean =>
  now === before ||
  (now !== null &&
    before !== null &&
    now.powerW === before.powerW &&
    isSameCurrent(now.currentMilliA, before.currentMilliA))

type Current = NonNullable<View['reading']>['currentMilliA']

const isSameCurrent = (one: Current, other: Current): boolean =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    one[0] === other[0] &&
    one[1] === other[1] &&
    one[2] === other[2])

/** Nothing that a decision is made from has changed with the look at the newest readings. */
function isSeated(seat: Seat, entry: Entry | undefined, nowMs: number): boolean {
  if (entry === undefined || seat.account !== entry.account) return false
  const [then, now] = [seat.car, entry.car]
  const isSameCar = then?.transactionId === now?.transactionId && then?.wishMilliA === now?.wishMilliA
  return (
    isSameCar && isStill(entry, nowMs) && isSameWay(directionAt(seat, nowMs), { ...seat, car: now }, nowMs)
  )
}

function isSameWay(then: ReturnType<typeof directionAt>, seat: Seat, nowMs: number): boolean {
  const now = directionAt(seat, nowMs)
  return then[0] === now[0] && then[1] === now[1] && then[2] === now[2]
}

function isSameBase(scene: Scene, state: LoopState, snapshot: Snapshot): boolean {
  const base = baseFor(state, snapshot)
  return (
    isSame3(scene.base, base) && isSame3(scene.baseAtMost ?? scene.base, baseAtMost(state, snapshot, base))
  )
}

const isSame3 = (one: Scene['base'], now: Scene['base']): boolean =>
  one[0] === now[0] && one[1] === now[1] && one[2] === now[2]

function everyoneStays({ posts, entries }: LoopState, { isConnected, nowMs }: Snapshot): boolean {
  return (
    every(posts, (post) => !post.busy && post.connected === isConnected(post.chargerId)) &&
    every(entries, (entry) => isAnswered(entry, nowMs))
  )
}

/** Nothing is on its way. What was lost is over too, once it counts for nothing or nobody can say it again. */
function isAnswered({ account, car, connected }: Entry, nowMs: number): boolean {
  const { sent } = account
  return sent.every((each) => each.lost && (!connected || isOver(each, car, nowMs)))
}

const isOver = (
  { transactionId, atMs }: Entry['account']['sent'][number],
  car: Entry['car'],
  nowMs: number
) => (car === null ? nowMs - atMs > unheardMs : car.transactionId !== transactionId)

function isStill(entry: Entry, nowMs: number): boolean {
  const fallen = isLasting(entry.account.falling?.sinceMs ?? null, nowMs, meterPatienceMs)
  return fallen && isAnswered(entry, nowMs) && isTold(entry) && obeys(entry)
}

/** Knows its set-point, or cannot be told just now. */
const isTold = ({ car, connected, reached, failures }: Entry): boolean =>
  car === null || !connected || reached || failures > 0

const obeys = ({ conduct, draw }: Entry): boolean => conduct.kind === 'trusted' || (draw?.milliA ?? 0) === 0

const isLasting = (sinceMs: number | null, nowMs: number, leastMs: number): boolean =>
  sinceMs === null || nowMs - sinceMs >= leastMs

function every<Value>(all: ReadonlyMap<string, Value>, holds: (each: Value) => boolean): boolean {
  for (const each of all.values()) if (!holds(each)) return false
  return true
}
