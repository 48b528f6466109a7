export { learn, pruneBook, sameLimit, settleEvents, startMsOf, type Ended, type EventBook } from './events.ts'
export {
  coldStart,
  limitInForce,
  limitWritten,
  stepFailsafe,
  usualRules,
  type Act,
  type FailsafeRules,
  type FailsafeState,
  type Heard
} from './failsafe.ts'
export { judgeLimit, type Judged, type Refusal, type RefusalName } from './judge.ts'
export { gzfPercent, section14aW } from './section-14a.ts'
export { plainLimits, type Look, type Refused, type Sources } from './layout.ts'
export { timelineOf } from './timeline.ts'
export { randomHistory, walkFailsafe, type Happening, type WalkResult } from './walk.ts'
export { spansOf, type Span } from './weekly.ts'
