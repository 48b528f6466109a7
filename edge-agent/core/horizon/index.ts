export { checkPlan, type CheckFault } from './check.ts'
export { daylightAt, noDaylight, watchDaylight, type Daylight } from './daylight.ts'
export { followPlan, isStale, targetsAt, type Aim } from './follow.ts'
export type { Lines, NewRow } from './lines.ts'
export { noPeak, watchPeak, type Peak } from './peak.ts'
export { groundOf, questionOf, type Battery, type Plant, type Prices, type Site } from './question.ts'
export { isBetter, type Ground } from './rival.ts'
export { horizonRows } from './rows.ts'
export { edgesOf } from './slots.ts'
export {
  faultOf,
  type Commitment,
  type HorizonRow,
  type Member,
  type Problem,
  type ProblemFault,
  type Slot,
  type Sun
} from './problem.ts'
export {
  energyWh,
  solvePlan,
  type Answer,
  type HorizonPlan,
  type PlanFault,
  type PlanOutcome,
  type Solver
} from './solve.ts'
