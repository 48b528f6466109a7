/**
 * A source with a heartbeat, as EEBUS "Limitation of Power Consumption" has it: what its partner wrote holds while
 * the partner is alive; else the fail-safe. Only instants that the caller gives; he counts on a monotonic clock.
 */
export type FailsafeRules = {
  readonly heartbeatMs: number // Silent for longer: fail-safe.
  readonly releaseMs: number // Alive again for longer and no limit written: released.
  readonly failsafeW: number
  readonly leastMs: number // Announced minimum of the fail-safe; its end alone changes nothing (LPC-921).
}

/** LPC defaults: 120 s, 120 s; 4.2 kW is §14a's least for one device; two hours. */
export const usualRules: FailsafeRules = {
  heartbeatMs: 120_000,
  releaseMs: 120_000,
  failsafeW: 4_200,
  leastMs: 7_200_000
}

/** `null`: the partner released us. `undefined`: it never said anything, which is neither 0 nor "no limit". */
export type Wrote = { readonly limitW: number; readonly untilMs: number | null } | null | undefined

export type FailsafeState = {
  readonly standing: 'failsafe' | 'normal'
  readonly sinceMs: number
  readonly because: string
  readonly heartbeatAtMs: number | null
  readonly backAtMs: number | null // First heartbeat of the unbroken row since the fail-safe began.
  readonly wrote: Wrote
  readonly wroteInFailsafe: boolean // A limit written since the fail-safe began: it ends it.
  readonly told: Pick<Act, 'limitW' | 'curtailed'> | undefined // The actuators are called on edges only.
}

export type Heard =
  | { readonly kind: 'tick' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'limit'; readonly limitW: number; readonly untilMs: number | null }
  | { readonly kind: 'release' }

/** An order to the actuators; `limitW` null: this source limits nothing, the others go on ruling. */
export type Act = { readonly limitW: number | null; readonly curtailed: boolean; readonly because: string }

/** A cold start, and every restart: fail-safe until the partner is back. */
export const coldStart = (nowMs: number): FailsafeState => ({
  standing: 'failsafe',
  sinceMs: nowMs,
  because: 'not heard since the start',
  heartbeatAtMs: null,
  backAtMs: null,
  wrote: undefined,
  wroteInFailsafe: false,
  told: undefined
})

/**
 * One thing heard, or the beat of the clock. What is no sound limit changes nothing and is said so.
 * @param nowMs never runs backwards
 */
export function stepFailsafe(
  before: FailsafeState,
  heard: Heard,
  nowMs: number,
  rules: FailsafeRules = usualRules
): { readonly state: FailsafeState; readonly acts: readonly Act[]; readonly refused: string | null } {
  const refused = heard.kind === 'limit' ? unsound(heard) : null
  const lapsed = lapse(before, nowMs, rules)
  const taken = refused === null ? take(lapsed, heard, nowMs) : lapsed
  const state = leave(taken, nowMs, rules)
  const limitW = limitInForce(state, rules)
  const told = { limitW, curtailed: state.standing === 'failsafe' }
  if (limitW === state.told?.limitW && told.curtailed === state.told.curtailed)
    return { state, acts: [], refused }
  return { state: { ...state, told }, acts: [{ ...told, because: state.because }], refused }
}

/** What holds of this source now; null: nothing. */
export function limitInForce(state: FailsafeState, { failsafeW }: FailsafeRules = usualRules): number | null {
  if (state.standing === 'failsafe') return failsafeW
  return state.wrote?.limitW ?? null
}

function unsound({
  limitW,
  untilMs
}: {
  readonly limitW: number
  readonly untilMs: number | null
}): string | null {
  if (!Number.isFinite(limitW)) return 'it is no number'
  if (limitW < 0) return 'it is negative'
  return untilMs === null || Number.isFinite(untilMs) ? null : 'its end is no time'
}

const isAlive = ({ heartbeatAtMs }: FailsafeState, nowMs: number, { heartbeatMs }: FailsafeRules): boolean =>
  heartbeatAtMs !== null && nowMs - heartbeatAtMs <= heartbeatMs

/** Silence, and the end of a limit that had one, come by time alone and before whatever is heard now. */
function lapse(before: FailsafeState, nowMs: number, rules: FailsafeRules): FailsafeState {
  const isOver = typeof before.wrote?.untilMs === 'number' && before.wrote.untilMs <= nowMs
  const state = isOver ? ended(before) : before
  return isAlive(state, nowMs, rules) ? state : silent(state, nowMs)
}

/** In fail-safe it came and went without ending it. */
const ended = (state: FailsafeState): FailsafeState => ({
  ...state,
  wrote: null,
  wroteInFailsafe: false,
  because: reasonOf(state, 'the limit of the grid operator has ended')
})

/** What is written in fail-safe changes nothing until the fail-safe ends. */
const reasonOf = ({ standing, because }: FailsafeState, next: string): string =>
  standing === 'normal' ? next : because

/** The row of heartbeats is broken: what came back before does not count when it comes back again. */
function silent(state: FailsafeState, nowMs: number): FailsafeState {
  if (state.standing === 'failsafe') return { ...state, backAtMs: null }
  const because = 'no heartbeat of the grid operator'
  const fresh = { backAtMs: null, wroteInFailsafe: false }
  return { ...state, ...fresh, standing: 'failsafe', sinceMs: nowMs, because }
}

function take(state: FailsafeState, heard: Heard, nowMs: number): FailsafeState {
  switch (heard.kind) {
    case 'tick':
      return state
    case 'heartbeat':
      return {
        ...state,
        heartbeatAtMs: nowMs,
        backAtMs: state.standing === 'normal' ? null : (state.backAtMs ?? nowMs)
      }
    case 'limit': {
      const { limitW, untilMs } = heard
      if (untilMs !== null && untilMs <= nowMs) return state // Over before it began: says nothing.
      const wroteInFailsafe = state.standing === 'failsafe'
      const because = reasonOf(state, 'limit of the grid operator')
      return { ...state, wrote: { limitW, untilMs }, wroteInFailsafe, because }
    }
    case 'release': // In fail-safe a release is no limit: the release window decides.
      return {
        ...state,
        wrote: null,
        wroteInFailsafe: false,
        because: reasonOf(state, 'released by the grid operator')
      }
  }
}

/** LPC-918 to 920 and 921b: alive and a new limit, or alive for the whole window without one. */
function leave(state: FailsafeState, nowMs: number, rules: FailsafeRules): FailsafeState {
  if (state.standing === 'normal' || state.backAtMs === null || !isAlive(state, nowMs, rules)) return state
  const next = { standing: 'normal', sinceMs: nowMs, backAtMs: null, wroteInFailsafe: false } as const
  if (state.wroteInFailsafe) return { ...state, ...next, because: 'limit of the grid operator' }
  if (nowMs - state.backAtMs <= rules.releaseMs) return state
  return { ...state, ...next, wrote: null, because: 'the grid operator is back and sets no limit' }
}
