export {
  baseNow,
  drawValidMs,
  noBaseLoad,
  residualOf,
  sightMs,
  watchBase,
  type BaseLoad
} from './base-load.ts'
export { heldInDoubt, isDoubted, otherTimes, watchClock, type ClockWatch } from './clock.ts'
export { freshCloud, watchCloud, type CloudWatch } from './cloud.ts'
export type { DevicesShow } from './doubt.ts'
export { soundLimits } from './limits.ts'
export { freshMeter, watchMeter, type MeterVerdict, type MeterWatch } from './meter.ts'
export {
  allowing,
  drawsTooMuch,
  dueOf,
  isPaused,
  trusted,
  watchConduct,
  type Allowance,
  type Conduct
} from './obedience.ts'
export { lastWord } from './set-point.ts'
export { forgetLiar, freshSteps, probedKey, watchSteps, type StepWatch } from './steps.ts'
export { spanOf, type Suspect } from './suspect.ts'
export { freshUnfollowed, watchUnfollowed, type UnfollowedWatch } from './unfollowed.ts'
export { unitMistake } from './units.ts'
