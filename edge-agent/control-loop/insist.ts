import type { Reading } from '@nova/shared-protocol/model'
import type { PerPhase } from '@nova/shared-protocol/units'
import { residualOf } from '../core/guard/index.ts'
import type { LoopState } from './entry.ts'

const zero: PerPhase = [0, 0, 0]
const patienceMs = 4_000 // Most vehicles have followed their pilot by then; IEC 61851-1 gives them 5 s, and who is late is only asked for more.
const times = 2 // Among equals half of what is taken away is taken from one who lies.
const againMs = 3_000
const mostDoublings = 3 // What did not help is doubled: several may lie.
const slackMilliA = 100 // Two meters of one current differ by this much.

/**
 * The site's meter has shown more than the limit for as long as cars take to follow: somebody does not, whoever it
 * is. Twice the excess counts as base load then, for as long as looks at it count, or else one who only says that he
 * makes room would halve what the others make, again and again.
 * @returns the base load by phase to go on with
 */
export function insisting(state: LoopState, reading: Reading, nowMs: number): PerPhase {
  const rest = state.rest ?? zero
  const over = overBy(state, reading)
  state.over = over === zero ? null : over
  if (over === zero) {
    state.insistAtMs = null
    state.insists = 0
    return rest
  }
  state.insistAtMs ??= nowMs + patienceMs
  if (nowMs < state.insistAtMs) return rest
  state.insistAtMs = nowMs + againMs
  const all = times * 2 ** Math.min(state.insists++, mostDoublings)
  const at = (phase: 0 | 1 | 2): number =>
    Math.min(rest[phase] + all * over[phase], enough(state, rest, phase))
  return [at(0), at(1), at(2)]
}

/** Without a meter nobody knows whether the site is above its limit. */
export function forgetOver(state: LoopState): void {
  state.over = null
  state.insistAtMs = null
}

/** A base load of the whole limit leaves nothing to anybody: more would only be told to people as if it were drawn. */
const enough = ({ ruling }: LoopState, rest: PerPhase, phase: 0 | 1 | 2): number =>
  Math.max(rest[phase], ruling?.limit.phases[phase].value ?? 0)

/** By how much the site draws more than it may; a total that is passed counts evenly. */
function overBy({ ruling, site: { grid } }: LoopState, reading: Reading): PerPhase {
  if (ruling === null) return zero
  const { phases, watts } = ruling.limit
  const site = residualOf(reading, zero, grid.voltageV)
  const overW = watts === null ? 0 : (reading.powerW ?? 0) - watts.value
  const each = Math.max(0, Math.ceil((overW * 1000) / (3 * grid.voltageV)))
  const over = (phase: 0 | 1 | 2): number => {
    const milliA = Math.max(each, site[phase] - phases[phase].value)
    return milliA > slackMilliA ? milliA : 0
  }
  const now: PerPhase = [over(0), over(1), over(2)]
  return now[0] + now[1] + now[2] > 0 ? now : zero
}
