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
export { soundLimits } from './limits.ts'
export { freshMeter, watchMeter, type MeterVerdict, type MeterWatch } from './meter.ts'
export { isPaused, trusted, watchConduct, type Conduct } from './obedience.ts'
export { lastWord } from './set-point.ts'
export { freshSteps, probedKey, watchSteps, type StepWatch, type Suspect } from './steps.ts'
export { unitMistake } from './units.ts'
