export { composite, compositeAt } from './composite.ts'
export { corrected } from './corrections.ts'
export { profileFaults, reasonCodeOf, type ProfileFault } from './faults.ts'
export { afterOffline } from './leading.ts'
export * from './profile.ts'
export type { Spoken } from './speak.ts'
export { differences, replay, type Answered, type Case, type CaseFile } from './replay.ts'
export type { Rules, Rules21, Wanted } from './rules.ts'
export { clear, keep, withoutTransaction, type Clearing } from './stored.ts'
export { faultsOf } from './validate.ts'
export {
  asWire2,
  profileOf16,
  profileOf2,
  purposeOf,
  schedule16,
  schedule2,
  type WireComposite2,
  type WirePeriod2,
  type WireProfile2,
  type WireSchedule2
} from './wire.ts'
