import { floorMilliA, type Claim, type Share, type Strategy } from '../core/allocator/index.ts'
import { followPlan, isStale, questionOf, targetsAt, type HorizonPlan } from '../core/horizon/index.ts'
import type { Sight } from '../core/picture/index.ts'
import type { Planner } from './planner.ts'
import { pricesOf, stepsOf, type Goal } from './prices.ts'
import { carsOf, keyOf, siteOf } from './site-of.ts'

export type KeeperNeeds = {
  readonly clock: { now(): number; after(milliseconds: number, work: () => void): { cancel(): void } } // Unix ms.
  readonly planner: Pick<Planner, 'ask'>
  readonly goal: Goal
  /** The loop's last decision; null before the first. */
  sight(): Sight | null
  /** There is another plan. */
  changed(): void
  readonly log: { warn(detail: Readonly<Record<string, unknown>>, message: string): void }
}

/** A share-out that follows the plan, and what to say of a car that it lets wait. */
export type Following = { readonly share: Strategy; readonly because: string }

export type PlanKeeper = {
  /** The same for as long as it says the same; null: there is no fresh plan, the loop has its own strategy. */
  following(): Following | null
  stop(): void
}

const freshMs = 300_000 // Then another one is asked for.
const oldMs = 900_000 // Then it is not followed any more.
const beatMs = 1_000
const restMs = 10_000 // Between two questions: cars come in crowds.

type Desk = { plan: HorizonPlan | null; asking: boolean; askedAtMs: number; now: Now | null }
type Now = { readonly plan: HorizonPlan; readonly slot: number; readonly following: Following }

/** Asks beside the loop whenever the plan has become stale. Never throws. */
export function openPlanKeeper(needs: KeeperNeeds): PlanKeeper {
  const { clock, log } = needs
  const desk: Desk = { plan: null, asking: false, askedAtMs: -Infinity, now: null }
  let stopped = false
  const beat = (): void => {
    if (stopped) return
    timer = clock.after(beatMs, beat)
    try {
      look(desk, needs)
    } catch (cause) {
      log.warn({ err: cause }, 'no question could be made for the planner')
    }
  }
  let timer = clock.after(beatMs, beat)
  return {
    following: () => followingNow(desk, needs),
    stop() {
      stopped = true
      timer.cancel()
    }
  }
}

function look(desk: Desk, needs: KeeperNeeds): void {
  const sight = needs.sight()
  const nowMs = needs.clock.now()
  if (sight === null || desk.asking || nowMs - desk.askedAtMs < restMs) return
  const here = carsOf(sight.scene).map(({ seat }) => keyOf(seat))
  if (here.length === 0 || !isStale(desk.plan, here, { nowMs, mostMs: freshMs })) return
  ask(desk, needs, sight)
}

function ask(desk: Desk, needs: KeeperNeeds, sight: Sight): void {
  const { goal, planner, changed, log } = needs
  const zone = sight.site.timeZone
  const site = siteOf(sight, (fromMs, untilMs) => stepsOf(goal, zone, [fromMs, untilMs]))
  const problem = questionOf(site, pricesOf(goal, zone))
  desk.asking = true
  desk.askedAtMs = needs.clock.now()
  planner
    .ask(problem)
    .then((asked) => {
      desk.plan = asked.ok ? asked.plan : null
      if (!asked.ok) log.warn({ fault: asked.fault }, 'no plan: the loop goes on with its own strategy')
      changed()
    })
    .catch((cause: unknown) => log.warn({ err: cause }, 'the planner’s answer was not taken'))
    .finally(() => {
      desk.asking = false
    })
}

function followingNow(desk: Desk, { clock, goal, sight }: KeeperNeeds): Following | null {
  const { plan } = desk
  const nowMs = clock.now()
  const slot = plan === null ? -1 : slotAt(plan, nowMs)
  if (plan === null || slot < 0) return null
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
function follow(
  targets: ReadonlyMap<string, number>,
  { goal }: Goal,
  sight: KeeperNeeds['sight']
): Following {
  const targetOf = ({ place }: Claim): number | null => {
    const seat = sight()?.scene.seats[place]
    return seat === undefined ? null : (targets.get(keyOf(seat)) ?? null)
  }
  const share: Strategy = (load, claims) => {
    const planned = claims.reduce((sum, claim) => sum + plannedW(claim, targetOf(claim)), 0)
    const spareW = goal === 'energy' ? Infinity : planned
    const shares = followPlan({ target: targetOf, spareW })(load, claims)
    return goal === 'energy' ? shares : shares.map((each, at) => meant(each, claims[at], targetOf))
  }
  return { share, because: waits[goal] }
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
