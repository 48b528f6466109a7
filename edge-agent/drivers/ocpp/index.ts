export { usualLimits, type Limits } from './limits.ts'
export type { Metrics, OcppNeeds, TlsNeeds } from './needs.ts'
export { openOcppDriver, type OcppDriver } from './open.ts'
