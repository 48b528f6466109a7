export { directionFor, lookedAt, newCar, onGrid, type Car, type Look } from './car.ts'
export { baseReserveOf, checkFallbacks, checkSite } from './check.ts'
export {
  commitmentOf,
  leaseMs,
  confirmed,
  expecting,
  freshAccount,
  levelOf,
  lost,
  meterPatienceMs,
  unheardMs,
  refused,
  sent,
  stored,
  storing,
  type Account,
  type Standing
} from './commitment.ts'
export { equalShare } from './equal-share.ts'
export { fallbacksWanted, isFree, missingW, scarcityOf, wattsOver, type Scarcity } from './fallbacks.ts'
export {
  effectiveLimit,
  mainReason,
  perPhaseOf,
  totalW,
  type EffectiveLimit,
  type Moment,
  type NodeBounds,
  type Bound
} from './limits.ts'
export {
  add,
  limitAt,
  loadOf,
  networkFrom,
  overruns,
  pullUp,
  roomBelow,
  roomFor,
  scaled,
  weightsOf,
  type Direction,
  type Load,
  type Network,
  type Room,
  type Row
} from './network.ts'
export { risen, type Ramp } from './ramp.ts'
export { networkOf } from './rows.ts'
export { wiresOf, type Pull, type Strand, type Wires } from './wires.ts'
export { floorMilliA, type Claim, type Pilots, type Share, type Strategy } from './claim.ts'
export {
  committedLoad,
  directionAt,
  isGuided,
  plan,
  type Ceiling,
  type Decision,
  type Scene,
  type Seat,
  type Terms
} from './plan.ts'
export { reasonOf, type Telling } from './reasons.ts'
export type { PowerSite, SiteProblem } from './site.ts'
export { treeOf, type Node, type Place, type Tree } from './tree.ts'
export { served, turnEndsMs } from './turns.ts'
export { strategies, strategyOf } from './strategies.ts'
