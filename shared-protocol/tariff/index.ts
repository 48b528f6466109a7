export { Plan, PlanPrices, Price, Segment, TariffDefault } from './plan.ts'
export { choosePlan, pinnedPlan, type Choice, type Chosen } from './choose.ts'
export type { MeterReading } from './energy.ts'
export { highestCost } from './estimate.ts'
export { rate } from './rate.ts'
export type { Course, Ratable, Rated, RatedLine } from './rated.ts'
export { asksOf, pricedOf, type Asks, type Kept, type Suspension } from './course.ts'
export { validatePlan, type PlanProblem } from './week.ts'
export { rateSession } from './rate-session.ts'
export type { ConnectorState, MeteredSession, Signal } from './session.ts'
export { judgeSession } from './review.ts'
export { reviewReasons, type Meter, type ReadingNote, type ReviewReason } from './judge.ts'
export type { Bill, BillLine, RatedSession, TaxSum } from './bill.ts'
export { tariffOfPlan } from './from-plan.ts'
export {
  Amount,
  Component,
  Dimension,
  Discount,
  Element,
  Restrictions,
  Series,
  TariffPrices,
  type Limit
} from './model.ts'
export { explainTariff, type TariffProblem } from './explain.ts'
export { slotsOf, type SlotRate, type SlotTable } from './slots.ts'
