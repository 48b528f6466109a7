export { start, type StartTerms } from './begin.ts'
export { stop } from './finish.ts'
export { afterSign, hasLeft, left, type Left, type Sign, type Standing } from './leave.ts'
export { begin, caughtUp, isOnlyMeasured, newestOpen, readings } from './measure.ts'
export { samePlace } from './session.ts'
export type {
  Around,
  Book,
  Chance,
  Effects,
  EnergyCap,
  KeyedFact,
  Priced,
  ReadingsHeard,
  Session,
  StartHeard,
  StopHeard
} from './session.ts'
export { booted, overdue, statusHeard, type Signs } from './watch.ts'
export { msOf } from './plausible.ts'
