export { openParticipants } from './open.ts'
export type { Needs, Participants, PartsDraw, SunCap, Wish } from './needs.ts'
