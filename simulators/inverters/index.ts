export { openInverter, type InverterPlan, type InverterSimulator } from './inverter.ts'
export { clearSky, sunOver } from './sun.ts'
export type { Generation } from './registers.ts'
export { tempers, type Temper } from './tempers.ts'
