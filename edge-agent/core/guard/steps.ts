import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import { isWaiting, noted, standing, type Hints, type Step } from './hint.ts'
import { judged, probeOf, stepMilliA, type Probe } from './probe.ts'
import {
  calmMilliA,
  evenShare,
  least,
  leastThen,
  less,
  sumOf,
  type Found,
  type Seen,
  type Suspect
} from './suspect.ts'

/**
 * Finds a charger whose own meter lies, by the site's meter: its load rises by a step that nobody's meter explains,
 * on just the phases of one charger that could draw it. That one is paused for some seconds: an honest one falls by
 * what it had shown; a liar makes the site fall by more, or says that it stopped while the site says that it did not.
 * Whatever an honest charger could explain accuses nobody.
 */
export type StepWatch = {
  readonly looks: readonly Seen[] // Of the last seconds.
  readonly fits: { readonly key: string; readonly looks: number } | null
  readonly probe: Probe | null
  readonly restUntilMs: ReadonlyMap<string, number> // Who was looked at and found in order, until when.
  readonly liars: ReadonlyMap<string, MilliAmps> // What each hides at least, per phase.
  readonly hints: Hints // Who waits and may hide what.
  readonly lost: Seen | null // The last look before the meter was lost.
}

export type StepLook = {
  readonly nowMs: number
  readonly site: PerPhase | null // A new look of a meter that is trusted; null: there is none.
  readonly chargers: readonly Suspect[]
}

const windowMs = 4_000 // A car has ramped up by then.
const keptMs = 12_000 // Longer than the slowest chargers' readings are apart.
const fitsNeeded = 2 // The current of a motor that starts is over in a second.
const restMs = 600_000 // Nobody is paused more often than this for somebody else's heat pump.
const recentMs = 10_000
export const freshSteps: StepWatch = {
  looks: [],
  fits: null,
  probe: null,
  restUntilMs: new Map(),
  liars: new Map(),
  hints: new Map(),
  lost: null
}

/** Whom to hold at 0 A for the moment; null: nobody. */
export const probedKey = ({ probe }: StepWatch): string | null => probe?.key ?? null

/**
 * One look a cycle. Looks without a trusted meter end what was begun: nothing is found in the dark, and nobody is paused for what
 * rose in it.
 */
export function watchSteps(before: StepWatch, look: StepLook): StepWatch {
  const { site, nowMs, chargers } = look
  if (site === null)
    return { ...before, looks: [], fits: null, probe: null, lost: before.looks.at(-1) ?? before.lost }
  const watch = {
    ...before,
    liars: present(before.liars, chargers),
    restUntilMs: present(before.restUntilMs, chargers),
    hints: standing(before.hints, site, chargers)
  }
  if (watch.probe !== null) return probed(watch, watch.probe, look, site)
  const now: Seen = { atMs: nowMs, site, all: sumOf(chargers), chargers }
  const looks = recent(watch.looks, now)
  const since = watch.lost ?? looks.findLast(({ atMs }) => nowMs - atMs >= windowMs) ?? looks[0]
  const step = since === undefined ? null : stepSince(since, watch, now)
  const hints = step === null ? watch.hints : noted(watch.hints, step)
  const next = { ...watch, looks, hints, lost: null }
  return step === null || watch.lost !== null ? { ...next, fits: null } : suspecting(next, step, now)
}

/** Who fits at two looks in a row is paused for a while. */
function suspecting(watch: StepWatch, step: Step, now: Seen): StepWatch {
  const found = candidate(step, now)
  if (found === null) return { ...watch, fits: null }
  const { key } = found.own
  const seen = watch.fits?.key === key ? watch.fits.looks + 1 : 1
  if (seen < fitsNeeded) return { ...watch, fits: { key, looks: seen } }
  const look = { nowMs: now.atMs, chargers: now.chargers }
  return { ...watch, looks: [], fits: null, probe: probeOf(found, look, watch.looks) }
}

/** A person says that it was repaired: what was found of it is no more. */
export function forgetLiar(watch: StepWatch, key: string): StepWatch {
  const liars = new Map(watch.liars)
  return liars.delete(key) ? { ...watch, liars } : watch
}

/** Found, cleared, or to be looked at for a while longer. */
function probed(watch: StepWatch, before: Probe, look: StepLook, site: PerPhase): StepWatch {
  const done = { ...watch, probe: null, looks: [], fits: null }
  const verdict = judged(before, look, site)
  if (verdict.kind === 'goes-on') return { ...watch, probe: verdict.probe }
  if (verdict.kind === 'gone') return done
  if (verdict.kind === 'lies')
    return { ...done, liars: new Map(watch.liars).set(before.key, verdict.worstMilliA) }
  return { ...done, restUntilMs: new Map(watch.restUntilMs).set(before.key, look.nowMs + restMs) }
}

function recent(looks: readonly Seen[], now: Seen): Seen[] {
  let first = 0
  while (now.atMs - (looks[first]?.atMs ?? now.atMs) > keptMs) first++
  const kept = looks.slice(first)
  kept.push(now)
  return kept
}

/** A session that is over takes what was known of it along: the conduct keeps the record. */
function present<Value>(
  all: ReadonlyMap<string, Value>,
  chargers: readonly Suspect[]
): ReadonlyMap<string, Value> {
  if (all.size === 0) return all
  return new Map([...all].filter(([key]) => chargers.some((charger) => charger.key === key)))
}

/** What the site has risen by that no honest charger explains, and whose it may be; null: nobody's. */
function stepSince(since: Seen, { restUntilMs, liars }: StepWatch, now: Seen): Step | null {
  const { chargers } = now
  if (chargers.length === 0) return null
  const rise = less(now.site, since.site)
  const atMost = less(rise, less(now.all.most, since.all.least))
  if (Math.max(...atMost) < stepMilliA) return null
  const hidden = less(rise, less(now.all.most, leastThen(since.chargers, chargers)))
  const able = chargers.filter(
    ({ key }) => !liars.has(key) && now.atMs >= (restUntilMs.get(key) ?? -Infinity)
  )
  const atLeast = less(rise, less(now.all.least, since.all.most))
  const fitting = able.filter((own) => fits(own, hidden, atLeast))
  // Whoever else may have moved meanwhile as far as he could: this much is left.
  const waiting = able
    .filter(isWaiting)
    .flatMap(onItsPhases)
    .filter((own) => fits(own, hidden, hidden))
  return { fitting, waiting, hidden, since }
}

/** A car that has not shown its phases may have one: the first of its plug. */
function onItsPhases(own: Suspect): Suspect[] {
  const [first, ...more] = own.phases
  return first === undefined || more.length === 0 ? [own] : [own, { ...own, phases: [first] }]
}

/** Whom a pause may show: one that charges, or whose session or set-point is of the last seconds. */
function candidate({ fitting, hidden }: Step, now: Seen): Found | null {
  const isRecent = ({ changedAtMs }: Suspect) => changedAtMs !== null && now.atMs - changedAtMs < recentMs
  const charging = fitting.filter((own) => least(own, own.shown) >= stepMilliA)
  const own = fitting.find(isRecent) ?? charging.toSorted((a, b) => roomOf(b) - roomOf(a))[0]
  return own === undefined ? null : { own, riseMilliA: least(own, hidden) }
}

const roomOf = ({ ratingMilliA, shown }: Suspect): MilliAmps => ratingMilliA - Math.max(...shown)

/**
 * Unexplained on just its phases, evenly, and by no more than it can draw. Who shows nothing is only looked at when
 * the step came with its session: else any motor would accuse it.
 * @param hidden what no honest charger can explain; `most`: the same if they explain as little as they can
 */
function fits({ phases, ratingMilliA, shown }: Suspect, hidden: PerPhase, most: PerPhase): boolean {
  const own = phases.map((phase) => hidden[phase])
  const [low, high] = [Math.min(...own), Math.max(...own)]
  const isStep = low >= stepMilliA && high - low <= Math.max(calmMilliA, evenShare * high)
  const isAble = phases.every((phase) => hidden[phase] <= ratingMilliA - shown[phase] + calmMilliA)
  const elsewhere = ([0, 1, 2] as const).filter((phase) => !phases.includes(phase))
  return isStep && isAble && elsewhere.every((phase) => Math.abs(most[phase]) < calmMilliA)
}
