import {
  commitmentOf,
  committedLoad,
  directionAt,
  floorMilliA,
  levelOf,
  pullUp,
  weightsOf,
  type Load,
  type Place,
  type Scene,
  type Seat
} from '../core/allocator/index.ts'
import {
  begun,
  found,
  phaseRoom,
  stepPhases,
  switchingDefaults,
  type Phases,
  type PhaseState
} from '../core/schedule/index.ts'
import type { Entry, LoopState } from './entry.ts'
import type { PhaseMemory } from './needs.ts'
import type { Snapshot } from './snapshot.ts'

/** A session's phases, as long as it runs. */
type Held = { readonly transactionId: string; state: PhaseState }

const [sure, sureMs] = [3, 10_000] // Readings that the account asks for before it counts fewer phases.

/**
 * Chargers that can let a car charge on one phase where limits in watts leave too little for three. The car stands at
 * 0 A while its contactors move, for as long as the wait asks; going up it counts on all phases from then on, going
 * down on one only after the move.
 * @returns the scene with those that move paused
 */
export function switchPhases(state: LoopState, scene: Scene, snapshot: Snapshot): Scene {
  const { memory } = snapshot.phases
  if (snapshot.phases.able.size === 0) return scene
  const load = committedLoad(
    scene,
    scene.seats.map(({ account, standing }) => commitmentOf(account, standing, scene.nowMs))
  )
  const seats = scene.seats.map((seat, index) => {
    const entry = state.entries.get(seat.place.key)
    if (entry === undefined || !canSwitch(seat, snapshot)) {
      state.phases.delete(seat.place.key)
      return seat
    }
    return stepped(state, { entry, seat, index, load, scene, memory })
  })
  return { ...scene, seats }
}

/** What a set-point for it says; a pause says already to where it goes. */
export function phasesOf({ phases }: LoopState, place: Place): Phases {
  const all = place.phases.length >= 3 ? 3 : place.phases.length === 2 ? 2 : 1
  const held = phases.get(place.key)?.state
  return held === undefined ? all : (held.moving?.to ?? held.active)
}

function canSwitch({ place, standing, car }: Seat, { phases }: Snapshot): boolean {
  const switchable = phases.able.has(place.chargerId) && place.phases.length === 3 && !place.dc
  return switchable && place.managed && standing.connected && car !== null
}

type Look = {
  readonly entry: Entry
  readonly seat: Seat
  readonly index: number
  readonly load: Load
  readonly scene: Scene
  readonly memory: PhaseMemory
}

function stepped(state: LoopState, look: Look): Seat {
  const { entry, seat, scene, memory } = look
  const held = heldOf(state, look)
  const before = held.state
  const isSingle = phaseCount(seat, scene.nowMs) < 3 && before.active === 3 && before.moving === null
  if (isSingle) return seat // A car that has but one phase gains nothing.
  const terms = switchingDefaults
  const [next, choice] = stepPhases(before, roomOf(state, look), terms, scene.nowMs)
  // The wait begins when it stands at 0 A, not when that is decided.
  const stands = levelOf(seat.account, held.transactionId) === 0
  held.state =
    next.moving !== null && !stands
      ? { ...next, moving: { ...next.moving, untilMs: scene.nowMs + terms.waitMs } }
      : next
  if (next.active !== before.active) memory.remember(seat.place.key, held.transactionId, next.active)
  counted(entry, before, held.state, scene.nowMs)
  const moved = { ...seat, car: entry.car }
  return choice.pause ? { ...moved, ceiling: { milliA: 0, because: choice.because } } : moved
}

/** One that was moved to one phase before our start is found there, with nothing proven; all others may have three. */
function heldOf(state: LoopState, { entry, seat, scene, memory }: Look): Held {
  const { key } = seat.place
  const transactionId = seat.car?.transactionId ?? ''
  const known = state.phases.get(key)
  if (known?.transactionId === transactionId) return known
  const kept = memory.recall(key)
  const isOnOne = kept?.transactionId === transactionId && kept.active === 1
  if (isOnOne) onOne(entry, scene.nowMs)
  const held = { transactionId, state: isOnOne ? found(1, scene.nowMs) : begun(3) }
  state.phases.set(key, held)
  return held
}

const phaseCount = (seat: Seat, nowMs: number): number =>
  directionAt(seat, nowMs).reduce((sum, each) => sum + each, 0)

/** What limits in watts leave it, its own share given back. */
function roomOf(state: LoopState, { seat, index, load, scene }: Look): ReturnType<typeof phaseRoom> {
  const pull = weightsOf(load.network, index, directionAt(seat, scene.nowMs))
  const own = commitmentOf(seat.account, seat.standing, scene.nowMs)
  pullUp(load, pull, -own)
  const at = { index, place: seat.place, voltageV: state.voltage.volts }
  const room = phaseRoom(load, at, seat.terms?.floorMilliA ?? floorMilliA, 1)
  pullUp(load, pull, own)
  return room
}

/** What it is counted on: all phases from the moment it is told to use them, one after it was moved to one. */
function counted(entry: Entry, before: PhaseState, now: PhaseState, nowMs: number): void {
  const rises = now.moving !== null && before.moving === null && now.moving.to === 3
  if (rises) onAll(entry, nowMs)
  if (now.active === 1 && before.active !== 1) onOne(entry, nowMs)
  const arrives = before.moving !== null && now.moving === null
  if (arrives && entry.car) entry.car = { ...entry.car, restsUntilMs: 0 } // It has stood long enough.
}

function onAll(entry: Entry, nowMs: number): void {
  if (entry.car) entry.car = { ...entry.car, phases: { direction: [1, 1, 1], sinceMs: nowMs, readings: 0 } }
}

/** A reading that shows current on another phase makes it count on all of them again. */
function onOne(entry: Entry, nowMs: number): void {
  const [first] = entry.place.phases
  const bit = (phase: number): number => (phase === first ? 1 : 0)
  const direction = [bit(0), bit(1), bit(2)] as const
  if (entry.car) entry.car = { ...entry.car, phases: { direction, sinceMs: nowMs - sureMs, readings: sure } }
}
