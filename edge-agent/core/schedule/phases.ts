export type Phases = 1 | 2 | 3

/** Whether a car may be moved between one and three phases while it charges, and how often. */
export type Switching = {
  readonly mode: 'never' | 'down' | 'both' // `down`: to one phase, and not back in this session.
  readonly hysteresisW: number
  readonly stableMs: number // Three phases must have been possible for so long.
  readonly mostSwitches: number // In one session; 0: as many as it takes.
  readonly whenSpent: 'one' | 'three' | 'stay'
  readonly waitMs: number // The car stands at 0 A for so long while its contactors move.
}

/** 200 W and 600 s keep clouds from moving contactors; cars need some seconds at 0 A to take a change well. */
export const switchingDefaults: Switching = {
  mode: 'both',
  hysteresisW: 200,
  stableMs: 600_000,
  mostSwitches: 10,
  whenSpent: 'stay',
  waitMs: 10_000
}

/**
 * A session's phases. `moving`: told to change, and standing at 0 A until then. `oneBestMs`: when one phase was
 * last the better choice; three are proven possible only since then.
 */
export type PhaseState = {
  readonly active: Phases
  readonly oneBestMs: number
  readonly switches: number
  readonly moving: { readonly to: Phases; readonly untilMs: number } | null
}

/** What a car could have now. `availableW` null: nobody limits its watts, so phases need not be saved. */
export type Room = {
  readonly availableW: number | null
  readonly floorMilliA: number
  readonly most: Phases
  readonly least: Phases
  readonly voltageV: number
}

export type PhaseChoice = { readonly phases: Phases; readonly because: string }

/** A session seen from its first moment: it may begin with three phases. */
export const begun = (active: Phases): PhaseState => ({
  active,
  oneBestMs: -Infinity,
  switches: 0,
  moving: null
})

/** A session found running, after a restart of ours: its past is unknown, so nothing counts as proven. */
export const found = (active: Phases, nowMs: number): PhaseState => ({ ...begun(active), oneBestMs: nowMs })

/**
 * To one phase at once when three cannot have the floor; to three only above it by the hysteresis and after that
 * has been so for the stable time; between the two it stays as it is.
 */
export function choiceOf(state: PhaseState, room: Room, terms: Switching, nowMs: number): PhaseChoice {
  const best = bestOf(state, room, terms)
  if (best.phases === room.least || room.least === room.most || !watched(room, terms)) return best
  if (nowMs - state.oneBestMs < terms.stableMs)
    return { phases: room.least, because: `three phases not yet possible for ${seconds(terms.stableMs)}` }
  return best
}

/** Whether one phase is the better choice now, with no regard to time: what `oneBestMs` remembers. */
export const isOneBest = (state: PhaseState, room: Room, terms: Switching): boolean =>
  watched(room, terms) && bestOf(state, room, terms).phases === room.least

/**
 * One look a cycle. While contactors move nothing else is decided.
 * @returns the state to keep, and what the car is to have now: `pause` means 0 A
 */
export function stepPhases(
  state: PhaseState,
  room: Room,
  terms: Switching,
  nowMs: number
): readonly [PhaseState, PhaseChoice & { readonly pause: boolean }] {
  if (state.moving !== null) return moved(state, state.moving, nowMs)
  const looked = isOneBest(state, room, terms) ? { ...state, oneBestMs: nowMs } : state
  const choice = choiceOf(looked, room, terms, nowMs)
  if (choice.phases === state.active) return [looked, { ...choice, pause: false }]
  const moving = { to: choice.phases, untilMs: nowMs + terms.waitMs }
  const waiting: PhaseState = { ...looked, moving, switches: looked.switches + 1 }
  return [waiting, { ...choice, pause: true }]
}

function moved(
  state: PhaseState,
  moving: NonNullable<PhaseState['moving']>,
  nowMs: number
): readonly [PhaseState, PhaseChoice & { readonly pause: boolean }] {
  const because = `${moving.to === 1 ? 'one phase' : 'three phases'}: contactors move`
  if (nowMs < moving.untilMs) return [state, { phases: moving.to, because, pause: true }]
  const arrived: PhaseState = { ...state, active: moving.to, moving: null }
  return [arrived, { phases: moving.to, because, pause: false }]
}

/** Phases are only weighed where somebody limits watts: amperes of a phase do not get more by using fewer. */
const watched = (room: Room, terms: Switching): boolean =>
  terms.mode !== 'never' && room.availableW !== null && room.floorMilliA > 0

function bestOf(state: PhaseState, room: Room, terms: Switching): PhaseChoice {
  if (terms.mode === 'never') return { phases: state.active, because: 'phases stay as they are' }
  if (room.availableW === null || room.floorMilliA <= 0)
    return { phases: room.most, because: 'no limit in watts' }
  if (isSpent(state, terms)) return spent(state, room, terms)
  const floorW = (room.floorMilliA * room.most * room.voltageV) / 1000
  if (room.availableW < floorW)
    return { phases: room.least, because: `below ${Math.round(floorW)} W for three phases` }
  if (terms.mode === 'both' && room.availableW > floorW + terms.hysteresisW)
    return { phases: room.most, because: `above ${Math.round(floorW + terms.hysteresisW)} W` }
  return { phases: within(state.active, room), because: 'phases stay as they are' }
}

/** Contactors wear, and some cars give up after a few changes. */
export const isSpent = (state: PhaseState, { mostSwitches }: Switching): boolean =>
  mostSwitches > 0 && state.switches >= mostSwitches

function spent(state: PhaseState, room: Room, { whenSpent, mostSwitches }: Switching): PhaseChoice {
  const because = `${mostSwitches} changes of phases in this session`
  if (whenSpent === 'one') return { phases: room.least, because }
  if (whenSpent === 'three') return { phases: room.most, because }
  return { phases: within(state.active, room), because }
}

const within = (active: Phases, { most, least }: Room): Phases =>
  active > most ? most : active < least ? least : active

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1000)} s`
