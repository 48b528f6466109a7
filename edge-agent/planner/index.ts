export { openPlanner, type Asked, type Needs, type Planner, type Refusal } from './planner.ts'
export { openPlanKeeper, type Following, type KeeperNeeds, type PlanKeeper } from './keeper.ts'
export { nothingSeen, type Seen } from './memory.ts'
export type { PlannedPart } from './parts-of.ts'
export { pricesOf, stepsOf, type Goal, type PriceSpan } from './prices.ts'
export { openSolver, type HighsSolver } from './solver.ts'
// What a question is made of and how its answer is followed: whoever asks needs both.
export {
  checkPlan,
  edgesOf,
  energyWh,
  followPlan,
  groundOf,
  horizonRows,
  isBetter,
  isStale,
  questionOf,
  solvePlan,
  targetsAt,
  type Aim,
  type Battery,
  type Commitment,
  type Ground,
  type HorizonPlan,
  type HorizonRow,
  type Member,
  type Plant,
  type Prices,
  type Problem,
  type Site,
  type Slot,
  type Sun
} from '../core/horizon/index.ts'
