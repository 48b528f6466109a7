import type { PerPhase } from '@nova/shared-protocol/units'
import { floorMilliA, strategies, type Claim, type Share, type Strategy } from '../core/allocator/index.ts'
import {
  followPlan,
  groundOf,
  isBetter,
  isStale,
  questionOf,
  targetsAt,
  type HorizonPlan,
  type Problem,
  type Site
} from '../core/horizon/index.ts'
import type { Sight } from '../core/picture/index.ts'
import type { Planner } from './planner.ts'
import { isNews, sunAt, watchSite, type Seen } from './memory.ts'
import type { PlannedPart } from './parts-of.ts'
import { pricesOf, stepsOf, storeWorth, type Goal } from './prices.ts'
import { carsOf, keyOf, siteOf } from './site-of.ts'

export type KeeperNeeds = {
  readonly clock: { now(): number; after(milliseconds: number, work: () => void): { cancel(): void } } // Unix ms.
  readonly planner: Pick<Planner, 'ask'>
  readonly goal: Goal
  /** The loop's last decision; null before the first. */
  sight(): Sight | null
  /** What the site's meter shows, import positive; null: it cannot be trusted now. */
  siteW(): number | null
  /** Batteries, cars that feed back and inverters, and what the loop counts for them beyond the meter. */
  parts(): { readonly parts: readonly PlannedPart[]; readonly beyondMilliA: PerPhase }
  /** The month's peak and yesterday's sun survive a restart. */
  readonly memory: { read(): Seen; write(seen: Seen): void }
  counted(outcome: 'followed' | 'behind'): void
  /** There is another plan. */
  changed(): void
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

/** A share-out that follows the plan, and what to say of a car that it lets wait. */
export type Following = { readonly share: Strategy; readonly because: string }

export type PlanKeeper = {
  /** The same for as long as it says the same; null: there is no fresh plan, the loop has its own strategy. */
  following(): Following | null
  /** Watts that a participant is to draw now, below 0 to feed in; null: no plan leads it. */
  leads(id: string): number | null
  stop(): void
}

const freshMs = 300_000 // Then another one is asked for.
const oldMs = 900_000 // Then it is not followed any more.
const beatMs = 1_000
const restMs = 10_000 // Between two questions: cars come in crowds.

type Desk = {
  plan: HorizonPlan | null
  isFollowed: boolean // It brings no less than the strategy of the moment would.
  wattsPerA: ReadonlyMap<string, number> // Of the batteries that it leads.
  seen: Seen
  asking: boolean
  askedAtMs: number
  now: Now | null
}
type Now = { readonly plan: HorizonPlan; readonly slot: number; readonly following: Following }

/** Asks beside the loop whenever the plan has become stale. Never throws. */
export function openPlanKeeper(needs: KeeperNeeds): PlanKeeper {
  const { clock, log } = needs
  const desk: Desk = {
    plan: null,
    isFollowed: false,
    wattsPerA: new Map(),
    seen: needs.memory.read(),
    asking: false,
    askedAtMs: -Infinity,
    now: null
  }
  let stopped = false
  const beat = (): void => {
    if (stopped) return
    timer = clock.after(beatMs, beat)
    try {
      remember(desk, needs)
      look(desk, needs)
    } catch (cause) {
      log.warn({ err: cause }, 'no question could be made for the planner')
    }
  }
  let timer = clock.after(beatMs, beat)
  return {
    following: () => followingNow(desk, needs),
    leads: (id) => ledNow(desk, needs, id),
    stop() {
      stopped = true
      timer.cancel()
    }
  }
}

function remember(desk: Desk, { clock, sight, siteW, parts, memory }: KeeperNeeds): void {
  const timeZone = sight()?.site.timeZone
  if (timeZone === undefined) return
  const before = desk.seen
  desk.seen = watchSite(before, { nowMs: clock.now(), timeZone, siteW: siteW(), parts: parts().parts })
  if (isNews(before, desk.seen)) memory.write(desk.seen)
}

function look(desk: Desk, needs: KeeperNeeds): void {
  const sight = needs.sight()
  const nowMs = needs.clock.now()
  if (sight === null || desk.asking || nowMs - desk.askedAtMs < restMs) return
  const here = carsOf(sight.scene).map(({ seat }) => keyOf(seat))
  const led = needs.parts().parts.some((part) => part.led)
  if ((here.length === 0 && !led) || !isStale(desk.plan, here, { nowMs, mostMs: freshMs })) return
  ask(desk, needs, sight)
}

function ask(desk: Desk, needs: KeeperNeeds, sight: Sight): void {
  const { goal, planner, changed, log } = needs
  const site = siteNow(desk, needs, sight)
  const problem = questionOf(site, pricesOf(goal, sight.site.timeZone, desk.seen.peak.peakW))
  desk.asking = true
  desk.askedAtMs = needs.clock.now()
  planner
    .ask(problem)
    .then((asked) => {
      desk.plan = asked.ok ? asked.plan : null
      desk.wattsPerA = new Map(site.batteries.map(({ part, wattsPerA }) => [part.id, wattsPerA]))
      desk.isFollowed = asked.ok && beats(goal, { site, problem, plan: asked.plan })
      if (asked.ok) needs.counted(desk.isFollowed ? 'followed' : 'behind')
      if (!asked.ok) log.warn({ fault: asked.fault }, 'no plan: the loop goes on with its own strategy')
      changed()
    })
    .catch((cause: unknown) => log.warn({ err: cause }, 'the planner’s answer was not taken'))
    .finally(() => {
      desk.asking = false
    })
}

function siteNow({ seen }: Desk, { clock, goal, parts }: KeeperNeeds, sight: Sight): Site {
  const nowMs = clock.now()
  const zone = sight.site.timeZone
  const storeWorthPerKWh = storeWorth(goal)
  return siteOf(sight, (fromMs, untilMs) => stepsOf(goal, zone, [fromMs, untilMs]), {
    ...parts(),
    around: {
      storeWorthPerKWh,
      tripWorthPerKWh: pricesOf(goal, zone, 0).valuePerKWh,
      sunAt: (id, givesW, atMs) => sunAt(seen, id, { givesW, nowMs, atMs })
    }
  })
}

type Answered = { readonly site: Site; readonly problem: Problem; readonly plan: HorizonPlan }

/** By the question's own measure, both played forward through the kernel. */
function beats(goal: Goal, { site, problem, plan }: Answered): boolean {
  const keys = new Map(site.cars.map(({ key, claim }) => [claim.place, key]))
  const share = (slot: number): Strategy => {
    const targets = targetsAt(plan, plan.slots[slot]?.startMs ?? 0)
    return shareBy(goal, ({ place }) => targets.get(keys.get(place) ?? '') ?? null)
  }
  return isBetter(problem, groundOf(site, problem), { plan, share, rival: strategies.optimise })
}

function ledNow(desk: Desk, { clock }: KeeperNeeds, id: string): number | null {
  const { plan, isFollowed, wattsPerA } = desk
  const perA = wattsPerA.get(id)
  const nowMs = clock.now()
  if (plan === null || !isFollowed || perA === undefined || slotAt(plan, nowMs) < 0) return null
  const milliA = targetsAt(plan, nowMs).get(id)
  return milliA === undefined ? null : Math.round((milliA / 1000) * perA)
}

function followingNow(desk: Desk, { clock, goal, sight }: KeeperNeeds): Following | null {
  const { plan } = desk
  const nowMs = clock.now()
  const slot = plan === null ? -1 : slotAt(plan, nowMs)
  if (plan === null || slot < 0 || !desk.isFollowed) return null
  if (desk.now?.plan !== plan || desk.now.slot !== slot) {
    const targets = targetsAt(plan, nowMs)
    desk.now = { plan, slot, following: follow(targets, goal, sight) }
  }
  return desk.now.following
}

/** -1: it is too old, or does not reach so far. */
function slotAt({ slots }: HorizonPlan, nowMs: number): number {
  const isOld = nowMs - (slots[0]?.startMs ?? 0) >= oldMs
  return isOld ? -1 : slots.findIndex(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)
}

/** What the plan leaves is given away where energy is all that counts; else it was left on purpose. */
function follow(targets: ReadonlyMap<string, number>, goal: Goal, sight: KeeperNeeds['sight']): Following {
  const targetOf = ({ place }: Claim): number | null => {
    const seat = sight()?.scene.seats[place]
    return seat === undefined ? null : (targets.get(keyOf(seat)) ?? null)
  }
  return { share: shareBy(goal, targetOf), because: waits[goal.goal] }
}

function shareBy({ goal }: Goal, targetOf: (claim: Claim) => number | null): Strategy {
  return (load, claims) => {
    const planned = claims.reduce((sum, claim) => sum + plannedW(claim, targetOf(claim)), 0)
    const spareW = goal === 'energy' ? Infinity : planned
    const shares = followPlan({ target: targetOf, spareW })(load, claims)
    return goal === 'energy' ? shares : shares.map((each, at) => meant(each, claims[at], targetOf))
  }
}

/** Whom the plan does not know yet gets what there is. */
const plannedW = (claim: Claim, target: number | null): number =>
  Math.max(0, target ?? claim.capMilliA) * wattsPerMilliA(claim)

const lineV = 230

function wattsPerMilliA({ fullW, fullMilliA, direction }: Claim): number {
  return fullW === undefined || fullMilliA === undefined || fullMilliA <= 0
    ? ((direction[0] + direction[1] + direction[2]) * lineV) / 1000
    : fullW / fullMilliA
}

/** What a fallback reserves is free of room, not free of charge: who is to wait, waits. */
function meant(share: Share, claim: Claim | undefined, targetOf: (claim: Claim) => number | null): Share {
  const target = claim === undefined ? null : targetOf(claim)
  const waitsNow = target !== null && target < (claim?.floorMilliA ?? floorMilliA) - nearMilliA
  return waitsNow ? { milliA: 0, row: null } : share
}

const nearMilliA = 300 // A pilot may stand so much above its target.

const waits = {
  energy: 'the plan gives it more later',
  cost: 'the plan waits for a cheaper hour',
  carbon: 'the plan waits for cleaner power'
} as const
