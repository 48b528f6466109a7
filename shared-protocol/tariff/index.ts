export { Plan, PlanPrices, Price, Segment, TariffDefault } from './plan.ts'
