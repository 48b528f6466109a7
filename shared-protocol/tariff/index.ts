export { Plan, PlanPrices, Price, Segment, TariffDefault } from './plan.ts'
export { choosePlan, pinnedPlan, type Choice, type Chosen } from './choose.ts'
export { rate, type MeterReading, type Ratable, type Rated, type RatedLine } from './rate.ts'
