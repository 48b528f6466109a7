export { directionOf, isIdle, lookedAt, newCar, onGrid, type Car, type Look } from './car.ts'
export { baseReserveOf, checkFallbacks, checkSite } from './check.ts'
export {
  commitmentOf,
  confirmed,
  expecting,
  freshAccount,
  levelOf,
  lost,
  rampMs,
  refused,
  sent,
  stored,
  storing,
  type Account,
  type Standing
} from './commitment.ts'
export { equalShare, floorMilliA } from './equal-share.ts'
export { fallbacksWanted, missingW, scarcityOf, wattsOver, type Scarcity } from './fallbacks.ts'
export {
  effectiveLimit,
  mainReason,
  millisecondsOf,
  perPhaseOf,
  totalW,
  type EffectiveLimit,
  type Moment
} from './limits.ts'
export { networkOf, overruns, type Network } from './network.ts'
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
export { amps, reasonOf, type Telling } from './reasons.ts'
export type { PowerSite, SiteProblem } from './site.ts'
export { treeOf, type Place, type Tree } from './tree.ts'
export { served, turnEndsMs } from './turns.ts'
