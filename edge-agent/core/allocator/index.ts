export { lookedAt, newCar, onGrid, type Car, type Look } from './car.ts'
export { baseReserveOf, checkFallbacks, checkSite } from './check.ts'
export {
  commitmentOf,
  confirmed,
  expecting,
  freshAccount,
  levelOf,
  lost,
  meterPatienceMs,
  refused,
  sent,
  stored,
  storing,
  type Account,
  type Standing
} from './commitment.ts'
export { equalShare } from './equal-share.ts'
export { fallbacksWanted, missingW, scarcityOf, wattsOver, type Scarcity } from './fallbacks.ts'
export { effectiveLimit, mainReason, perPhaseOf, totalW, type EffectiveLimit, type Moment } from './limits.ts'
export { networkOf } from './network.ts'
export {
  committedLoad,
  directionAt,
  isGuided,
  plan,
  type Ceiling,
  type Decision,
  type Scene,
  type Seat
} from './plan.ts'
export { reasonOf, type Telling } from './reasons.ts'
export type { PowerSite, SiteProblem } from './site.ts'
export { treeOf, type Place, type Tree } from './tree.ts'
export { served, turnEndsMs } from './turns.ts'
