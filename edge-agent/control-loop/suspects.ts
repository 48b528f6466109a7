import { directionFor, onGrid } from '../core/allocator/index.ts'
import {
  dueOf,
  probedKey,
  spanOf,
  trusted,
  watchSteps,
  watchUnfollowed,
  type Suspect
} from '../core/guard/index.ts'
import type { PerPhase } from '@nova/shared-protocol/units'
import { isInDoubt, mayDraw } from './bounds.ts'
import type { Entry, LoopState } from './entry.ts'
import { onLines } from './lines.ts'

const zero: PerPhase = [0, 0, 0]

/**
 * Lets the site's meter look for chargers whose own meter lies. Whoever is found counts as one that ignores its
 * limit: its session is stopped and its full rating stays reserved.
 * @param site currents of a new and trusted reading; null: there is none
 */
export function lookForLiars(state: LoopState, site: PerPhase | null, nowMs: number): void {
  const probed = probedKey(state.steps)
  const chargers = suspectsOf(state, nowMs)
  state.steps = watchSteps(state.steps, { nowMs, site, chargers })
  for (const key of state.steps.liars.keys()) catchLiar(state.entries.get(key), nowMs)
  if (probedKey(state.steps) !== probed) state.ruling = null // The decision before knew nothing of the probe.
  lookForDeaf(state, { nowMs, site, chargers })
}

type Look = {
  readonly nowMs: number
  readonly site: PerPhase | null
  readonly chargers: readonly Suspect[]
}

/** Above the limit although everybody says that he draws nothing: who may be it is stopped, one after the other. */
function lookForDeaf(state: LoopState, look: Look): void {
  const { over, unfollowed } = state
  const { hints } = state.steps
  const { watch, accused, cleared } = watchUnfollowed(unfollowed, { ...look, over, hints })
  state.unfollowed = watch
  if (accused !== null) catchLiar(state.entries.get(accused), look.nowMs)
  const innocent = cleared === null ? undefined : state.entries.get(cleared)
  if (innocent?.conduct.kind === 'ignores' && innocent.conduct.lies) innocent.conduct = trusted
}

function catchLiar(entry: Entry | undefined, nowMs: number): void {
  if (entry === undefined || entry.conduct.kind !== 'trusted') return
  entry.conduct = {
    kind: 'ignores',
    sinceMs: nowMs,
    worstMilliA: entry.place.ratingMilliA,
    transactionId: entry.car?.transactionId ?? null,
    stopsAsked: 0,
    stopAskedAtMs: 0,
    lies: true
  }
}

function suspectsOf({ entries }: LoopState, nowMs: number): Suspect[] {
  const suspects: Suspect[] = []
  for (const entry of entries.values()) {
    const { place, connected, car } = entry
    if (connected && place.managed && car !== null) suspects.push(suspectOf(entry, nowMs))
  }
  return suspects
}

/** Between its last reading and every set-point of late that no reading has answered yet. */
function suspectOf(entry: Entry, nowMs: number): Suspect {
  const { place, draw, told, allowed } = entry
  const { key, ratingMilliA } = place
  const phases = phasesOf(entry, nowMs)
  const shown = onLines(place, draw?.currents ?? zero)
  const levels = told.map(({ atMs, milliA }) => ({ atMs, level: along(phases, milliA) }))
  const heardAtMs = draw?.heardAtMs ?? null
  const { least, most: open } = spanOf(shown, heardAtMs, levels, nowMs)
  const most = both(Math.max, open, unheardOf(entry, nowMs))
  return {
    key,
    phases,
    ratingMilliA,
    shown,
    least,
    most,
    heardAtMs,
    changedAtMs: told.at(-1)?.atMs ?? null,
    dueMilliA: dueOf({ nowMs, allowed, drawMilliA: draw?.milliA ?? null, heardAtMs })
  }
}

/** Where its car is known to draw; all of its plug before that. */
function phasesOf({ place, car }: Entry, nowMs: number): Suspect['phases'] {
  if (car === null || place.loop === true) return place.phases
  const used = directionFor(car, place, nowMs)
  const known = place.phases.filter((phase) => used[phase] > 0)
  return known.length > 0 ? known : place.phases
}

function along(phases: Suspect['phases'], milliA: number): PerPhase {
  const at = (phase: 0 | 1 | 2): number => (phases.includes(phase) ? milliA : 0)
  return [at(0), at(1), at(2)]
}

/** Nothing was heard of its session yet: honest is all that it may draw. */
function unheardOf(entry: Entry, nowMs: number): PerPhase {
  const each = isInDoubt(entry) ? mayDraw(entry, nowMs) : 0
  return onGrid(entry.place, [each, each, each])
}

const both = (of: (left: number, right: number) => number, left: PerPhase, right: PerPhase): PerPhase => [
  of(left[0], right[0]),
  of(left[1], right[1]),
  of(left[2], right[2])
]
