export { openMetrics, type Metrics } from './open.ts'
export type { Watched } from './gauges.ts'
