import type { MilliAmps, PerPhase } from '@nova/shared-protocol/units'
import {
  both,
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

/** One charger held at 0 A for some seconds, and what was true when that began. */
export type Probe = {
  readonly key: string
  readonly sinceMs: number
  readonly site: PerPhase // As it was before.
  readonly highest: PerPhase // Since then.
  readonly level: { readonly site: PerPhase; readonly sinceMs: number } // Where the site has stood since when.
  readonly others: readonly Suspect[]
  readonly mostMilliA: MilliAmps // What it may have drawn honestly.
  readonly shownMilliA: MilliAmps // By its last reading; less when it was told less since, 0 when it may have stopped by itself.
  readonly riseMilliA: MilliAmps // Unexplained, per phase: what made us look.
  readonly fellMilliA: MilliAmps // At the last look, and for how many looks it has stood there.
  readonly still: number
  readonly fromTopMilliA: MilliAmps // The most that it may have fallen by, at the last look,
  readonly downMilliA: MilliAmps // and at any two looks in a row.
}

export const stepMilliA: MilliAmps = 5_500 // A car draws 6 A or more (IEC 61851-1); what hides less is contained as base load.
const followMs = 6_000 // IEC 61851-1 gives the car 5 s; one more for the reading's way.
const patienceMs = 12_000 // For everyone's word after it had to follow: some tell each 10 s. Without it nothing is proven.
export const stoppedMilliA = 1_500
const stillMilliA = 1_000
const fallenLooks = 2 // A fall that goes on has not shown its size.
const honestLooks = 3

type Look = { readonly nowMs: number; readonly chargers: readonly Suspect[] }

/** Taken down when the site is first seen to draw what nobody explains. */
export function probeOf(
  { own, riseMilliA }: Found,
  { nowMs, chargers }: Look,
  looks: readonly Seen[]
): Probe {
  const site = looks.at(-1)?.site ?? [0, 0, 0]
  const shownMilliA = least(own, own.least) // A set-point that no reading has answered yet may have lowered it.
  return {
    key: own.key,
    sinceMs: nowMs,
    site,
    highest: site,
    level: { site, sinceMs: nowMs },
    others: chargers.filter(({ key }) => key !== own.key),
    mostMilliA: Math.max(...own.phases.map((phase) => own.most[phase])),
    shownMilliA: mayHaveStopped(own, shownMilliA, looks) ? 0 : shownMilliA,
    riseMilliA,
    fellMilliA: 0,
    still: 0,
    fromTopMilliA: 0,
    downMilliA: 0
  }
}

/** Since its last reading the site has fallen by half of what that showed, or nobody has looked so long. */
function mayHaveStopped({ phases, heardAtMs }: Suspect, shownMilliA: MilliAmps, looks: readonly Seen[]) {
  if (heardAtMs === null || (looks[0]?.atMs ?? Infinity) > heardAtMs) return true
  const since = looks.filter(({ atMs }) => atMs >= heardAtMs)
  return phases.every((phase) => largestFall(since.map(({ site }) => site[phase])) >= shownMilliA / 2)
}

function largestFall(values: readonly MilliAmps[]): MilliAmps {
  let [peak, most] = [-Infinity, 0]
  for (const value of values) {
    peak = Math.max(peak, value)
    most = Math.max(most, peak - value)
  }
  return most
}

/** What a look says of it: it lies, is in order or without proof, has left, or has to be looked at for longer. */
export type Verdict =
  | { readonly kind: 'lies'; readonly worstMilliA: MilliAmps }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'goes-on'; readonly probe: Probe }

export function judged(before: Probe, look: Look, site: PerPhase): Verdict {
  const own = look.chargers.find(({ key }) => key === before.key)
  if (own === undefined || hasLost(before.others, look.chargers)) return { kind: 'gone' }
  const moved = own.phases.some((phase) => Math.abs(site[phase] - before.level.site[phase]) >= stillMilliA)
  const seen: Probe = {
    ...before,
    level: moved ? { site, sinceMs: look.nowMs } : before.level,
    highest: both(Math.max, before.highest, site),
    shownMilliA: Math.max(before.shownMilliA, tells(own, before.sinceMs) ? least(own, own.shown) : 0)
  }
  const fell = fallOf(seen, own, look, site)
  const isStill = Math.abs(fell.least - before.fellMilliA) < stillMilliA
  const probe: Probe = {
    ...seen,
    fellMilliA: fell.least,
    still: isStill ? before.still + 1 : 1,
    fromTopMilliA: fell.fromTop,
    downMilliA: Math.max(before.downMilliA, Math.min(before.fromTopMilliA, fell.fromTop))
  }
  if (isFallHidden(probe, fell) || isOffHidden(probe, own))
    return { kind: 'lies', worstMilliA: Math.max(probe.riseMilliA, fell.least - probe.mostMilliA) }
  return isOver(probe, own, look) || isHonest(probe, fell) ? { kind: 'cleared' } : { kind: 'goes-on', probe }
}

/** What leaves with a session may be anybody's: it proves nothing of this one. */
const hasLost = (before: readonly Suspect[], now: readonly Suspect[]): boolean =>
  before.some(({ key }) => now.every((each) => each.key !== key))

function isOver(probe: Probe, own: Suspect, { nowMs, chargers }: Look): boolean {
  const isKnown = isHeard(own, probe) && chargers.every((each) => tells(each, probe.level.sinceMs))
  return nowMs - probe.sinceMs >= followMs + (isKnown ? 0 : patienceMs)
}

const tells = ({ heardAtMs }: Suspect, sinceMs: number): boolean => (heardAtMs ?? -Infinity) >= sinceMs

const isHeard = ({ heardAtMs }: Suspect, { sinceMs }: Probe): boolean =>
  (heardAtMs ?? -Infinity) - sinceMs >= followMs

type Fall = {
  readonly least: MilliAmps
  readonly most: MilliAmps
  readonly fromTop: MilliAmps // The most, from where the site stood highest: it may have begun only with the probe.
}

/**
 * By how much it itself fell, on the least of its phases: the site's fall less what the others may explain. Who has
 * said nothing since the site stands where it stands may have fallen with it.
 */
function fallOf(probe: Probe, own: Suspect, { chargers }: Look, site: PerPhase): Fall {
  const others = chargers.filter(({ key }) => key !== own.key)
  const heard = sumOf(others.filter((each) => tells(each, probe.level.sinceMs)))
  const fell = less(probe.site, site)
  const risen = less(leastThen(probe.others, others), sumOf(others).most)
  return {
    least: least(own, less(fell, less(sumOf(probe.others).most, heard.least))),
    most: least(own, less(fell, risen)),
    fromTop: least(own, less(less(probe.highest, site), risen))
  }
}

/** It fell by what it had shown, no more, and stood there: the step was somebody else's. */
function isHonest({ mostMilliA, still }: Probe, fell: Fall): boolean {
  const isDown = fell.least >= mostMilliA - calmMilliA && fell.most < mostMilliA + calmMilliA
  return mostMilliA >= stepMilliA && isDown && still >= honestLooks
}

/** The site lost more than it had shown, by the step that made us look, and stays there. */
function isFallHidden({ riseMilliA, mostMilliA, still }: Probe, fell: Fall): boolean {
  const more = fell.least - mostMilliA
  const isTheStep = more >= riseMilliA - Math.max(calmMilliA, evenShare * riseMilliA)
  return more >= stepMilliA - calmMilliA && isTheStep && still >= fallenLooks
}

/** It says that it stopped, and the site says that it never did: what rises beside it after it fell is not its own. */
function isOffHidden(probe: Probe, own: Suspect): boolean {
  const { shownMilliA, fromTopMilliA, downMilliA } = probe
  const saysOff = own.phases.every((phase) => own.shown[phase] < stoppedMilliA)
  const isUp = Math.max(fromTopMilliA, downMilliA) < shownMilliA / 4
  return isHeard(own, probe) && shownMilliA >= stepMilliA && saysOff && isUp
}
