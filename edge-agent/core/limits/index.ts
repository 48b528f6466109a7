export { learn, pruneBook, settleEvents, type EventBook } from './events.ts'
export {
  coldStart,
  limitInForce,
  stepFailsafe,
  type FailsafeRules,
  type FailsafeState,
  type Heard
} from './failsafe.ts'
export { section14aW } from './section-14a.ts'
export { plainLimits, type Look, type Refused, type Sources } from './layout.ts'
export { timelineOf } from './timeline.ts'
