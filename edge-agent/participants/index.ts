export { believed } from './believed.ts'
export { openParticipants } from './open.ts'
export type { Needs, Participants, PartsDraw, SunCap, Trip, Wish } from './needs.ts'
