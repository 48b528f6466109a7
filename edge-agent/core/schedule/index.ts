export type { Device, SlotShare, Terms } from './device.ts'
export type { Bound, FrequencyPoint, Gate, GateNode, SetPoint, Side } from './gates.ts'
export {
  begun,
  found,
  stepPhases,
  switchingDefaults,
  type Phases,
  type PhaseChoice,
  type PhaseState,
  type Room,
  type Switching
} from './phases.ts'
export { forecastOf, whatIf } from './forecast.ts'
export {
  limitSpans,
  type BaseSpan,
  type Kept,
  type LimitSpan,
  type Outlook,
  type Session,
  type Slots,
  type Window
} from './outlook.ts'
export { sessionsFrom, type Need } from './seats.ts'
export {
  beyondMeterW,
  mostDrawW,
  rangeFor,
  rangeOf,
  readingPatienceMs,
  reserveForTrip,
  seen,
  type Part,
  type PartReading,
  type PowerRange,
  type Store
} from './participant.ts'
export { freshShaving, shave, type PartSetPoint, type ShaveSnapshot, type ShaveState } from './shave.ts'
export { capFeedIn, type FeedInSnapshot } from './feed-in.ts'
export { watchHidden, withHidden, type Hidden } from './hidden.ts'
export { keptShares, type FeedInCap } from './feed-share.ts'
export { wayUp, type FeedCircuit, type Placed } from './feed-tree.ts'
export {
  followSun,
  type Follower,
  type FollowerCap,
  type FollowState,
  type SunMode,
  type SurplusSnapshot
} from './surplus.ts'
export { phaseRoom } from './phase-room.ts'
