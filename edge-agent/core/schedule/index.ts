export { activeSlot, allocate } from './allocate.ts'
export type { Device, SlotShare, Terms } from './device.ts'
export { wattsAt } from './envelope.ts'
export {
  at,
  closed,
  samePhases,
  silent,
  slotsOf,
  type Bound,
  type FrequencyPoint,
  type Gate,
  type GateNode,
  type SetPoint,
  type Side
} from './gates.ts'
export {
  begun,
  choiceOf,
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
  mostSlots,
  slotsIn,
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
  mostFeedW,
  rangeFor,
  rangeOf,
  reserveForTrip,
  socAfter,
  type Part,
  type PartReading,
  type PowerRange,
  type Store
} from './participant.ts'
export { freshShaving, shave, type PartSetPoint, type ShaveSnapshot, type ShaveState } from './shave.ts'
export { circuitLoad, relayLimitW, sharedRoomW, type ClusterSnapshot } from './cluster.ts'
export { capFeedIn, type FeedInCap, type FeedInSnapshot } from './feed-in.ts'
export { risen, type Ramp } from './ramp.ts'
export {
  followSun,
  startAfterMs,
  stopAfterMs,
  type Follower,
  type FollowerCap,
  type FollowState,
  type SunMode,
  type SurplusSnapshot
} from './surplus.ts'
export { phaseRoom } from './phase-room.ts'
