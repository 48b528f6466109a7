export { openControlLoop } from './loop.ts'
export type { Alarm, Cap, Clock, CloudContact, ControlLoop, Needs } from './needs.ts'
export { checkFallbacks, checkSite, type PowerSite, type SiteProblem } from '../core/allocator/index.ts'
export { randomHistory, walkFailsafe } from '../core/limits/walk.ts'
