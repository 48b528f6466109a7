export { believed } from './believed.ts'
export { openParticipants } from './open.ts'
export type { LedPart, Needs, Participants, PartsDraw, SunCap, Trip, Wish } from './needs.ts'
