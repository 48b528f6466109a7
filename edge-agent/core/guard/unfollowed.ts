import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import { hinted, type Hints } from './hint.ts'
import { stepMilliA, stoppedMilliA } from './probe.ts'
import { both, calmMilliA, evenShare, least, less, type Suspect } from './suspect.ts'

/**
 * The last resort. The site is above its limit, whoever could make room says that it has, down to nothing, and the
 * site's meter has not seen all of it: somebody draws on and says that it does not. No set-point reaches that one. Who
 * may be it is stopped, one after the other, the largest first, until the site falls; who was stopped for nothing
 * is cleared again.
 */
export type UnfollowedWatch = {
  readonly looks: readonly Shown[] // Of the last seconds: a limit that sinks is followed before it is seen to be passed.
  readonly episode: Episode | null
  readonly trial: Trial | null
  readonly tried: ReadonlySet<string> // In this episode.
}

type Episode = Shown & {
  readonly sinceMs: number // Since when the site is above its limit,
  readonly fits: number // and how many looks in a row somebody fitted.
}

/** What the site drew, at the most since then, and each charger's meter showed. */
type Shown = {
  readonly atMs: number
  readonly top: PerPhase
  readonly shown: ReadonlyMap<string, PerPhase>
}

/** One that was stopped, and the site as it was then. */
type Trial = {
  readonly key: string
  readonly site: PerPhase
  readonly phases: Suspect['phases']
  readonly claimMilliA: MilliAmps
  readonly goneAtMs: number | null // Since when its session is over.
  readonly sinceMs: number
}

export type UnfollowedLook = {
  readonly nowMs: number
  readonly site: PerPhase | null // A new look of a meter that is trusted; null: there is none.
  readonly over: PerPhase | null // By how much the site passes its limit; null: it holds.
  readonly hints: Hints
  readonly chargers: readonly Suspect[]
}

export const freshUnfollowed: UnfollowedWatch = { looks: [], episode: null, trial: null, tried: new Set() }

const none: PerPhase = [0, 0, 0]
const followMs = 6_000 // IEC 61851-1 gives the car 5 s; one more for the reading's way.
const beforeMs = 5_000
const looksNeeded = 4 // What a charger tells now the site's meter shows by then.
const dueLooksNeeded = 2 // It has had the time to follow already, and a second more.
const stopMs = 10_000 // A stop that was refused or lost proves nothing.
const fallMs = 4_000

export type Found = {
  readonly watch: UnfollowedWatch
  readonly accused: string | null // To be stopped now.
  readonly cleared: string | null // It was not that one.
}

/** One look a cycle. */
export function watchUnfollowed(before: UnfollowedWatch, seen: UnfollowedLook): Found {
  const look = { ...seen, chargers: seen.chargers.map((each) => saying(each, seen.nowMs)) }
  const { site } = look
  if (site === null) return { watch: freshUnfollowed, accused: null, cleared: null }
  if (before.trial !== null) return tried(before, before.trial, look, site)
  const looks = recent(before.looks, look, site)
  if (look.over === null) return { watch: { ...freshUnfollowed, looks }, accused: null, cleared: null }
  const episode = before.episode === null ? begun(look, looks) : goneOn(before.episode, site)
  const [first = waiting(before.tried, look)] = able(episode, before.tried, look, site)
  const fits = first === undefined ? 0 : episode.fits + 1
  const watch = { ...before, looks, episode: { ...episode, fits } }
  if (first === undefined || fits < first.looksNeeded || look.nowMs - episode.sinceMs < first.afterMs)
    return { watch, accused: null, cleared: null }
  const { key, phases, claimMilliA } = first
  const trial: Trial = { key, phases, claimMilliA, site, goneAtMs: null, sinceMs: look.nowMs }
  return { watch: { ...watch, trial, tried: new Set([...before.tried, key]) }, accused: key, cleared: null }
}

/** Whose yes to less is older than a car takes to follow says by it that it has fallen, should its next reading be long in coming. */
function saying(each: Suspect, nowMs: number): Suspect {
  const dueMilliA = each.dueMilliA ?? null
  if (dueMilliA === null) return each
  const fallen: PerPhase = [dueMilliA, dueMilliA, dueMilliA]
  return { ...each, shown: both(Math.min, each.shown, fallen), heardAtMs: nowMs }
}

function recent(looks: readonly Shown[], { nowMs, chargers }: UnfollowedLook, site: PerPhase): Shown[] {
  const now = { atMs: nowMs, top: site, shown: new Map(chargers.map(({ key, shown }) => [key, shown])) }
  return [...looks.filter(({ atMs }) => nowMs - atMs <= beforeMs), now]
}

/** Held against what was so a moment before. */
function begun({ nowMs }: UnfollowedLook, [first, ...later]: readonly Shown[]): Episode {
  const then = first ?? { atMs: nowMs, top: none, shown: new Map<string, PerPhase>() }
  return later.reduce<Episode>((so, { top }) => goneOn(so, top), { ...then, sinceMs: nowMs, fits: 0 })
}

const goneOn = (episode: Episode, site: PerPhase): Episode => ({
  ...episode,
  top: both(Math.max, episode.top, site)
})

type Able = Pick<Suspect, 'key' | 'phases'> & {
  readonly claimMilliA: MilliAmps
  readonly looksNeeded: number
  readonly afterMs: number // Since the site is above its limit.
}

/** Who says that it fell to nothing, by no more than what the site's meter misses on its phases; the largest first. */
function able(
  episode: Episode,
  done: UnfollowedWatch['tried'],
  { chargers }: UnfollowedLook,
  site: PerPhase
): Able[] {
  const missing = less(less(claimed(episode, chargers), less(episode.top, site)), risen(episode, chargers))
  return chargers
    .filter((each) => !done.has(each.key) && saysOff(each, episode))
    .map((each) => ({
      key: each.key,
      phases: each.phases,
      claimMilliA: least(each, shownThen(episode, each)),
      looksNeeded: (each.dueMilliA ?? null) === null ? looksNeeded : dueLooksNeeded,
      afterMs: followMs
    }))
    .filter(({ phases, claimMilliA }) => {
      const needed = claimMilliA - Math.max(calmMilliA, evenShare * claimMilliA)
      return claimMilliA >= stepMilliA && phases.every((phase) => missing[phase] >= needed)
    })
    .toSorted((one, other) => other.claimMilliA - one.claimMilliA)
}

/** Nobody says that he fell, and nobody is left who could: who waited when the site rose by a car's current may draw it. */
function waiting(
  done: UnfollowedWatch['tried'],
  { hints, chargers, over }: UnfollowedLook
): Able | undefined {
  if (over === null) return undefined
  const found = hinted(hints, chargers, over).find(([key]) => !done.has(key))
  if (found === undefined) return undefined
  const [key, { phases, riseMilliA: claimMilliA }] = found
  return { key, phases, claimMilliA, looksNeeded: dueLooksNeeded, afterMs: 0 }
}

const saysOff = ({ heardAtMs, phases, shown }: Suspect, { atMs }: Episode): boolean =>
  heardAtMs !== null && heardAtMs > atMs && phases.every((phase) => shown[phase] < stoppedMilliA)

const shownThen = ({ shown }: Episode, { key }: Suspect): PerPhase => shown.get(key) ?? none

/** By how much all together say that they fell; whose session is over says that it draws nothing. */
function claimed({ shown }: Episode, chargers: readonly Suspect[]): PerPhase {
  const now = new Map(chargers.map((each) => [each.key, each.shown]))
  return [...shown].reduce<PerPhase>(
    (sum, [key, then]) => added(sum, atLeastZero(less(then, now.get(key) ?? none))),
    none
  )
}

/** What others may draw more than then. */
const risen = (episode: Episode, chargers: readonly Suspect[]): PerPhase =>
  chargers.reduce<PerPhase>(
    (sum, each) => added(sum, atLeastZero(less(each.most, shownThen(episode, each)))),
    none
  )

const added = (left: PerPhase, right: PerPhase): PerPhase => both((one, other) => one + other, left, right)
const atLeastZero = (all: PerPhase): PerPhase => both(Math.max, all, none)

/** Its session is over and the site falls: that was it. It does not: it was not. It goes on: nobody knows. */
function tried(before: UnfollowedWatch, trial: Trial, look: UnfollowedLook, site: PerPhase): Found {
  const { nowMs, chargers } = look
  const done = { ...before, trial: null }
  const isThere = chargers.some(({ key }) => key === trial.key)
  if (isThere && nowMs - trial.sinceMs >= stopMs) return { watch: done, accused: null, cleared: null }
  if (isThere) return { watch: before, accused: null, cleared: null }
  const fell = less(trial.site, site)
  if (trial.phases.every((phase) => fell[phase] >= trial.claimMilliA / 2))
    return { watch: done, accused: null, cleared: null }
  const goneAtMs = trial.goneAtMs ?? nowMs
  if (nowMs - goneAtMs >= fallMs) return { watch: done, accused: null, cleared: trial.key }
  return { watch: { ...before, trial: { ...trial, goneAtMs } }, accused: null, cleared: null }
}
