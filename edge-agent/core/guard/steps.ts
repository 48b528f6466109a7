import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'

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
}

export type StepLook = {
  readonly nowMs: number
  readonly site: PerPhase | null // A new look of a meter that is trusted; null: there is none.
  readonly chargers: readonly Suspect[]
}

/** A connector with a session, by grid phases. */
export type Suspect = Honest & {
  readonly key: string
  readonly phases: readonly (0 | 1 | 2)[]
  readonly ratingMilliA: MilliAmps
  readonly shown: PerPhase // By its own meter.
  readonly heardAtMs: number | null
  readonly changedAtMs: number | null // When its session began or its set-point changed.
}

/** What it draws if it is honest: its reading, or on the way from there to a set-point it has not answered yet. */
export type Honest = { readonly least: PerPhase; readonly most: PerPhase }

type Seen = { readonly atMs: number; readonly site: PerPhase; readonly all: Honest }

type Probe = {
  readonly key: string
  readonly sinceMs: number
  readonly site: PerPhase // As it was before.
  readonly others: Honest
  readonly shownMilliA: MilliAmps
  readonly riseMilliA: MilliAmps // Unexplained, per phase: what made us look.
  readonly fellMilliA: MilliAmps // At the last look, and for how many looks it has stood there.
  readonly still: number
}

const stepMilliA = 5_500 // A car draws 6 A or more (IEC 61851-1); what hides less is contained as base load.
const calmMilliA = 2_000
const evenShare = 0.25 // How unlike the phases of one three-phase car may be.
const windowMs = 4_000 // A car has ramped up by then.
const keptMs = 8_000
const fitsNeeded = 2 // The current of a motor that starts is over in a second.
const followMs = 6_000 // IEC 61851-1 gives the car 5 s; one more for the reading's way.
const patienceMs = 6_000 // For its own meter's word after it had to follow; without it nothing is proven.
const restMs = 600_000 // Nobody is paused more often than this for somebody else's heat pump.
const recentMs = 10_000
const stoppedMilliA = 1_500
const stillMilliA = 1_000
const fallenLooks = 2 // A fall that goes on has not shown its size.
const honestLooks = 3

export const freshSteps: StepWatch = {
  looks: [],
  fits: null,
  probe: null,
  restUntilMs: new Map(),
  liars: new Map()
}

/** Whom to hold at 0 A for the moment; null: nobody. */
export const probedKey = ({ probe }: StepWatch): string | null => probe?.key ?? null

/** One look a cycle. Looks without a trusted meter end what was begun: nothing is found in the dark. */
export function watchSteps(before: StepWatch, look: StepLook): StepWatch {
  const { site, nowMs, chargers } = look
  if (site === null) return { ...before, looks: [], fits: null, probe: null }
  const watch = {
    ...before,
    liars: present(before.liars, chargers),
    restUntilMs: present(before.restUntilMs, chargers)
  }
  if (watch.probe !== null) return judgeProbe(watch, watch.probe, look, site)
  const now: Seen = { atMs: nowMs, site, all: sumOf(chargers) }
  const looks = recent(watch.looks, now)
  const found = candidate(watch, chargers, now)
  if (found === null) return { ...watch, looks, fits: null }
  const { key } = found.own
  const seen = watch.fits?.key === key ? watch.fits.looks + 1 : 1
  if (seen < fitsNeeded) return { ...watch, looks, fits: { key, looks: seen } }
  return { ...watch, looks: [], fits: null, probe: probeOf(found, look, site) }
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

type Found = { readonly own: Suspect; readonly riseMilliA: MilliAmps }

function candidate(
  { looks, restUntilMs, liars }: StepWatch,
  chargers: readonly Suspect[],
  now: Seen
): Found | null {
  const then = looks.findLast(({ atMs }) => now.atMs - atMs >= windowMs) ?? looks[0]
  if (then === undefined || chargers.length === 0) return null
  const rise = less(now.site, then.site)
  const hidden = less(rise, less(now.all.most, then.all.least))
  if (Math.max(hidden[0], hidden[1], hidden[2]) < stepMilliA) return null
  const able = chargers.filter(
    ({ key }) => !liars.has(key) && now.atMs >= (restUntilMs.get(key) ?? -Infinity)
  )
  const fitting = able.filter((own) => fits(own, hidden, less(rise, less(now.all.least, then.all.most))))
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

const probeOf = ({ own, riseMilliA }: Found, { nowMs, chargers }: StepLook, site: PerPhase): Probe => ({
  key: own.key,
  sinceMs: nowMs,
  site,
  others: sumOf(chargers.filter(({ key }) => key !== own.key)),
  shownMilliA: Math.max(...own.phases.map((phase) => own.most[phase])),
  riseMilliA,
  fellMilliA: 0,
  still: 0
})

/** Found, cleared, or to be looked at for a while longer. */
function judgeProbe(watch: StepWatch, before: Probe, look: StepLook, site: PerPhase): StepWatch {
  const own = look.chargers.find(({ key }) => key === before.key)
  const done = { ...watch, probe: null, looks: [], fits: null }
  if (own === undefined) return done
  const fell = fallOf(before, own, look, site)
  const isStill = Math.abs(fell.least - before.fellMilliA) < stillMilliA
  const probe = { ...before, fellMilliA: fell.least, still: isStill ? before.still + 1 : 1 }
  const hidden = isFallHidden(probe, fell) || (isHeard(own, probe) && isOffHidden(probe, own, fell))
  const worst = Math.max(probe.riseMilliA, fell.least - probe.shownMilliA)
  if (hidden) return { ...done, liars: new Map(watch.liars).set(probe.key, worst) }
  const isOver = look.nowMs - probe.sinceMs >= followMs + (isHeard(own, probe) ? 0 : patienceMs)
  if (!isOver && !isHonest(probe, fell)) return { ...watch, probe }
  return { ...done, restUntilMs: new Map(watch.restUntilMs).set(probe.key, look.nowMs + restMs) }
}

const isHeard = ({ heardAtMs }: Suspect, { sinceMs }: Probe): boolean =>
  (heardAtMs ?? -Infinity) - sinceMs >= followMs

type Fall = { readonly least: MilliAmps; readonly most: MilliAmps }

/** By how much it itself fell, on the least of its phases: the site's fall less what the others may explain. */
function fallOf(probe: Probe, own: Suspect, { chargers }: StepLook, site: PerPhase): Fall {
  const now = sumOf(chargers.filter(({ key }) => key !== own.key))
  const fell = less(probe.site, site)
  return {
    least: least(own, less(fell, less(probe.others.most, now.least))),
    most: least(own, less(fell, less(probe.others.least, now.most)))
  }
}

/** It fell by what it had shown, no more, and stood there: the step was somebody else's. */
function isHonest({ shownMilliA, still }: Probe, fell: Fall): boolean {
  const isDown = fell.least >= shownMilliA - calmMilliA && fell.most < shownMilliA + calmMilliA
  return shownMilliA >= stepMilliA && isDown && still >= honestLooks
}

/** The site lost more than it had shown, by the step that made us look, and stays there. */
function isFallHidden({ riseMilliA, shownMilliA, still }: Probe, fell: Fall): boolean {
  const more = fell.least - shownMilliA
  const isTheStep = more >= riseMilliA - Math.max(calmMilliA, evenShare * riseMilliA)
  return more >= stepMilliA - calmMilliA && isTheStep && still >= fallenLooks
}

/** It says that it stopped, and the site says that it did not. */
function isOffHidden({ shownMilliA }: Probe, own: Suspect, fell: Fall): boolean {
  const saysOff = own.phases.every((phase) => own.shown[phase] < stoppedMilliA)
  return shownMilliA >= stepMilliA && saysOff && fell.most < shownMilliA / 4
}

function sumOf(chargers: readonly Honest[]): Honest {
  const all: { least: Sum; most: Sum } = { least: [0, 0, 0], most: [0, 0, 0] }
  for (const { least: low, most: high } of chargers) {
    addTo(all.least, low)
    addTo(all.most, high)
  }
  return all
}

type Sum = [number, number, number]

function addTo(sum: Sum, [l1, l2, l3]: PerPhase): void {
  sum[0] += l1
  sum[1] += l2
  sum[2] += l3
}

const less = (left: PerPhase, right: PerPhase): PerPhase => [
  left[0] - right[0],
  left[1] - right[1],
  left[2] - right[2]
]
const least = ({ phases }: Suspect, of: PerPhase): number => Math.min(...phases.map((phase) => of[phase]))
